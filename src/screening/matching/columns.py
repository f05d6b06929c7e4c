"""Nominals folded into columns: what an index keeps of them, before anything is sorted.

A part of a list is folded by itself, wherever there is a processor for it; `assembly` puts parts together. Folds are
made once for each distinct word.
"""

import hashlib
import json
import zlib
from array import array
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple

import numpy as np

from screening.dates import BirthDate, YearRange, parse_birth_date
from screening.matching import attributes, calendars, names
from screening.matching.compiled import codes, joins, runs
from screening.matching.compiled.layout import INITIAL, PARTICLE, TITLE, WORD, Array
from screening.matching.folding import FREQUENCIES, Role, Token
from screening.matching.model import ListedName, NameKind, Nominal, Sex
from screening.matching.names import Name

ROLES = {Role.WORD: WORD, Role.TITLE: TITLE, Role.PARTICLE: PARTICLE, Role.INITIAL: INITIAL}
SEXES = {None: 0, Sex.FEMALE: 1, Sex.MALE: 2, Sex.UNSPECIFIED: 3}
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


class Columns(NamedTuple):
    """A part of a list. What a record has several of lies between its number in a column and the next (`..._at`)."""

    tokens: Tokens
    row_at: Array
    row: Array
    low: Array
    join_at: Array
    join_hash: Array
    join_run: Array
    name_at: Array
    sex: Array
    date_at: Array
    date: Array
    nation_at: Array
    nation: Array
    place_at: Array
    place: Array
    identity: Array
    text_at: Array
    text: Array


def identity(text: str) -> int:
    """Give a number that stands for a text: two texts share one by an accident that need not be counted with."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), signed=True)


class TokenTable:
    """Collects words as they are written, each once and with a number, and what distinct words they fold to."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, bool], int] = {}
        self._folded = array("i")
        self._identities: dict[int, int] = {}
        self._letters: list[str] = []
        self._lengths = bytearray()
        self._misread, self._family = array("q"), array("q")
        self._common, self._bare, self._code = array("i"), bytearray(), bytearray()

    def number(self, token: Token) -> int:
        """Give the number of a word as it is written."""
        found = self._numbers.get((token.text, token.bare))
        if found is None:
            found = self._numbers[token.text, token.bare] = len(self._numbers)
            self._folded.append(self._add(token))
        return found

    def folded(self) -> Array:
        """Give for each word as it is written the number of the distinct one that it folds to."""
        return np.array(self._folded, np.int32)

    def runs(self, cells: Array, row_at: Array) -> tuple[Array, Array, Array]:
        """Give the runs of words of many names: where those of each begin, and how they are looked up."""
        letters = "".join(text for text, _ in self._numbers).encode()
        letter_at = starts(np.fromiter((len(text) for text, _ in self._numbers), np.int64, len(self._numbers)))
        bare = np.fromiter((is_bare for _, is_bare in self._numbers), np.uint8, len(self._numbers))
        found: tuple[Array, Array, Array] = runs.runs_of(np.array(bytearray(letters)), letter_at, bare, cells, row_at)
        return found

    def _add(self, token: Token) -> int:
        code = codes.of_token(token)
        own = identity(f"{token.key} {token.bare:d} {code}")
        if own in self._identities:
            return self._identities[own]
        number = self._identities[own] = len(self._identities)
        folds = (token.key, token.fine, token.coarse, token.skeleton, token.inner)
        self._letters.append("".join(folds))
        self._lengths.extend(map(len, folds))
        self._misread.append(identity(token.misread))
        self._family.append(identity(token.family))
        self._common.append(_COMMON.get(token.family, 0))
        self._bare.append(token.bare)
        self._code.append(code)
        return number

    def columns(self) -> Tokens:
        """Give what was collected."""
        lengths = np.frombuffer(bytes(self._lengths), np.uint8).reshape(-1, 5)
        return Tokens(
            identity=np.fromiter(self._identities, np.int64, len(self._identities)),
            letters=np.frombuffer("".join(self._letters).encode(), np.uint8),
            at=starts(lengths.sum(axis=1, dtype=np.int64))[:-1].astype(np.int32),
            lengths=lengths,
            misread=np.array(self._misread, np.int64),
            family=np.array(self._family, np.int64),
            common=np.array(self._common, np.int32),
            bare=np.frombuffer(bytes(self._bare), np.uint8),
            code=np.frombuffer(bytes(self._code), np.uint8),
        )


def starts(counts: Array) -> Array:
    """Give where each of several lists begins that lie behind one another, and where the last one ends."""
    return np.concatenate((np.zeros(1, np.int64), np.cumsum(counts, dtype=np.int64)))


