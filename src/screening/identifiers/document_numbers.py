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

# Pairs that OCR-B and hasty typing confuse, both ways, by what makes them alike.
_CONFUSABLE = {
    "a round outline": "0O 0D 0Q 0U 0C OD OQ OU OC QG CG",
    "an upright stroke": "1I 1L 1J 1T 17 IL IJ IT",
    "a flat top on a slant": "2Z 27 7T 7Z",
    "bows": "38 3B 8B 8S 5S 56 6G 6B 68",
    "a bow on a tail": "9G 9P 9Q",
    "a stroke more or less": "EF PF PR KR 4A",
    "uprights joined": "HM HN MN",
    "arms in a V": "UV VW VY XY KX TY",
}


def _partners() -> dict[str, str]:
    """Spell the pairs out both ways: each character with all that it may be mistaken for."""
    partners: dict[str, set[str]] = {}
    for pair in " ".join(_CONFUSABLE.values()).split():
        for read, meant in zip(pair, reversed(pair), strict=True):
            partners.setdefault(read, set()).add(meant)
    return {read: "".join(sorted(meant)) for read, meant in partners.items()}


_MISTYPED = {"0": "O", "O": "0", "1": "I", "I": "1"}

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


def loses_characters(text: str) -> bool:
    """Tell whether cleaning drops a letter or digit, because it is of another script: what is left is another number.

    >>> loses_characters("AB-12 345"), loses_characters("\u0420123456")
    (False, True)
    """
    return any(each.isalnum() for each in unicodedata.normalize("NFKC", text).upper() if not each.isascii())


def look_alikes(text: str, *, plausible: Callable[[str], bool] | None = None) -> tuple[LookAlike, ...]:
    """List the numbers that differ from the one read by one character that is easily misread.

    `text` is the number cleaned, or better its field of the zone with the fillers (`L898902C<`), because a
    filler may be a K that was misread. `plausible` says whether a candidate field may stand: with a check
    digit pass a comparison with it, and only what that digit allows remains: the swaps that it is blind to
    when the number verifies (G and 6, K and the filler), the swaps that mend the number when it fails:

    `look_alikes(zone.number_field, plausible=lambda field: mrz.check_digit(field) == digit)`

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


def mistyped(number: str) -> tuple[LookAlike, ...]:
    """List the numbers that somebody may have meant who typed a zero for an O, or a one for an I, or the reverse.

    >>> [each.number for each in mistyped("AB0C34")]
    ['ABOC34']
    """
    return tuple(
        LookAlike(number[:place] + meant + number[place + 1 :], place + 1, read, meant)
        for place, read in enumerate(number[:MAX_LENGTH])
        if (meant := _MISTYPED.get(read))
    )


def _swaps(field: str) -> Iterator[tuple[int, str]]:
    """Give each position with each character that may have been misread there."""
    end = len(field.rstrip(FILLER))
    for index, read in enumerate(field[: end + 1]):
        for meant in "K" if read == FILLER else LOOK_ALIKES.get(read, ""):
            yield index, meant
        # The standard lets fillers stand inside a number too, but issuers put them at its end.
        if read == "K" and index == end - 1:
            yield index, FILLER
