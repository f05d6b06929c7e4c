"""Dates that are known in part, as documents and notices state them.

The written form is the Library of Congress Extended Date/Time Format, level 1:
`1980`, `1980-02`, `1980-02-29`, `1980~` (approximate) and `1975/1980` (some time between).
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date
from typing import Self

APPROXIMATE_YEARS = 2
"""How far a date given as approximate may lie from the true one, each way, in years."""

_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(~)?")
_RANGE = re.compile(r"(\d{4})/(\d{4})")


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A calendar date of which the day, or the month and the day, may be unknown."""

    year: int
    month: int | None = None
    day: int | None = None
    approximate: bool = False

    def __post_init__(self) -> None:
        """Refuse what no calendar has: ValueError for month 13, 30 February or a day without a month."""
        if self.month is None:
            if self.day is not None:
                raise ValueError("a day needs a month")
            date(self.year, 1, 1)
        else:
            date(self.year, self.month, self.day or 1)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `1980`, `1980-02` or `1980-02-29`, each with `~` behind it when approximate; ValueError otherwise."""
        found = _PARTIAL.fullmatch(text)
        if found is None:
            raise ValueError("a date is written 1980, 1980-02 or 1980-02-29")
        year, month, day, approximate = found.groups()
        return cls(int(year), int(month) if month else None, int(day) if day else None, bool(approximate))

    @property
    def earliest(self) -> date:
        """The first day that this may be; the margin of an approximate date is included."""
        if self.approximate:
            return date(max(self.year - APPROXIMATE_YEARS, 1), 1, 1)
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def latest(self) -> date:
        """The last day that this may be; the margin of an approximate date is included."""
        if self.approximate:
            return date(min(self.year + APPROXIMATE_YEARS, 9999), 12, 31)
        month = self.month or 12
        return date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])

    @property
    def exact(self) -> date | None:
        """The calendar day, where year, month and day are all known and none is approximate."""
        if self.day is None or self.month is None or self.approximate:
            return None
        return date(self.year, self.month, self.day)

    def __str__(self) -> str:
        """Give back the written form."""
        parts = [f"{self.year:04d}"] + [f"{part:02d}" for part in (self.month, self.day) if part is not None]
        return "-".join(parts) + ("~" if self.approximate else "")


@dataclass(frozen=True, slots=True)
class YearRange:
    """Some time between two years, both included."""

    first: int
    last: int

    def __post_init__(self) -> None:
        """Refuse a range that ends before it begins, or outside the calendar, with ValueError."""
        if not 1 <= self.first <= self.last <= 9999:
            raise ValueError("a range of years goes from the earlier to the later one")

    @property
    def earliest(self) -> date:
        """The first day that this may be."""
        return date(self.first, 1, 1)

    @property
    def latest(self) -> date:
        """The last day that this may be."""
        return date(self.last, 12, 31)

    def __str__(self) -> str:
        """Give back the written form."""
        return f"{self.first:04d}/{self.last:04d}"


BirthDate = PartialDate | YearRange


def parse_birth_date(text: str) -> BirthDate:
    """Read a partial date or a range of years; ValueError when it is neither."""
    found = _RANGE.fullmatch(text)
    if found is not None:
        return YearRange(int(found[1]), int(found[2]))
    return PartialDate.parse(text)
