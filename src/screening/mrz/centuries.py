"""Six characters to a date: unknown parts, impossible days and the century that the zone leaves out.

A zone writes years with two digits, and ICAO Doc 9303 states no rule for the century. Ours is `CENTURY_RULE`,
and every reading repeats it.
"""

import re
from datetime import date

from screening.dates import PartialDate
from screening.mrz.check_digits import FILLER
from screening.mrz.result import FindingCode

CENTURY_RULE = (
    "A birth date is the latest that is not after today, so the holder is under 100 years old; "
    "an expiry date lies from 30 years before to 50 years after today, or else as near to that as it can."
)
"""The rule by which two digits become a year, in words for the answer."""

EXPIRY_YEARS_BACK = 30
EXPIRY_YEARS_AHEAD = 50

# The hundred years that share the 20 outside the plausible span evenly between its two ends.
_EARLIEST_EXPIRY = EXPIRY_YEARS_BACK + (100 - EXPIRY_YEARS_BACK - EXPIRY_YEARS_AHEAD) // 2

_UNKNOWN = 2 * FILLER
_ZERO = "00"
_DATE = re.compile(r"([0-9]{2})([0-9]{2}|<<)([0-9]{2}|<<)")
_YEARLESS = re.compile(r"<<(?:[0-9]{2}|<<){2}")
_NOT_IN_DATE = re.compile(r"[^0-9<]")

DateReading = tuple[PartialDate | None, FindingCode | None]
"""A date as far as it is known, and what is odd about how it is written."""


def birth_date(text: str, today: date) -> DateReading:
    """Read a birth date (YYMMDD), which is never after today."""
    parts = _DATE.fullmatch(text)
    if parts is None:
        return None, _why_unreadable(text)
    month, day, oddity = _month_and_day(parts[2], parts[3])
    year = today.year - (today.year - int(parts[1])) % 100
    if year == today.year and (month or 1, day or 1) > (today.month, today.day):
        year -= 100
    return _checked(year, month, day, oddity)


def expiry_date(text: str, today: date) -> DateReading:
    """Read an expiry date (YYMMDD), in the century that brings it nearest to the plausible span."""
    parts = _DATE.fullmatch(text)
    if parts is None:
        return None, _why_unreadable(text)
    month, day, oddity = _month_and_day(parts[2], parts[3])
    first = today.year - _EARLIEST_EXPIRY
    year = first + (int(parts[1]) - first) % 100
    if not -EXPIRY_YEARS_BACK <= year - today.year <= EXPIRY_YEARS_AHEAD:
        oddity = oddity or FindingCode.IMPLAUSIBLE_EXPIRY
    return _checked(year, month, day, oddity)


def _month_and_day(month: str, day: str) -> tuple[int | None, int | None, FindingCode | None]:
    """Read both parts; fillers mean unknown, and so do zeros, which some issuers print in their place."""
    oddity = FindingCode.ZERO_IN_DATE if _ZERO in {month, day} else None
    if month in {_UNKNOWN, _ZERO}:
        known_day = day not in {_UNKNOWN, _ZERO}
        return None, None, FindingCode.DAY_WITHOUT_MONTH if known_day else oddity
    return int(month), (None if day in {_UNKNOWN, _ZERO} else int(day)), oddity


def _checked(year: int, month: int | None, day: int | None, oddity: FindingCode | None) -> DateReading:
    """Make the date, unless no calendar has it."""
    try:
        return PartialDate(year, month, day), oddity
    except ValueError:
        return None, FindingCode.IMPOSSIBLE_DATE


def _why_unreadable(text: str) -> FindingCode:
    """Tell an unknown date or year, which is lawful, from a text that is no date."""
    if text == 3 * _UNKNOWN:
        return FindingCode.UNKNOWN_DATE
    if _YEARLESS.fullmatch(text):
        return FindingCode.DATE_WITHOUT_YEAR
    return FindingCode.ILLEGAL_CHARACTER if _NOT_IN_DATE.search(text) else FindingCode.IMPOSSIBLE_DATE
