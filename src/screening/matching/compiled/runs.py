"""Runs of neighbouring words of many names, folded and hashed: `names._spans` and `columns.run_hashes`, compiled."""

import numpy as np

from screening.matching import folding
from screening.matching.compiled import folds, joins
from screening.matching.compiled.jit import compiled
from screening.matching.compiled.layout import WORD, Array

_ROOM = 2 * folding.LONGEST_JOINED + 8
"""Letters of a fold: an X becomes two."""
_BARE_MARK = ord("~")
_LONGEST_SPAN, _LONGEST_JOINED = folding.LONGEST_SPAN, folding.LONGEST_JOINED


def _crc_of(number: int) -> int:
    for _ in range(8):
        number = number >> 1 ^ (0xEDB88320 if number & 1 else 0)
    return number


_CRC = np.array([_crc_of(number) for number in range(256)], np.int64)
"""What `zlib.crc32` adds for each byte."""


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
                    two[0] = _BARE_MARK
                    fine = coarse = _crc(two, 1 + folds.consonants_written(one, count, two[1:]))
                else:
                    heard = folds.sound(two, folds.replaced(one, count, folds.LEGAL, two), three)
                    fine, coarse = _crc(three, heard), _crc(one, folds.consonants(three, heard, one))
                hashes[found] = coarse
                numbers[found] = packed_run(first - row_at[name], stop - first, coarse, fine)
                found += 1
        at[name + 1] = found
    return at, hashes[:found].copy(), numbers[:found].copy()
