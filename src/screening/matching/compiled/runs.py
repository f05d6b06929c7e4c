"""Runs of neighbouring words of many names, folded and hashed: `names._spans` and `columns.run_hashes`, compiled."""

import numpy as np

from screening.matching import folding
from screening.matching.compiled import joins
from screening.matching.compiled.jit import compiled
from screening.matching.compiled.layout import WORD, Array

_A, _ALPHABET, _LETTER = ord("A"), 26, 8
_ROOM = 2 * folding.LONGEST_JOINED + 8
"""Letters of a fold: an X becomes two."""
_BARE_MARK = ord("~")
_LONGEST_SPAN, _LONGEST_JOINED = folding.LONGEST_SPAN, folding.LONGEST_JOINED


def _number(letters: str) -> int:
    return int.from_bytes(letters.encode(), "little")


def _table(replaced: dict[str, str]) -> Array:
    """Write replacements as numbers: where those of each first letter begin, then each as four, the longest first."""
    ranked = sorted(replaced, key=lambda key: (key[0], -len(key)))
    at = [sum(key[0] < chr(_A + letter) for key in ranked) for letter in range(_ALPHABET + 1)]
    rows = [(len(key), _number(key), len(replaced[key]), _number(replaced[key])) for key in ranked]
    return np.array([*at, *(number for row in rows for number in row)], np.int64)


_LEGAL, _SOUND, _WITHOUT_VOWELS = map(_table, (folding.LEGAL, folding.SOUND, folding.BARE))
_CLASS = np.arange(256, dtype=np.uint8)
for _one, _other in zip(*folding.CLASSES, strict=True):
    _CLASS[ord(_one)] = ord(_other)
_IS_VOWEL = np.array([chr(letter) in folding.VOWELS for letter in range(256)])
_IS_LEADING = np.array([chr(letter) in folding.VOWELS | folding.HALF_VOWELS for letter in range(256)])


def _crc_of(number: int) -> int:
    for _ in range(8):
        number = number >> 1 ^ (0xEDB88320 if number & 1 else 0)
    return number


_CRC = np.array([_crc_of(number) for number in range(256)], np.int64)
"""What `zlib.crc32` adds for each byte."""


@compiled
def _replace(source: Array, count: int, table: Array, target: Array) -> int:
    """Replace the longest letters first, from left to right."""
    at, written = 0, 0
    while at < count:
        letter = int(source[at])
        row, last = int(table[letter - _A]), int(table[letter - _A + 1])
        ahead, known, matched = 0, 0, 0
        while row < last and not matched:
            first = _ALPHABET + 1 + 4 * row
            length = table[first]
            if at + length <= count:
                while known < 7 and at + known < count:
                    ahead |= int(source[at + known]) << _LETTER * known
                    known += 1
                if ahead & (1 << _LETTER * length) - 1 == table[first + 1]:
                    for place in range(table[first + 2]):
                        target[written] = table[first + 3] >> _LETTER * place & 0xFF
                        written += 1
                    matched = length
            row += 1
        if not matched:
            target[written] = letter
            written, matched = written + 1, 1
        at += matched
    return written


@compiled
def _collapse(letters: Array, count: int) -> int:
    """Keep one of equal neighbours, in place."""
    kept = 0
    for at in range(count):
        if kept == 0 or letters[at] != letters[kept - 1]:
            letters[kept] = letters[at]
            kept += 1
    return kept


@compiled
def _without_last_h(letters: Array, count: int, first: int) -> int:
    return count - 1 if count > first + 1 and letters[count - 1] == ord("H") else count


@compiled
def _sound(key: Array, count: int, fine: Array) -> int:
    """Give how a key sounds: `folding.sound`; the key may be changed."""
    first = 0
    if count > 1 and key[1] == ord("E") and (key[0] == ord("Y") or key[0] == ord("I") or key[0] == ord("J")):
        first = 1
    heard = _collapse(fine, _replace(key[first:], count - first, _SOUND, fine))
    return _without_last_h(fine, heard, 0)


