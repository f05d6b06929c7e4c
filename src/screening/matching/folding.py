"""Words folded to what spellings share: legal forms, sound, consonants.

Four folds, each coarser than the last. `key` holds all legal ICAO forms equal (MUELLER, MUXXLLER, MULLER); `fine` is
how a word sounds; `coarse` its consonants by class; `skeleton` what a script without vowels would keep of it, `inner`
the same read otherwise: without an article written as part of the word (ALAZZAWI), CH as in MENACHEM, TH as in RUTH;
`misread` has one letter for those OCR mixes.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from screening.matching import variants
from screening.matching.scripts import Word

LONGEST_SPAN, LONGEST_JOINED = 4, 24
"""Neighbouring words that may stand for one word in another spelling (ABD EL RAHMAN takes three), and its letters."""


class Role(Enum):
    """What a word does in a name. A title weighs where both sides have it and is not missed where one side has none."""

    WORD = auto()
    TITLE = auto()
    PARTICLE = auto()
    INITIAL = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a name and its folds; `family` is what its frequency is counted by."""

    text: str
    key: str
    fine: str
    coarse: str
    skeleton: str
    inner: str
    misread: str
    family: str
    role: Role
    bare: bool


def _replacer(table: dict[str, str]) -> Callable[[str], str]:
    """Build a function that replaces the longest keys first, in one pass from left to right."""
    pattern = re.compile("|".join(sorted(table, key=len, reverse=True)))
    return lambda text: pattern.sub(lambda found: table[found[0]], text)


LEGAL = {"UXX": "U", "NXX": "N", "AE": "A", "OE": "O", "UE": "U", "AA": "A"}
"""Table A leaves States a choice for five letters: Ä AE or A, Å AA or A, Ñ N or NXX, Ö OE or O, Ü UE, UXX or U."""

SOUND = (
    dict.fromkeys(("SHCH", "SCHTSCH", "TSCH", "TCH", "SCH", "TSH", "CH", "SH", "CZ", "TZ", "TS"), "S")
    | {"KH": "H", "GH": "G", "PH": "F", "TH": "T", "DH": "D", "BH": "B", "JH": "J", "DJ": "J", "ZH": "J", "DZH": "J"}
    | {"CK": "K", "Q": "K", "C": "K", "CE": "SE", "CI": "SI", "CY": "SI", "X": "KS", "W": "V"}
    | dict.fromkeys(("OU", "OO", "O", "U"), "U")
    | {"EAUX": "EAU"}
    | dict.fromkeys(("I", "EE", "IE", "EI", "EY", "AI", "AY", "IY", "YI", "II", "Y"), "I")
)
"""Sounds with several spellings in A-Z."""

_LEGAL, _SOUND = _replacer(LEGAL), _replacer(SOUND)
ASSIMILATING = frozenset("DNRSTZ")
"""Letters that the L of an article before them becomes: ARRAHMAN."""
_ARTICLE = re.compile(rf"[AE](?:L|([{''.join(sorted(ASSIMILATING))}])(?=\1))(?=.{{4}})")
_RUN = re.compile(r"(.)\1+")
_GLIDE = re.compile(r"^(?:YE|IE|JE)")
VOWELS, HALF_VOWELS = frozenset("AEIOU"), frozenset("WYV")
_VOWELS = re.compile(r"[AEIOU]+")
CLASSES = ("GZVDPJ", "KSFTBS")
"""Consonants that spellings mix: G and K, Z and S and J, V and F, D and T, B and P."""
_CLASSES = str.maketrans(*CLASSES)

BARE = (
    {"KH": "H", "CH": "S", "SH": "S", "TH": "S", "DH": "D", "GH": "K", "ZH": "J", "DJ": "J", "PH": "F", "OU": ""}
    | {"TZ": "S", "TS": "S", "Q": "K", "G": "K", "C": "K", "P": "B", "X": "KS", "Z": "D", "V": ""}
    | dict.fromkeys("AEIOUWY", "")
)
"""What Arabic or Hebrew would keep of a Latin spelling; vav, waw and yod are half vowels and go too."""

_BARE = _replacer(BARE)

MISREAD = {"RN": "M", "L": "I", "Q": "O", "D": "O"}
_MISREAD = _replacer(MISREAD)
"""Letters that OCR takes for one another, among letters; digits are mended in `scripts`."""


def token(word: Word) -> Token:
    """Fold one word."""
    key = legal(word.letters)
    fine = sound(key)
    skeleton = consonants_written(key)
    return Token(
        text=word.letters,
        key=key,
        fine=fine,
        coarse=consonants(fine),
        skeleton=skeleton,
        misread=_MISREAD(key),
        inner=_otherwise_written(key) if not word.bare else "",
        family=family(key, fine, skeleton, word.bare),
        role=role(word),
        bare=word.bare,
    )


def legal(letters: str) -> str:
    """Give the key: one form for all that ICAO allows States to print."""
    return _LEGAL(letters)


def sound(key: str) -> str:
    """Give the fine form: how a word sounds, in the fewest letters."""
    heard = _RUN.sub(r"\1", _SOUND(_GLIDE.sub("E", key)))
    return heard.removesuffix("H") or heard


def consonants(fine: str) -> str:
    """Give the coarse form: classes of consonants, and A for a vowel at the beginning."""
    lead = "A" if fine[:1] in VOWELS else ""
    return lead + _VOWELS.sub("", _RUN.sub(r"\1", fine.translate(_CLASSES)))


def consonants_written(letters: str) -> str:
    """Give the skeleton that a script without vowels shares with Latin; a leading A stands for any vowel."""
    lead = "A" if letters[:1] in VOWELS | HALF_VOWELS else ""
    kept = _BARE(_RUN.sub(r"\1", letters))
    return lead + (kept.removesuffix("H") or kept)


def _otherwise_written(key: str) -> str:
    found = _ARTICLE.match(key)
    if found:
        return consonants_written(key[found.end() :])
    throaty = consonants_written(key.replace("CH", "H"))
    if "CH" in key and "H" in throaty:
        return throaty
    return consonants_written(key.replace("TH", "T")) if "TH" in key else ""


def family(key: str, fine: str, skeleton: str, bare: bool) -> str:  # noqa: FBT001 - a fact of the word
    """Give what the frequency of a word is counted by."""
    if bare:
        return _FAMILY_OF_SKELETON.get(skeleton) or "~" + skeleton
    return _FAMILY_OF_KEY.get(key, fine)


def role(word: Word) -> Role:
    """Tell what a word does in a name, as far as it tells by itself."""
    if len(word.letters) == 1 and not word.bare:
        return Role.INITIAL
    if word.letters in variants.PARTICLES:
        return Role.PARTICLE
    return Role.WORD


_FAMILY_OF_KEY: dict[str, str] = {
    _LEGAL(spelling): family[0] for family in reversed(variants.FAMILIES) for spelling in family
}

FREQUENCIES: dict[str, float] = {
    _FAMILY_OF_KEY.get(_LEGAL(word), sound(_LEGAL(word))): per_mille / 1000
    for word, per_mille in variants.FREQUENCIES.items()
}
"""Family: the share of names that hold it."""

_FAMILY_OF_SKELETON: dict[str, str] = {
    consonants_written(word): _FAMILY_OF_KEY.get(_LEGAL(word), sound(_LEGAL(word)))
    for word in sorted(variants.FREQUENCIES, key=lambda word: variants.FREQUENCIES[word])
    if len(consonants_written(word)) > 1
}
"""The commonest family of each skeleton: a bare word is taken for that one when it is weighed."""
