"""Evidence of birth date, nationality, sex and place of birth: `birth_dates` and `attributes`, compiled."""

import numpy as np

from screening.matching import attributes, birth_dates, profile
from screening.matching.compiled import alike
from screening.matching.compiled.jit import compiled
from screening.matching.compiled.layout import (
    AT,
    BIRTH,
    DATE,
    DATE_AT,
    DAY,
    EXACT_DATE,
    NATION,
    NATION_AT,
    NATION_CODE,
    NATIONS,
    NONE,
    OWN_SEX,
    PLACE,
    PLACE_AT,
    PLACE_TOKEN,
    PLACES,
    SEX,
    Array,
    byte,
    half,
    size,
    whole,
)

EXACT, EARLIEST, LATEST, FIRST_YEAR, LAST_YEAR, YEAR, MONTH, WHOLE = range(8)
DATE_WIDTH = 8
"""Columns of a date: year, month and day as one number or 0, the first and last day and year that it may be, its year
and month or 0, and whether it is a partial date that is not approximate."""

UNSPECIFIED = 3
"""The sex X; 0 is not known."""

_PER_YEAR = np.array(birth_dates.PER_YEAR)
_DIGITS = 8


@compiled
def day_number(day: int) -> int:
    """Count the days to a date that is written as one number, as `date.toordinal` does."""
    year, month, of_month = day // 10000, day // 100 % 100, day % 100
    if month <= 2:
        year, month = year - 1, month + 12
    return 365 * year + year // 4 - year // 100 + year // 400 + (153 * (month - 3) + 2) // 5 + of_month - 306


@compiled
def by_years(years: float) -> float:
    """Weigh years apart."""
    for step in range(len(_PER_YEAR) - 1):
        if years <= _PER_YEAR[step + 1, 0]:
            near, weight = _PER_YEAR[step]
            far, lower = _PER_YEAR[step + 1]
            return float(weight + (lower - weight) * (years - near) / (far - near))
    return float(_PER_YEAR[len(_PER_YEAR) - 1, 1])


@compiled
def _is_misread(day: int, other: int) -> bool:
    """Tell whether one digit differs, or two neighbours have changed places."""
    differing, first, last = 0, -1, -1
    digits, others = day, other
    for place in range(_DIGITS):
        if digits % 10 != others % 10:
            differing += 1
            first = place if first < 0 else first
            last = place
        digits, others = digits // 10, others // 10
    if differing != 2 or last != first + 1:
        return differing == 1
    low, high = 10**first, 10**last
    crossed: bool = day // low % 10 == other // high % 10 and day // high % 10 == other // low % 10
    return crossed


@compiled
def exact_dates(day: int, other: int) -> float:  # noqa: PLR0911 - one line for each reason
    """Weigh two exact dates, each written as one number."""
    month_and_day, other_month_and_day = day % 10000, other % 10000
    if day == other:
        return birth_dates.EQUAL_DUMMY if month_and_day == 101 else birth_dates.EQUAL
    year, other_year = day // 10000, other // 10000
    years = abs(year - other_year)
    if years == 0 and month_and_day // 100 == other % 100 and day % 100 == other_month_and_day // 100:
        return birth_dates.SWAPPED
    if years == 1 and month_and_day == other_month_and_day:
        return birth_dates.YEAR_OFF
    if years <= birth_dates.READABLE and _is_misread(day, other):
        return birth_dates.YEAR_DIGITS if years else birth_dates.DIGITS
    days = abs(day_number(day) - day_number(other))
    if days <= birth_dates.FEW:
        return birth_dates.FEW_DAYS
    if years == 0:
        is_dummy = month_and_day == 101 or other_month_and_day == 101
        return birth_dates.SAME_YEAR if is_dummy else birth_dates.OTHER_DAY
    return by_years(max(days / birth_dates.DAYS_A_YEAR, birth_dates.NEIGHBOURS))


@compiled
def dates(one: Array, at: int, other: Array, other_at: int) -> float:
    """Weigh two birth dates, each known in part or in full: `birth_dates.agreement`."""
    if one[at + EXACT] and other[other_at + EXACT]:
        return exact_dates(one[at + EXACT], other[other_at + EXACT])
    same_year = one[at + WHOLE] and other[other_at + WHOLE] and one[at + YEAR] == other[other_at + YEAR]
    if same_year and one[at + MONTH] and other[other_at + MONTH]:
        return birth_dates.SAME_MONTH if one[at + MONTH] == other[other_at + MONTH] else birth_dates.OTHER_DAY
    first, last = one[at + FIRST_YEAR], one[at + LAST_YEAR]
    other_first, other_last = other[other_at + FIRST_YEAR], other[other_at + LAST_YEAR]
    if max(one[at + EARLIEST] - other[other_at + LATEST], other[other_at + EARLIEST] - one[at + LATEST]) <= 0:
        return _within(max(last, other_last) - min(first, other_first) + 1)
    beyond = max(first - other_last, other_first - last)
    return birth_dates.YEARS_TOUCH if beyond <= 1 else by_years(float(beyond))


