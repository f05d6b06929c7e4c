# ruff: noqa: SIM905 - tables are written to be read.
"""The scripts of northern and southern India that share one plan, read as their speakers write names in Latin.

Devanagari, Bengali, Gurmukhi, Gujarati, Telugu, Kannada and Malayalam lie in blocks of 128 code points in the same
order (after ISCII), so one table reads them all. A consonant carries A unless a vowel sign or a stroke follows; at the
end of a word the A is silent. The spelling is Hunterian, India's official romanisation, without marks.
"""

_BLOCK = 0x80
_BLOCKS = frozenset({0x0900, 0x0980, 0x0A00, 0x0A80, 0x0C00, 0x0C80, 0x0D00})
_STROKE = 0x4D

_CONSONANTS = dict(
    zip(
        range(0x15, 0x3A),
        "K KH G GH N CH CHH J JH N T TH D DH N T TH D DH N N P PH B BH M Y R R L L L V SH SH S H".split(),
        strict=True,
    )
) | {0x5C: "R", 0x5D: "RH", 0x5B: "Z", 0x5E: "F", 0x58: "Q", 0x59: "KH", 0x5A: "G", 0x5F: "Y"}
_VOWELS = dict(zip(range(0x05, 0x0C), "A A I I U U RI".split(), strict=True)) | {
    0x0E: "E", 0x0F: "E", 0x10: "AI", 0x11: "O", 0x12: "O", 0x13: "O", 0x14: "AU",
}  # fmt: skip
_SIGNS = dict(zip(range(0x3E, 0x44), "A I I U U RI".split(), strict=True)) | {
    0x46: "E", 0x47: "E", 0x48: "AI", 0x49: "O", 0x4A: "O", 0x4B: "O", 0x4C: "AU", _STROKE: "",
}  # fmt: skip
_MARKS = {0x01: "N", 0x02: "N", 0x03: "H", 0x70: "N"}
_NASAL, _H = 0x02, 0x39


def is_indic(letter: str) -> bool:
    """Whether a letter belongs to one of these scripts."""
    return ord(letter) - ord(letter) % _BLOCK in _BLOCKS


def read(word: str) -> str:
    """Read one word in Latin letters."""
    places = [ord(letter) % _BLOCK for letter in word if is_indic(letter)]
    nexts = [*places[1:], _STROKE]
    return "".join(_letter(place, after) for place, after in zip(places, nexts, strict=True))


def _letter(place: int, after: int) -> str:
    if place in _CONSONANTS:
        silent = after in _SIGNS
        return _CONSONANTS[place] + ("" if silent else "A")
    if (place, after) == (_NASAL, _H):
        return "NG"
    return _VOWELS.get(place) or _SIGNS.get(place) or _MARKS.get(place, "")
