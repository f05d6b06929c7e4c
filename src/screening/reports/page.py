"""A report as one page: it needs nothing but itself, runs no script, and prints."""

import functools
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from jinja2 import Environment, PackageLoader, StrictUndefined

from screening.reports import charts
from screening.reports.charts import Wanted
from screening.reports.schemas import Hour, OfPost, Report, Verdicts
from screening.reports.vocabulary import Verdict

POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
"""What a browser may load for the page: nothing but the style that it carries."""

WORDS = {
    "sltd": "Stolen and lost documents",
    "tdawn": "Documents tied to notices",
    "notices": "Notices and diffusions",
    "administrative_documents": "Administrative documents",
    "un": "UN notice",
    "cbrne": "CBRNE",
}
SHADES = 5
"""In how many steps an hour is shaded by its searches."""


@functools.cache
def _environment() -> Environment:
    made = Environment(
        autoescape=True,
        loader=PackageLoader("screening.reports"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"number": number, "words": words, "instant": instant, "duration": duration}
    return made


def write(report: Report) -> str:
    """Write the page."""
    return (
        _environment()
        .get_template("report.html")
        .render(
            report=report,
            verdicts=[verdict.value for verdict in Verdict],
            line=charts.line({each.hour: each.searches for each in report.by_hour}),
            days=_days(report.by_hour),
            posts=charts.bars([_by_searches(post) for post in report.by_post]),
            sources=charts.bars([_by_verdict(words(each.source), each) for each in report.by_source]),
            labels=charts.bars([_by_verdict(f"{words(each.label)} ({each.source})", each) for each in report.by_label]),
            post_name=post_name,
        )
    )


def number(value: float | None) -> str:
    """Write a figure as it is read; one that is not told is said to be withheld."""
    if value is None:
        return "withheld"
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}".rstrip("0")


def words(code: str) -> str:
    """Say a code in words."""
    plain = code.replace("_", " ")
    return WORDS.get(code) or (plain[:1].upper() + plain[1:] if plain else "Not stated")


def instant(at: datetime) -> str:
    """Write a moment, UTC."""
    return f"{at:%d %B %Y, %H:%M} UTC"


def duration(seconds: float | None) -> str:
    """Say how long something took, in two units at most."""
    if seconds is None:
        return "-"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours >= 48:
        return f"{hours // 24} d {hours % 24} h"
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def post_name(post: OfPost) -> str:
    """Name a post, or the desks of an organisation."""
    if post.code is None:
        return f"{post.country or 'Other'} desks"
    return post.code if post.code.startswith(f"{post.country}-") else f"{post.country} {post.code}"


def _by_searches(post: OfPost) -> Wanted:
    return Wanted(post_name(post), number(post.searches), {"searches": post.searches})


def _by_verdict(name: str, row: Verdicts) -> Wanted:
    return Wanted(name, number(row.hits), {verdict: getattr(row, verdict) for verdict in Verdict})


Cell = tuple[str, int]
"""What an hour of a day shows, and how dark it is."""


def _days(hours: Sequence[Hour]) -> list[tuple[date, list[Cell], str]]:
    """Lay hours out as a table of days by hours, with the sum of each day."""
    told = {(each.hour.date(), each.hour.hour): each.searches for each in hours}
    most = max((searches or 0 for searches in told.values()), default=0)
    days = sorted({day for day, _ in told})
    return [(day, [_cell(told.get((day, hour), 0), most) for hour in range(24)], _sum(told, day)) for day in days]


def _cell(searches: int | None, most: int) -> Cell:
    if searches is None:
        return "-", 0
    return (short(searches), -(-searches * SHADES // most)) if searches else ("", 0)


def _sum(told: Mapping[tuple[date, int], int | None], day: date) -> str:
    of_day = [searches for (each, _), searches in told.items() if each == day]
    return number(None) if None in of_day else number(sum(filter(None, of_day)))


def short(count: int) -> str:
    """Write a count in four signs at most."""
    for power, unit in ((1_000_000, "M"), (1_000, "k")):
        if count >= power:
            return f"{count / power:.1f}{unit}" if count < 10 * power else f"{count // power}{unit}"
    return str(count)
