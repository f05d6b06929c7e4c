"""Numbers of ships: IMO, MMSI, call sign and hull."""

import re

from screening.identifiers import document_numbers, letters, states
from screening.identifiers.document_numbers import LookAlike
from screening.identifiers.maritime_digits import MARITIME_DIGITS

IMO_LENGTH, MMSI_LENGTH = 7, 9

_SHIP_WEIGHTS = (7, 6, 5, 4, 3, 2)
_COMPANY_WEIGHTS = (8, 6, 4, 2, 9, 7)
_AS_DIGITS = str.maketrans("OQDUILJZASGTB", "0000111245678")
_HULL = re.compile(
    r"(?P<country>[A-Z]{2})?(?P<maker>[A-Z][A-Z0-9]{2})(?P<serial>[A-Z0-9]{5})(?P<made>[A-L]\d)(?P<year>\d{2})"
)
_CALL_SIGN = re.compile(r"(?=.{0,2}[A-Z])[A-Z0-9]{2}[A-Z0-9]{1,5}")


def normalise_imo(text: str) -> str:
    """Give the digits of an IMO number without its letters, read as digits where OCR gave letters. Total, idempotent.

    >>> normalise_imo("IMO 9O74729")
    '9074729'
    """
    return _digits(letters.clean(text), "IMO", IMO_LENGTH)


def is_ship_number(number: str) -> bool:
    """Tell whether an IMO ship number has its check digit (IMO resolution A.1117(30)).

    >>> is_ship_number("9074729")
    True
    """
    return _is_imo_form(number) and _weighed(number, _SHIP_WEIGHTS) % 10 == int(number[-1])


def is_company_number(number: str) -> bool:
    """Tell whether an IMO company or registered owner number has its check digit (IMO resolution MSC.160(78)).

    >>> is_company_number("2041999")
    True
    """
    return _is_imo_form(number) and (11 - _weighed(number, _COMPANY_WEIGHTS) % 11) % 10 == int(number[-1])


def _is_imo_form(number: str) -> bool:
    return len(number) == IMO_LENGTH and number.isascii() and number.isdigit()


def _weighed(number: str, weights: tuple[int, ...]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(number, weights, strict=False))


def look_alike_imos(number: str) -> tuple[LookAlike, ...]:
    """List the ship numbers that differ from the one read in one place, by any digit, and have their check digit.

    Few do: mostly one digit in a place agrees with the others, so all of them are listed.
    """
    if len(number) != IMO_LENGTH:
        return ()
    return tuple(
        LookAlike(candidate, place + 1, number[place], digit)
        for place in range(IMO_LENGTH)
        for digit in "0123456789"
        if digit != number[place] and is_ship_number(candidate := number[:place] + digit + number[place + 1 :])
    )


def normalise_mmsi(text: str) -> str:
    """Give the nine digits of a maritime mobile service identity (ITU-R M.585), letters read as digits."""
    return _digits(letters.clean(text), "MMSI", MMSI_LENGTH)


def _digits(number: str, label: str, length: int) -> str:
    if len(number) == len(label) + length:
        number = number.removeprefix(label)
    return number.translate(_AS_DIGITS) if len(number) == length else number


def flag_of_mmsi(mmsi: str) -> str | None:
    """Give the State whose ship station bears a number; None for other stations, and for digits nobody was given.

    >>> flag_of_mmsi("230123450")
    'FIN'
    """
    is_ship = len(mmsi) == MMSI_LENGTH and mmsi.isascii() and mmsi.isdigit() and mmsi[0] in "234567"
    return MARITIME_DIGITS.get(int(mmsi[:3])) if is_ship else None


def normalise_call_sign(text: str) -> str:
    """Give a call sign's letters and digits, in Latin capitals."""
    return letters.clean(text)


def is_call_sign(text: str) -> bool:
    """Tell whether a cleaned call sign has a form that the ITU allows a ship (Radio Regulations, article 19)."""
    return _CALL_SIGN.fullmatch(text) is not None


def normalise_hull(text: str) -> str:
    """Give a hull identification number without its hyphens; I, O and Q never stand in its serial (ISO 10087).

    >>> normalise_hull("GB-ABC00O42-A3-99")
    'GBABC00042A399'
    """
    number = letters.clean(text)
    found = _HULL.fullmatch(number)
    if found is None:
        return number
    start, end = found.span("serial")
    return number[:start] + number[start:end].translate(str.maketrans("IOQ", "100")) + number[end:]


def is_hull_number(number: str) -> bool:
    """Tell whether a number has the form of ISO 10087 (14 characters) or of 33 CFR 181 (12, without country)."""
    found = _HULL.fullmatch(number)
    return found is not None and (found["country"] is None or states.normalise(found["country"]) is not None)


def look_alike_hulls(number: str) -> tuple[LookAlike, ...]:
    """List the hull numbers that differ by one misread character and keep the form."""
    if not is_hull_number(number):
        return ()
    return document_numbers.look_alikes(number, plausible=is_hull_number)
