"""A report as CSV: one figure a line, named by its table, its line there and its column."""

import csv
import io
from collections.abc import Iterator
from typing import Any

from screening.reports.schemas import Counts, Report

COLUMNS = ("table", "line", "figure", "value")
WITHHELD = "withheld"

LINES = {
    "by_country": ("country",),
    "by_mode": ("mode",),
    "by_post": ("country", "code", "mode", "organisation"),
    "by_source": ("source",),
    "by_label": ("source", "label"),
    "by_crime_area": ("crime_area", "of_operation"),
    "by_hour": ("hour",),
    "busiest_hours": ("hour",),
    "goods": ("kind", "unit"),
    "vehicles": ("kind",),
    "firearms": ("kind",),
}
"""The fields of a table that name its lines; all others are figures."""


def write(report: Report) -> str:
    """Write the figures of a report."""
    written = io.StringIO()
    lines = csv.writer(written, lineterminator="\r\n")
    lines.writerow(COLUMNS)
    missing = "" if report.suppressed_below is None else WITHHELD
    for table, line, figure, value in _figures(report):
        lines.writerow((table, line, figure, missing if value is None else value))
    return written.getvalue()


def _figures(report: Report) -> Iterator[tuple[str, str, str, Any]]:
    for table, content in report.model_dump(mode="json", include=set(Counts.model_fields)).items():
        yield from _of_table(table, content)
    if report.discreet is not None:
        yield from _of_table("discreet", report.discreet.model_dump())


def _of_table(table: str, content: Any) -> Iterator[tuple[str, str, str, Any]]:
    if isinstance(content, list):
        for row in content:
            names = LINES[table.rpartition(".")[2]]
            line = " ".join(str(row[name]) for name in names if row[name] is not None)
            yield from ((table, line, figure, value) for figure, value in row.items() if figure not in {*names, "post"})
    elif isinstance(content, dict):
        for name, part in content.items():
            if isinstance(part, list):
                yield from _of_table(f"{table}.{name}", part)
            elif isinstance(part, dict):
                yield from ((table, name, figure, value) for figure, value in part.items())
            else:
                yield table, "", name, part
    else:
        yield table, "", "records", content
