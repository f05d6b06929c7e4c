"""Names in the zone: reading the field and cutting a name to fit it (ICAO Doc 9303-3, 4.6; 9303-4, 4.2.3)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from screening.mrz.check_digits import FILLER
from screening.mrz.result import Field, Finding, FindingCode

_SEPARATOR = 2 * FILLER
_NOT_IN_NAME = re.compile(r"[^A-Z<]")
_TO_FILLER = re.compile(r"[-,\s<]+")
_DROPPED = re.compile(r"[^A-Z<]+")


@dataclass(frozen=True, slots=True)
class Names:
    """Primary and secondary identifier, components apart by one space, and whether they may be shortened."""

    surname: str = ""
    given_names: str = ""
    may_be_truncated: bool = False


def read(field: str) -> Names:
    """Split a name field; a name without a secondary identifier is lawful."""
    primary, _, secondary = field.partition(_SEPARATOR)
    return Names(_components(primary), _components(secondary), field[-1:].isalpha())


def findings(field: str) -> Iterator[Finding]:
    """Say what is odd about a name field."""
    if not field.partition(_SEPARATOR)[0].strip(FILLER):
        yield Finding(FindingCode.MISSING_FIELD, Field.NAME, "The name has no primary identifier.")
    if _NOT_IN_NAME.search(field):
        text = "A name holds the letters A to Z and fillers only."
        yield Finding(FindingCode.ILLEGAL_CHARACTER, Field.NAME, text)
    if field[-1:].isalpha():
        text = "The name fills its field and may be shortened."
        yield Finding(FindingCode.TRUNCATED_NAME, Field.NAME, text)


def _components(identifier: str) -> str:
    """Put one space between components, however many fillers stand there."""
    return " ".join(identifier.replace(FILLER, " ").split())


def write(surname: str, given_names: str, width: int) -> str:
    """Write a name field, shortened where it must be; ValueError for a letter outside A-Z or an empty surname.

    A shortened name keeps a letter of every component as long as that fits, always at least one of the
    secondary identifier, and ends in a letter, which is the sign that it is shortened.
    """
    primary, secondary = _letters(surname), _letters(given_names)
    if not primary:
        raise ValueError("a name needs a primary identifier")
    _drop_components(primary, secondary, width)
    while len(_join(primary, secondary)) > width:
        _shorten_longest(primary, secondary)
    return _join(primary, secondary).ljust(width, FILLER)


def _letters(name: str) -> list[str]:
    """Break a name into components: hyphen, comma and blank separate, other punctuation falls away."""
    text = name.upper()
    if any(letter.isalnum() and not ("A" <= letter <= "Z") for letter in text):
        raise ValueError("a name in the zone has the letters A to Z only")
    return [part for part in _DROPPED.sub("", _TO_FILLER.sub(FILLER, text)).split(FILLER) if part]


def _join(primary: list[str], secondary: list[str]) -> str:
    """Join components as the field holds them."""
    text = FILLER.join(primary)
    return _SEPARATOR.join((text, FILLER.join(secondary))) if secondary else text


def _drop_components(primary: list[str], secondary: list[str], width: int) -> None:
    """Leave last components out while not even their initials fit."""
    while len(_join(["A"] * len(primary), ["A"] * len(secondary))) > width:
        (secondary if len(secondary) > 1 else primary).pop()


def _shorten_longest(primary: list[str], secondary: list[str]) -> None:
    """Take a letter from the longest component; of equals the secondary identifier gives, then the last."""
    parts = max((secondary, primary), key=lambda parts: max(map(len, parts), default=0))
    index = max(range(len(parts)), key=lambda position: (len(parts[position]), position))
    parts[index] = parts[index][:-1]
