"""Nominals folded into columns: what an index keeps of them, before anything is sorted.

A part of a list is folded by itself, wherever there is a processor for it; `assembly` puts parts together. Folds are
made once for each distinct word.
"""

import json
import zlib
from array import array
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from screening.dates import BirthDate, YearRange, parse_birth_date
from screening.matching import attributes, calendars
from screening.matching.compiled import joins
from screening.matching.compiled.layout import Array
from screening.matching.model import ListedName, NameKind, Nominal, Sex
from screening.matching.rows import Rows
from screening.matching.scripts import Word
from screening.matching.vocabulary import Tokens, Vocabulary, identities

SEXES = {None: 0, Sex.FEMALE: 1, Sex.MALE: 2, Sex.UNSPECIFIED: 3}


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


_encode = json.encoder.encode_basestring


@lru_cache(maxsize=1 << 15)
def _dates(known: BirthDate) -> tuple[tuple[int, ...], str]:
    """Give a date in each calendar as compiled code takes it, and as it is written."""
    read = calendars.readings((known,))
    return tuple(number for date in read for number in date_columns(date)), f'"{known}"'


@lru_cache(maxsize=1 << 10)
def _nations(nationalities: frozenset[str]) -> tuple[tuple[int, ...], str]:
    """Give nationalities as they are compared, and as they are written."""
    return tuple(sorted(identities(nationalities).tolist())), ",".join(map(_encode, sorted(nationalities)))


class _Folding:
    """Columns in the making."""

    def __init__(self) -> None:
        self.vocabulary = Vocabulary()
        self.rows = Rows(self.vocabulary)
        self.place_numbers: dict[str, list[int]] = {}
        self.row_at, self.row, self.low = array("q", (0,)), array("i"), bytearray()
        self.name_at, self.sex = array("q", (0,)), bytearray()
        self.date_at, self.date = array("q", (0,)), array("q")
        self.nation_at, self.nation = array("q", (0,)), array("q")
        self.place_at, self.place = array("q", (0,)), array("q")
        self.ids, self.text_at, self.text = list[str](), array("q", (0,)), bytearray()

    def add(self, nominal: Nominal) -> None:
        for listed in nominal.names:
            for row in self.rows.of_listed(listed):
                self.row.extend(row)
                self.row_at.append(len(self.row))
                self.low.append(listed.kind is NameKind.LOW_QUALITY_ALIAS)
        self.name_at.append(len(self.low))
        self.sex.append(SEXES[nominal.sex])
        for known in nominal.birth_dates:
            self.date.extend(_dates(known)[0])
        self.date_at.append(len(self.date) // 8)
        self.nation.extend(_nations(nominal.nationalities)[0])
        self.nation_at.append(len(self.nation))
        for place in nominal.places_of_birth:
            self.place.extend(self._place(place))
        self.place_at.append(len(self.place))
        self.ids.append(nominal.id)
        self.text += written(nominal)
        self.text_at.append(len(self.text))

    def _place(self, place: str) -> list[int]:
        found = self.place_numbers.get(place)
        if found is None:
            words = [Word(token.text, token.bare) for token in attributes.place_words((place,))]
            found = self.place_numbers[place] = list(map(self.vocabulary.number, words))
        return found

    def columns(self) -> Columns:
        cells, row_at, folded = np.array(self.row, np.int32), np.array(self.row_at, np.int64), self.vocabulary.folded()
        join_at, join_hash, join_run = self.vocabulary.runs(cells, row_at)
        return Columns(
            tokens=self.vocabulary.tokens(),
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
            identity=identities(self.ids),
            text_at=np.array(self.text_at, np.int64),
            text=np.frombuffer(bytes(self.text), np.uint8),
        )


def fold(nominals: Iterable[Nominal]) -> Columns:
    """Fold nominals into columns."""
    folding = _Folding()
    for nominal in nominals:
        folding.add(nominal)
    return folding.columns()


def written(nominal: Nominal) -> bytes:
    """Write a nominal as JSON, so that it can be read back; put together by hand, since there are millions."""
    names = ",".join(map(_written_name, nominal.names))
    dates = ",".join([_dates(known)[1] for known in nominal.birth_dates])
    places = ",".join(map(_encode, nominal.places_of_birth))
    nationalities, sex = _nations(nominal.nationalities)[1], _written(nominal.sex)
    return f"[{_encode(nominal.id)},[{names}],[{dates}],[{nationalities}],{sex},[{places}]]".encode()


def _written_name(name: ListedName) -> str:
    return f"[{_written(name.surname)},{_written(name.given_names)},{_written(name.full_name)},{_encode(name.kind)}]"


def _written(text: str | None) -> str:
    return "null" if text is None else _encode(text)


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