@compiled
def _within(years: int) -> float:
    doublings = 0
    while years > 1:
        years >>= 1
        doublings += 1
    return max(birth_dates.SAME_YEAR - birth_dates.PER_DOUBLING * doublings, birth_dates.YEARS_TOUCH)


@compiled
def birth(query: Array, numbers: Array, record: int, room: Array) -> float:
    """Weigh the birth dates of a record."""
    if size(query, BIRTH) == 0:
        return 0.0
    at, day = query[BIRTH], half(numbers, DAY, record)
    if day and query[at + EXACT]:
        return exact_dates(query[at + EXACT], day)
    if day:
        write_exact(day, room, EXACT_DATE)
        return dates(query, at, room, EXACT_DATE)
    first, last = half(numbers, DATE_AT, record), half(numbers, DATE_AT, record + 1)
    best = -np.inf if last > first else 0.0
    for place in range(first, last):
        for column in range(DATE_WIDTH):
            room[EXACT_DATE + column] = half(numbers, DATE, place * DATE_WIDTH + column)
        best = max(best, dates(query, at, room, EXACT_DATE))
    return best


@compiled
def write_exact(day: int, dates: Array, at: int) -> None:
    """Write an exact date in the form of dates that are known in part."""
    number, year = day_number(day), day // 10000
    dates[at + EXACT], dates[at + EARLIEST], dates[at + LATEST] = day, number, number
    dates[at + FIRST_YEAR], dates[at + LAST_YEAR], dates[at + YEAR] = year, year, year
    dates[at + MONTH], dates[at + WHOLE] = day // 100 % 100, 1


@compiled
def nationality(query: Array, numbers: Array, record: int) -> float:
    """Weigh the nationalities of a record."""
    combination = half(numbers, NATION, record)
    first, last = half(numbers, NATION_AT, combination), half(numbers, NATION_AT, combination + 1)
    own = size(query, NATIONS)
    if own == 0 or first == last:
        return 0.0
    for place in range(first, last):
        for one in range(own):
            if whole(query, NATIONS, one) == whole(numbers, NATION_CODE, place):
                return profile.NATIONALITY_AGREES
    return profile.NATIONALITY_CONTRADICTS


@compiled
def sex(query: Array, numbers: Array, record: int) -> float:
    """Weigh the sex of a record."""
    own, other = whole(query, OWN_SEX, 0), byte(numbers, SEX, record)
    if own == 0 or other == 0 or own == UNSPECIFIED or other == UNSPECIFIED:
        return 0.0
    return profile.SEX_AGREES if own == other else profile.SEX_CONTRADICTS


@compiled
def nationality_and_sex(query: Array, numbers: Array, record: int) -> float:
    """Weigh what takes no comparing of words or dates."""
    return nationality(query, numbers, record) + sex(query, numbers, record)


@compiled
def place(query: Array, numbers: Array, record: int) -> float:
    """Weigh the places of birth of a record."""
    combination, own = half(numbers, PLACE, record), size(query, PLACES + AT)
    first, last = half(numbers, PLACE_AT, combination), half(numbers, PLACE_AT, combination + 1)
    if own == 0 or first == last:
        return 0.0
    for at in range(first, last):
        for word in range(own):
            way, degree = alike.likeness(query, PLACES, word, numbers, half(numbers, PLACE_TOKEN, at), -1)
            if way != NONE and degree >= attributes.PLACE_DEGREE:
                return profile.PLACE_AGREES
    return profile.PLACE_CONTRADICTS


@compiled
def uncontradicted(query: Array, numbers: Array, record: int, room: Array) -> float:
    """Weigh all but name and place of birth, or minus infinity when any of it, or the place, speaks against it."""
    born, where = birth(query, numbers, record, room), place(query, numbers, record)
    whose, other = nationality(query, numbers, record), sex(query, numbers, record)
    return -np.inf if min(born, where, whose, other) < 0 else born + whose + other
