"""Patterns of misuse, looked for among plain events in the order of time. Pure.

Each pattern is a detector: it sees every search once, keeps what it needs of a client, a day or a traveller, and says
in the end what it found. So a report of any length takes one pass.
"""

import math
import re
import statistics
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Protocol
from uuid import UUID

from screening.audit.misuse import Finding, Known, Pattern, Place, Search, Who

SHOWN_ENTRIES = 20
"""Entries that a finding names at most."""

PAUSE = timedelta(minutes=30)
"""What lies further apart is no sequence."""

NAME_RUN = 12
"""Names one behind the other in the alphabet: by chance four times in a thousand million searches (2 / 12!)."""

NUMBER_RUN = 6
NUMBER_STEP = 5
"""Documents whose numbers follow each other this closely; a family's passports of one day are fewer."""

PEERS = 5
"""How many others it takes to say what is usual."""

FAR_ABOVE = 8.0
"""Robust standard deviations above the median of the peers, …"""
LEAST_EXCESS = 30
"""… and at least so many searches more."""

FASTEST_KM_H = 1000.0
"""No airliner is faster from post to post."""
NEARBY_KM = 100.0
"""Posts this near to each other may see one traveller within minutes, whatever their coordinates are worth."""
FORGET = timedelta(hours=21)
"""Half way round the earth at that speed: longer ago, every place can be reached."""

LOOKUPS = 10
"""Searches without a crossing, beyond what is usual among the peers, that are worth a question."""

_NUMBER = re.compile(r"(.*?)([0-9]{4,12})")


class Detector(Protocol):
    """Looks for one pattern."""

    def see(self, search: Search) -> None:
        """Take a search into account; they come in the order of time."""

    def findings(self) -> Iterator[Finding]:
        """Give what was found, after the last search."""


def detectors(known: Known) -> list[Detector]:
    """Make one detector for each pattern."""
    return [NamesInSequence(), NumbersInSequence(), FarAbovePeers(), OutOfHours(known), Journeys(known), NoCrossing()]


# Sequences.


@dataclass(slots=True)
class _Run:
    """Searches one behind the other in one direction."""

    value: str
    direction: int
    searches: list[Search]

    @property
    def last(self) -> Search:
        return self.searches[-1]


class NamesInSequence:
    """Names searched in the order of the alphabet, up or down: a list is being worked through."""

    def __init__(self) -> None:
        self._runs: dict[Who, _Run] = {}
        self._found: list[Finding] = []

    def see(self, search: Search) -> None:
        """Let the run of whoever searches grow, or begin another."""
        if search.name:
            self._follow(search, search.name)

    def _follow(self, search: Search, value: str) -> None:
        run = self._runs.get(search.who)
        if run and search.at - run.last.at <= PAUSE:
            direction = (value > run.value) - (value < run.value)
            if direction == 0:
                return
            if run.direction in {0, direction}:
                run.value, run.direction = value, direction
                run.searches.append(search)
                return
            self._end(run)
            self._runs[search.who] = _Run(value, direction, [run.last, search])
            return
        if run:
            self._end(run)
        self._runs[search.who] = _Run(value, 0, [search])

    def _end(self, run: _Run) -> None:
        if len(run.searches) >= NAME_RUN:
            way = "in the order of the alphabet" if run.direction > 0 else "backwards through the alphabet"
            reason = f"{len(run.searches)} names one behind the other {way}"
            self._found.append(_finding(Pattern.NAMES_IN_SEQUENCE, reason, run.searches))

    def findings(self) -> Iterator[Finding]:
        """Give every long run."""
        for run in self._runs.values():
            self._end(run)
        self._runs.clear()
        yield from self._found


