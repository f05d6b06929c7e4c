"""Candidates for a traveller among many nominals, found without loss above a threshold.

Names are found by their words (`Vocabulary`); for each name a bound of what it can weigh is summed up from the words
that agree. A nominal whose bound, with what its other fields weigh, stays below the threshold is left out; the rest
is judged as `compare` judges it. Nominals whose birth date is equal or nearly so are let in with a loose name,
the others need a name that makes up for the date. This code is meant for some 20,000 nominals.
"""

import threading
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Self, TypeVar

from screening.matching import alignment, birth_dates, names, profile, scoring
from screening.matching.bounds import Entry, Query, QueryWord
from screening.matching.folding import Role, Token
from screening.matching.model import Candidate, Evidence, Found, Nominal, Traveller
from screening.matching.names import Name, Parts, Span
from screening.matching.rarity import Rarity
from screening.matching.scoring import Reading
from screening.matching.vocabulary import Vocabulary

_Key = TypeVar("_Key", str, Parts)
_Member = TypeVar("_Member", int, str)

MOST_COMPARED = 1_000
"""Nominals that one search compares word by word, likeliest first; beyond, the answer is marked truncated."""
_ROUNDING = 1e-9
"""Bounds and scores are summed in different orders."""


@dataclass(frozen=True, slots=True)
class _Likely:
    """A nominal that may reach the threshold: its best bound, its other evidence, the names worth comparing."""

    bound: float
    nominal_id: str
    rest: tuple[Evidence, ...]
    readings: tuple[Reading, ...]


@dataclass(slots=True)
class _Filed:
    """A nominal, and the numbers under which its names are filed."""

    nominal: Nominal
    entries: list[int] = field(default_factory=list)


