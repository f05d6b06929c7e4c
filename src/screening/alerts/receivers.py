"""How receivers are doing, so that one that hangs does not hold up the others. Pure: time comes in as an argument."""

from collections import Counter
from datetime import datetime, timedelta
from uuid import UUID

from screening.alerts.outbound import Failure

AT_ONCE = 48
"""Attempts under way to one receiver at most, so that one that hangs leaves some to the others."""

CROWDED = timedelta(seconds=0.2)
"""How long to wait for a receiver that has so many."""

RESTS = (timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10))
"""How long a receiver that does not answer is left alone, after the first time, the second, and so on."""

SILENT = frozenset({Failure.TIMEOUT, Failure.UNREACHABLE})
"""What makes it rest: one that answers no to one alert may say yes to the next."""


class Receivers:
    """The receivers of one process."""

    def __init__(self) -> None:
        self._under_way: Counter[UUID] = Counter()
        self._silences: Counter[UUID] = Counter()
        self._rests: dict[UUID, datetime] = {}

    def begin(self, webhook_id: UUID, now: datetime) -> timedelta | None:
        """Begin an attempt, or say how long to wait before asking again."""
        rests_until = self._rests.get(webhook_id, now)
        if rests_until > now:
            return rests_until - now
        if self._under_way[webhook_id] >= AT_ONCE:
            return CROWDED
        self._under_way[webhook_id] += 1
        return None

    def end(self, webhook_id: UUID, failure: Failure | None, now: datetime) -> None:
        """Note how an attempt ended that was begun."""
        self._under_way[webhook_id] -= 1
        if failure not in SILENT:
            self._silences.pop(webhook_id, None)
            self._rests.pop(webhook_id, None)
        elif self._rests.get(webhook_id, now) <= now:  # Attempts that began together are one silence.
            self._silences[webhook_id] += 1
            self._rests[webhook_id] = now + RESTS[min(self._silences[webhook_id], len(RESTS)) - 1]
