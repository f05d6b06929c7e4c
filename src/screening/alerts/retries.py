"""When a delivery that failed is tried again. Pure: the share of jitter comes in as an argument."""

from datetime import timedelta

WAITS = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=12),
    timedelta(hours=24),
)
"""How long to wait after the first failure, the second, and so on: nearly two days, a weekend's outage on top of a
night's; what fails once more is a dead letter."""

JITTER = 0.25
"""By how much of itself a wait may be longer, so that receivers that come back are not met by everything at once."""


def wait_after(failures: int, share: float) -> timedelta | None:
    """Give how long to wait after so many failures, with a share of the jitter from 0 to 1; None when it was the last.

    >>> wait_after(1, 0.0)
    datetime.timedelta(seconds=5)
    """
    if failures > len(WAITS):
        return None
    return WAITS[failures - 1] * (1 + JITTER * share)
