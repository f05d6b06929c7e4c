"""A traveller as compiled code takes him: each reading of the name, and what is known besides."""

from array import array
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from screening.dates import PartialDate
from screening.matching import alignment, attributes, birth_dates, calendars
from screening.matching.columns import SEXES, date_columns, run_hashes
from screening.matching.compiled import alike, codes
from screening.matching.compiled.layout import (
    ALPHABET,
    AT,
    BARE,
    BIRTH,
    BITS,
    CODE,
    COLUMNS,
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
)
from screening.matching.folding import Token
from screening.matching.model import Traveller
from screening.matching.names import BARE_MARK, Name, Span
from screening.matching.rarity import Rarity
from screening.matching.rows import ROLES
from screening.matching.vocabulary import identity

_FIRST_OF_JANUARY = 101

QueryColumns: TypeAlias = "dict[int, array[Any]]"


def query_of(name: Name, rarity: Rarity, traveller: QueryColumns, families: Array) -> Query:
    """Give a name, and all else that is known, as it is looked for in a list with these families of words."""
    own = [rarity.weight(token) for token in name.tokens]
    runs = alignment.runs(name)
    positions = [alignment.words_of(name, run) for run in runs]
    numbers = _packed(
        _words(0, name.tokens, families)
        | _runs(runs, positions)
        | {
            ROLE: array("B", [ROLES[token.role] for token in name.tokens]),
            SURNAME: array("B", [at in name.surname for at in range(len(own))]),
            IS_CUT: array("B", [at in name.cut for at in range(len(own))]),
        }
        | traveller
    )
    alike.write_bits(numbers, 0)
    alike.write_bits(numbers, PLACES)
    weights = [sum([own[at] for at in run]) for run in positions]
    return Query(numbers, np.array(own, np.float64), np.array(weights, np.float64))


def _packed(columns: QueryColumns) -> Array:
    """Make the array of a traveller, as `layout.packed` makes that of a list: without numpy, for columns are short."""
    head, parts, end = array("q", bytes(16 * COLUMNS)), [], 2 * COLUMNS
    for column, values in columns.items():
        head[column], head[COLUMNS + column] = end * 8 // values.itemsize, len(values)
        written = values.tobytes()
        parts.append(written)
        parts.append(bytes(-len(written) % 8))
        end += (len(written) + 7) // 8
    return np.frombuffer(bytearray(b"".join((head.tobytes(), *parts))), np.int64)


def traveller_columns(traveller: Traveller, persons: int, families: Array) -> QueryColumns:
    """Give everything but the name of a traveller, and how many persons there are."""
    submitted = traveller.date_of_birth
    born = calendars.of_traveller(submitted, traveller.nationalities) if submitted else None
    places = attributes.place_words((traveller.place_of_birth,) if traveller.place_of_birth else ())
    return _words(PLACES, places, families) | {
        BIRTH: array("q", date_columns(born) if born else ()),
        NEAR: _near(born) if born else array("q"),
        NATIONS: array("q", sorted(map(_nation, traveller.nationalities))),
        OWN_SEX: array("q", [SEXES[traveller.sex]]),
        PERSONS: array("q", [persons]),
    }


_nation = lru_cache(maxsize=1024)(identity)


@lru_cache(maxsize=1 << 15)
def _near(born: PartialDate) -> "array[int]":
    """List the dates to look up as numbers; the first of January stands for any day of the year."""
    keys = {int((key.replace("-", "") + "00")[:8]) for key in birth_dates.near(born)}
    if born.exact is not None:
        keys.add(born.year * 10000 + _FIRST_OF_JANUARY)
    return array("q", sorted(keys))


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
        code=codes.of_word(token.text),
    )


def _mask(letters: str) -> int:
    return sum(1 << ord(letter) - ord("A") for letter in set(letters))


def _words(table: int, tokens: Sequence[Token], families: Array) -> QueryColumns:
    """Give words as columns of a table."""
    words = [_word(token) for token in tokens]
    return _folds(table, [word.folds for word in words]) | {
        table + KEY_MASK: array("i", [word.key_mask for word in words]),
        table + FINE_MASK: array("i", [word.fine_mask for word in words]),
        table + MISREAD: array("q", [word.misread for word in words]),
        table + FAMILY: _numbers([word.family for word in words], families),
        table + BARE: array("B", [word.bare for word in words]),
        table + CODE: array("B", [word.code for word in words]),
        table + BITS: array("q", bytes(8 * len(tokens) * FOLDS * ALPHABET)),
    }


def _folds(table: int, folds: Sequence[tuple[str, ...]]) -> QueryColumns:
    letters = ["".join(each) for each in folds]
    return {
        table + LETTERS: array("B", "".join(letters).encode()),
        table + AT: array("i", accumulate(map(len, letters[:-1]), initial=0) if letters else ()),
        table + LENGTHS: array("B", [len(fold) for each in folds for fold in each]),
    }


def _runs(runs: Sequence[Span], positions: Sequence[tuple[int, ...]]) -> QueryColumns:
    """Give runs of words: their folds, by which words of the list may equal them, and what they are found by."""
    folds, columns, hashes = list[tuple[str, ...]](), list[int](), list[int]()
    for run, weighing in zip(runs, positions, strict=True):
        is_bare, letters = run.coarse.startswith(BARE_MARK), run.coarse.removeprefix(BARE_MARK)
        folds.append(("", "", "", letters, "") if is_bare else ("", run.fine, letters, "", ""))
        columns += (run.start, run.stop, sum([1 << at for at in weighing]), len(letters), is_bare)
        hashes += run_hashes(run.coarse, run.fine)
    return _folds(RUNS, folds) | {RUN: array("q", columns), RUN_HASH: array("q", hashes)}


def _numbers(wanted: Sequence[int], families: Array) -> "array[int]":
    """Find families of words among those of a list, by their identity; -1 where it has none of a family."""
    places = zip(wanted, np.searchsorted(families, wanted).tolist(), strict=True) if wanted else ()
    return array("i", [at if at < len(families) and families[at] == one else -1 for one, at in places])
