# ruff: noqa: SIM905 - tables are written to be read.
"""Hangul as Korea romanises it, as McCune and Reischauer do, and as people spell their names.

A syllable is a number made of its first consonant, its vowel and its last consonant (Unicode, 3.12), so three small
tables a system read them all: Revised Romanization (2000), McCune-Reischauer (1939, without its breves, as passports
of the North print it) and the spellings that most people choose (KYUNG SOO, JUNG HEE).
"""

from dataclasses import dataclass

FIRST_SYLLABLE, LAST_SYLLABLE = "가", "힣"
_LASTS = 28
_VOWELS = 21


@dataclass(frozen=True, slots=True)
class _System:
    firsts: tuple[str, ...]
    vowels: tuple[str, ...]
    lasts: tuple[str, ...]
    surnames: dict[str, str]

    def read(self, sign: str) -> str:
        number = ord(sign) - ord(FIRST_SYLLABLE)
        first, rest = divmod(number, _VOWELS * _LASTS)
        vowel, last = divmod(rest, _LASTS)
        return self.firsts[first] + self.vowels[vowel] + self.lasts[last]


_FINALS = tuple(" K K K N N N T L K M L L L P L M P P T T NG T T K T P T".split(" "))
_REVISED = _System(
    firsts=tuple("G KK N D TT R M B PP S SS - J JJ CH K T P H".replace("-", "").split(" ")),
    vowels=tuple("A AE YA YAE EO E YEO YE O WA WAE OE YO U WO WE WI YU EU UI I".split()),
    lasts=_FINALS,
    surnames={"김": "KIM", "이": "LEE", "박": "PARK", "최": "CHOI", "강": "KANG", "임": "LIM", "노": "ROH"},
)
_MCCUNE = _System(
    firsts=tuple("K KK N T TT R M P PP S SS - CH TCH CH K T P H".replace("-", "").split(" ")),
    vowels=tuple("A AE YA YAE O E YO YE O WA WAE OE YO U WO WE WI YU U UI I".split()),
    lasts=_FINALS,
    surnames={"이": "YI", "임": "RIM", "노": "RO", "유": "RYU"},
)
_HABIT = _System(
    firsts=tuple("K KK N D TT R M B PP S SS - J JJ CH K T P H".replace("-", "").split(" ")),
    vowels=tuple("A AE YA YAE U E YOU YE O WA WAE OE YO OO WO WE WI YU EU EE I".split()),
    lasts=_FINALS,
    surnames={
        "이": "LEE", "박": "PARK", "최": "CHOI", "임": "LIM", "노": "ROH", "유": "YOO", "신": "SHIN", "권": "KWON",
        "오": "OH", "안": "AHN", "고": "KO", "백": "BAEK", "서": "SUH",
    },
)  # fmt: skip

SYSTEMS = (_REVISED, _HABIT, _MCCUNE)


def is_syllable(sign: str) -> bool:
    """Whether a sign is a whole Korean syllable."""
    return FIRST_SYLLABLE <= sign <= LAST_SYLLABLE


def read(word: str, system: int) -> list[str]:
    """Read a word of syllables in one of the systems; a surname stands first and has a spelling of its own."""
    chosen = SYSTEMS[system]
    surname = chosen.surnames.get(word[0])
    read_as = [chosen.read(sign) for sign in word]
    return [surname, *read_as[1:]] if surname else read_as
