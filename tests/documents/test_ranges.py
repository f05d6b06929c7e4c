import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.documents import ranges

numbers = st.from_regex(r"\A[A-Z0-9]{1,8}\Z")
beginnings = st.from_regex(r"\A([A-Z0-9]{0,4}[A-Z])?\Z")


@pytest.mark.parametrize(
    ("first", "last", "number", "held"),
    [
        ("AB100", "AB200", "AB100", True),
        ("AB100", "AB200", "AB150", True),
        ("AB100", "AB200", "AB200", True),
        ("AB100", "AB200", "AB201", False),
        ("AB100", "AB200", "AB099", False),
        ("AB100", "AB200", "AB1Z0", False),
        ("AB100", "AB200", "AB1500", False),
        ("AB100", "AB200", "AB15", False),
        ("AB100", "AB200", "AC150", False),
        ("00100", "00200", "00150", True),
        ("00100", "00200", "A0150", False),
    ],
)
def test_a_range_holds_what_counts_up_from_first_to_last(first: str, last: str, number: str, held: bool) -> None:
    assert ranges.holds(first, last, number) is held


@pytest.mark.parametrize(
    ("first", "last", "size"),
    [
        ("AB100", "AB199", 100),
        ("AB100", "AB100", 1),
        ("ABCDE", "ABCDE", 1),
        ("AB199", "AB100", None),
        ("AB100", "AC200", None),
        ("AB99", "AB100", None),
        ("ABCDE", "ABCDF", None),
        ("A1B00", "A2B00", None),
    ],
)
def test_the_size_of_a_range(first: str, last: str, size: int | None) -> None:
    assert ranges.size(first, last) == size


@given(beginnings, st.integers(0, 99999), st.integers(0, 99999), st.integers(0, 99999))
def test_a_range_holds_a_number_exactly_when_its_digits_lie_between(
    beginning: str, first: int, last: int, number: int
) -> None:
    texts = [f"{beginning}{digits:05d}" for digits in (first, last, number)]
    assert ranges.holds(*texts) is (first <= number <= last)


@given(numbers, numbers, numbers)
def test_what_a_range_holds_begins_as_it_does_and_is_as_long(first: str, last: str, number: str) -> None:
    if ranges.size(first, last) is not None and ranges.holds(first, last, number):
        assert len(number) == len(first)
        assert ranges.beginning(number) == ranges.beginning(first)


@given(beginnings, st.integers(0, 9_999_999), st.integers(1, ranges.LARGEST), st.data())
def test_a_look_up_begins_low_enough_for_every_range_that_holds_the_number(
    beginning: str, first: int, size: int, data: st.DataObject
) -> None:
    number = data.draw(st.integers(first, first + size - 1))
    assert ranges.lowest_first(f"{beginning}{number:08d}") <= f"{beginning}{first:08d}"


@given(numbers)
def test_the_lowest_beginning_is_as_long_as_the_number_and_not_above_it(number: str) -> None:
    lowest = ranges.lowest_first(number)
    assert len(lowest) == len(number)
    assert lowest <= number
    assert ranges.beginning(lowest) == ranges.beginning(number)
