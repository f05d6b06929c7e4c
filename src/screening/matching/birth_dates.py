"""How well two birth dates agree, each known in part or in full, and the days that are worth looking up.

Errors that people and machines make are told from other dates: day and month swapped, one digit, two neighbouring
digits swapped, one year off, the first of January where the day is unknown, the year alone, a range.
"""

import calendar
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from screening.dates import BirthDate, PartialDate, YearRange
from screening.matching import calendars
from screening.matching.model import Evidence, Field, State

EQUAL = 9.0
EQUAL_DUMMY = 4.5
"""1 January in both: the day is often unknown, so this says little more than the year."""
SWAPPED = 5.0
YEAR_OFF = 4.5
"""Same day and month, one year apart."""
DIGITS = 3.0
"""One digit wrong, or two neighbouring digits swapped, in the day or the month."""
YEAR_DIGITS = 0.5
"""The same in the year, up to ten years apart: more than that shows in the face."""
READABLE = 10
FEW_DAYS = 3.0
FEW = 3
SAME_MONTH = 4.5
"""Same year and month, of which one side knows no day."""
OTHER_DAY = -2.0
"""Both days known, same year, unlike in every way above."""
PER_YEAR = ((1, -2.0), (2, -3.0), (3, -4.0), (5, -5.0), (10, -6.5), (20, -8.0), (40, -9.0))
"""Years apart, at least, and what that weighs; between two lines it falls evenly."""
YEARS_TOUCH = 0.3
"""Years next to each other where one side knows the year only."""
SAME_YEAR = 3.0
"""The year, where at least one side knows no more; a range is worth less the wider it is."""
PER_DOUBLING = 0.6
WITHOUT_LOOKUP = SAME_YEAR
"""The most that a date weighs which `near` would not have looked up."""

DAYS_A_YEAR = 365.25
NEIGHBOURS = 1.0


@dataclass(frozen=True, slots=True)
class Agreement:
    """What two birth dates weigh together, and why."""

    weight: float
    text: str
    equal: bool = False

    @property
    def state(self) -> State:
        """Tell agreement from what may be the same date, and from another date."""
        if self.weight < 0:
            return State.CONTRADICTS
        return State.AGREES if self.equal else State.COMPATIBLE


def evidence(
    submitted: PartialDate | None, recorded: tuple[BirthDate, ...], nationalities: Collection[str] = ()
) -> Evidence:
    """Judge a traveller's birth date by the best of those on the record, each read by the calendar of its year."""
    if submitted is None:
        text = "the traveller gave no birth date" if recorded else "no birth date on either side"
        shown = " or ".join(str(one) for one in recorded) or None
        return Evidence(Field.BIRTH_DATE, State.ABSENT, 0.0, text, recorded=shown)
    if not recorded:
        return Evidence(Field.BIRTH_DATE, State.ABSENT, 0.0, "no birth date on the record", submitted=str(submitted))
    civil = calendars.of_traveller(submitted, nationalities)
    judged = ((agreement(civil, read), one) for one in recorded for read in calendars.readings((one,)))
    best, listed = max(judged, key=lambda pair: pair[0].weight)
    return Evidence(Field.BIRTH_DATE, best.state, best.weight, best.text, str(submitted), str(listed))


def agreement(one: BirthDate, other: BirthDate) -> Agreement:
    """Judge two birth dates of the Gregorian calendar; the order does not matter."""
    day, other_day = _exact(one), _exact(other)
    if day is None or other_day is None:
        return _in_part(one, other)
    return _equal(day, other_day) or _slip(day, other_day) or _apart(day, other_day)


def filed_under(known: BirthDate) -> str | None:
    """Give the key that a look-up by date finds a date under: its day, else its month; None for years and ranges."""
    if isinstance(known, YearRange) or known.approximate or known.month is None:
        return None
    return str(known)


def near(submitted: PartialDate) -> frozenset[str]:
    """List the keys of dates that may weigh more than the mere year (`WITHOUT_LOOKUP`) against a traveller's."""
    if submitted.month is None or submitted.approximate:
        return frozenset()
    month = f"{submitted.year:04d}-{submitted.month:02d}"
    if submitted.day is None:
        days = range(1, calendar.monthrange(submitted.year, submitted.month)[1] + 1)
        return frozenset(f"{month}-{day:02d}" for day in days) | {month}
    day = date(submitted.year, submitted.month, submitted.day)
    return frozenset(str(found) for found in _slips(day)) | {month}


def _slips(day: date) -> Iterator[date]:
    years = (f"{day.year + off:04d}{day:%m%d}" for off in (-1, 1))
    for digits in (f"{day:%Y%d%m}", *years, *_misreadings(f"{day:%Y%m%d}")):
        found = _day(digits)
        if found is not None:
            yield found
    yield from (day + timedelta(days=days) for days in range(-FEW, FEW + 1) if _in_calendar(day, days))


