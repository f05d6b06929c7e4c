"""The distinct words of a part of a list, each folded once.

Words are collected as they are written and get a number; what they are folded to is worked out for all of them at the
end, by compiled code.
"""

import hashlib
from array import array
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from screening.matching import folding
from screening.matching.compiled import codes, folds, runs
from screening.matching.compiled.layout import FINE, SKELETON, Array
from screening.matching.folding import FREQUENCIES
from screening.matching.scripts import Word

_COMMON = {family: number for number, family in enumerate(FREQUENCIES, 1)}


class Tokens(NamedTuple):
    """Distinct words: their folds behind one another in `letters`, and what they are told apart and compared by."""

    identity: Array
    letters: Array
    at: Array
    lengths: Array
    misread: Array
    family: Array
    common: Array
    bare: Array
    code: Array


def identity(text: str) -> int:
    """Give a number that stands for a text: two texts share one by an accident that need not be counted with."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), signed=True)


def starts(counts: Array) -> Array:
    """Give where each of several lists begins that lie behind one another, and where the last one ends."""
    return np.concatenate((np.zeros(1, np.int64), np.cumsum(counts, dtype=np.int64)))


class Vocabulary:
    """Collects words as they are written, and what distinct words they fold to."""

    def __init__(self) -> None:
        self._numbers: dict[Word, int] = {}
        self._folded = array("i")
        self._distinct: dict[tuple[str, bool, int], int] = {}

    def number(self, word: Word) -> int:
        """Give the number of a word as it is written."""
        found = self._numbers.get(word)
        if found is None:
            found = self._numbers[word] = len(self._numbers)
            told_by = (folding.legal(word.letters), word.bare, codes.of_word(word.letters))
            self._folded.append(self._distinct.setdefault(told_by, len(self._distinct)))
        return found

    def folded(self) -> Array:
        """Give for each word as it is written the number of the distinct one that it folds to."""
        return np.array(self._folded, np.int32)

    def runs(self, cells: Array, row_at: Array) -> tuple[Array, Array, Array]:
        """Give the runs of words of many names: where those of each begin, and how they are looked up."""
        letters, letter_at = _lines([word.letters for word in self._numbers])
        bare = np.fromiter((word.bare for word in self._numbers), np.uint8, len(self._numbers))
        found: tuple[Array, Array, Array] = runs.runs_of(letters, letter_at, bare, cells, row_at)
        return found

    def tokens(self) -> Tokens:
        """Fold the distinct words."""
        keys, is_bare, code = zip(*self._distinct, strict=True) if self._distinct else ((), (), ())
        bare = np.array(is_bare, np.uint8)
        letters, lengths, misread, misread_at = folds.folds_of(*_lines(keys), bare)
        at = starts(lengths.sum(axis=1, dtype=np.int64))
        families = list(map(folding.family, keys, *_texts_of(letters, at, lengths), is_bare))
        return Tokens(
            identity=identities([f"{key} {own_bare:d} {own}" for key, own_bare, own in self._distinct]),
            letters=letters,
            at=at[:-1].astype(np.int32),
            lengths=lengths,
            misread=identities(_cut(misread, misread_at, misread_at[1:])),
            family=identities(families),
            common=np.array([_COMMON.get(family, 0) for family in families], np.int32),
            bare=bare,
            code=np.array(code, np.uint8),
        )


def identities(texts: Iterable[str]) -> Array:
    """Give the numbers that stand for texts."""
    digests = [hashlib.blake2b(text.encode(), digest_size=8).digest() for text in texts]
    return np.frombuffer(b"".join(digests), ">i8").astype(np.int64)


def _lines(texts: Sequence[str]) -> tuple[Array, Array]:
    """Write texts in A-Z behind one another, and where each begins."""
    letters = np.frombuffer(bytearray("".join(texts).encode()), np.uint8)
    return letters, starts(np.fromiter(map(len, texts), np.int64, len(texts)))


def _texts_of(letters: Array, at: Array, lengths: Array) -> tuple[list[str], list[str]]:
    """Give the sound and the skeleton of each word as text."""
    ends = at[:-1, None] + np.cumsum(lengths, axis=1, dtype=np.int64)
    fine, skeleton = (_cut(letters, ends[:, fold - 1], ends[:, fold]) for fold in (FINE, SKELETON))
    return fine, skeleton


def _cut(letters: Array, begins: Array, ends: Array) -> list[str]:
    text = letters.tobytes().decode()
    return [text[first:last] for first, last in zip(begins.tolist(), ends.tolist(), strict=False)]
