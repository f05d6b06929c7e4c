"""Lays counts out as the tables of a report. Pure: every table adds up from one tally."""

import itertools
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import ceil
from typing import TypeAlias
from uuid import UUID

from screening.hits.vocabulary import Outcome
from screening.reports.tally import Ground, Tally
from screening.reports.vocabulary import ANSWER_BOUNDS, Verdict

Row: TypeAlias = dict[str, Decimal | None]
"""Figures by column; None is one that is not told."""

FEWEST_TIMED = 100
"""Searches from which on times are told: of few, the time of each would show, and with it silent hits."""

VERDICTS = tuple(verdict.value for verdict in Verdict)
OF_PERSONS = ("refused_entry", "arrested", "released", "victim_protected", "person_located")
OF_CASES = ("silent_report", "false_match")
SEIZED = {"goods": Outcome.GOODS_SEIZED, "vehicles": Outcome.VEHICLE_SEIZED, "firearms": Outcome.FIREARM_SEIZED}
ANSWERS = ("since_asked", "since_hit")


@dataclass(frozen=True, slots=True)
class Place:
    """One line of the table of posts: a post, or all desks of an organisation that stand at no post."""

    organisation: UUID | None
    post: UUID | None
    code: str | None
    country: str | None
    mode: str | None


@dataclass(frozen=True, slots=True)
class Figures:
    """All tables: lines by the table's name and the line's key."""

    lines: dict[tuple[str, str], Row]
    places: dict[str, Place]
    """What the keys of the table of posts stand for."""
    times: tuple[int | None, int | None]
    """Median and 90th percentile of answers, as upper bounds in milliseconds."""

    def table(self, name: str) -> dict[str, Row]:
        """Give the lines of a table by their keys."""
        return {key: row for (table, key), row in self.lines.items() if table == name}


def lay_out(tally: Tally, ground: Ground) -> Figures:
    """Make the tables of a report."""
    places = _places(tally, ground)
    posts = _place_rows(tally, places)
    lines = {
        **{("post", key): row for key, row in posts.items()},
        **_summed("country", posts, {key: place.country or "" for key, place in places.items()}, ground.countries),
        **_summed("mode", posts, {key: place.mode or "" for key, place in places.items()}, ()),
        **_labels(tally),
        **_areas(tally, ground.crime_areas),
        **_hours(tally),
        **_totals(tally, posts.values()),
        **_outcomes(tally),
        **_answers(tally),
    }
    return Figures(lines, places, _times(tally))


def _of(tally: Tally, table: str, row: str, column: str) -> Decimal:
    return tally.get((table, row, column), Decimal(0))


def _no_hits() -> Row:
    return dict.fromkeys(("hits", *VERDICTS), Decimal(0))


def _places(tally: Tally, ground: Ground) -> dict[str, Place]:
    """Name every post that takes part, and each organisation's desks that searched."""
    posts = sorted(ground.posts.values(), key=lambda post: (post.country, post.code))
    places = {str(post.id): Place(None, post.id, post.code, post.country, post.mode) for post in posts}
    for _, row, _ in sorted(each for each in tally if each[0] == "place"):
        organisation, _, post = row.partition("/")
        if not post:
            seat = ground.seats.get(UUID(organisation))
            places[row] = Place(UUID(organisation), None, None, seat, None)
    return places


def _place_rows(tally: Tally, places: Collection[str]) -> dict[str, Row]:
    """Add up what every organisation did at each place."""
    rows: dict[str, Row] = {key: {"searches": Decimal(0), **_no_hits()} for key in places}
    for (table, where, column), amount in tally.items():
        if table == "place":
            row = rows[where if where in rows else where.partition("/")[2]]
            for name in _counted_in(column):
                row[name] = (row[name] or Decimal(0)) + amount
    return rows


def _counted_in(column: str) -> tuple[str, ...]:
    return ("hits", column) if column in VERDICTS else ("searches",)


def _summed(
    table: str, rows: Mapping[str, Row], keys: Mapping[str, str], always: Iterable[str]
) -> dict[tuple[str, str], Row]:
    """Add up lines that have the same key; the one without a key comes last."""
    wanted = sorted({*always, *keys.values()}, key=lambda key: (not key, key))
    return {(table, key): _sum(row for each, row in rows.items() if keys[each] == key) for key in wanted}


def _sum(rows: Iterable[Row]) -> Row:
    total: Row = {"searches": Decimal(0), **_no_hits()}
    for row in rows:
        total = {name: (total[name] or Decimal(0)) + (row[name] or Decimal(0)) for name in total}
    return total