def _exact(known: BirthDate) -> date | None:
    return known.exact if isinstance(known, PartialDate) else None


def _equal(day: date, other: date) -> Agreement | None:
    if day != other:
        return None
    if (day.month, day.day) == (1, 1):
        return Agreement(EQUAL_DUMMY, f"born {day} in both, a day often given when it is unknown", equal=True)
    return Agreement(EQUAL, f"born {day} in both", equal=True)


def _slip(day: date, other: date) -> Agreement | None:
    """Recognise the errors that turn one date into another; the kindest explanation wins."""
    digits, others = f"{day:%Y%m%d}", f"{other:%Y%m%d}"
    years = abs(day.year - other.year)
    if day.year == other.year and (day.month, day.day) == (other.day, other.month):
        return Agreement(SWAPPED, "day and month of birth are swapped")
    if years == 1 and digits[4:] == others[4:]:
        return Agreement(YEAR_OFF, "same day and month of birth, one year apart")
    if years <= READABLE and (_one_digit(digits, others) or _two_swapped(digits, others)):
        what = "one digit" if _one_digit(digits, others) else "two digits in their order"
        return Agreement(YEAR_DIGITS if years else DIGITS, f"birth dates differ in {what}")
    if abs((day - other).days) <= FEW:
        return Agreement(FEW_DAYS, "birth dates a few days apart")
    return None


def _apart(day: date, other: date) -> Agreement:
    if day.year == other.year:
        if (1, 1) in {(day.month, day.day), (other.month, other.day)}:
            return Agreement(SAME_YEAR, f"born {day.year} in both, 1 January on one side may stand for any day")
        return Agreement(OTHER_DAY, "another day of the same year of birth")
    years = max(abs((day - other).days) / DAYS_A_YEAR, NEIGHBOURS)
    return Agreement(_by_years(years), _years_text(abs(day.year - other.year)))


def _in_part(one: BirthDate, other: BirthDate) -> Agreement:
    if isinstance(one, PartialDate) and isinstance(other, PartialDate) and _months_known(one, other):
        return _by_month(one, other)
    gap = max((one.earliest - other.latest).days, (other.earliest - one.latest).days)
    if gap <= 0:
        return _within(one, other)
    years = abs(_middle_year(one) - _middle_year(other))
    beyond = max(one.earliest.year - other.latest.year, other.earliest.year - one.latest.year)
    if beyond <= 1:
        return Agreement(YEARS_TOUCH, "years of birth next to each other")
    return Agreement(_by_years(float(beyond)), _years_text(max(round(years), beyond)))


def _months_known(one: PartialDate, other: PartialDate) -> bool:
    whole = not (one.approximate or other.approximate)
    return whole and one.year == other.year and one.month is not None and other.month is not None


def _by_month(one: PartialDate, other: PartialDate) -> Agreement:
    if one.month == other.month:
        return Agreement(SAME_MONTH, f"born {one.year}-{one.month:02d} in both as far as known")
    return Agreement(OTHER_DAY, "another month of the same year of birth")


def _within(one: BirthDate, other: BirthDate) -> Agreement:
    """Weigh overlapping ranges: the wider they are together, the less they say."""
    first, last = min(one.earliest, other.earliest), max(one.latest, other.latest)
    years = last.year - first.year + 1
    weight = max(SAME_YEAR - PER_DOUBLING * (years.bit_length() - 1), YEARS_TOUCH)
    if years == 1:
        return Agreement(weight, f"born {first.year} in both as far as known")
    return Agreement(weight, f"birth date within what is known, {first.year} to {last.year}")


def _middle_year(known: BirthDate) -> float:
    return (known.earliest.year + known.latest.year) / 2


def _years_text(years: int) -> str:
    return "year of birth one year apart" if years == 1 else f"year of birth {years} years apart"


def _by_years(years: float) -> float:
    for (near_by, weight), (far, lower) in pairwise(PER_YEAR):
        if years <= far:
            return weight + (lower - weight) * (years - near_by) / (far - near_by)
    return PER_YEAR[-1][1]


def _one_digit(digits: str, others: str) -> bool:
    return sum(one != other for one, other in zip(digits, others, strict=True)) == 1


def _two_swapped(digits: str, others: str) -> bool:
    return others in _transposed(digits)


def _transposed(digits: str) -> Iterator[str]:
    for at in range(len(digits) - 1):
        yield digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]


def _misreadings(digits: str) -> Iterator[str]:
    yield from _transposed(digits)
    for at in range(len(digits)):
        yield from (digits[:at] + digit + digits[at + 1 :] for digit in "0123456789")


def _day(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def _in_calendar(day: date, days: int) -> bool:
    return date.min.toordinal() <= day.toordinal() + days <= date.max.toordinal()