class NumbersInSequence:
    """Document numbers that follow each other closely: numbers are being tried."""

    def __init__(self) -> None:
        self._runs: dict[Who, tuple[str, int, int, list[Search]]] = {}
        self._found: list[Finding] = []

    def see(self, search: Search) -> None:
        """Let the run of whoever searches grow, or begin another."""
        match = _NUMBER.fullmatch(search.number or "")
        if not match:
            return
        series, number = f"{match[1]}/{len(match[2])}", int(match[2])
        before, last, direction, searches = self._runs.get(search.who, ("", 0, 0, []))
        step = number - last
        near = series == before and abs(step) <= NUMBER_STEP and search.at - searches[-1].at <= PAUSE
        if near and step == 0:
            return
        if near and direction * step >= 0:
            searches.append(search)
            self._runs[search.who] = (series, number, step, searches)
            return
        self._end(searches)
        self._runs[search.who] = (series, number, 0, [search])

    def _end(self, searches: Sequence[Search]) -> None:
        if len(searches) >= NUMBER_RUN:
            reason = f"{len(searches)} documents whose numbers follow each other by steps of {NUMBER_STEP} at most"
            self._found.append(_finding(Pattern.NUMBERS_IN_SEQUENCE, reason, searches))

    def findings(self) -> Iterator[Finding]:
        """Give every long run."""
        for _, _, _, searches in self._runs.values():
            self._end(searches)
        self._runs.clear()
        yield from self._found


# Against peers.


@dataclass(slots=True)
class _Count:
    """Some searches of one who: how many, and the first of them."""

    searches: int = 0
    shown: list[Search] = field(default_factory=list)
    last: Search | None = None

    def add(self, search: Search) -> None:
        self.searches += 1
        self.last = search
        if len(self.shown) < SHOWN_ENTRIES:
            self.shown.append(search)

    def finding(self, pattern: Pattern, reason: str, post: UUID | None = None) -> Finding:
        first, last = self.shown[0], self.last or self.shown[-1]
        entries = tuple(search.entry for search in self.shown)
        return Finding(pattern, reason, first.at, last.at, self.searches, entries, first.who, post)


class FarAbovePeers:
    """Somebody who searches far more in a day than others of the same role at posts of the same kind."""

    def __init__(self) -> None:
        self._days: dict[date, dict[Who, _Count]] = defaultdict(lambda: defaultdict(_Count))

    def see(self, search: Search) -> None:
        """Count a search for its day."""
        self._days[search.at.date()][search.who].add(search)

    def findings(self) -> Iterator[Finding]:
        """Compare each with the median of the others, by the median of their distances from it."""
        for counts in self._days.values():
            groups: dict[tuple[str, str], list[Who]] = defaultdict(list)
            for who in counts:
                groups[who.peers].append(who)
            for group in groups.values():
                if len(group) > PEERS:
                    yield from _above({who: counts[who] for who in group})


def _above(counts: Mapping[Who, _Count]) -> Iterator[Finding]:
    numbers = [count.searches for count in counts.values()]
    median = statistics.median(numbers)
    spread = 1.4826 * statistics.median(abs(number - median) for number in numbers)
    scale = max(spread, math.sqrt(median), 1.0)  # Counts vary by their root, even where peers happen to be alike.
    for count in counts.values():
        excess = count.searches - median
        if excess >= max(FAR_ABOVE * scale, LEAST_EXCESS):
            reason = f"{count.searches} searches in a day; the median of {len(counts)} peers is {median:.0f}"
            yield count.finding(Pattern.FAR_ABOVE_PEERS, reason)


class NoCrossing:
    """Look-ups without a crossing: more of them than peers have, whose software may leave it out now and then."""

    def __init__(self) -> None:
        self._all: dict[Who, int] = defaultdict(int)
        self._without: dict[Who, _Count] = defaultdict(_Count)

    def see(self, search: Search) -> None:
        """Count a search, and whether somebody crossed."""
        if search.crossing is not None:
            self._all[search.who] += 1
            if not search.crossing:
                self._without[search.who].add(search)

    def findings(self) -> Iterator[Finding]:
        """Compare what each has without a crossing with what the median share of the peers would be."""
        shares: dict[tuple[str, str], list[float]] = defaultdict(list)
        for who, total in self._all.items():
            missing = self._without[who].searches if who in self._without else 0
            shares[who.peers].append(missing / total)
        for who, count in self._without.items():
            usual = statistics.median(shares[who.peers]) if len(shares[who.peers]) > PEERS else 0.0
            expected = usual * self._all[who]
            if count.searches - expected >= max(LOOKUPS, 6 * math.sqrt(expected)):
                share = f"{count.searches} of {self._all[who]} searches"
                reason = f"{share} without a crossing; {usual:.0%} is usual among peers"
                yield count.finding(Pattern.WITHOUT_CROSSING, reason)


# Time and place.


