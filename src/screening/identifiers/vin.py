"""Vehicle identification numbers: 17 characters, never I, O or Q (ISO 3779); the first three are the maker (ISO 3780).

The ninth is a check digit where the maker's region wants one: North America (49 CFR 565.15) and China (GB 16735).
Elsewhere it means nothing, so there a wrong one says nothing either.
"""

from screening.identifiers import document_numbers, letters
from screening.identifiers.document_numbers import LookAlike

LENGTH = 17
CHECK_PLACE = 8

REGIONS_WITH_CHECK_DIGIT = "12345L"
"""First characters: the United States, Canada, Mexico; China."""

_IMPOSSIBLE = str.maketrans("IOQ", "100")
_VALUES = {str(digit): digit for digit in range(10)} | dict(
    zip("ABCDEFGHJKLMNPRSTUVWXYZ", (1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9), strict=True)
)
_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


def clean(text: str) -> str:
    """Keep the letters and digits of a VIN, in Latin capitals. Total, idempotent; older, shorter numbers pass."""
    return letters.clean(text)


def normalise(text: str) -> str:
    """Clean a VIN, and read the letters that none may hold as the digits they are mistaken for.

    >>> normalise("iM8GDM9A-XKP-O4Q788")
    '1M8GDM9AXKP040788'
    """
    cleaned = clean(text)
    return cleaned.translate(_IMPOSSIBLE) if len(cleaned) == LENGTH else cleaned


def is_vin(text: str) -> bool:
    """Tell whether a cleaned number has the form of ISO 3779; cars before 1981 have other, shorter numbers."""
    return len(text) == LENGTH and all(character in _VALUES for character in text)


def has_check_digit(vin: str) -> bool:
    """Tell whether the maker's region uses the ninth character as a check digit."""
    return is_vin(vin) and vin[0] in REGIONS_WITH_CHECK_DIGIT


def check_digit(vin: str) -> str | None:
    """Give the check digit that 17 characters want, whatever stands in its place; None for what is no VIN.

    >>> check_digit("1M8GDM9AXKP042788")
    'X'
    """
    if not is_vin(vin):
        return None
    remainder = sum(_VALUES[character] * weight for character, weight in zip(vin, _WEIGHTS, strict=True)) % 11
    return "X" if remainder == 10 else str(remainder)


def is_sound(vin: str) -> bool:
    """Tell whether nothing about the number itself is wrong: its form, and its check digit where it has one."""
    return is_vin(vin) and (not has_check_digit(vin) or check_digit(vin) == vin[CHECK_PLACE])


def is_neighbour(alike: LookAlike) -> bool:
    """Tell whether a look-alike may well be another car that exists: makers count them in the last eight characters.

    That is so where one digit stands for another, or a letter for a letter, and no check digit tells the two apart.
    """
    counted = alike.position > CHECK_PLACE + 1 and alike.read.isdigit() == alike.meant.isdigit()
    return counted and not has_check_digit(alike.number)


def look_alikes(vin: str) -> tuple[LookAlike, ...]:
    """List the VINs that differ from the one read by one character that is easily misread, and may stand.

    A check digit tells nearly all misreads, so of numbers that have one only those remain that agree with it.
    """
    return document_numbers.look_alikes(vin, plausible=is_sound) if is_vin(vin) else ()
