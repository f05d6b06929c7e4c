"""How well two birth dates agree."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.dates import BirthDate, PartialDate, YearRange, parse_birth_date
from screening.matching import birth_dates, calendars
from screening.matching.model import State


def weight(one: str, other: str) -> float:
    return birth_dates.agreement(parse_birth_date(one), parse_birth_date(other)).weight


@pytest.mark.parametrize(
    ("one", "other", "text"),
    [
        ("1974-08-12", "1974-08-12", "born 1974-08-12 in both"),
        ("1974-01-01", "1974-01-01", "born 1974-01-01 in both, a day often given when it is unknown"),
        ("1974-08-12", "1974-12-08", "day and month of birth are swapped"),
        ("1974-08-12", "1975-08-12", "same day and month of birth, one year apart"),
        ("1974-08-12", "1974-08-17", "birth dates differ in one digit"),
        ("1974-08-12", "1974-08-21", "birth dates differ in two digits in their order"),
        ("1974-08-31", "1974-09-01", "birth dates a few days apart"),
        ("1974-08-12", "1974", "born 1974 in both as far as known"),
        ("1974-08-12", "1974-08", "born 1974-08 in both as far as known"),
        ("1974-08-12", "1974-01-01", "born 1974 in both, 1 January on one side may stand for any day"),
        ("1974-08-12", "1973~", "birth date within what is known, 1971 to 1975"),
        ("1974-08-12", "1970/1977", "birth date within what is known, 1970 to 1977"),
        ("1974-08-12", "1975", "years of birth next to each other"),
        ("1974-08-12", "1974-03-25", "another day of the same year of birth"),
        ("1974-08-12", "1974-03", "another month of the same year of birth"),
        ("1974-08-12", "1934-08-12", "year of birth 40 years apart"),
        ("1974", "1964", "year of birth 10 years apart"),
    ],
)
def test_each_kind_of_agreement_has_its_words(one: str, other: str, text: str) -> None:
    assert birth_dates.agreement(parse_birth_date(one), parse_birth_date(other)).text == text


def test_agreements_are_graded_from_equal_to_forty_years_off() -> None:
    other = "1974-08-12"
    grades = [
        "1974-08-12", "1974-12-08", "1974-08", "1975-08-12", "1974-08-17", "1974-08-09", "1974", "1970/1977",
        "1975", "1974-03-25", "1976-03-25", "1979-03-25", "1986-03-25", "1934-08-12",
    ]  # fmt: skip
    weights = [weight(one, other) for one in grades]
    assert weights == sorted(weights, reverse=True)
    assert weights[-1] < -8 < 3 < weight("1973-08-12", other)


def test_missing_omitted_and_contradicting_are_three_different_things() -> None:
    day = PartialDate(1974, 8, 12)
    missing = birth_dates.evidence(day, ())
    omitted = birth_dates.evidence(None, (day,))
    contradicting = birth_dates.evidence(day, (PartialDate(1934),))
    assert (missing.state, missing.text) == (State.ABSENT, "no birth date on the record")
    assert (omitted.state, omitted.text) == (State.ABSENT, "the traveller gave no birth date")
    assert contradicting.state is State.CONTRADICTS
    assert missing.weight == omitted.weight == 0 > contradicting.weight


def test_the_best_of_several_recorded_dates_counts() -> None:
    found = birth_dates.evidence(PartialDate(1974, 8, 12), (PartialDate(1960), PartialDate(1974, 8, 12)))
    assert (found.state, found.recorded) == (State.AGREES, "1974-08-12")


calendar_days = st.dates(date(1900, 1, 1), date(2030, 12, 31))
days = calendar_days.map(lambda day: PartialDate(day.year, day.month, day.day))
years = st.integers(1900, 2030)
known: st.SearchStrategy[BirthDate] = st.one_of(
    days,
    years.map(PartialDate),
    st.builds(PartialDate, years, st.integers(1, 12)),
    st.builds(PartialDate, years, approximate=st.just(value=True)),
    st.builds(lambda first, length: YearRange(first, first + length), years, st.integers(0, 20)),
)


@given(known, known)
def test_agreement_does_not_depend_on_the_order(one: BirthDate, other: BirthDate) -> None:
    assert birth_dates.agreement(one, other) == birth_dates.agreement(other, one)


@given(known, known)
def test_nothing_weighs_more_than_an_equal_day(one: BirthDate, other: BirthDate) -> None:
    assert birth_dates.agreement(one, other).weight <= birth_dates.EQUAL


@given(st.one_of(days, st.builds(PartialDate, years, st.integers(1, 12))), known)
def test_a_look_up_by_date_finds_every_date_that_weighs_more_than_a_year(one: PartialDate, other: BirthDate) -> None:
    found = birth_dates.filed_under(other) in birth_dates.near(one)
    assert found or birth_dates.agreement(one, other).weight <= birth_dates.WITHOUT_LOOKUP


@given(calendar_days, st.integers(-9, 9), st.integers(-3, 3))
def test_a_look_up_by_date_finds_small_errors(day: date, years_off: int, days_off: int) -> None:
    moved = date.fromordinal(day.toordinal() + days_off)
    one, other = (PartialDate.parse(str(day)), PartialDate(moved.year + years_off, moved.month, min(moved.day, 28)))
    found = birth_dates.filed_under(other) in birth_dates.near(one)
    assert found or birth_dates.agreement(one, other).weight <= birth_dates.WITHOUT_LOOKUP


@pytest.mark.parametrize(
    ("foreign", "gregorian"),
    [
        ("2523-03-12", "1980-03-12"), ("2523", "1980"), ("1430-01-01", "2008-12-29"), ("1340-07-15", "1922-03-14"),
        ("1400-01-01", "2021-03-21"), ("1375-01-01", "1996-03-20"), ("1370-12-29", "1992-03-19"),
        ("1360-07-01", "1981-09-23"), ("1408-12-29", "2030-03-19"), ("1360", "1981"),
    ],
)  # fmt: skip
def test_dates_of_other_calendars_agree_with_ours(foreign: str, gregorian: str) -> None:
    one, other = PartialDate.parse(foreign), PartialDate.parse(gregorian)
    equal = birth_dates.evidence(other, (other,)).weight
    assert birth_dates.evidence(other, (one,)).weight == equal
    assert birth_dates.evidence(one, (one,)).weight == equal


def test_a_year_of_two_calendars_on_a_record_is_read_by_both() -> None:
    recorded = (PartialDate(1360, 5, 21),)
    for day in (PartialDate(1981, 8, 12), PartialDate(1941, 6, 16)):
        assert birth_dates.evidence(day, recorded).weight == birth_dates.EQUAL


def test_a_travellers_nationality_tells_which_calendar_is_meant() -> None:
    known = PartialDate(1360, 5, 21)
    assert calendars.of_traveller(known, {"AFG"}) == calendars.of_traveller(known, ()) == PartialDate(1981, 8, 12)
    assert calendars.of_traveller(known, {"SAU"}) == PartialDate(1941, 6, 16)


def test_a_month_of_another_calendar_is_only_as_good_as_its_year() -> None:
    assert list(calendars.readings([PartialDate(1400, 1)])) == [PartialDate(2021), PartialDate(1979)]


@given(known)
def test_a_date_of_our_calendar_stays_as_it_is(date: BirthDate) -> None:
    assert list(calendars.readings([date])) == [date]


@given(days)
def test_a_buddhist_date_is_that_day(day: PartialDate) -> None:
    if (day.month, day.day) != (2, 29):
        assert calendars.of_traveller(PartialDate(day.year + 543, day.month, day.day), ()) == day


@given(st.integers(1300, 1425))
def test_the_iranian_year_begins_with_spring(year: int) -> None:
    day = calendars.of_traveller(PartialDate(year, 1, 1), {"IRN"})
    assert (day.year, day.month) == (year + 621, 3)
    assert day.day in {20, 21, 22}