class OutOfHours:
    """Searches at an hour at which a post, by its own history, is closed."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._found: dict[tuple[UUID, Who, date], _Count] = defaultdict(_Count)

    def see(self, search: Search) -> None:
        """Keep a search at a closed post."""
        hours = self._known.hours.get(search.post) if search.post else None
        if search.post and hours and hours.closed_at(search.at.hour):
            self._found[search.post, search.who, search.at.date()].add(search)

    def findings(self) -> Iterator[Finding]:
        """Give what was done at closed posts, by post, person and day."""
        for (post, _, _), count in self._found.items():
            hours, at = self._known.hours[post], count.shown[0].at
            reason = (
                f"{count.searches} searches at {self._known.code(post)} from {at:%H:%M} UTC on, an hour at which it "
                f"was in use on {hours.active[at.hour]} of {hours.days} days before"
            )
            yield count.finding(Pattern.OUT_OF_HOURS, reason, post)


class Journeys:
    """The same traveller searched at posts so far apart that nobody travels between them in the time."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._seen: dict[bytes, Search] = {}
        self._found: dict[bytes, list[tuple[Search, Search]]] = defaultdict(list)
        self._forgotten_at: datetime | None = None

    def see(self, search: Search) -> None:
        """Compare a search with where its subject was searched before."""
        if search.subject is None or search.post is None:
            return
        before = self._seen.get(search.subject)
        if before and self._too_fast(before, search):
            self._found[search.subject].append((before, search))
        self._seen[search.subject] = search
        self._forget(search.at)

    def _too_fast(self, before: Search, now: Search) -> bool:
        kilometres = self._distance(before.post, now.post)
        hours = (now.at - before.at) / timedelta(hours=1)
        return kilometres is not None and kilometres > NEARBY_KM and kilometres > FASTEST_KM_H * hours

    def _distance(self, one: UUID | None, other: UUID | None) -> float | None:
        if one is None or other is None or one == other:
            return None
        place, other_place = self._known.places.get(one), self._known.places.get(other)
        return distance(place, other_place) if place and other_place else None

    def _forget(self, now: datetime) -> None:
        """Drop, now and then, whoever can be anywhere by now."""
        self._forgotten_at = self._forgotten_at or now
        if now - self._forgotten_at > FORGET:
            self._seen = {subject: search for subject, search in self._seen.items() if now - search.at <= FORGET}
            self._forgotten_at = now

    def findings(self) -> Iterator[Finding]:
        """Give one finding for each traveller."""
        for pairs in self._found.values():
            searches = list(dict.fromkeys(search for pair in pairs for search in pair))
            before, now = max(pairs, key=self._speed)
            kilometres = self._distance(before.post, now.post) or 0.0
            minutes = (now.at - before.at) / timedelta(minutes=1)
            posts = len({search.post for search in searches})
            reason = (
                f"the same traveller was searched at {posts} posts, among them {self._known.code(before.post)} and "
                f"{self._known.code(now.post)}, {kilometres:.0f} km apart, within {minutes:.0f} minutes"
            )
            found = _finding(Pattern.IMPOSSIBLE_JOURNEY, reason, searches)
            alone = len({search.who for search in searches}) == 1
            yield found if alone else _of_several(found)

    def _speed(self, pair: tuple[Search, Search]) -> float:
        before, now = pair
        return (self._distance(before.post, now.post) or 0.0) / max((now.at - before.at).total_seconds(), 1.0)


def distance(one: Place, other: Place) -> float | None:
    """Give the kilometres between two posts along the earth; None where a coordinate is not known.

    >>> round(distance(Place("A", "air", 59.65, 17.92), Place("B", "air", 48.35, 11.79)))
    1317
    """
    if one.latitude is None or one.longitude is None or other.latitude is None or other.longitude is None:
        return None
    north, other_north = math.radians(one.latitude), math.radians(other.latitude)
    east = math.radians(other.longitude - one.longitude)
    half = math.sin((other_north - north) / 2) ** 2 + math.cos(north) * math.cos(other_north) * math.sin(east / 2) ** 2
    return 2 * 6371.0 * math.asin(min(1.0, math.sqrt(half)))


def _finding(pattern: Pattern, reason: str, searches: Sequence[Search]) -> Finding:
    first, last = searches[0], searches[-1]
    entries = tuple(search.entry for search in searches[:SHOWN_ENTRIES])
    return Finding(pattern, reason, first.at, last.at, len(searches), entries, first.who, first.post)


def _of_several(found: Finding) -> Finding:
    return Finding(found.pattern, found.reason, found.first_at, found.last_at, found.searches, found.entries)
