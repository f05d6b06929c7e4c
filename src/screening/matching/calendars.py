"""Birth dates by the Buddhist, the Islamic and the Iranian calendar, turned into those of the Gregorian one.

Thai documents count 543 years more. Islamic dates are turned by the tabular calendar (30 years of 10,631 days), which
the sighting of the moon may miss by a day or two: less than dates may differ without contradicting. Iran and
Afghanistan count solar years (Jalali) that begin in March; their leap years follow a cycle of 33, which has held since
1178 and will until 1633. A year such as 1360 may be of either of the last two.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import date

from screening.dates import BirthDate, PartialDate

BUDDHIST_YEARS = range(2400, 2600)
BUDDHIST_AHEAD = 543
HIJRI_YEARS = range(1330, 1500)
JALALI_YEARS = range(1290, 1430)
"""Years in which somebody alive may be born: from 1912 and 1911 on."""
JALALI_STATES = frozenset({"IRN", "AFG"})
_HIJRI_EPOCH = 227_014
"""The ordinal of the last day before 1 Muharram 1 (civil epoch, 16 July 622 of the Julian calendar)."""
_JALALI_EPOCH = 226_895
"""The ordinal of the day from which 1 Farvardin of each year is counted; 1 Farvardin 1400 is 21 March 2021."""
_LONG_MONTHS = 6
"""Jalali months of 31 days, at the beginning of the year."""


def readings(recorded: Iterable[BirthDate]) -> Iterator[BirthDate]:
    """Give each date of a record as the Gregorian calendar has it: twice where two calendars may be meant."""
    for known in recorded:
        yield from _readings(known) if isinstance(known, PartialDate) else (known,)


def of_traveller(known: PartialDate, nationalities: Collection[str]) -> PartialDate:
    """Give a traveller's date as the Gregorian calendar has it; where two may be meant, nationality decides.

    Without one it is the Iranian calendar: its dates stand on identity cards, Islamic ones hardly do.
    """
    read = _readings(known)
    is_solar = not nationalities or not JALALI_STATES.isdisjoint(nationalities)
    return read[0] if is_solar else read[-1]


def _readings(known: PartialDate) -> tuple[PartialDate, ...]:
    """Read a date, as Jalali before Hijri; nobody alive is born in a Gregorian year with such a number."""
    if known.year in BUDDHIST_YEARS:
        return (_in_year(known, known.year - BUDDHIST_AHEAD),)
    solar = (_from_jalali(known),) if known.year in JALALI_YEARS else ()
    lunar = (_from_hijri(known),) if known.year in HIJRI_YEARS else ()
    return solar + lunar or (known,)


def _in_year(known: PartialDate, year: int) -> PartialDate:
    try:
        return PartialDate(year, known.month, known.day, known.approximate)
    except ValueError:  # 29 February of a year that has none by our count
        return PartialDate(year, known.month, 28, known.approximate)


def _from_hijri(known: PartialDate) -> PartialDate:
    """Turn a day into a day, and a month or a year into the year in which most of it lies."""
    return _as_well_known(known, _hijri_day(known.year, known.month or 7, known.day or 1))


def _from_jalali(known: PartialDate) -> PartialDate:
    """Turn a day into a day, and a month or a year into the year in which most of it lies."""
    return _as_well_known(known, _jalali_day(known.year, known.month or 4, known.day or 1))


def _as_well_known(known: PartialDate, day: date) -> PartialDate:
    if known.day is None:
        return PartialDate(day.year, approximate=known.approximate)
    return PartialDate(day.year, day.month, day.day, known.approximate)


def _hijri_day(year: int, month: int, day: int) -> date:
    """Give the day of a date of the tabular Islamic calendar."""
    before = (year - 1) * 354 + (3 + 11 * year) // 30 + 29 * (month - 1) + month // 2
    return date.fromordinal(_HIJRI_EPOCH + before + day)


def _jalali_day(year: int, month: int, day: int) -> date:
    """Give the day of a date of the Iranian calendar."""
    leaps = (8 * (year - 1) + 29) // 33
    before = 365 * (year - 1) + leaps + 30 * (month - 1) + min(month - 1, _LONG_MONTHS)
    return date.fromordinal(_JALALI_EPOCH + before + day - 1)
