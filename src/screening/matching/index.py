"""Candidates for a traveller among many nominals, found without loss above a threshold.

The list lies in segments: a large one that is searched and hardly changes, and small ones with what changed since.
Compiled code finds and weighs (`compiled.search`); whoever is found is judged again, in words, by `scoring`.
"""

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from screening.dates import PartialDate
from screening.matching import assembly, columns, names, profile, scoring
from screening.matching.columns import Columns
from screening.matching.compiled.layout import Array
from screening.matching.model import Candidate, Found, ListedName, Nominal, Traveller
from screening.matching.rarity import Rarity
from screening.matching.segment import Answer, Asked, Held, Segment
from screening.matching.vocabulary import identity

_GROWTH = 2
"""A change is put together with the segments that are at most so many times as large, so that there are few."""
_TIED = 9
"""Digits up to which two sums are the same."""


@dataclass(frozen=True, slots=True)
class _State:
    """What one search sees from its beginning to its end."""

    segments: tuple[Segment, ...] = ()
    persons: int = 0

    def bearers(self, family: str) -> int:
        """Count the persons that bear a word of a family."""
        wanted = identity(family)
        for segment in self.segments:
            place = int(np.searchsorted(segment.families, wanted))
            if place < len(segment.families) and segment.families[place] == wanted:
                return int(segment.bearers[place])
        return 0

    def rarity(self) -> Rarity:
        """Weigh words by this list."""
        return Rarity(self.bearers, self.persons)

    def asked(self, traveller: Traveller) -> Asked:
        """Read what is asked of each segment."""
        return Asked(traveller, names.of_traveller(traveller), self.rarity(), self.persons)


class Index:
    """Nominals by name and birth date; searches take no lock and see a change wholly or not at all."""

    def __init__(self, segments: Sequence[Segment] = ()) -> None:
        self._lock = threading.Lock()
        self._state = _State(tuple(segments), sum(segment.live for segment in segments))

    @classmethod
    def build(cls, nominals: Iterable[Nominal]) -> Self:
        """Build an index; a later nominal replaces an earlier one with its id."""
        index = cls()
        index.change({nominal.id: nominal for nominal in nominals}.values())
        return index

    @classmethod
    def of_parts(cls, parts: Sequence[Columns]) -> Self:
        """Build an index of parts that were folded elsewhere; no nominal is in two of them."""
        segment = Segment(assembly.assemble(parts))
        return cls([segment] if segment.live else [])

    def __len__(self) -> int:
        """Count the nominals."""
        return self._state.persons

    def put(self, nominal: Nominal) -> None:
        """Add a nominal, or replace the one with its id."""
        self.change([nominal])

    def remove(self, nominal_id: str) -> None:
        """Take a nominal out; one that is not there is no error, since a journal may be followed twice."""
        self.change([], [nominal_id])

    def change(self, nominals: Iterable[Nominal], gone: Iterable[str] = ()) -> None:
        """Add or replace nominals of different ids, and take others out, as one step."""
        added = columns.fold(nominals)
        identities = np.concatenate((added.identity, np.array([identity(each) for each in gone], np.int64)))
        with self._lock:
            self._replace(added, identities)

    def ask(self, traveller: Traveller) -> "Inquiry":
        """Read what is asked once, for all that is to be found; it sees the list as it is now."""
        return Inquiry(self._state, traveller)

    def search(self, traveller: Traveller, *, threshold: float, limit: int) -> Found:
        """Find the nominals that score at least the threshold, best first, no more than the limit."""
        return self.ask(traveller).search(threshold=threshold, limit=limit)

    def held(self, traveller: Traveller, *, threshold: float) -> tuple[str, ...]:
        """List who is found for a search, before anybody is judged in words, best first."""
        return self.ask(traveller).held(threshold=threshold)

    def namesakes(self, traveller: Traveller, *, limit: int) -> Found:
        """Find the nominals that bear just this name, in any order and legal spelling, however low they score."""
        return self.ask(traveller).namesakes(limit=limit)

    def merged(self) -> Segment:
        """Give all there is now as one segment."""
        segments = self._state.segments
        if len(segments) == 1 and segments[0].is_whole:
            return segments[0]
        return Segment(assembly.assemble([segment.columns() for segment in segments] or [columns.fold(())]))

    def compare(self, traveller: Traveller, nominal: Nominal) -> Candidate:
        """Compare a traveller with any nominal, words weighed as this list weighs them."""
        return scoring.compare(traveller, nominal, self._state.rarity())

    def _replace(self, added: Columns, identities: Array) -> None:
        """Make the next state: records with these identities taken out, and those that were added put in."""
        before = self._state.segments
        out = [segment.find(identities) for segment in before]
        kept = [segment.without(gone) if len(gone) else segment for segment, gone in zip(before, out, strict=True)]
        kept = [segment for segment in kept if segment.live]
        families, changes = _changes(added, before, out)
        if len(added.identity):
            parts = [added]
            while kept and kept[-1].live <= _GROWTH * sum(len(part.identity) for part in parts):
                parts.append(kept.pop().columns())
            new = Segment(assembly.assemble(parts))
            new.bearers[:] = 0
            for segment in before:
                new.take_counts(segment)
            kept.append(new)
        for segment in kept:
            segment.count_families(families, changes)
        self._state = _State(tuple(kept), sum(segment.live for segment in kept))


