"""What happens to birth dates on their way into a submission: seven classes."""

import random
from datetime import date, timedelta
from enum import StrEnum

from screening.dates import PartialDate


class BirthChange(StrEnum):
    """A class of error in a birth date."""

    EQUAL = "equal"
    DAY_MONTH = "day and month swapped"
    YEAR_OFF = "one year off"
    DIGIT = "one digit wrong"
    YEAR_ONLY = "year only"
    FIRST_OF_JANUARY = "1 January"
    MISSING = "missing"


SHARES = {change: 0.7 if change is BirthChange.EQUAL else 0.05 for change in BirthChange}
"""How often each class is assumed to happen: nobody has published it, so the errors are made as frequent as each
other, and more frequent than a machine-readable line makes them."""


def drawn(source: random.Random) -> BirthChange:
    """Draw a class by its share."""
    return source.choices(list(SHARES), list(SHARES.values()))[0]


def changed(born: date, change: BirthChange, source: random.Random) -> PartialDate | None:
    """Change a birth date; where the error cannot happen to it, it stays as it is."""
    if change is BirthChange.MISSING:
        return None
    if change is BirthChange.YEAR_ONLY:
        return PartialDate(born.year)
    day = _changed_day(born, change, source)
    return PartialDate(day.year, day.month, day.day)


def _changed_day(born: date, change: BirthChange, source: random.Random) -> date:
    match change:
        case BirthChange.DAY_MONTH:
            return date(born.year, born.day, born.month) if born.day <= 12 else born
        case BirthChange.YEAR_OFF:
            return born.replace(year=born.year + source.choice((-1, 1)), day=_in_every_year(born))
        case BirthChange.DIGIT:
            return _with_another_digit(born, source)
        case BirthChange.FIRST_OF_JANUARY:
            return born.replace(month=1, day=1)
        case _:
            return born


def _in_every_year(born: date) -> int:
    return 28 if (born.month, born.day) == (2, 29) else born.day


def _with_another_digit(born: date, source: random.Random) -> date:
    """Change one digit of the day, or the last of the month."""
    step = source.choice((-1, 1))
    units = [timedelta(days=step), timedelta(days=10 * step)]
    choice = source.randrange(3)
    if choice == 2:
        month = source.choice([other for other in range(1, 13) if f"{other:02d}"[0] == f"{born.month:02d}"[0]])
        return born.replace(month=month, day=min(born.day, 28))
    moved = born + units[choice]
    return moved if moved.month == born.month else born - units[choice]
