# ruff: noqa: RUF001 - a table of letters that look alike.
"""Arabic letters as ICAO writes them in the MRZ, and as plain Latin consonants (ICAO Doc 9303-3, 6, table C).

Short vowels are not written in Arabic, and the MRZ form escapes with X what Latin lacks: MXHMWD for Mahmoud.
Both are read into the same plain consonants, which fold to a skeleton that Latin spellings fold to as well.
"""

import re

LETTERS: dict[str, tuple[str, str]] = {
    "ء": ("XE", ""), "آ": ("XAA", "O"), "أ": ("XAE", "O"), "ؤ": ("U", "W"), "إ": ("I", "I"), "ئ": ("XI", "Y"),
    "ا": ("A", "A"), "ب": ("B", "B"), "ة": ("XTA", ""), "ت": ("T", "T"), "ث": ("XTH", "TH"), "ج": ("J", "J"),
    "ح": ("XH", "H"), "خ": ("XKH", "KH"), "د": ("D", "D"), "ذ": ("XDH", "DH"), "ر": ("R", "R"), "ز": ("Z", "Z"),
    "س": ("S", "S"), "ش": ("XSH", "SH"), "ص": ("XSS", "S"), "ض": ("XDZ", "D"), "ط": ("XTT", "T"),
    "ظ": ("XZZ", "Z"), "ع": ("E", "E"), "غ": ("G", "GH"), "ف": ("F", "F"), "ق": ("Q", "Q"), "ك": ("K", "K"),
    "ل": ("L", "L"), "م": ("M", "M"), "ن": ("N", "N"), "ه": ("H", "H"), "و": ("W", "W"), "ى": ("XAY", "Y"),
    "ي": ("Y", "Y"), "ٱ": ("XXA", "A"), "ٹ": ("XXT", "T"), "ټ": ("XRT", "T"), "پ": ("P", "P"),
    "ځ": ("XKE", "Z"), "څ": ("XXH", "S"), "چ": ("XC", "CH"), "ڈ": ("XXD", "D"), "ډ": ("XDR", "D"),
    "ڑ": ("XXR", "R"), "ړ": ("XRR", "R"), "ږ": ("XRX", "G"), "ژ": ("XJ", "ZH"), "ښ": ("XXS", "SH"),
    "ک": ("XKK", "K"), "ګ": ("XXK", "G"), "ڭ": ("XNG", "NG"), "گ": ("XGG", "G"), "ں": ("XNN", "N"),
    "ڼ": ("XXN", "N"), "ھ": ("XDO", ""), "ۀ": ("XYH", ""), "ہ": ("XXG", "H"), "ۂ": ("XGE", "H"),
    "ۃ": ("XTG", ""), "ی": ("XYA", "Y"), "ۍ": ("XXY", "Y"), "ې": ("Y", "Y"), "ے": ("XYB", "Y"), "ۓ": ("XBE", "Y"),
}  # fmt: skip
"""Letter: (ICAO form, plain consonant). A is the alif that begins the article, E is ain, O and I alif with hamza."""

_DECODED = {"XAH": ""} | {icao: plain for icao, plain in LETTERS.values() if icao.startswith("X")}
_ESCAPE = re.compile("|".join(sorted(_DECODED, key=len, reverse=True)))
_STRONG = re.compile(r"X(?:AH|AY|DH|DZ|H|KH|KK|SH|SS|TA|TH|TT|YA|ZZ|GG)")
_MOST_VOWELS = 0.3
"""An escaped Arabic word writes its long vowels only: ALEXANDER and MAXIM are not such words."""

