"""Two-digit years, unknown parts and impossible days."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.dates import PartialDate
from screening.mrz import centuries
from screening.mrz.result import FindingCode

TODAY = date(2026, 9, 15)
DAYS = st.dates(date(1950, 1, 1), date(2150, 12, 31))


def six(day: date) -> str:
    return f"{day:%y%m%d}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("740812", (PartialDate(1974, 8, 12), None)),
        ("260915", (PartialDate(2026, 9, 15), None)),
        ("260916", (PartialDate(1926, 9, 16), None)),
        ("000229", (PartialDate(2000, 2, 29), None)),
        ("80<<<<", (PartialDate(1980), None)),
        ("26<<<<", (PartialDate(2026), None)),
        ("8002<<", (PartialDate(1980, 2), None)),
        ("2610<<", (PartialDate(1926, 10), None)),
        ("80<<15", (PartialDate(1980), FindingCode.DAY_WITHOUT_MONTH)),
        ("800000", (PartialDate(1980), FindingCode.ZERO_IN_DATE)),
        ("800200", (PartialDate(1980, 2), FindingCode.ZERO_IN_DATE)),
        ("80<<00", (PartialDate(1980), FindingCode.ZERO_IN_DATE)),
        ("<<<<<<", (None, FindingCode.UNKNOWN_DATE)),
        ("<<0815", (None, FindingCode.DATE_WITHOUT_YEAR)),
        ("801301", (None, FindingCode.IMPOSSIBLE_DATE)),
        ("810229", (None, FindingCode.IMPOSSIBLE_DATE)),
        ("8<0815", (None, FindingCode.IMPOSSIBLE_DATE)),
        ("80O815", (None, FindingCode.ILLEGAL_CHARACTER)),
        ("80\u0661\u0661\u0661\u0661", (None, FindingCode.ILLEGAL_CHARACTER)),
    ],
)
def test_a_birth_date_is_read_as_far_as_it_is_known(
    text: str, expected: tuple[PartialDate | None, FindingCode | None]
) -> None:
    assert centuries.birth_date(text, TODAY) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("960101", (PartialDate(1996, 1, 1), None)),
        ("760101", (PartialDate(2076, 1, 1), None)),
        ("940623", (PartialDate(1994, 6, 23), FindingCode.IMPLAUSIBLE_EXPIRY)),
        ("860101", (PartialDate(1986, 1, 1), FindingCode.IMPLAUSIBLE_EXPIRY)),
        ("850101", (PartialDate(2085, 1, 1), FindingCode.IMPLAUSIBLE_EXPIRY)),
        ("<<<<<<", (None, FindingCode.UNKNOWN_DATE)),
        ("300631", (None, FindingCode.IMPOSSIBLE_DATE)),
    ],
)
def test_an_expiry_date_lies_as_near_to_the_plausible_span_as_it_can(
    text: str, expected: tuple[PartialDate | None, FindingCode | None]
) -> None:
    assert centuries.expiry_date(text, TODAY) == expected


@given(DAYS, DAYS)
def test_a_birth_date_is_never_after_today_and_never_a_hundred_years_back(born: date, today: date) -> None:
    read, _ = centuries.birth_date(six(born), today)
    if read is not None:
        assert read.exact is not None
        assert read.exact <= today
        assert today.year - read.year <= 100
        assert six(read.exact) == six(born)


@given(DAYS, st.integers(0, 99 * 365))
def test_a_holder_under_99_years_old_gets_the_true_birth_date(today: date, age_in_days: int) -> None:
    born = date.fromordinal(today.toordinal() - age_in_days)
    assert centuries.birth_date(six(born), today) == (PartialDate(born.year, born.month, born.day), None)


@given(DAYS, st.integers(-30 * 365, 50 * 365))
def test_an_expiry_within_the_plausible_span_gets_its_true_year(today: date, days: int) -> None:
    expiry = date.fromordinal(today.toordinal() + days)
    expected = (PartialDate(expiry.year, expiry.month, expiry.day), None)
    assert centuries.expiry_date(six(expiry), today) == expected


@given(st.text(alphabet="0123456789<A?\u0661", min_size=6, max_size=6) | st.text(), st.dates())
def test_any_text_and_any_today_give_a_date_or_a_reason(text: str, today: date) -> None:
    for read in (centuries.birth_date, centuries.expiry_date):
        found, oddity = read(text, today)
        assert found is not None or oddity is not None