def date_columns(known: BirthDate) -> tuple[int, ...]:
    """Write a birth date as compiled code takes it (`compiled.attributes`)."""
    first, last = known.earliest, known.latest
    span = (first.toordinal(), last.toordinal(), first.year, last.year)
    if isinstance(known, YearRange):
        return (0, *span, 0, 0, 0)
    exact = known.exact
    day = exact.year * 10000 + exact.month * 100 + exact.day if exact else 0
    return (day, *span, known.year, known.month or 0, not known.approximate)


def run_hashes(coarse: str, fine: str) -> tuple[int, int]:
    """Give the numbers by which runs of words are looked up: of their consonants and of their sound."""
    return zlib.crc32(coarse.encode()), zlib.crc32(fine.encode()) >> 32 - joins.FINE_BITS


_nation = cache(identity)
_dates = lru_cache(maxsize=1 << 15)(date_columns)


class _Folding:
    """Columns in the making."""

    def __init__(self) -> None:
        self.tokens = TokenTable()
        self.row_at, self.row, self.low = array("q", (0,)), array("i"), bytearray()
        self.name_at, self.sex = array("q", (0,)), bytearray()
        self.date_at, self.date = array("q", (0,)), array("q")
        self.nation_at, self.nation = array("q", (0,)), array("q")
        self.place_at, self.place = array("q", (0,)), array("q")
        self.identity, self.text_at, self.text = array("q"), array("q", (0,)), bytearray()

    def add(self, nominal: Nominal) -> None:
        for listed in nominal.names:
            for name in names.words_of_listed(listed):
                self._add_name(name, listed.kind)
        self.name_at.append(len(self.low))
        self.sex.append(SEXES[nominal.sex])
        for known in calendars.readings(nominal.birth_dates):
            self.date.extend(_dates(known))
        self.date_at.append(len(self.date) // 8)
        self.nation.extend(sorted(map(_nation, nominal.nationalities)))
        self.nation_at.append(len(self.nation))
        self.place.extend(map(self.tokens.number, attributes.place_words(nominal.places_of_birth)))
        self.place_at.append(len(self.place))
        self.identity.append(identity(nominal.id))
        self.text += written(nominal)
        self.text_at.append(len(self.text))

    def _add_name(self, name: Name, kind: NameKind) -> None:
        number, surname = self.tokens.number, name.surname
        self.row.extend(
            [
                number(token) << 3 | (WORD if token.role is Role.WORD else ROLES[token.role]) << 1 | (at in surname)
                for at, token in enumerate(name.tokens)
            ]
        )
        self.row_at.append(len(self.row))
        self.low.append(kind is NameKind.LOW_QUALITY_ALIAS)

    def columns(self) -> Columns:
        cells, row_at, folded = np.array(self.row, np.int32), np.array(self.row_at, np.int64), self.tokens.folded()
        join_at, join_hash, join_run = self.tokens.runs(cells, row_at)
        return Columns(
            tokens=self.tokens.columns(),
            row_at=row_at,
            row=folded[cells >> 3] << 3 | cells & 7,
            low=np.frombuffer(bytes(self.low), np.uint8),
            join_at=join_at,
            join_hash=join_hash,
            join_run=join_run,
            name_at=np.array(self.name_at, np.int64),
            sex=np.frombuffer(bytes(self.sex), np.uint8),
            date_at=np.array(self.date_at, np.int64),
            date=np.array(self.date, np.int32).reshape(-1, 8),
            nation_at=np.array(self.nation_at, np.int64),
            nation=np.array(self.nation, np.int64),
            place_at=np.array(self.place_at, np.int64),
            place=folded[np.array(self.place, np.int32)],
            identity=np.array(self.identity, np.int64),
            text_at=np.array(self.text_at, np.int64),
            text=np.frombuffer(bytes(self.text), np.uint8),
        )


def fold(nominals: Iterable[Nominal]) -> Columns:
    """Fold nominals into columns."""
    folding = _Folding()
    for nominal in nominals:
        folding.add(nominal)
    return folding.columns()


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def written(nominal: Nominal) -> bytes:
    """Write a nominal so that it can be read back."""
    fields: list[Any] = [
        nominal.id,
        [[name.surname, name.given_names, name.full_name, name.kind] for name in nominal.names],
        list(map(str, nominal.birth_dates)),
        sorted(nominal.nationalities),
        nominal.sex,
        nominal.places_of_birth,
    ]
    return _encode(fields).encode()


def read(text: bytes) -> Nominal:
    """Read a nominal back."""
    nominal_id, listed, dates, nationalities, sex, places = json.loads(text)
    return Nominal(
        id=nominal_id,
        names=tuple(_listed(name) for name in listed),
        birth_dates=tuple(map(parse_birth_date, dates)),
        nationalities=frozenset(nationalities),
        sex=Sex(sex) if sex else None,
        places_of_birth=tuple(places),
    )


def _listed(fields: Sequence[str | None]) -> ListedName:
    surname, given_names, full_name, kind = fields
    return ListedName(surname, given_names, full_name, NameKind(kind or NameKind.PRIMARY))
