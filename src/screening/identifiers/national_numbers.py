"""National identity numbers: whether one agrees with its own check digits, for the States whose rule is published.

A number that does not is misread, mistyped or made up; one that does may still be anybody's. Rules that changed over
the years are read in favour of the holder.
"""

from collections.abc import Callable, Sequence

from screening.identifiers import letters, states

Rule = Callable[[str], bool]


def normalise(text: str) -> str:
    """Give a number's letters and digits, in Latin capitals. Total and idempotent."""
    return letters.clean(text)


def is_sound(number: str, state: str) -> bool | None:
    """Tell whether a number agrees with its check digits; None where the State has no rule here.

    >>> is_sound("44051401359", "POL"), is_sound("44051401358", "POL"), is_sound("1", "USA")
    (True, False, None)
    """
    rule = RULES.get(states.normalise(state) or "")
    return None if rule is None else rule(normalise(number))


def _digits(number: str, length: int) -> list[int] | None:
    return [int(each) for each in number] if len(number) == length and number.isdigit() else None


def _sum(digits: Sequence[int], weights: Sequence[int]) -> int:
    return sum(digit * weight for digit, weight in zip(digits, weights, strict=False))


def _luhn(digits: Sequence[int]) -> bool:
    return sum(sum(divmod(2 * digit, 10)) if place % 2 else digit for place, digit in enumerate(digits[::-1])) % 10 == 0


def _weighed(length: int, weights: Sequence[int], of_sum: Callable[[int], int]) -> Rule:
    """Make a rule whose last digit follows from the weighed sum of those before it."""

    def rule(number: str) -> bool:
        digits = _digits(number, length)
        return digits is not None and digits[-1] == of_sum(_sum(digits[:-1], weights))

    return rule


def _sweden(number: str) -> bool:
    digits = _digits(number[-10:], 10) if len(number) in (10, 12) else None
    return digits is not None and _luhn(digits)


def _finland(number: str) -> bool:
    if len(number) == 11:  # the sign of the century is a letter from 2000 on
        number = number[:6] + number[7:]
    return len(number) == 10 and number[:9].isdigit() and number[9] == _FINNISH[int(number[:9]) % 31]


_FINNISH = "0123456789ABCDEFHJKLMNPRSTUVWXY"


def _norway(number: str) -> bool:
    digits = _digits(number, 11)
    if digits is None:
        return False
    first = _sum(digits[:10], (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)) % 11
    return first == 0 and _sum(digits, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0


def _baltic(number: str) -> bool:
    digits = _digits(number, 11)
    if digits is None:
        return False
    check = _sum(digits[:10], (1, 2, 3, 4, 5, 6, 7, 8, 9, 1)) % 11
    if check == 10:
        check = _sum(digits[:10], (3, 4, 5, 6, 7, 8, 9, 1, 2, 3)) % 11 % 10
    return check == digits[-1]


def _spain(number: str) -> bool:
    figures = number[:-1]
    if figures[:1] in _FOREIGN:
        figures = _FOREIGN[figures[0]] + figures[1:]
    return len(figures) == 8 and figures.isdigit() and number[-1:] == "TRWAGMYFPDXBNJZSQVHLCKE"[int(figures) % 23]


_FOREIGN = {"X": "0", "Y": "1", "Z": "2"}


def _turkey(number: str) -> bool:
    digits = _digits(number, 11)
    if digits is None or digits[0] == 0:
        return False
    tenth = (7 * sum(digits[0:9:2]) - sum(digits[1:8:2])) % 10
    return digits[9] == tenth and digits[10] == sum(digits[:10]) % 10


def _china(number: str) -> bool:
    if len(number) != 18 or not number[:17].isdigit():
        return False
    weighed = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(number[:17]))
    return number[-1] == "10X98765432"[weighed % 11]


def _brazil(number: str) -> bool:
    digits = _digits(number, 11)
    return digits is not None and all(
        digits[place] == 10 * _sum(digits[:place], range(place + 1, 1, -1)) % 11 % 10 for place in (9, 10)
    )


def _belgium(number: str) -> bool:
    if _digits(number, 11) is None:
        return False
    check = int(number[9:])
    return check in (97 - int(number[:9]) % 97, 97 - int("2" + number[:9]) % 97)


def _netherlands(number: str) -> bool:
    digits = _digits(number, 9)
    return digits is not None and any(digits) and _sum(digits, (9, 8, 7, 6, 5, 4, 3, 2, -1)) % 11 == 0


RULES: dict[str, Rule] = {
    "BEL": _belgium,
    "BGR": _weighed(10, (2, 4, 8, 5, 10, 9, 7, 3, 6), lambda weighed: weighed % 11 % 10),
    "BRA": _brazil,
    "CHN": _china,
    "ESP": _spain,
    "EST": _baltic,
    "FIN": _finland,
    "LTU": _baltic,
    "NLD": _netherlands,
    "NOR": _norway,
    "POL": _weighed(11, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3), lambda weighed: -weighed % 10),
    "ROU": _weighed(13, (2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9), lambda weighed: weighed % 11 if weighed % 11 < 10 else 1),
    "SWE": _sweden,
    "TUR": _turkey,
}
"""By State. Numbers of persons only: PESEL, CNP, EGN, DNI and NIE, personnummer, fødselsnummer, henkilötunnus, BSN."""
