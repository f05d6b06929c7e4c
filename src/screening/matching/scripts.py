# ruff: noqa: RUF001, SIM905 - tables of letters that look alike, written to be read.
"""From any script to words of A-Z, as ICAO Doc 9303-3, section 6 does it and as people do it.

A name may be read in more than one way (Г is G in Russian and H in Ukrainian), so the answer is a few readings.
"""

import re
import unicodedata
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from anyascii import anyascii

from screening.matching import arabic, han, hangul, hebrew, indic, thai

LONGEST_NAME = 400
"""Characters of a name that are read; the longest name line of a travel document has 39."""
MOST_WORDS = 16
"""Words of a name that are read; the rest of a longer name is not looked at."""
LONGEST_WORD = 40
"""Letters of a word that are read."""


class Word(NamedTuple):
    """A word in A-Z; `bare` when it comes from a script, or a form, that does not write short vowels."""

    letters: str
    bare: bool = False


_LATIN = {
    "Ä": "AE", "Å": "AA", "Ö": "OE", "Ü": "UE", "Æ": "AE", "Ø": "OE", "Œ": "OE", "Þ": "TH", "ß": "SS",
    "ẞ": "SS", "Ĳ": "IJ", "Ð": "D", "Đ": "D", "Ł": "L", "Ħ": "H", "Ŧ": "T", "Ŋ": "N", "Ə": "E", "ı": "I",
    "İ": "I", "ĸ": "Q",
}  # fmt: skip
"""The rows of table A that are not simply a letter without its mark; the choices AE or A are one in `folding`."""

_RUSSIAN = dict(
    zip("АБВГДЕЁЖЗИЙКЛМНОПРСТУФ", "A B V G D E E ZH Z I I K L M N O P R S T U F".split(), strict=True)
) | {
    "Х": "KH", "Ц": "TS", "Ч": "CH", "Ш": "SH", "Щ": "SHCH", "Ъ": "IE", "Ы": "Y", "Ь": "", "Э": "E", "Ю": "IU",
    "Я": "IA", "І": "I", "Ї": "I", "Є": "IE", "Ґ": "G", "Ў": "U", "Ј": "J", "Љ": "LJ", "Њ": "NJ", "Ћ": "C",
    "Ђ": "D", "Џ": "DZ", "Ѓ": "G", "Ќ": "K", "Ѕ": "DZ", "Ѳ": "F", "Ѵ": "Y", "Ѫ": "U",
}  # fmt: skip
"""Table B. Serbian Ђ and Ћ follow Serbian use (D for Đ, C for Ć): their rows are damaged in the copy read."""

_UKRAINIAN = _RUSSIAN | {"Г": "H", "И": "Y"}
_UKRAINIAN_FIRST = {"Є": "YE", "Ї": "YI", "Й": "Y", "Ю": "YU", "Я": "YA"}
_BELARUSIAN = _RUSSIAN | {"Г": "H", "Ё": "IO"}
_SERBIAN = _RUSSIAN | {"Г": "G", "Ж": "Z", "Х": "H", "Ц": "C", "Ч": "C", "Ш": "S"}
_BULGARIAN = _RUSSIAN | {"Щ": "SHT"}
_Table = dict[str, str]
_CYRILLIC: dict[str, _Table] = {
    "RUSSIAN": _RUSSIAN,
    "UKRAINIAN": _UKRAINIAN,
    "BELARUSIAN": _BELARUSIAN,
    "SERBIAN": _SERBIAN,
    "BULGARIAN": _BULGARIAN,
}
_CYRILLIC_LETTERS = re.compile(r"[Ѐ-ԯ]")

_GREEK_PAIRS = (
    ("ΟΥ", "OU"), ("ΑΥ", "AV"), ("ΕΥ", "EV"), ("ΗΥ", "IV"), ("ΜΠ", "B"), ("ΝΤ", "NT"), ("ΓΓ", "NG"),
    ("ΓΚ", "GK"), ("ΓΧ", "NCH"), ("ΤΖ", "TZ"),
)  # fmt: skip
_GREEK = dict(
    zip("ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ", "A V G D E Z I TH I K L M N X O P R S T Y F CH PS O".split(), strict=True)
)
"""ELOT 743, which Greece prints."""

