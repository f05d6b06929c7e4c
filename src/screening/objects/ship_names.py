"""Names of ships: what spellings and scripts share, keys by which similar names meet, and how similar two are. Pure."""

import re

from anyascii import anyascii
from rapidfuzz.distance import OSA

from screening.matching import folding

SIMILAR = 0.8
"""From this similarity on two names may be one: a letter or two in an ordinary name."""

SHORTEST_SKELETON = 3
"""Shorter skeletons meet only when they are equal: with a letter less they would meet too many."""

_NOT_PLAIN = re.compile(r"[^A-Z0-9]+")
_NUMBER = re.compile(r"[0-9]+")
_WORD = re.compile(r"[A-Z]+|[0-9]+")
_TYPES = frozenset({"MV", "MS", "MT", "SS", "SV", "SY", "MY", "FV", "RV", "TSS"})
"""Abbreviations of the type of ship that are written before its name."""


def normalise(name: str) -> str:
    """Give a ship's name in Latin capitals and digits, without the type before it. Total and idempotent.

    >>> normalise("M/V Océan-Étoile 7")
    'OCEAN ETOILE 7'
    """
    plain = anyascii(name).upper()
    words = [_NOT_PLAIN.sub("", word) for word in plain.replace("-", " ").split()]
    words = [word for word in words if word]
    while len(words) > 1 and words[0] in _TYPES:
        words.pop(0)
    return " ".join(words)


def keys(name: str) -> tuple[str, ...]:
    """Give the keys of a normalised name: names whose sounds differ by one letter share at least one.

    >>> set(keys("OCEAN STAR")) & set(keys("OCEAN STARK")) != set()
    True
    """
    skeleton = _skeleton(name)
    if len(skeleton) < SHORTEST_SKELETON:
        return (skeleton,) if skeleton else ()
    shorter = (skeleton[:place] + skeleton[place + 1 :] for place in range(len(skeleton)))
    return tuple(dict.fromkeys((skeleton, *shorter)))


def similarity(one: str, other: str) -> float:
    """Compare two normalised names, as written and as heard, 0 to 1; sister ships differ by their number."""
    if _NUMBER.findall(one) != _NUMBER.findall(other):
        return 0.0
    written = OSA.normalized_similarity(one.replace(" ", ""), other.replace(" ", ""))
    return max(written, OSA.normalized_similarity(_sound(one), _sound(other)))


def _sound(name: str) -> str:
    return "".join(part if part.isdigit() else folding.sound(folding.legal(part)) for part in _WORD.findall(name))


def _skeleton(name: str) -> str:
    return "".join(
        part if part.isdigit() else folding.consonants(folding.sound(folding.legal(part)))
        for part in _WORD.findall(name.replace(" ", ""))
    )