_VOWELLED = {
    "محمد": "MUHAMMAD", "محمود": "MAHMUD", "احمد": "AHMAD", "حسن": "HASAN", "حسين": "HUSAYN", "حسان": "HASSAAN",
    "سعيد": "SAID", "سعد": "SAAD", "سيد": "SAYYID", "صالح": "SALIH", "صلاح": "SALAH", "سالم": "SALIM", "سليم": "SALEEM",
    "علي": "ALI", "علاء": "ALAA", "ناصر": "NASIR", "نصر": "NASR", "نصار": "NASSAR", "جمال": "JAMAL", "جميل": "JAMIL",
    "كريم": "KARIM", "كرم": "KARAM", "كامل": "KAMIL", "كمال": "KAMAL", "رحيم": "RAHIM", "رحمن": "RAHMAN",
    "رحمان": "RAHMAN", "حامد": "HAMID", "حميد": "HAMEED", "حمد": "HAMAD", "مجيد": "MAJEED", "راشد": "RASHID",
    "رشيد": "RASHEED", "عمر": "UMAR", "عامر": "AMIR", "عمار": "AMMAR", "امير": "AMEER", "عادل": "ADIL",
    "خالد": "KHALID", "خليل": "KHALIL", "يوسف": "YUSUF", "يونس": "YUNUS",
    "ابراهيم": "IBRAHIM", "اسماعيل": "ISMAIL", "مصطفى": "MUSTAFA",
    "عثمان": "UTHMAN", "سليمان": "SULAYMAN", "سلمان": "SALMAN", "سلمى": "SALMA", "ليلى": "LAYLA", "مريم": "MARYAM",
    "نبيل": "NABIL", "سمير": "SAMIR", "منصور": "MANSUR", "رضا": "RIDA", "مهدي": "MAHDI", "جعفر": "JAFAR",
}  # fmt: skip
"""Common names that others share their consonants with, by the vowels that nobody writes: Mahmud is not Muhammad."""
_SMALL_WORDS = {"ABN": "BIN", "BN": "BIN", "BNT": "BINT", "OBW": "ABU", "ABW": "ABU", "OBY": "ABU", "OBA": "ABU"}
_SERVANT_OF = "EBD"
_GOD = "ALLH"
_FAITH = "ALDYN"
_ARTICLE = "AL"
_SHORTEST_STEM = 2
_AS_A = str.maketrans("EO", "AA")
_APART = re.compile(r"([SKTDGZCP])\x00(?=H)|\x00")
"""Two letters that would read as one sound: S and H of SOHRAB are no SH."""


def is_arabic(letter: str) -> bool:
    """Whether the letter is written in the Arabic script (the marks of short vowels are not letters)."""
    return letter in LETTERS


def vowelled(plain: str) -> str | None:
    """Give a common name with its vowels, by its plain consonants; None when these are all that is known."""
    return _BY_CONSONANTS.get(plain)


def plain_words(word: str) -> tuple[str, ...]:
    """Give the plain consonants of one word in Arabic letters; the article and "servant of" stand apart."""
    return _split(_APART.sub(_apart, "\x00".join(LETTERS[letter][1] for letter in word if letter in LETTERS)))


def _apart(found: re.Match[str]) -> str:
    return found[1] + "A" if found[1] else ""


def looks_escaped(word: str) -> bool:
    """Whether an MRZ word is likely an Arabic word in ICAO's X-escapes."""
    vowels = sum(letter in "AEIOU" for letter in word)
    return bool(_STRONG.search(word)) and "XX" not in word and vowels <= _MOST_VOWELS * len(word)


def unescaped_words(word: str) -> tuple[str, ...]:
    """Read an MRZ word in X-escapes back into plain consonants, split as `plain_words` does."""
    return _split(_ESCAPE.sub(lambda found: _DECODED[found[0]], word))


def _split(plain: str) -> tuple[str, ...]:
    if plain in _SMALL_WORDS:
        return (_SMALL_WORDS[plain],)
    if plain.startswith(_SERVANT_OF) and not plain.endswith(_GOD):
        stem = plain.removeprefix(_SERVANT_OF)
        if len(stem) >= len(_ARTICLE) + _SHORTEST_STEM:
            return ("ABD", *_split(stem))
    for ending in (_GOD, _FAITH):
        stem = plain.removesuffix(ending)
        if stem not in {plain, _SERVANT_OF} and len(stem) >= _SHORTEST_STEM:
            return (*_split(stem), *_split(ending))
    if plain.startswith(_ARTICLE) and plain != _GOD and len(plain) >= len(_ARTICLE) + _SHORTEST_STEM:
        return (_ARTICLE, plain.removeprefix(_ARTICLE).translate(_AS_A))
    latin = plain.translate(_AS_A)
    return (latin,) if latin else ()


_BY_CONSONANTS = {plain_words(word)[-1]: latin for word, latin in _VOWELLED.items()}
