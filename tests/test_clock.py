"""The clock that does not go back."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from screening.clock import Steady

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@given(st.lists(st.integers(min_value=-5000, max_value=5000), min_size=1))
def test_no_instant_comes_before_one_that_was_given(seconds: list[int]) -> None:
    times = [NOON + timedelta(seconds=each) for each in seconds]
    moving = iter(times)
    clock = Steady(lambda: next(moving))
    given = [clock() for _ in times]
    assert given == sorted(given)
    assert given[-1] == max(times)


def test_how_far_the_clock_below_is_behind_is_told() -> None:
    moved = [NOON]
    clock = Steady(lambda: moved[0])
    clock()
    assert clock.behind == timedelta(0)
    moved[0] -= timedelta(minutes=5)
    assert (clock(), clock.behind) == (NOON, timedelta(minutes=5))
    moved[0] += timedelta(minutes=6)
    assert clock.behind == timedelta(0)
