"""The time, from one place, so that tests can move it."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]
"""Gives the present instant, in UTC."""


def system() -> datetime:
    """Read the clock of this machine."""
    return datetime.now(UTC)


class Steady:
    """A clock that stands still where the one below it goes back: no instant comes before one that was given."""

    def __init__(self, now: Clock) -> None:
        self._now = now
        self._latest = datetime.min.replace(tzinfo=UTC)
        self._one_at_a_time = threading.Lock()

    def __call__(self) -> datetime:
        """Give the present instant, or the latest one given if that is later."""
        with self._one_at_a_time:
            self._latest = max(self._latest, self._now())
            return self._latest

    @property
    def behind(self) -> timedelta:
        """How far the clock below is behind what was given."""
        return max(self._latest - self._now(), timedelta(0))
