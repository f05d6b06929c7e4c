"""How alike two words of names are, and in what way."""

from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz.distance import OSA

from screening.matching import profile
from screening.matching.folding import Token


class Way(StrEnum):
    """In what way two words agree."""

    SAME = "same"
    VARIANT = "variant"
    SOUND = "sound"
    MISREAD = "misread"
    SCRIPT = "script"
    SIMILAR = "similar"
    SLIP = "slip"
    CUT = "cut"
    INITIAL = "initial"
    JOINED = "joined"


@dataclass(frozen=True, slots=True)
class Likeness:
    """Two words agree in a way, to a degree from the floor to 1."""

    way: Way
    degree: float


SAME = Likeness(Way.SAME, 1.0)
VARIANT = Likeness(Way.VARIANT, 0.96)
SOUND = Likeness(Way.SOUND, 0.95)
SHORT_SOUND = Likeness(Way.SOUND, 0.88)
MISREAD = Likeness(Way.MISREAD, 0.92)
SLIP = Likeness(Way.SLIP, 0.7)
JOINED = Likeness(Way.JOINED, 0.96)
LOOSELY_JOINED = Likeness(Way.JOINED, 0.86)

BY_SKELETON = {1: 0.70, 2: 0.84, 3: 0.90}
"""Degree of equal skeletons by their length; longer ones say more."""
LONG_SKELETON = 0.94
SKELETON_BUT_ONE = 0.78
SHORT = 3
"""Words of so few sounds or consonants bear no, or one, difference."""
SHORTEST_SLIP = 2
"""Letters of a word that may hold a slip of one letter; less is an initial."""
MIDDLING = 5
SAME_CONSONANTS = 0.88
"""Words that differ in vowels only, which transliteration treats most freely."""
LOOSEST_GATE = 2
SHORT_SHARE, LONG_SHARE = 0.2, 0.4
"""What the consonants count for beside the sound, in words up to the middling length and in longer ones."""
HEARD_SHARE = 0.97
"""What likeness of sound and consonants is worth, beside likeness of letters."""


def likeness(one: Token, other: Token) -> Likeness | None:
    """Say how two words agree, None when they are different words; the order does not matter."""
    if one.bare or other.bare:
        return _without_vowels(one, other)
    if one.key == other.key:
        return SAME
    if one.fine == other.fine:
        return SOUND if len(one.fine) > SHORT else SHORT_SOUND
    if one.family == other.family:
        return VARIANT
    return _misread(one, other) or _similar(one, other)


def gate(one: str, other: str) -> int:
    """How many consonants may differ before two words count as different, whatever else they share."""
    return 1 if min(len(one), len(other)) <= SHORT else LOOSEST_GATE


def skeleton_gate(one: str, other: str) -> int:
    """How many letters of two skeletons may differ."""
    return 0 if min(len(one), len(other)) <= SHORT else 1


def edits(one: Token, other: Token) -> int:
    """Letters that were changed, dropped, added or swapped between two words."""
    return OSA.distance(one.key, other.key)


def _without_vowels(one: Token, other: Token) -> Likeness | None:
    if one.bare and other.bare and one.key == other.key:
        return SAME
    readings = [(one.skeleton, other.skeleton), (one.inner, other.skeleton), (one.skeleton, other.inner)]
    degrees = [_skeleton_degree(first, second) for first, second in readings if first and second]
    best = max(degrees, default=0.0)
    return Likeness(Way.SCRIPT, best) if best else None


def _skeleton_degree(one: str, other: str) -> float:
    allowed = skeleton_gate(one, other)
    differing = OSA.distance(one, other, score_cutoff=allowed)
    if differing > allowed:
        return 0.0
    return SKELETON_BUT_ONE if differing else BY_SKELETON.get(len(one), LONG_SKELETON)


def _misread(one: Token, other: Token) -> Likeness | None:
    if min(len(one.key), len(other.key)) <= SHORT or one.misread != other.misread:
        return None
    return MISREAD


def _slip(one: Token, other: Token) -> Likeness | None:
    """Judge words too short to be like each other: one letter, never the first, may have been mistyped."""
    if min(len(one.key), len(other.key)) < SHORTEST_SLIP or one.key[0] != other.key[0]:
        return None
    return SLIP if edits(one, other) == 1 else None


def _similar(one: Token, other: Token) -> Likeness | None:
    allowed = gate(one.coarse, other.coarse)
    if OSA.distance(one.coarse, other.coarse, score_cutoff=allowed) > allowed:
        return None
    if min(len(one.key), len(other.key)) <= SHORT:
        return _slip(one, other)
    written = OSA.normalized_similarity(one.key, other.key)
    heard = OSA.normalized_similarity(one.fine, other.fine)
    share = SHORT_SHARE if max(len(one.fine), len(other.fine)) <= MIDDLING else LONG_SHARE
    skeleton = OSA.normalized_similarity(one.coarse, other.coarse)
    degree = max(written, HEARD_SHARE * ((1 - share) * heard + share * skeleton))
    if one.coarse == other.coarse and len(one.coarse) >= SHORT:
        degree = max(degree, SAME_CONSONANTS)
    return Likeness(Way.SIMILAR, degree) if degree > profile.SIMILARITY_FLOOR else None