@compiled
def _consonants(fine: Array, count: int, coarse: Array) -> int:
    """Give classes of consonants: `folding.consonants`."""
    written, before = 0, 0
    if count and _IS_VOWEL[fine[0]]:
        coarse[0], written = _A, 1
    for at in range(count):
        letter = int(_CLASS[fine[at]])
        if letter != before and not _IS_VOWEL[letter]:
            coarse[written] = letter
            written += 1
        before = letter
    return written


@compiled
def _without_vowels(letters: Array, count: int, skeleton: Array) -> int:
    """Give the fold of a run that has no vowels: its mark and `folding.consonants_written`."""
    skeleton[0], first = _BARE_MARK, 1
    if count and _IS_LEADING[letters[0]]:
        skeleton[1], first = _A, 2
    written = first + _replace(letters, _collapse(letters, count), _WITHOUT_VOWELS, skeleton[first:])
    return _without_last_h(skeleton, written, first)


@compiled
def _crc(letters: Array, count: int) -> int:
    crc = 0xFFFFFFFF
    for at in range(count):
        crc = int(_CRC[(crc ^ int(letters[at])) & 0xFF]) ^ (crc >> 8)
    return crc ^ 0xFFFFFFFF


@compiled
def packed_run(start: int, words: int, coarse: int, fine: int) -> int:
    """Write a run as one number (`joins`): where it begins, how many words, and bits of its folds' hashes."""
    tag = fine >> 32 - joins.FINE_BITS << joins.COARSE_BITS | coarse >> joins.BUCKET_BITS
    return (tag << joins.LENGTH_BITS | words - 1) << joins.START_BITS | start


@compiled
def _gathered(letters: Array, letter_at: Array, bare: Array, cells: Array, first: int, stop: int, joined: Array) -> int:
    """Join the letters of neighbours; 0 when they do not join: see `names._span`."""
    count, is_bare, words = 0, bare[cells[first] >> 3], 0
    for cell in cells[first:stop]:
        text, role = cell >> 3, cell >> 1 & 3
        words += role == WORD
        length = letter_at[text + 1] - letter_at[text]
        if bare[text] != is_bare or count + length > _LONGEST_JOINED:
            return 0
        for place in range(length):
            joined[count + place] = letters[letter_at[text] + place]
        count += length
    return count if words else 0


@compiled
def runs_of(letters: Array, letter_at: Array, bare: Array, cells: Array, row_at: Array) -> tuple[Array, Array, Array]:
    """Give where the runs of each name begin, and of each run the hash of its consonants, and its number.

    Cells are as rows are, with numbers of words whose letters lie between `letter_at` and the next.
    """
    most = (_LONGEST_SPAN - 1) * len(cells)
    at, hashes, numbers = np.zeros(len(row_at), np.int64), np.zeros(most, np.uint32), np.zeros(most, np.uint32)
    one, two, three, found = np.zeros(_ROOM, np.uint8), np.zeros(_ROOM, np.uint8), np.zeros(_ROOM, np.uint8), 0
    for name in range(len(row_at) - 1):
        for first in range(row_at[name], row_at[name + 1] - 1):
            for stop in range(first + 2, min(first + _LONGEST_SPAN, row_at[name + 1]) + 1):
                count = _gathered(letters, letter_at, bare, cells, first, stop, one)
                if count == 0:
                    continue
                if bare[cells[first] >> 3]:
                    fine = coarse = _crc(two, _without_vowels(one, count, two))
                else:
                    heard = _sound(two, _replace(one, count, _LEGAL, two), three)
                    fine, coarse = _crc(three, heard), _crc(one, _consonants(three, heard, one))
                hashes[found] = coarse
                numbers[found] = packed_run(first - row_at[name], stop - first, coarse, fine)
                found += 1
        at[name + 1] = found
    return at, hashes[:found].copy(), numbers[:found].copy()