_JOINING = re.compile("['\u2019\u2018\u02bc\u02bb\u00b4\u02bf\u02be`\u2032\u00ad\u200c\u200d\u0640]")
"""Apostrophes are dropped and their sides joined (ICAO Doc 9303-3, 4.6); so is the Arabic stroke that widens a word."""
_SEPARATING = re.compile(r"[\s,.;:/\\()\[\]<>&_+|\u2010-\u2015\u00b7\u30fb\-]+")
"""Hyphens and commas part words (4.6). Full stops and brackets do too, beyond ICAO: J.R. is two initials."""
_DIGITS = str.maketrans("01258", "OIZSB")
"""What a digit in a name was before it was misread: names hold no digits (4.6)."""
_EACH_SIGN_A_SYLLABLE = re.compile(r"[\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\U00020000-\U0003134f]")
_LETTER = re.compile(r"[^A-Z]")


_Reading = tuple[tuple[Word, ...], ...]


def readings(*texts: str) -> tuple[_Reading, ...]:
    """Read the fields of one name in every way worth comparing: at most five readings, of as many fields each."""
    if all(map(str.isascii, texts)):
        return _with_escapes([tuple(map(_plain, texts))])
    fields = [_separate(text) for text in texts]
    letters = "".join(word for words in fields for word in words)
    languages = _languages(letters)
    systems = range(max(len(languages), _most_systems(letters)))
    return _with_escapes([tuple(_read_field(words, system, languages) for words in fields) for system in systems])


def plain_words(text: str) -> tuple[Word, ...]:
    """Read a text in A-Z that has one reading; nothing for one that may be in ICAO's Arabic escapes."""
    letters = text.upper()
    if letters.isalpha():  # most are a single word, and this is asked for each word of a list
        words: tuple[Word, ...] = (Word(letters[:LONGEST_WORD]),)
    else:
        words = _plain(text)
    return () if any(map(_looks_escaped, words)) else words


def _with_escapes(found: list[_Reading]) -> tuple[_Reading, ...]:
    """Add what a name means if it is in ICAO's Arabic escapes."""
    if any(_looks_escaped(word) for words in found[0] for word in words):
        found.append(tuple(_unescaped(words) for words in found[0]))
    return tuple(dict.fromkeys(found)) if len(found) > 1 else tuple(found)


def _looks_escaped(word: Word) -> bool:
    return "X" in word.letters and arabic.looks_escaped(word.letters)


def _plain(text: str) -> tuple[Word, ...]:
    """Read a field in A-Z: most are, and have one reading that needs no table."""
    letters = text[:LONGEST_NAME].upper()
    if letters.replace(" ", "").isalnum():
        return tuple(read for word in letters.split()[:MOST_WORDS] for read in _plain_word(word))
    words = filter(None, _SEPARATING.split(_JOINING.sub("", letters)))
    return tuple(read for word in islice(words, MOST_WORDS) for read in _plain_word(word))


@lru_cache(maxsize=1 << 16)
def _plain_word(word: str) -> tuple[Word, ...]:
    return _words(_without_digits(word[:LONGEST_WORD]), bare=False)


def _most_systems(letters: str) -> int:
    """Tell in how many ways the scripts of a name are read."""
    if _EACH_SIGN_A_SYLLABLE.search(letters):
        return max(han.SYSTEMS, len(hangul.SYSTEMS))
    if any(thai.is_thai(letter) for letter in letters):
        return thai.SYSTEMS
    return hebrew.SYSTEMS if any(hebrew.is_hebrew(letter) for letter in letters) else 1


def _separate(text: str) -> list[str]:
    """Cut a name into words in capital letters of its own script."""
    composed = unicodedata.normalize("NFKC", text[:LONGEST_NAME])
    joined = _JOINING.sub("", composed)
    return [_capitals(word)[:LONGEST_WORD] for word in _SEPARATING.split(joined) if word][:MOST_WORDS]


def _capitals(word: str) -> str:
    return "".join(letter if letter in _LATIN else letter.upper() for letter in word)