class Inquiry:
    """A traveller as a list reads him or her."""

    def __init__(self, state: _State, traveller: Traveller) -> None:
        self._asked = state.asked(traveller)
        self._queries = [(segment, segment.queries(self._asked)) for segment in state.segments]
        self._judged: dict[tuple[Segment, int], Candidate] = {}

    def search(self, *, threshold: float, limit: int) -> Found:
        """Find the nominals that score at least the threshold, best first, no more than the limit."""
        answer = self._answer(threshold)
        found = [each for each in self._candidates(answer.held[:limit]) if each.score >= threshold]
        return Found(tuple(found), truncated=len(answer.held) > limit or not answer.is_complete)

    def held(self, *, threshold: float) -> tuple[str, ...]:
        """List who is found for a search, before anybody is judged in words, best first."""
        return tuple(each.segment.nominal(each.record).id for each in self._answer(threshold).held)

    def _answer(self, threshold: float) -> Answer:
        need = scoring.log_odds(threshold) - profile.PRIOR
        return _merged([segment.search(queries, need) for segment, queries in self._queries])

    def namesakes(self, *, limit: int) -> Found:
        """Find the nominals that bear just this name, in any order and legal spelling, however low they score.

        Those that a birth date, nationality, sex or place of birth speaks against are left out.
        """
        answer = _merged([segment.bearing(queries) for segment, queries in self._queries])
        truncated = len(answer.held) > limit or not answer.is_complete
        return Found(tuple(self._candidates(answer.held[:limit])), truncated=truncated)

    def _candidates(self, held: Sequence[Held]) -> list[Candidate]:
        """Say in words why each record is held: what is said here decides, not what led to it."""
        found = [each for each in map(self._candidate, held) if each.score > 0]
        return sorted(found, key=lambda each: (-each.score, -each.name_score, each.nominal_id))

    def _candidate(self, held: Held) -> Candidate:
        """Judge a record, once for each inquiry."""
        place = (held.segment, held.record)
        if place not in self._judged:
            self._judged[place] = _judge(self._asked, held.segment.nominal(held.record))
        return self._judged[place]


def warm_up() -> None:
    """Make the machine code ready, or read it from where it is kept, so that no search has to wait for it."""
    nobody = ListedName(full_name="Nemo Outis Utopia")
    index = Index.build([Nominal("nobody", (nobody,), (PartialDate(1999, 12, 31),))])
    index.put(Nominal("nobody else", (nobody,)))
    traveller = Traveller(
        full_name="NEMO OUTISS UTOPIA", date_of_birth=PartialDate(1999, 12, 31), place_of_birth="NADIR"
    )
    index.search(traveller, threshold=0.5, limit=1)
    index.namesakes(traveller, limit=1)


def _changes(added: Columns, segments: Sequence[Segment], out: Sequence[Array]) -> tuple[Array, Array]:
    """Give families of words, and by how many persons more, or fewer, each is borne."""
    taken = [segment.borne(gone) for segment, gone in zip(segments, out, strict=True)]
    families = np.concatenate((assembly.families_of(added), *taken))
    signs = np.ones(len(families), np.int64)
    signs[len(families) - sum(map(len, taken)) :] = -1
    distinct, places = np.unique(families, return_inverse=True)
    return distinct, np.bincount(places, weights=signs, minlength=len(distinct)).astype(np.int64)


def _merged(answers: Sequence[Answer]) -> Answer:
    """Put what segments hold in the order of likelihood."""
    held = sorted((each for answer in answers for each in answer.held), key=_rank)
    return Answer(held, all(answer.is_complete for answer in answers))


def _rank(held: Held) -> tuple[float, float, int]:
    return (
        -round(held.total, _TIED),
        -round(held.name_score, _TIED),
        int(held.segment.identity[held.record]),
    )


def _judge(asked: Asked, nominal: Nominal) -> Candidate:
    others = scoring.others(asked.traveller, nominal)
    return scoring.judge(asked.names, scoring.readings(nominal), others, nominal_id=nominal.id, rarity=asked.rarity)
