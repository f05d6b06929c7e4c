"""One field, changed, takes a hit away: and then it is really gone."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.dates import PartialDate
from screening.matching import Field, ListedName, Nominal, Sex, Traveller, compare, profile
from screening.matching.counterfactual import MOST_YEARS, Counterfactual, counterfactual

BORN = PartialDate(1980, 3, 12)
RECORD = Nominal("1", (ListedName("OKONKWO", "OBI"),), (BORN,), frozenset({"NGA"}), Sex.MALE)
TRAVELLER = Traveller("OKONKWO", "OBI", date_of_birth=BORN, nationalities=frozenset({"NGA"}), sex=Sex.MALE)


def found(
    traveller: Traveller, nominal: Nominal = RECORD, threshold: float = profile.SECOND_LINE
) -> Counterfactual | None:
    return counterfactual(traveller, nominal, compare(traveller, nominal), threshold=threshold)


def test_a_hit_names_the_nearest_year_of_birth_that_would_clear() -> None:
    clears = found(TRAVELLER)
    assert clears is not None
    assert clears.field is Field.BIRTH_DATE
    assert clears.text == f"no hit if born in {clears.value}"
    assert 1 < abs(int(clears.value) - 1980) < 20


def test_a_traveller_without_a_birth_date_is_told_which_one_would_clear() -> None:
    clears = found(replace(TRAVELLER, date_of_birth=None))
    assert clears is not None
    assert clears.field is Field.BIRTH_DATE


def test_sex_clears_where_the_record_has_no_birth_date() -> None:
    assert found(TRAVELLER, replace(RECORD, birth_dates=()), 0.7) == Counterfactual(Field.SEX, "F", "no hit if female")


def test_nothing_clears_where_the_record_has_only_a_name() -> None:
    bare = Nominal("1", RECORD.names)
    assert found(TRAVELLER, bare, threshold=0.05) is None


def test_the_29th_of_february_is_moved_to_a_day_that_exists() -> None:
    leap = PartialDate(1980, 2, 29)
    clears = found(replace(TRAVELLER, date_of_birth=leap), replace(RECORD, birth_dates=(leap,)))
    assert clears is not None


@pytest.mark.parametrize("threshold", [0.3, profile.SECOND_LINE, 0.85])
@given(
    born=st.builds(PartialDate, st.integers(1930, 2010), st.integers(1, 12), st.integers(1, 28)),
    given_names=st.sampled_from(["OBI", "OBY", "OBI EMEKA", "O", ""]),
    sex=st.sampled_from([None, *Sex]),
)
def test_whoever_changes_the_field_is_no_hit(threshold: float, born: PartialDate, given_names: str, sex: Sex) -> None:
    traveller = replace(TRAVELLER, date_of_birth=born, given_names=given_names, sex=sex)
    clears = found(traveller, threshold=threshold)
    if clears is None or clears.field is not Field.BIRTH_DATE:
        return
    assert abs(int(clears.value) - born.year) <= MOST_YEARS
    moved = replace(traveller, date_of_birth=PartialDate(int(clears.value), born.month, born.day))
    assert compare(moved, RECORD).score < threshold