def _languages(letters: str) -> tuple[str, ...]:
    """Tell the language from letters that it alone has; without one, each reading that differs is worth a try."""
    if not _CYRILLIC_LETTERS.search(letters):
        return ("RUSSIAN",)
    if "Ў" in letters:
        return ("BELARUSIAN",)
    if set("ІЇЄҐ") & set(letters):
        return ("UKRAINIAN",)
    if set("ЂЃЈЉЊЋЌЏЅ") & set(letters):
        return ("SERBIAN", "RUSSIAN")
    return ("RUSSIAN", "UKRAINIAN", "SERBIAN", "BULGARIAN")


def _read_field(words: list[str], system: int, languages: tuple[str, ...]) -> tuple[Word, ...]:
    language = languages[min(system, len(languages) - 1)]
    return tuple(read for word in words for read in _read(word, system, language))[:MOST_WORDS]


@lru_cache(maxsize=1 << 16)
def _read(word: str, system: int, language: str) -> tuple[Word, ...]:
    if word.isascii():
        return _words(_without_digits(word), bare=False)
    if any(arabic.is_arabic(letter) for letter in word):
        return tuple(map(_with_vowels, arabic.plain_words(word)))
    if _EACH_SIGN_A_SYLLABLE.search(word):
        return tuple(Word(part) for part in _syllables(word, system))
    bare = _consonants(word, system)
    if bare is not None:
        return _words(bare, bare=True)
    latin = indic.read(word) if any(map(indic.is_indic, word)) else _transliterated(word, _CYRILLIC[language])
    return _words(latin, bare=False)


def _consonants(word: str, system: int) -> str | None:
    """Read a word of a script that leaves vowels out; None for other scripts."""
    if any(map(hebrew.is_hebrew, word)):
        return hebrew.read(word, min(system, hebrew.SYSTEMS - 1))
    return thai.read(word, min(system, thai.SYSTEMS - 1)) if any(map(thai.is_thai, word)) else None


def _with_vowels(plain: str) -> Word:
    known = arabic.vowelled(plain)
    return Word(known) if known else Word(plain, bare=True)


def _words(letters: str, *, bare: bool) -> tuple[Word, ...]:
    kept = _LETTER.sub("", letters.upper())[:LONGEST_WORD]
    return (Word(kept, bare),) if kept else ()


def _without_digits(word: str) -> str:
    return word.translate(_DIGITS) if not word.isdigit() else ""


def _syllables(word: str, system: int) -> list[str]:
    """One word for a syllable: Xi Jin Ping; joined spellings are the business of the alignment."""
    script = hangul if all(map(hangul.is_syllable, word)) else han
    read = script.read(word, system)
    return [kept for kept in (_LETTER.sub("", syllable) for syllable in read) if kept]


def _transliterated(word: str, cyrillic: _Table) -> str:
    if set(word) & _GREEK.keys() or "GREEK" in unicodedata.name(word[0], ""):
        return _from_greek(word)
    return "".join(_letter(letter, at, cyrillic) for at, letter in enumerate(word))


def _from_greek(word: str) -> str:
    bare = "".join(mark for mark in unicodedata.normalize("NFD", word) if not unicodedata.combining(mark))
    for pair, latin in _GREEK_PAIRS:
        bare = bare.replace(pair, latin)
    return "".join(_GREEK.get(letter, letter) for letter in bare)


def _letter(letter: str, at: int, cyrillic: _Table) -> str:
    if letter.isascii():
        return _without_digits(letter) if letter.isdigit() else letter
    if letter in _LATIN:
        return _LATIN[letter]
    if at == 0 and cyrillic is _UKRAINIAN and letter in _UKRAINIAN_FIRST:
        return _UKRAINIAN_FIRST[letter]
    if letter in cyrillic:
        return cyrillic[letter]
    base = unicodedata.normalize("NFD", letter)[0]
    return base if base.isascii() else cyrillic.get(base) or anyascii(letter)


def _unescaped(reading: tuple[Word, ...]) -> tuple[Word, ...]:
    """Read a name line in ICAO's Arabic escapes back into consonants."""
    parts = (part for word in reading for part in arabic.unescaped_words(word.letters))
    return tuple(map(_with_vowels, parts))[:MOST_WORDS]
