"""A part of a list that is searched as one, and does not change but for records that are taken out."""

import math
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import numpy as np

from screening.matching import assembly, columns
from screening.matching.columns import Columns
from screening.matching.compiled import expand, joins, layout, search
from screening.matching.compiled.layout import (
    AT,
    BY_IDENTITY,
    FAMILY,
    FAMILY_COUNT,
    FAMILY_HASH,
    FOUND,
    GATHERED,
    GROUP_AT,
    HELD,
    HELD_NUMBERS,
    HELD_RECORD,
    IDENTITY,
    MOST_HELD,
    NAME_AT,
    OVERFLOW,
    PARTICLE,
    ROW,
    ROW_AT,
    TEXT,
    TEXT_AT,
    Array,
    Query,
    Scratch,
    size,
    view,
)
from screening.matching.model import Nominal, Traveller
from screening.matching.names import Name
from screening.matching.query import query_of, traveller_columns
from screening.matching.rarity import Rarity


class Held(NamedTuple):
    """A record that may be the traveller: what it weighs in log-odds without the prior, and how alike the names are."""

    total: float
    name_score: float
    segment: "Segment"
    record: int


class Asked(NamedTuple):
    """A traveller, each reading of the name, and the list as a whole: how it weighs words, and how many it holds."""

    traveller: Traveller
    names: tuple[Name, ...]
    rarity: Rarity
    persons: int


class Answer(NamedTuple):
    """The records that one segment holds, of which some may be left out when there are too many."""

    held: list[Held]
    is_complete: bool


Gather = Callable[[Query, Array, Array, Scratch, float], None]


class Room:
    """Room to search in that is used again, for as many searches as there are at a time."""

    def __init__(self, numbers: Array) -> None:
        self._sizes = (size(numbers, AT), size(numbers, GROUP_AT))
        self._free: list[Scratch] = []
        self._lock = threading.Lock()

    @contextmanager
    def taken(self) -> Iterator[Scratch]:
        """Give room that nobody else uses meanwhile."""
        with self._lock:
            scratch = self._free.pop() if self._free else None
        scratch = scratch or layout.scratch(*self._sizes)
        scratch.room[[HELD, FOUND, GATHERED, OVERFLOW]] = 0
        yield scratch  # one that a search failed in is not used again: it may be left marked
        with self._lock:
            self._free.append(scratch)


class Segment:
    """The array of a list (`compiled.layout`), and which of its records were taken out since it was made."""

    def __init__(self, numbers: Array, removed: Array | None = None, room: Room | None = None) -> None:
        self.numbers = numbers
        self.identity = view(numbers, IDENTITY, np.int64)
        self.families = view(numbers, FAMILY_HASH, np.int64)
        self.bearers = view(numbers, FAMILY_COUNT, np.int32)
        self._by_identity = view(numbers, BY_IDENTITY, np.int32)
        self._removed: Array = np.zeros(len(self.identity), np.uint8) if removed is None else removed
        self._room = room or Room(numbers)
        self.live = len(self.identity) - int(np.count_nonzero(self._removed))

    @property
    def is_whole(self) -> bool:
        """Whether no record was taken out."""
        return self.live == len(self.identity)

    def find(self, identities: Array) -> Array:
        """Give the records with these identities that were not taken out."""
        if not len(self.identity):
            return np.zeros(0, np.int64)
        places = np.searchsorted(self.identity, identities, sorter=self._by_identity)
        found = self._by_identity[np.minimum(places, len(self.identity) - 1)]
        known = (self.identity[found] == identities) & (self._removed[found] == 0)
        records: Array = found[known].astype(np.int64)
        return records

    def without(self, records: Array) -> "Segment":
        """Give the segment without some records; searches under way still see them."""
        removed = self._removed.copy()
        removed[records] = 1
        return Segment(self.numbers, removed, self._room)

    def nominal(self, record: int) -> Nominal:
        """Read a record."""
        text_at = view(self.numbers, TEXT_AT, np.int64)
        return columns.read(view(self.numbers, TEXT, np.uint8)[text_at[record] : text_at[record + 1]].tobytes())

    def columns(self) -> Columns:
        """Give what is left as the columns that it was made from."""
        return assembly.columns_of(self.numbers, np.flatnonzero(self._removed == 0))

    def count_families(self, hashes: Array, changes: Array) -> None:
        """Change how many persons bear a word of each family, in any segment."""
        known, places = self._known_families(hashes)
        self.bearers[places] += changes[known].astype(np.int32)

    def take_counts(self, other: "Segment") -> None:
        """Take over how many persons bear words of the families that another segment knows too."""
        known, places = self._known_families(other.families)
        self.bearers[places] = other.bearers[known]

    def _known_families(self, hashes: Array) -> tuple[Array, Array]:
        """Give which of some families this segment knows, and their numbers here."""
        if not len(self.families):
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        places = np.minimum(np.searchsorted(self.families, hashes), len(self.families) - 1)
        known = np.flatnonzero(self.families[places] == hashes)
        return known, places[known]

    def borne(self, records: Array) -> Array:
        """Give the families of words that records bear, each once for each record."""
        names, name_at = assembly.gathered(view(self.numbers, NAME_AT, np.int32), records)
        cells, row_at = assembly.gathered(view(self.numbers, ROW_AT, np.int32), names)
        row = view(self.numbers, ROW, np.int32)[cells]
        record = np.repeat(np.repeat(np.arange(len(records)), np.diff(name_at)), np.diff(row_at))
        weighs = row >> 1 & 3 != PARTICLE
        family = view(self.numbers, FAMILY, np.int32)[row[weighs] >> 3]
        pairs = np.unique(record[weighs] * (len(self.families) + 1) + family)
        families: Array = self.families[pairs % (len(self.families) + 1)]
        return families

    def queries(self, asked: Asked) -> list[Query]:
        """Give what is asked as this segment reads it: a query for each reading of the name."""
        besides = traveller_columns(asked.traveller, asked.persons, self.families)
        return [query_of(name, asked.rarity, besides, self.families) for name in asked.names]

    def search(self, queries: Sequence[Query], need: float) -> Answer:
        """Find the records that weigh what is needed."""
        return self._ask(search.gather, queries, need)

    def bearing(self, queries: Sequence[Query]) -> Answer:
        """Find the records with just this name that no other field speaks against."""
        return self._ask(search.gather_bearers, queries, -math.inf)

    def _ask(self, gather: Gather, queries: Sequence[Query], need: float) -> Answer:
        with self._room.taken() as scratch:
            for query in queries:
                expand.propose(query, self.numbers, scratch)
                expand.mark(query, self.numbers, scratch)
                joins.find_joins(query, self.numbers, scratch)
                gather(query, self.numbers, self._removed, scratch, need)
                search.weigh(query, self.numbers, scratch, need)
            return self._answer(scratch)

    def _answer(self, scratch: Scratch) -> Answer:
        best: dict[int, Held] = {}
        count = int(scratch.room[HELD])
        numbers = scratch.weights[HELD_NUMBERS : HELD_NUMBERS + 2 * count].reshape(-1, 2).tolist()
        records = scratch.room[HELD_RECORD : HELD_RECORD + count].tolist()
        for (total, score), record in zip(numbers, records, strict=True):
            known = best.get(record)
            if known is None or (total, score) > (known.total, known.name_score):
                best[record] = Held(total, score, self, record)
        is_complete = not scratch.room[OVERFLOW] and scratch.room[FOUND] <= MOST_HELD
        return Answer(list(best.values()), is_complete)
