"""The waits between attempts: longer and longer, spread, and at an end some time."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from screening.alerts.retries import JITTER, WAITS, wait_after


@given(failures=st.integers(1, len(WAITS)), share=st.floats(0, 1))
def test_a_wait_is_as_long_as_listed_or_longer_by_the_jitter(failures: int, share: float) -> None:
    wait = wait_after(failures, share)
    assert wait is not None
    assert WAITS[failures - 1] <= wait <= WAITS[failures - 1] * (1 + JITTER)


def test_waits_grow_and_cover_a_day_and_a_half_before_the_last_failure() -> None:
    assert list(WAITS) == sorted(WAITS)
    assert sum(WAITS, timedelta()) > timedelta(hours=36)
    assert wait_after(len(WAITS) + 1, 0.5) is None
