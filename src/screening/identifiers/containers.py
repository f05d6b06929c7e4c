"""Freight containers (ISO 6346): owner, category U, J or Z, serial of six digits, check digit."""

import re

from screening.identifiers import document_numbers, letters
from screening.identifiers.document_numbers import LookAlike

_FORM = re.compile(r"[A-Z]{3}[UJZ]\d{7}", re.ASCII)

# Letters count from 10 on and pass over the multiples of eleven, which would not change the remainder.
_VALUES = {str(digit): digit for digit in range(10)} | dict(
    zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", (value for value in range(10, 39) if value % 11), strict=True)
)
_TO_LETTERS, _TO_DIGITS = str.maketrans("01258", "OIZSB"), str.maketrans("OQDILZSBG", "000112586")


def normalise(text: str) -> str:
    """Give a container number, its letters and digits each read as what stands in its place. Total and idempotent.

    >>> normalise("csqu 3O5438-3")
    'CSQU3054383'
    """
    number = letters.clean(text)
    if len(number) != 11:
        return number
    return number[:4].translate(_TO_LETTERS) + number[4:].translate(_TO_DIGITS)


def check_digit(number: str) -> str | None:
    """Give the check digit that the first ten characters want; None where the form is another one.

    >>> check_digit("CSQU3054383")
    '3'
    """
    if not _FORM.fullmatch(number):
        return None
    weighed = sum(_VALUES[character] << place for place, character in enumerate(number[:10]))
    return str(weighed % 11 % 10)


def is_container(number: str) -> bool:
    """Tell whether a number has the form of ISO 6346, and its check digit."""
    return check_digit(number) == number[-1:]


def look_alikes(number: str) -> tuple[LookAlike, ...]:
    """List the container numbers that differ by one misread character and have their check digit."""
    return document_numbers.look_alikes(number, plausible=is_container)
