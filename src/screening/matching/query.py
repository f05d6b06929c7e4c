"""A traveller as compiled code takes him: each reading of the name, and what is known besides."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from screening.dates import PartialDate
from screening.matching import alignment, attributes, birth_dates, calendars
from screening.matching.columns import ROLES, SEXES, date_columns, identity, run_hashes, starts
from screening.matching.compiled import alike, codes
from screening.matching.compiled.layout import (
    ALPHABET,
    AT,
    BARE,
    BIRTH,
    BITS,
    CODE,
    FAMILY,
    FINE_MASK,
    FOLDS,
    IS_CUT,
    KEY_MASK,
    LENGTHS,
    LETTERS,
    MISREAD,
    NATIONS,
    NEAR,
    OWN_SEX,
    PERSONS,
    PLACES,
    ROLE,
    RUN,
    RUN_HASH,
    RUNS,
    SURNAME,
    Array,
    Query,
    packed,
)
from screening.matching.folding import Token
from screening.matching.model import Traveller
from screening.matching.names import BARE_MARK, Name, Span
from screening.matching.rarity import Rarity

_FIRST_OF_JANUARY = 101


def query_of(name: Name, rarity: Rarity, traveller: dict[int, Array], families: Array) -> Query:
    """Give a name, and all else that is known, as it is looked for in a list with these families of words."""
    own = np.array([rarity.weight(token) for token in name.tokens])
    runs = alignment.runs(name)
    positions = [alignment.words_of(name, run) for run in runs]
    roles = np.array([ROLES[token.role] for token in name.tokens], np.uint8)
    numbers = packed(
        _words(0, name.tokens, families)
        | _runs(runs, positions)
        | {
            ROLE: roles,
            SURNAME: np.array([at in name.surname for at in range(len(roles))], np.uint8),
            IS_CUT: np.array([at in name.cut for at in range(len(roles))], np.uint8),
        }
        | traveller
    )
    alike.write_bits(numbers, 0)
    alike.write_bits(numbers, PLACES)
    return Query(numbers, own, np.array([sum(own[at] for at in run) for run in positions], np.float64))


def traveller_columns(traveller: Traveller, persons: int, families: Array) -> dict[int, Array]:
    """Give everything but the name of a traveller, and how many persons there are."""
    submitted = traveller.date_of_birth
    born = calendars.of_traveller(submitted, traveller.nationalities) if submitted else None
    places = attributes.place_words((traveller.place_of_birth,) if traveller.place_of_birth else ())
    return _words(PLACES, places, families) | {
        BIRTH: np.array(date_columns(born) if born else (), np.int64),
        NEAR: _near(born) if born else np.zeros(0, np.int64),
        NATIONS: np.array(sorted(map(identity, traveller.nationalities)), np.int64),
        OWN_SEX: np.array([SEXES[traveller.sex]], np.int64),
        PERSONS: np.array([persons], np.int64),
    }


@lru_cache(maxsize=4096)
def _near(born: PartialDate) -> Array:
    """List the dates to look up as numbers; the first of January stands for any day of the year."""
    keys = {int((key.replace("-", "") + "00")[:8]) for key in birth_dates.near(born)}
    if born.exact is not None:
        keys.add(born.year * 10000 + _FIRST_OF_JANUARY)
    return np.array(sorted(keys), np.int64)


class _Word(NamedTuple):
    """What is known of a word before any list is."""

    folds: tuple[str, ...]
    key_mask: int
    fine_mask: int
    misread: int
    family: int
    bare: bool
    code: int


@lru_cache(maxsize=1 << 14)
def _word(token: Token) -> _Word:
    return _Word(
        folds=(token.key, token.fine, token.coarse, token.skeleton, token.inner),
        key_mask=_mask(token.key),
        fine_mask=_mask(token.fine),
        misread=identity(token.misread),
        family=identity(token.family),
        bare=token.bare,
        code=codes.of_token(token),
    )


def _mask(letters: str) -> int:
    return sum(1 << ord(letter) - ord("A") for letter in set(letters))


def _words(table: int, tokens: Sequence[Token], families: Array) -> dict[int, Array]:
    """Give words as columns of a table."""
    words = [_word(token) for token in tokens]
    return _folds(table, [word.folds for word in words]) | {
        table + KEY_MASK: np.array([word.key_mask for word in words], np.int32),
        table + FINE_MASK: np.array([word.fine_mask for word in words], np.int32),
        table + MISREAD: np.array([word.misread for word in words], np.int64),
        table + FAMILY: _numbers(np.array([word.family for word in words], np.int64), families),
        table + BARE: np.array([word.bare for word in words], np.uint8),
        table + CODE: np.array([word.code for word in words], np.uint8),
        table + BITS: np.zeros(len(tokens) * FOLDS * ALPHABET, np.int64),
    }


def _folds(table: int, folds: Sequence[tuple[str, ...]]) -> dict[int, Array]:
    lengths = np.array([[len(fold) for fold in each] for each in folds], np.uint8).reshape(-1, FOLDS)
    return {
        table + LETTERS: np.frombuffer("".join(map("".join, folds)).encode(), np.uint8),
        table + AT: starts(lengths.sum(axis=1, dtype=np.int64))[:-1].astype(np.int32),
        table + LENGTHS: lengths,
    }


def _runs(runs: Sequence[Span], positions: Sequence[tuple[int, ...]]) -> dict[int, Array]:
    """Give runs of words: their folds, by which words of the list may equal them, and what they are found by."""
    folds, columns = [], []
    for run, weighing in zip(runs, positions, strict=True):
        is_bare, letters = run.coarse.startswith(BARE_MARK), run.coarse.removeprefix(BARE_MARK)
        folds.append(("", "", "", letters, "") if is_bare else ("", run.fine, letters, "", ""))
        columns.append((run.start, run.stop, sum(1 << at for at in weighing), len(letters), is_bare))
    hashes = [run_hashes(run.coarse, run.fine) for run in runs]
    return _folds(RUNS, folds) | {RUN: np.array(columns, np.int64), RUN_HASH: np.array(hashes, np.int64)}


def _numbers(wanted: Array, families: Array) -> Array:
    """Find families of words among those of a list, by their identity; -1 where it has none of a family."""
    if not len(families):
        return np.full(len(wanted), -1, np.int32)
    places = np.minimum(np.searchsorted(families, wanted), len(families) - 1)
    return np.where(families[places] == wanted, places, -1).astype(np.int32)
