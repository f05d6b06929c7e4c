# ruff: noqa: SIM905 - tables are written to be read.
"""Hebrew consonants; three of them sound otherwise at the start of a word, and two of these have two readings inside.

Two consonants that Latin would read as one sound are kept apart: COHEN has a K and an H, no KH. Vowels are not written,
or only by letters that are consonants elsewhere, so words are compared by their consonants.
"""

import re

_LETTERS = dict(
    zip(
        "אבגדהוזחטיכךלמםנןסעפףצץקרשת",
        "A V G D H W Z H T Y K K L M M N N S A F F TS TS K R SH T".split(),
        strict=True,
    )
)
_HARD = {"ב": "B", "פ": "P"}

_APART = re.compile(r"([SKTZ])\x00(?=[HS])|\x00")

SYSTEMS = 2


def is_hebrew(letter: str) -> bool:
    """Whether a letter is Hebrew."""
    return letter in _LETTERS


def read(word: str, system: int) -> str:
    """Read a word: 0 with bet and pe soft inside it (AVRAHAM, YOSEF), 1 with both hard (SHAPIRA)."""
    letters = [letter for letter in word if letter in _LETTERS]
    read_as = [
        _HARD[letter] if letter in _HARD and (at == 0 or system == 1) else _LETTERS[letter]
        for at, letter in enumerate(letters)
    ]
    return _APART.sub(lambda found: found[1] + "A" if found[1] else "", "\x00".join(read_as))
