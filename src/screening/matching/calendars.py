"""Birth dates by the Buddhist and the Islamic calendar, turned into those of the Gregorian one.

Thai documents count 543 years more. Islamic dates are turned by the tabular calendar (30 years of 10,631 days), which
the sighting of the moon may miss by a day or two: less than dates may differ without contradicting.
"""

from datetime import date

from screening.dates import BirthDate, PartialDate

BUDDHIST_YEARS = range(2400, 2600)
BUDDHIST_AHEAD = 543
HIJRI_YEARS = range(1300, 1500)
_EPOCH = 227_014
"""The ordinal of the last day before 1 Muharram 1 (civil epoch, 16 July 622 of the Julian calendar)."""


def gregorian(known: BirthDate) -> BirthDate:
    """Give the date as the Gregorian calendar has it; nobody alive is born in a year of the other two."""
    if not isinstance(known, PartialDate):
        return known
    if known.year in BUDDHIST_YEARS:
        return _in_year(known, known.year - BUDDHIST_AHEAD)
    return _from_hijri(known) if known.year in HIJRI_YEARS else known


def _in_year(known: PartialDate, year: int) -> PartialDate:
    try:
        return PartialDate(year, known.month, known.day, known.approximate)
    except ValueError:  # 29 February of a year that has none by our count
        return PartialDate(year, known.month, 28, known.approximate)


def _from_hijri(known: PartialDate) -> PartialDate:
    """Turn a day into a day, and a month or a year into the year in which most of it lies."""
    day = _hijri_day(known.year, known.month or 7, known.day or 1)
    if known.day is None:
        return PartialDate(day.year, approximate=known.approximate)
    return PartialDate(day.year, day.month, day.day, known.approximate)


def _hijri_day(year: int, month: int, day: int) -> date:
    """Give the day of a date of the tabular Islamic calendar."""
    before = (year - 1) * 354 + (3 + 11 * year) // 30 + 29 * (month - 1) + month // 2
    return date.fromordinal(_EPOCH + before + day)
