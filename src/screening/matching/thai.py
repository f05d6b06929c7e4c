"""Thai consonants as the Royal Institute writes them, and as people do: PHONG and PONG, SOMPHON and SOMPORN.

Short vowels often go unwritten, so that a word is compared by its consonants alone. A letter under the stroke of
silence is not read, and H before a sonorant only marks the tone. Two R are a vowel: SUWAN, THAM. A last R is N by the
rules and RN by habit (SOMPHON, SOMPORN).
"""

import re

_INITIALS = {
    "K": "ก", "KH": "ขฃคฅฆ", "NG": "ง",
    "CH": "ฉชฌ", "J": "จ", "S": "ซสศษ", "Y": "ย", "D": "ดฎ", "T": "ตฏ", "TH": "ถทธฐฑฒ",
    "N": "นณญ", "B": "บ", "P": "ป", "PH": "ผพภ", "F": "ฝฟ", "M": "ม", "R": "รฤ", "L": "ลฬ", "W": "ว", "H": "หฮ",
    "A": "อะัา", "AM": "ำ", "I": "ิี", "U": "ึืุู", "E": "เแ", "O": "โ", "AI": "ใไ",
}  # fmt: skip
_LETTERS = {sign: latin for latin, signs in _INITIALS.items() for sign in signs}
_FINALS = {
    "KH": "K",
    "CH": "T",
    "S": "T",
    "D": "T",
    "TH": "T",
    "B": "P",
    "PH": "P",
    "F": "P",
    "L": "N",
    "R": "N",
    "J": "T",
}
_SILENT = re.compile("(?:[ตทด](?=ร์)|ษ(?=ณ์))?[ก-ฮ][ิุ]?์")
_TONE_MARK = re.compile("ห(?=[งญนมยรลว])")
_BEFORE = re.compile("([เแโใไ])([ก-ฮ])")
_TWO_R = re.compile("รร(?=[ก-ฮ])")
_UNLIKE_THEIR_LETTERS = (("เพชร", "เพต"), ("ทรง", "ซง"), ("ทรัพ", "ซัพ"))
"""Parts of many names that sound otherwise than they are written: PHET, SONG, SAP."""
_HABIT = {"KH": "K", "TH": "T", "PH": "P"}

SYSTEMS = 2


def is_thai(letter: str) -> bool:
    """Whether a letter is Thai."""
    return "\u0e00" <= letter <= "\u0e7f"


def read(word: str, system: int) -> str:
    """Read a word: 0 as the Royal Institute does, 1 without H after K, P and T and with the last R kept."""
    for written, spoken in _UNLIKE_THEIR_LETTERS:
        word = word.replace(written, spoken)
    word = _TWO_R.sub("ะ", _SILENT.sub("", word)).replace("รร", "ะน")
    heard = _BEFORE.sub(r"\2\1", _TONE_MARK.sub("", word))
    letters = [_LETTERS[letter] for letter in heard.replace("ญ", "ย", heard.startswith("ญ")) if letter in _LETTERS]
    if not letters:
        return ""
    if system == 1:
        ending = "N" if letters[-1] == "R" else ""
        return "".join(_HABIT.get(letter, letter) for letter in letters) + ending
    return "".join((*letters[:-1], _FINALS.get(letters[-1], letters[-1]))).replace("J", "CH")
