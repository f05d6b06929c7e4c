"""The check digit of machine-readable zones (ICAO Doc 9303-3, 4.9).

Characters count 0-9 as they are, A=10 to Z=35 and the filler 0; weights 7, 3, 1 repeat; the sum modulo 10
is the digit. Characters whose values agree modulo 10 (G and 6, L and 1, U and 0, K and the filler) are
never told apart, which is why a number that verifies may still be misread.
"""

FILLER = "<"
ILLEGAL = 255
"""The value that stands for every character which no zone may hold."""

_CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_DIGITS = "0123456789"


def _value(code: int) -> int:
    if chr(code) == FILLER:
        return 0
    value = _CHARACTERS.find(chr(code))
    return ILLEGAL if value < 0 else value


_VALUES = bytes(_value(code) for code in range(256))


def values(text: str) -> bytes:
    """Give the value of each character, `ILLEGAL` where it is none of A-Z, 0-9 and the filler."""
    return text.encode("ascii", "replace").translate(_VALUES)


def digit(field: bytes) -> str | None:
    """Compute the check digit over character values; None when one of them is illegal.

    >>> digit(values("L898902C3"))
    '6'
    """
    if ILLEGAL in field:
        return None
    # Every third character has the same weight, so three sums do the work of one product per character.
    return _DIGITS[(7 * sum(field[::3]) + 3 * sum(field[1::3]) + sum(field[2::3])) % 10]


def check_digit(text: str) -> str | None:
    """Compute the check digit over text in capitals; None when a character has no value.

    >>> check_digit("AB2134<<<")
    '5'
    """
    return digit(values(text))
