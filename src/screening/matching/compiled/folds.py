"""Folds of words, compiled: what `folding` gives for one word, for many at once."""

import numpy as np

from screening.matching import folding
from screening.matching.compiled.jit import compiled
from screening.matching.compiled.layout import COARSE, FINE, FOLDS, INNER, KEY, SKELETON, Array

_A, _ALPHABET, _LETTER = ord("A"), 26, 8
_MOST_LETTERS = 9
"""Letters of all folds of a word, for each of its key: in all but the key an X becomes two."""
_WITH_ARTICLE = 6
"""Letters of the shortest word that an article is taken from."""


def _number(letters: str) -> int:
    return int.from_bytes(letters.encode(), "little")


def _table(replaced: dict[str, str]) -> Array:
    """Write replacements as numbers: where those of each first letter begin, then each as four, the longest first."""
    ranked = sorted(replaced, key=lambda key: (key[0], -len(key)))
    at = [sum(key[0] < chr(_A + letter) for key in ranked) for letter in range(_ALPHABET + 1)]
    rows = [(len(key), _number(key), len(replaced[key]), _number(replaced[key])) for key in ranked]
    return np.array([*at, *(number for row in rows for number in row)], np.int64)


LEGAL = _table(folding.LEGAL)
_SOUND, _WITHOUT_VOWELS, _MISREAD = map(_table, (folding.SOUND, folding.BARE, folding.MISREAD))
_THROATY, _WITHOUT_H = _table({"CH": "H"}), _table({"TH": "T"})
_CLASS = np.arange(256, dtype=np.uint8)
for _one, _other in zip(*folding.CLASSES, strict=True):
    _CLASS[ord(_one)] = ord(_other)
_IS_VOWEL = np.array([chr(letter) in folding.VOWELS for letter in range(256)])
_IS_ARTICLES = np.array([chr(letter) in folding.ASSIMILATING for letter in range(256)])
_IS_LEADING = np.array([chr(letter) in folding.VOWELS | folding.HALF_VOWELS for letter in range(256)])


@compiled
def replaced(source: Array, count: int, table: Array, target: Array) -> int:
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
def sound(key: Array, count: int, fine: Array) -> int:
    """Give how a key sounds: `folding.sound`; the key may be changed."""
    first = 0
    if count > 1 and key[1] == ord("E") and (key[0] == ord("Y") or key[0] == ord("I") or key[0] == ord("J")):
        first = 1
    heard = _collapse(fine, replaced(key[first:], count - first, _SOUND, fine))
    return _without_last_h(fine, heard, 0)


@compiled
def consonants(fine: Array, count: int, coarse: Array) -> int:
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
def consonants_written(letters: Array, count: int, skeleton: Array) -> int:
    """Give what a script without vowels keeps: `folding.consonants_written`; the letters may be changed."""
    first = 0
    if count and _IS_LEADING[letters[0]]:
        skeleton[0], first = _A, 1
    written = first + replaced(letters, _collapse(letters, count), _WITHOUT_VOWELS, skeleton[first:])
    return _without_last_h(skeleton, written, first)


@compiled
def _otherwise_written(key: Array, spare: Array, inner: Array) -> int:
    """Give the skeleton of a key that is read otherwise: `folding.inner`."""
    count = len(key)
    begins = count >= _WITH_ARTICLE and (key[0] == _A or key[0] == ord("E"))
    if begins and (key[1] == ord("L") or (_IS_ARTICLES[key[1]] and key[1] == key[2])):
        spare[: count - 2] = key[2:]
        return consonants_written(spare, count - 2, inner)
    left = replaced(key, count, _THROATY, spare)
    if left < count:
        written = consonants_written(spare, left, inner)
        for at in range(written):
            if inner[at] == ord("H"):
                return written
    left = replaced(key, count, _WITHOUT_H, spare)
    return consonants_written(spare, left, inner) if left < count else 0


@compiled
def folds_of(keys: Array, key_at: Array, bare: Array) -> tuple[Array, Array, Array, Array]:
    """Give the folds of words by their keys, behind one another, with their lengths; and of each its misreading."""
    letters, spare = np.zeros(_MOST_LETTERS * len(keys), np.uint8), np.zeros(len(keys), np.uint8)
    misread, misread_at = np.zeros(len(keys), np.uint8), np.zeros(len(key_at), np.int64)
    lengths, at = np.zeros((len(bare), FOLDS), np.uint8), 0
    for word in range(len(bare)):
        key = keys[key_at[word] : key_at[word + 1]]
        count = len(key)
        letters[at : at + count] = key
        fine_at = at + count
        fine = sound(key, count, letters[fine_at:])
        coarse_at = fine_at + fine
        coarse = consonants(letters[fine_at:coarse_at], fine, letters[coarse_at:])
        at = coarse_at + coarse
        spare[:count] = key
        skeleton = consonants_written(spare, count, letters[at:])
        inner = 0 if bare[word] else _otherwise_written(key, spare, letters[at + skeleton :])
        at += skeleton + inner
        lengths[word, KEY], lengths[word, FINE], lengths[word, COARSE] = count, fine, coarse
        lengths[word, SKELETON], lengths[word, INNER] = skeleton, inner
        misread_at[word + 1] = misread_at[word] + replaced(key, count, _MISREAD, misread[misread_at[word] :])
    return letters[:at].copy(), lengths, misread[: misread_at[-1]].copy(), misread_at
