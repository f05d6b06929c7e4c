"""Small figures are withheld, and nobody can work them out: judged by trying every table that fits what is told."""

import itertools
from collections.abc import Mapping
from decimal import Decimal

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from screening.reports.small_cells import Cell, Sum, find_missing

LIMIT = 3


def cell(row: str, column: str = "n") -> Cell:
    return ("table", row, column)


def missing(parts: list[int], limit: int = LIMIT) -> set[str]:
    """Give which lines of a table with its total are withheld."""
    rest = {cell(str(place)): Decimal(n) for place, n in enumerate(parts)} | {cell("all"): Decimal(sum(parts))}
    of_parts = Sum(cell("all"), tuple(cell(str(place)) for place in range(len(parts))))
    return {row for _, row, _ in find_missing(rest, [of_parts], limit)}


def test_small_figures_are_withheld_with_the_smallest_that_hides_them() -> None:
    assert missing([0, 3, 40, 50]) == set()
    assert missing([1, 40, 50, 60]) == {"0", "1"}
    assert missing([2, 2, 50, 60]) == {"0", "1"}
    assert missing([1, 1, 50, 60]) == {"0", "1", "2"}, "two that add up to 2 are 1 each"
    assert missing([1, 0, 0]) == {"0", "all"}
    assert missing([4, 0, 0], limit=5) == {"0", "all"}


def grid(values: list[list[int]]) -> tuple[dict[Cell, Decimal], list[Sum], np.ndarray]:
    """Lay out a table of rows by columns with both totals; the array says which cells each figure adds up."""
    height, width = len(values), len(values[0])
    names = [(r, c) for r in (*range(height), None) for c in (*range(width), None)]
    covers = np.array(
        [[(r is None or r == row) and (c is None or c == column) for row in range(height) for column in range(width)]
         for r, c in names],
        dtype=int,
    )  # fmt: skip
    flat = np.array(values).ravel()
    rest = {cell(str(r), str(c)): Decimal(int(n)) for (r, c), n in zip(names, covers @ flat, strict=True)}
    rows, columns = [*map(str, range(height)), "None"], [*map(str, range(width)), "None"]
    across = [Sum(cell(r, "None"), tuple(cell(r, c) for c in columns[:-1])) for r in rows]
    down = [Sum(cell("None", c), tuple(cell(r, c) for r in rows[:-1])) for c in columns]
    return rest, across + down, covers


def possible(rest: Mapping[Cell, Decimal], hidden: set[Cell], covers: np.ndarray, most: int) -> dict[Cell, set[int]]:
    """Give every value that a withheld figure has in some table that fits all that is told: 0 would be told."""
    worlds = np.array(list(itertools.product(range(most + 1), repeat=covers.shape[1]))) @ covers.T
    fits = np.ones(len(worlds), dtype=bool)
    for place, (each, n) in enumerate(rest.items()):
        fits &= worlds[:, place] >= 1 if each in hidden else worlds[:, place] == int(n)
    return {each: set(worlds[fits, place].tolist()) for place, each in enumerate(rest) if each in hidden}


@given(st.lists(st.lists(st.integers(0, 4), min_size=2, max_size=2), min_size=2, max_size=3))
def test_no_withheld_figure_of_a_table_with_totals_can_be_worked_out(values: list[list[int]]) -> None:
    rest, sums, covers = grid(values)
    hidden = find_missing(rest, sums, LIMIT)
    assert {each for each, n in rest.items() if 0 < n < LIMIT} <= hidden
    assert all(rest[each] > 0 for each in hidden)
    for each, values_of in possible(rest, hidden, covers, most=6).items():
        assert len(values_of) > 1, (each, values_of)
