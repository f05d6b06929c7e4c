"""Document numbers as records hold them, and what a misread number may have been.

Cleaning follows INTERPOL's rule for stolen and lost documents: capitals, then nothing but A-Z and 0-9.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

MIN_LENGTH, MAX_LENGTH = 5, 25
"""How many characters a cleaned number has in SLTD (data-entry manual 1.2)."""

FILLER = "<"

_NOT_IN_NUMBER = re.compile(r"[^A-Z0-9]+")
_NOT_IN_FIELD = re.compile(r"[^A-Z0-9<]+")

# Which characters are mistaken for one another in OCR-B and in hasty typing. Pairs work both ways.
_CONFUSABLE_PAIRS = (
    ("0", "ODQUC"),  # round shapes
    ("O", "DQUC"),
    ("Q", "DG"),
    ("1", "ILJT7"),  # upright strokes
    ("I", "LJT"),
    ("2", "Z7"),
    ("3", "8B"),  # two bows
    ("4", "A"),
    ("5", "S6"),
    ("6", "GB8"),
    ("7", "TZY"),
    ("8", "BS"),
    ("9", "GPQ"),
    ("C", "G"),
    ("E", "F"),
    ("H", "NM"),
    ("K", "XR"),
    ("M", "N"),
    ("P", "RF"),
    ("U", "V"),
    ("V", "YW"),
    ("X", "Y"),
)


def _partners() -> dict[str, str]:
    """Spell the pairs out both ways: each character with all that it may be mistaken for."""
    partners: dict[str, set[str]] = {}
    for left, rights in _CONFUSABLE_PAIRS:
        for right in rights:
            partners.setdefault(left, set()).add(right)
            partners.setdefault(right, set()).add(left)
    return {character: "".join(sorted(others)) for character, others in partners.items()}


LOOK_ALIKES = _partners()
"""For each character those that it is mistaken for, in order."""


@dataclass(frozen=True, slots=True)
class LookAlike:
    """A number that the one presented may have been, and the one character that differs.

    `position` counts from 1 in the text as read, without what cleaning takes out but with its fillers;
    `read` is what was read there and `meant` what may stand on the document instead.
    """

    number: str
    position: int
    read: str
    meant: str


def clean(text: str) -> str:
    """Keep the letters and digits of a number, in capitals; full-width and circled forms count as plain.

    Total and idempotent. Characters of other scripts fall away, as they would in the record.

    >>> clean("ab-12 345<6")
    'AB123456'
    """
    return _NOT_IN_NUMBER.sub("", _capitals(text))


def _capitals(text: str) -> str:
    return (text if text.isascii() else unicodedata.normalize("NFKC", text)).upper()


def look_alikes(text: str, *, plausible: Callable[[str], bool] | None = None) -> tuple[LookAlike, ...]:
    """List the numbers that differ from the one read by one character that is easily misread.

    `text` is the number cleaned, or better its field of the zone with the fillers (`L898902C<`), because a
    filler may be a K that was misread. `plausible` says whether a candidate field may stand: with a check
    digit pass a comparison with it, and only what that digit allows remains: the swaps that it is blind to
    when the number verifies (G and 6, K and the filler), the swaps that mend the number when it fails.
    Without it every look-alike is listed. Each number appears once, never the one read; at most
    `MAX_LENGTH` times the look-alikes of a character come back, in order of position.
    """
    field = _NOT_IN_FIELD.sub("", _capitals(text))
    if len(field) > MAX_LENGTH:
        return ()
    found: dict[str, LookAlike] = {}
    for index, meant in _swaps(field):
        candidate = field[:index] + meant + field[index + 1 :]
        number = candidate.replace(FILLER, "")
        if len(number) >= MIN_LENGTH and (plausible is None or plausible(candidate)):
            found.setdefault(number, LookAlike(number, index + 1, field[index], meant))
    found.pop(field.replace(FILLER, ""), None)
    return tuple(found.values())


def _swaps(field: str) -> Iterator[tuple[int, str]]:
    """Give each position with each character that may have been misread there."""
    end = len(field.rstrip(FILLER))
    for index, read in enumerate(field[: end + 1]):
        for meant in "K" if read == FILLER else LOOK_ALIKES.get(read, ""):
            yield index, meant
        # The standard lets fillers stand inside a number too, but issuers put them at its end.
        if read == "K" and index == end - 1:
            yield index, FILLER