class Index:
    """Nominals by name and birth date.

    A lock makes each put, removal and search one step, so that threads may search while another follows a journal; a
    change waits for the search under way, milliseconds as a rule. After a large build `gc.freeze()` is worth calling:
    millions of small objects that stay make full collections slow.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._filed: dict[str, _Filed] = {}
        self._entries: dict[int, Entry] = {}
        self._next = 0
        self._vocabulary = Vocabulary()
        self._rarity = Rarity()
        self._joins: dict[str, dict[Parts, set[int]]] = {}
        self._lone: set[int] = set()
        self._bearers: dict[Parts, set[int]] = {}
        self._dates: dict[str, set[str]] = {}

    @classmethod
    def build(cls, nominals: Iterable[Nominal]) -> Self:
        """Build an index; a later nominal replaces an earlier one with its id."""
        index = cls()
        for nominal in nominals:
            index.put(nominal)
        return index

    def __len__(self) -> int:
        """Count the nominals."""
        return len(self._filed)

    def put(self, nominal: Nominal) -> None:
        """Add a nominal, or replace the one with its id."""
        entries = [Entry.of(nominal.id, listed, name) for listed, name in scoring.readings(nominal)]
        with self._lock:
            self._discard(nominal.id)
            filed = self._filed[nominal.id] = _Filed(nominal)
            for entry in entries:
                filed.entries.append(self._file(entry))
            self._rarity.add(_words(entries))
            for key in _date_keys(nominal):
                self._dates.setdefault(key, set()).add(nominal.id)

    def remove(self, nominal_id: str) -> None:
        """Take a nominal out; one that is not there is no error, since a journal may be followed twice."""
        with self._lock:
            self._discard(nominal_id)

    def search(self, traveller: Traveller, *, threshold: float, limit: int) -> Found:
        """Find the nominals that score at least the threshold, best first, no more than the limit."""
        submitted = names.of_traveller(traveller)
        if not submitted:
            return Found()
        with self._lock:
            likely = self._likely(traveller, submitted, scoring.log_odds(threshold) - profile.PRIOR)
            return self._judged(submitted, likely, threshold, limit)

    def namesakes(self, traveller: Traveller, *, limit: int) -> Found:
        """Find the nominals that bear just this name, in any order and legal spelling, however low they score.

        `truncated` when there are more than the limit: those left out are not the least likely ones.
        """
        submitted = names.of_traveller(traveller)
        with self._lock:
            bearers = set().union(*(self._bearers.get(_bearing(name), set()) for name in submitted if _bearing(name)))
            ids = sorted({self._entries[number].nominal_id for number in bearers})
            found = [scoring.compare(traveller, self._filed[each].nominal, self._rarity) for each in ids[:limit]]
        return Found(tuple(sorted(found, key=lambda held: -held.score)), truncated=len(ids) > limit)

    def compare(self, traveller: Traveller, nominal: Nominal) -> Candidate:
        """Compare a traveller with any nominal, words weighed as this list weighs them."""
        with self._lock:
            return scoring.compare(traveller, nominal, self._rarity)

    def _file(self, entry: Entry) -> int:
        number, self._next = self._next, self._next + 1
        for token in entry.tokens:
            self._vocabulary.add(token, number)
        self._entries[number] = entry.sharing(self._vocabulary)
        for coarse, parts in entry.joins:
            self._joins.setdefault(coarse, {}).setdefault(parts, set()).add(number)
        if entry.words <= 1:
            self._lone.add(number)
        self._bearers.setdefault(_bearing(entry.name), set()).add(number)
        return number

    def _discard(self, nominal_id: str) -> None:
        filed = self._filed.pop(nominal_id, None)
        if filed is None:
            return
        self._rarity.discard(_words(self._entries[number] for number in filed.entries))
        for number in filed.entries:
            self._unfile(number)
        for key in _date_keys(filed.nominal):
            _drop(self._dates, key, nominal_id)

    def _unfile(self, number: int) -> None:
        entry = self._entries.pop(number)
        for token in entry.tokens:
            self._vocabulary.discard(token, number)
        self._lone.discard(number)
        _drop(self._bearers, _bearing(entry.name), number)
        for coarse, parts in entry.joins:
            held = self._joins[coarse]
            _drop(held, parts, number)
            if not held:
                del self._joins[coarse]

    def _judged(self, submitted: tuple[Name, ...], likely: list[_Likely], threshold: float, limit: int) -> Found:
        found: list[Candidate] = []
        for one in likely[:MOST_COMPARED]:
            if len(found) > limit and scoring.logistic(profile.PRIOR + one.bound) < found[limit - 1].score:
                break
            candidate = scoring.judge(submitted, one.readings, one.rest, nominal_id=one.nominal_id, rarity=self._rarity)
            if candidate.score >= threshold and candidate.score > 0:
                found.append(candidate)
                found.sort(key=lambda held: (-held.score, -held.name_score, held.nominal_id))
        return Found(tuple(found[:limit]), truncated=len(found) > limit or len(likely) > MOST_COMPARED)

    def _likely(self, traveller: Traveller, submitted: tuple[Name, ...], need: float) -> list[_Likely]:
        """List the nominals whose bounds reach what is needed, the likeliest first."""
        near = self._dated(traveller)
        loose, strict = _most_of_others(traveller)
        reached: dict[str, dict[int, float]] = {}
        for name in submitted:
            query = self._query(name)
            for number in self._within_reach(query, need - strict, near):
                entry = self._entries[number]
                bound = query.bound(number, entry)
                if bound + (loose if entry.nominal_id in near else strict) + _ROUNDING >= need:
                    bounds = reached.setdefault(entry.nominal_id, {})
                    bounds[number] = max(bound, bounds.get(number, bound))
        likely = [self._likely_one(traveller, nominal_id, bounds) for nominal_id, bounds in reached.items()]
        kept = [one for one in likely if one.bound + _ROUNDING >= need]
        return sorted(kept, key=lambda one: (-one.bound, one.nominal_id))

    def _likely_one(self, traveller: Traveller, nominal_id: str, bounds: dict[int, float]) -> _Likely:
        rest = scoring.others(traveller, self._filed[nominal_id].nominal)
        # In the order of the record, so that of names that weigh the same the first is shown, as `compare` does.
        readings = tuple((self._entries[number].listed, self._entries[number].name) for number in sorted(bounds))
        return _Likely(max(bounds.values()) + sum(part.weight for part in rest), nominal_id, rest, readings)

    def _dated(self, traveller: Traveller) -> frozenset[str]:
        """Find the nominals whose birth date is equal or nearly so."""
        if traveller.date_of_birth is None:
            return frozenset()
        keys = birth_dates.near(traveller.date_of_birth)
        return frozenset(found for key in keys for found in self._dates.get(key, ()))

    def _query(self, name: Name) -> Query:
        words = [self._word(name, at) for at in name.words]
        return Query.of(name, tuple(words), self._joined(name))

    def _word(self, name: Name, at: int) -> QueryWord:
        token = name.tokens[at]
        own = self._rarity.weight(token)
        similar = {
            (other.text, other.bare): alignment.weight(alike, own, self._rarity.weight(other))
            for other, alike in self._vocabulary.similar(token, cut=at in name.cut)
        }
        return QueryWord(own, similar)

    def _within_reach(self, query: Query, need: float, near: frozenset[str]) -> set[int]:
        """Gather names that may weigh what is needed, and those of nominals that the birth date speaks for."""
        numbers = {number for nominal_id in near for number in self._filed[nominal_id].entries}
        numbers.update(query.joined)
        drivers = query.drivers(need)
        driven = set().union(*(self._holding(word) for word in drivers))
        if query.needs_two(need):
            driven &= self._met_twice(query) | self._lone
        return numbers | driven

    def _holding(self, word: QueryWord) -> set[int]:
        """Gather the names that hold a word like one of the traveller's."""
        return set().union(*(self._vocabulary.holders(key) for key in word.similar))

    def _met_twice(self, query: Query) -> set[int]:
        once: set[int] = set()
        twice: set[int] = set()
        for word in query.words:
            holding = self._holding(word)
            twice |= once & holding
            once |= holding
        return twice

    def _joined(self, name: Name) -> dict[int, float]:
        """Find the names of which words agree once neighbours are joined, and the most that this weighs."""
        joined: dict[int, float] = defaultdict(float)
        for span in alignment.runs(name):
            weight = alignment.joined_weight(name, span, self._rarity)
            for number in self._joining(name, span):
                joined[number] += weight
        return joined

    def _joining(self, name: Name, span: Span) -> set[int]:
        """Find the names with a run of the same consonants, unless it shares a word, which pairs by itself."""
        own = set(names.parts(name, span))
        runs = self._joins.get(span.coarse, {})
        numbers = set().union(*(held for parts, held in runs.items() if own.isdisjoint(parts)))
        if span.stop - span.start > 1:
            for key in self._vocabulary.sounding(span.coarse):
                numbers.update(self._vocabulary.holders(key))
        return numbers


def _bearing(name: Name) -> Parts:
    """Give what a name is told from others by, whatever the order of its words; nothing for one with initials."""
    if any(token.role is Role.INITIAL for token in name.tokens):
        return ()
    return tuple(sorted(name.tokens[at].key for at in name.words))


def _words(entries: Iterable[Entry]) -> list[Token]:
    return [token for entry in entries for token in entry.tokens]


def _date_keys(nominal: Nominal) -> set[str]:
    return {key for known in nominal.birth_dates if (key := birth_dates.filed_under(known)) is not None}


def _most_of_others(traveller: Traveller) -> tuple[float, float]:
    """Bound what the other fields weigh: with a birth date nearly equal, and without."""
    most = profile.NATIONALITY_AGREES * bool(traveller.nationalities)
    most += profile.SEX_AGREES * (traveller.sex is not None)
    most += profile.PLACE_AGREES * bool(traveller.place_of_birth)
    if traveller.date_of_birth is None:
        return most, most
    return most + birth_dates.EQUAL, most + birth_dates.WITHOUT_LOOKUP


def _drop(groups: dict[_Key, set[_Member]], key: _Key, member: _Member) -> None:
    groups[key].discard(member)
    if not groups[key]:
        del groups[key]