def _verdict_rows(tally: Tally, table: str) -> dict[str, Row]:
    rows: defaultdict[str, Row] = defaultdict(_no_hits)
    for (of_table, key, verdict), amount in sorted(tally.items()):
        if of_table == table:
            rows[key] |= {verdict: amount, "hits": (rows[key]["hits"] or Decimal(0)) + amount}
    return rows


def _labels(tally: Tally) -> dict[tuple[str, str], Row]:
    """Make the tables by source, and by source and label."""
    labels = _verdict_rows(tally, "label")
    lines = {("label", key): row for key, row in labels.items()}
    for source, keys in itertools.groupby(labels, key=lambda key: key.partition("/")[0]):
        total = _sum({"searches": Decimal(0), **labels[key]} for key in keys)
        lines["source", source] = {name: amount for name, amount in total.items() if name != "searches"}
    return lines


def _areas(tally: Tally, always: Iterable[str]) -> dict[tuple[str, str], Row]:
    areas = _verdict_rows(tally, "area")
    return {("area", area): areas.get(area, _no_hits()) for area in sorted({*areas, *always})}


def _hours(tally: Tally) -> dict[tuple[str, str], Row]:
    lines: dict[tuple[str, str], Row] = {}
    for hour in sorted({row for table, row, _ in tally if table == "hour"}):
        searches = _of(tally, "hour", hour, "searches") + _of(tally, "hour", hour, "incomplete")
        lines["hour", hour] = {"searches": searches, "hits": _of(tally, "hour", hour, "hits")}
    return lines


def _totals(tally: Tally, posts: Iterable[Row]) -> dict[tuple[str, str], Row]:
    """Add up all places. A search counts as a hit if the reader may see a hit of it."""
    hits = _sum(posts)
    total = hits.pop("searches") or Decimal(0)
    hit = _of(tally, "total", "", "hit")
    incomplete = sum(
        (n for (table, _, name), n in tally.items() if (table, name) == ("place", "incomplete")), Decimal()
    )
    hits |= {name: _of(tally, "total", "", name) for name in ("overdue", "escalated")}
    searches: Row = {"total": total, "hit": hit, "no_hit": total - hit - incomplete, "incomplete": incomplete}
    return {
        ("searches", ""): searches,
        ("hits", ""): hits,
        ("threats", ""): {"records": _of(tally, "total", "", "threats")},
    }


def _outcomes(tally: Tally) -> dict[tuple[str, str], Row]:
    lines: dict[tuple[str, str], Row] = {}
    for word in OF_PERSONS:
        lines["persons", word] = {name: _of(tally, "outcome", word, name) for name in ("adults", "minors")}
    for word in OF_CASES:
        lines["cases", word] = {"cases": _of(tally, "outcome", word, "cases")}
    documents = _of(tally, "outcome", Outcome.DOCUMENT_SEIZED, "amount")
    lines["documents", ""] = {"pieces": documents}
    for table, word in SEIZED.items():
        for row in sorted({row for part, row, _ in tally if part == "outcome" and row.startswith(f"{word}/")}):
            amount, cases = _of(tally, "outcome", row, "amount"), _of(tally, "outcome", row, "cases")
            figures: Row = {"cases": cases, "amount": amount} if table == "goods" else {"pieces": amount}
            lines[table, row.partition("/")[2]] = figures
    return lines


def _answers(tally: Tally) -> dict[tuple[str, str], Row]:
    lines: dict[tuple[str, str], Row] = {}
    for since in ANSWERS:
        cases = _of(tally, "answer", since, "cases")
        times: Row = {name: tally.get(("answer", since, name)) for name in ("median", "p90")}
        lines["answer", since] = {"cases": cases, **times}
    return lines


def _times(tally: Tally) -> tuple[int | None, int | None]:
    """Read median and 90th percentile from counts by bucket, as the bound that lies above them."""
    counts: defaultdict[int, int] = defaultdict(int)
    for (table, bucket, _), amount in tally.items():
        if table == "took":
            counts[int(bucket)] += int(amount)
    total = sum(counts.values())
    if total < FEWEST_TIMED:
        return None, None
    return _bound(counts, ceil(total / 2)), _bound(counts, ceil(total * 9 / 10))


def _bound(counts: Mapping[int, int], rank: int) -> int:
    reached = itertools.accumulate(counts[bucket] for bucket in sorted(counts))
    bucket = next(bucket for bucket, sofar in zip(sorted(counts), reached, strict=True) if sofar >= rank)
    return ANSWER_BOUNDS[min(bucket, len(ANSWER_BOUNDS) - 1)]
