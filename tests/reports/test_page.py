"""The page of a report: whole in itself, without scripts, and each chart beside a table."""

from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any
from uuid import UUID

import pytest

from screening.reports import charts, negotiation, page
from screening.reports.charts import Wanted
from screening.reports.schemas import Report
from screening.reports.vocabulary import Form

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
ROW = dict.fromkeys(("hits", "confirmed", "not_confirmed", "false_match", "no_reply", "open"), 7)
NOBODY = {"adults": 0, "minors": None}
TOOK = {"median_ms": 5, "p90_ms": 9}
POST = {"post": UUID(int=2), "code": "AIR-1", "organisation": None, "country": "UTO", "mode": "air", "searches": 9}
VOID = {"meta", "rect", "line", "polygon", "polyline"}


def report(**changed: Any) -> Report:
    persons = ("refused_entry", "arrested", "released", "victim_protected", "person_located")
    duration = {"cases": 3, "median_seconds": 3700.0, "p90_seconds": None}
    said: dict[str, Any] = {
        "operation": {
            "id": UUID(int=1),
            "code": "SUNBIRD-3",
            "kind": "operation",
            "name": "<script>alert(1)</script>",
            "state": "open",
            "countries": ["UTO"],
            "crime_areas": ["terrorism"],
            "objectives": None,
            "begins_at": NOON,
            "ends_at": NOON + 30 * HOUR,
        },
        "part": "whole",
        "period": {"since": None, "until": None},
        "counted": {"entries": 100, "waiting": 0, "made_at": NOON},
        "suppressed_below": 5,
        "discreet": None,
        "searches": {
            "total": 8_000_000,
            "hit": 7,
            "no_hit": None,
            "incomplete": 0,
            "took": {"median_ms": 5, "p90_ms": 9},
        },
        "hits": ROW | {"overdue": 0, "escalated": None},
        "potential_threats": 3,
        "outcomes": dict.fromkeys(persons, NOBODY) | {"silent_report": 0, "false_match": 0},
        "seizures": {"documents": 2, "goods": [], "vehicles": [], "firearms": []},
        "response": {"since_asked": duration, "since_hit": duration},
        "busiest_hours": [{"hour": NOON, "searches": 9, "hits": 1}],
        "by_country": [ROW | {"country": "UTO", "searches": 9}],
        "by_mode": [ROW | {"mode": "air", "searches": 9}],
        "by_post": [ROW | POST],
        "by_source": [ROW | {"source": "sltd"}],
        "by_label": [ROW | {"source": "sltd", "label": "stolen"}],
        "by_crime_area": [ROW | {"crime_area": "terrorism", "of_operation": True}],
        "by_hour": [{"hour": NOON + 3 * HOUR * n, "searches": n or None, "hits": None} for n in range(9)],
    }
    return Report.model_validate(said | changed)


class Reader(HTMLParser):
    """Sees that every element ends, and what there is."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.values: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        self.values += [value or "" for _, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_whole_loads_nothing_and_runs_nothing() -> None:
    written = page.write(report())
    reader = Reader()
    reader.feed(written)
    assert reader.open == []
    assert not {"script", "img", "link", "iframe"} & set(reader.seen)
    assert not [value for value in reader.values if "://" in value or value.startswith("javascript")]
    assert "&lt;script&gt;alert(1)" in written
    assert "url(" not in written
    assert "withheld" in written
    assert "8,000,000" in written


def test_each_chart_has_a_title_and_a_table() -> None:
    reader = Reader()
    reader.feed(page.write(report()))
    charts_drawn = reader.values.count("img")
    assert (charts_drawn, reader.seen.count("title")) == (4, 5)
    assert reader.seen.count("table") > charts_drawn


def test_an_operation_in_which_nothing_happened_has_a_page() -> None:
    tables = ("busiest_hours", "by_hour", "by_post", "by_source", "by_label", "by_country", "by_mode")
    nothing: dict[str, Any] = {table: [] for table in tables}
    assert "Nothing was searched." in page.write(report(**nothing))


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("*/*", Form.JSON),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", Form.HTML),
        ("text/csv;q=0.5, text/html;q=0.4", Form.CSV),
        ("text/*", Form.CSV),
        ("application/json;q=0, text/html;q=bad", Form.JSON),
        ("image/png", Form.JSON),
        ("", Form.JSON),
    ],
)
def test_the_accept_header_chooses_the_form(accept: str, form: Form) -> None:
    assert negotiation.preferred(accept) is form


@pytest.mark.parametrize(
    ("largest", "top", "step"), [(0, 1, 1), (1, 1, 1), (4, 4, 1), (9, 10, 5), (101, 150, 50), (37_037, 40_000, 10_000)]
)
def test_an_axis_ends_above_the_largest_at_a_round_step(largest: int, top: float, step: float) -> None:
    assert charts.ceiling(largest) == (top, step)


def test_a_line_goes_through_hours_without_searches_and_says_which_are_withheld() -> None:
    line = charts.line({NOON: 10, NOON + 2 * HOUR: None}, width=192, height=140)
    assert line is not None
    assert line.points == "64.0,10.0 114.0,110.0 164.0,110.0"
    assert line.gaps == 1


def test_bars_share_one_scale_and_parts_follow_each_other() -> None:
    [long, short] = charts.bars([Wanted("a", "4", {"x": 3, "y": 1}), Wanted("b", "1", {"x": None, "y": 1})], 660).bars
    assert [(piece.kind, piece.x, piece.width) for piece in long.pieces] == [("x", 190, 300), ("y", 490, 100)]
    assert [(piece.kind, piece.x, piece.width) for piece in short.pieces] == [("y", 190, 100)]
