"""Counts an operation again from an export of the log alone: no database, and none of the SQL that keeps the counts.

Whether the export is whole, `screening audit verify` says; the two together prove a report.
"""

import json
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from screening.audit.exported import Export
from screening.reports import figures, presenting
from screening.reports.schemas import Counts
from screening.reports.tally import Ground, Post, Tally
from screening.reports.vocabulary import ANSWER_BOUNDS, THREAT_AREAS, THREAT_LABELS, areas_of

Entry = dict[str, Any]
MOVES = {"sent", "confirmation_requested", "no_reply", "confirmed", "not_confirmed", "closed", "reopened"}


class UnknownOperationError(Exception):
    """The export has no entry that says where the operation takes place; the text says so."""


@dataclass(slots=True)
class Case:
    """How one hit stands after everything that happened in its case."""

    hit: Entry
    screening: Entry
    status: str = "new"
    answer: str | None = None
    unanswered: bool = False
    outcomes: list[Entry] = field(default_factory=list)
    asked_at: datetime | None = None
    answered_at: datetime | None = None
    escalated: bool = False
    overdue: bool = False

    def follow(self, event: Entry) -> None:
        """Let the next thing happen."""
        told, at = event["outcome"], datetime.fromisoformat(event["at"])
        kind, self.status = told["event"], told["status"]
        if kind in {"confirmed", "not_confirmed", "reopened"}:
            self.answer = None if kind == "reopened" else kind
            self.outcomes, self.unanswered = [], False
        if kind in {"confirmed", "not_confirmed"}:
            self.answered_at = self.answered_at or at
        if kind == "confirmation_requested":
            self.asked_at = self.asked_at or at
        if kind in {"confirmation_requested", "no_reply"}:
            self.unanswered = kind == "no_reply"
        if kind == "outcome_reported":
            self.outcomes = told["outcomes"]
        self.escalated |= kind == "escalated"
        self.overdue = (self.overdue or kind == "escalated") and kind not in MOVES

    @property
    def verdict(self) -> str:
        """How it is counted."""
        if self.answer == "confirmed":
            return "confirmed"
        if any(each["outcome"] == "false_match" for each in self.outcomes):
            return "false_match"
        if self.answer or self.unanswered:
            return self.answer or "no_reply"
        return "false_match" if self.status == "closed" else "open"

    @property
    def is_threat(self) -> bool:
        """Tell whether its record counts as a potential threat."""
        grave = self.hit["label"] in THREAT_LABELS or not THREAT_AREAS.isdisjoint(self.hit["crime_areas"])
        return self.verdict == "confirmed" and grave

    def durations(self) -> Iterator[tuple[str, Decimal]]:
        """Say how long the owner took, since asked and since the hit."""
        found_at = datetime.fromisoformat(self.screening["at"])
        for name, since in (("since_hit", found_at), ("since_asked", self.asked_at)):
            if since is not None and self.answered_at is not None and self.answered_at >= since:
                taken = self.answered_at - since
                yield name, taken.days * 86400 + taken.seconds + Decimal(taken.microseconds) / 1_000_000


@dataclass(slots=True)
class Entries:
    """The entries of one operation."""

    screenings: list[Entry] = field(default_factory=list)
    events: defaultdict[str, list[Entry]] = field(default_factory=lambda: defaultdict(list))
    described: Entry | None = None

    @property
    def ground(self) -> Ground:
        """Where it takes place, as the entry of its beginning says."""
        if self.described is None:
            raise UnknownOperationError("The export does not say where an operation of this code takes place.")
        said = self.described["outcome"]
        posts = [Post(UUID(each["id"]), each["code"], each["country"], each["mode"]) for each in said["posts"]]
        actors = [each["actor"] for each in self.screenings]
        return Ground(
            code=self.described["operation"],
            posts={post.id: post for post in posts},
            countries=tuple(said["countries"]),
            crime_areas=tuple(said["crime_areas"]),
            seats={UUID(actor["organisation"]): actor["country"] for actor in actors},
        )


