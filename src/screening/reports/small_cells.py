"""Keeps small figures from outside partners, and those that would give them back. Pure.

A reader knows the figures of its own part, so what counts is the rest: a figure whose rest is between 1 and the limit
is not told. Where tables add up, one missing figure could be worked out from its total: so further ones go, the
smallest first, until each sum leaves every missing figure room from one up to the limit, and no combination of sums
determines one. What is 0 is told.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TypeAlias

import numpy as np

from screening.reports.figures import VERDICTS, Figures

Cell: TypeAlias = tuple[str, str, str]
"""Table, line and column."""

COUNTS = ("hits", *VERDICTS)
DETERMINED = 1 - 1e-6
"""A missing figure whose projection on the sums is as good as itself follows from them."""


@dataclass(frozen=True, slots=True)
class Sum:
    """That a figure is the sum of others."""

    total: Cell
    parts: tuple[Cell, ...]

    @property
    def cells(self) -> tuple[Cell, ...]:
        """All of them, parts first: what is added to the missing is a part if possible."""
        return (*self.parts, self.total)


def suppress(whole: Figures, own: Figures, limit: int) -> Figures:
    """Give the figures of an operation as a reader may see them who knows the own part already."""
    rest = _rest(whole, own)
    missing = find_missing(rest, list(sums(whole)), limit)
    lines = {
        (table, key): {column: None if (table, key, column) in missing else n for column, n in row.items()}
        for (table, key), row in whole.lines.items()
    }
    for key in whole.table("hour"):
        lines["hour", key] |= {"hits": None}  # so few an hour that nearly all would be missing, and the rest tell them
    for key in whole.table("goods"):
        if ("goods", key, "cases") in missing:
            lines["goods", key] |= {"amount": None}
    for key, row in whole.table("answer").items():
        few = rest["answer", key, "cases"] < limit
        lines["answer", key] = {"cases": None, **dict.fromkeys(("median", "p90"))} if few else row | {"cases": None}
    return replace(whole, lines=lines)


def _rest(whole: Figures, own: Figures) -> dict[Cell, Decimal]:
    """Give what of each count is not the reader's own."""
    return {
        (table, key, column): (n or Decimal(0)) - (own.lines.get((table, key), {}).get(column) or Decimal(0))
        for (table, key), row in whole.lines.items()
        for column, n in row.items()
        if column not in {"amount", "median", "p90"}
    }


def find_missing(rest: Mapping[Cell, Decimal], related: Iterable[Sum], limit: int) -> set[Cell]:
    """Find the figures that are not told."""
    related = list(related)
    missing = {cell for cell, n in rest.items() if 0 < n < limit}
    while more := _exposed(rest, related, missing, limit) or _determined(rest, related, missing):
        missing |= more
    return missing


def _exposed(rest: Mapping[Cell, Decimal], related: Iterable[Sum], missing: set[Cell], limit: int) -> set[Cell]:
    """Find figures to leave out where a single sum tells too much of those that are missing."""
    return {
        cell
        for each in related
        if _tells(each, rest, missing, limit) and (cell := _next_of(each, rest, missing)) is not None
    }


def _tells(each: Sum, rest: Mapping[Cell, Decimal], missing: set[Cell], limit: int) -> bool:
    gone = [cell for cell in each.parts if cell in missing]
    if each.total in missing:
        return not gone
    room = sum((rest[cell] for cell in gone), Decimal(0)) - (len(gone) - 1)
    return bool(gone) and (len(gone) == 1 or room < limit)


def _next_of(each: Sum, rest: Mapping[Cell, Decimal], missing: set[Cell]) -> Cell | None:
    """Choose what is left out next: the smallest part that is not 0, else the total."""
    parts = [(rest[cell], cell) for cell in each.parts if cell not in missing and rest[cell] > 0]
    if parts:
        return min(parts)[1]
    return each.total if each.total not in missing and rest[each.total] > 0 else None


def _determined(rest: Mapping[Cell, Decimal], related: Iterable[Sum], missing: set[Cell]) -> set[Cell]:
    """Find figures to leave out where all sums together determine a missing one."""
    columns = {cell: place for place, cell in enumerate(sorted(missing))}
    rows = [each for each in related if not missing.isdisjoint(each.cells)]
    if not rows:
        return set()
    matrix = np.zeros((len(rows), len(columns)))
    for row, each in zip(matrix, rows, strict=True):
        for cell in each.cells:
            if cell in columns:
                row[columns[cell]] = -1 if cell == each.total else 1
    projection = (np.linalg.pinv(matrix) * matrix.T).sum(axis=1)  # the diagonal of their product
    known = {cell for cell, place in columns.items() if projection[place] > DETERMINED}
    nexts = (_next_of(each, rest, missing) for each in rows if not known.isdisjoint(each.cells))
    return {cell for cell in nexts if cell is not None}


def sums(figures: Figures) -> Iterator[Sum]:
    """Give every way in which the figures of a report add up."""
    yield Sum(("searches", "", "total"), tuple(("searches", "", name) for name in ("hit", "no_hit", "incomplete")))
    yield _of_table(("searches", "", "total"), figures, "hour", "searches")
    for name in ("country", "mode"):
        yield _of_table(("searches", "", "total"), figures, name, "searches")
    yield from _of_places(figures, "searches")
    for column in COUNTS:
        for name in ("country", "mode", "source"):
            yield _of_table(("hits", "", column), figures, name, column)
        yield from _of_places(figures, column)
        for source in figures.table("source"):
            labels = [key for key in figures.table("label") if key.startswith(f"{source}/")]
            yield Sum(("source", source, column), tuple(("label", key, column) for key in labels))
    for (table, key), row in figures.lines.items():
        if "open" in row:
            yield Sum((table, key, "hits"), tuple((table, key, verdict) for verdict in VERDICTS))
    # Nearly the same figure twice.
    yield Sum(("hits", "", "hits"), (("searches", "", "hit"),))
    yield Sum(("hits", "", "false_match"), (("cases", "false_match", "cases"),))


def _of_table(total: Cell, figures: Figures, table: str, column: str) -> Sum:
    return Sum(total, tuple((table, key, column) for key in figures.table(table)))


def _of_places(figures: Figures, column: str) -> Iterator[Sum]:
    for table, key_of in (("country", "country"), ("mode", "mode")):
        for key in figures.table(table):
            posts = [post for post, place in figures.places.items() if (getattr(place, key_of) or "") == key]
            yield Sum((table, key, column), tuple(("post", post, column) for post in posts))