def recount(path: Path, code: str) -> Counts:
    """Count an operation from an export.

    Raises ExportError for what is no export, UnknownOperationError when it does not tell of the operation.
    """
    found = read(path, code)
    return presenting.counts(figures.lay_out(tally(found), found.ground), found.ground.crime_areas)


def read(path: Path, code: str) -> Entries:
    """Read the entries of an operation from an export."""
    found = Entries()
    with Export.opened(path) as export:
        for segment in export.segments():
            for envelope in filter(None, segment.entries):
                _sort(json.loads(envelope, parse_float=Decimal), code, found)
    return found


def _sort(entry: Entry, code: str, found: Entries) -> None:
    if entry["operation"] != code:
        return
    if entry["kind"] == "screening":
        found.screenings.append(entry)
    elif entry["kind"] == "case":
        found.events[entry["subject"].removeprefix("hit:")].append(entry)
    elif "posts" in entry["outcome"]:
        found.described = entry


def tally(found: Entries) -> Tally:
    """Count the entries of an operation."""
    counted: Counter[tuple[str, str, str]] = Counter()
    posts = {str(post) for post in found.ground.posts}
    for entry in found.screenings:
        figure = "incomplete" if entry["outcome"]["decision"] == "incomplete" else "searches"
        counted["hour", _hour(entry), figure] += 1
        counted["place", _place(entry, posts), figure] += 1
        counted["took", str(bisect_right(ANSWER_BOUNDS, entry["outcome"]["took_ms"])), figure] += 1
    cases = list(_cases(found))
    for case in cases:
        _count_case(case, posts, counted)
    counted["total", "", "hit"] = len({case.screening["id"] for case in cases})
    counted["total", "", "threats"] = len({case.hit["record"] for case in cases if case.is_threat})
    amounts = {key: Decimal(count) for key, count in counted.items()}
    return amounts | _answers(cases) | _outcomes(cases)


def _cases(found: Entries) -> Iterator[Case]:
    for entry in found.screenings:
        for hit in entry["outcome"]["hits"]:
            case = Case(hit, entry)
            for event in sorted(found.events[hit["id"]], key=lambda each: int(each["outcome"]["version"])):
                case.follow(event)
            yield case


def _count_case(case: Case, posts: set[str], counted: Counter[tuple[str, str, str]]) -> None:
    hit, verdict = case.hit, case.verdict
    counted["place", _place(case.screening, posts), verdict] += 1
    counted["label", f"{hit['source']}/{hit['label']}", verdict] += 1
    counted["hour", _hour(case.screening), "hits"] += 1
    for area in areas_of(hit["source"], hit["label"], hit["crime_areas"]):
        counted["area", area, verdict] += 1
    counted["total", "", "overdue"] += case.overdue
    counted["total", "", "escalated"] += case.escalated


def _hour(entry: Entry) -> str:
    return f"{entry['at'][:13]}:00:00Z"


def _place(entry: Entry, posts: set[str]) -> str:
    post = entry["actor"]["post"]
    return f"{entry['actor']['organisation']}/{post if post in posts else ''}"


def _outcomes(cases: Sequence[Case]) -> dict[tuple[str, str, str], Decimal]:
    counted: defaultdict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    for each in (outcome for case in cases for outcome in case.outcomes):
        row = "/".join(each[name] for name in ("outcome", "kind", "unit") if name in each)
        counted["outcome", row, "cases"] += 1
        for name in ("adults", "minors", "amount"):
            if name in each:
                counted["outcome", row, name] += each[name]
    return dict(counted)


def _answers(cases: Sequence[Case]) -> dict[tuple[str, str, str], Decimal]:
    taken: defaultdict[str, list[Decimal]] = defaultdict(list)
    for name, seconds in (each for case in cases for each in case.durations()):
        taken[name].append(seconds)
    counted: dict[tuple[str, str, str], Decimal] = {}
    for name, times in taken.items():
        times.sort()
        counted["answer", name, "cases"] = Decimal(len(times))
        counted["answer", name, "median"] = times[(len(times) + 1) // 2 - 1]
        counted["answer", name, "p90"] = times[-(-len(times) * 9 // 10) - 1]
    return counted
