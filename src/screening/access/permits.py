"""Counting the searches of a grant that has a limit: never too many, however many processes there are.

A process takes permits in small blocks, one hundredth of the limit at a time, so that a search rarely waits for the
database. A block that a process does not use up is lost for that hour: the limit may be felt one hundredth early a
process, and never late.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from screening.db.database import UNREACHABLE, Pool
from screening.problems import unavailable

HOUR = timedelta(hours=1)

BLOCKS = 100
"""In how many blocks a limit is taken."""

# A process whose clock is behind counts into the later hour.
TAKE = """
INSERT INTO grant_uses AS u (grant_id, hour, taken, lease) VALUES ($1, $2, $3, $3)
ON CONFLICT (grant_id) DO UPDATE SET
    hour = greatest(u.hour, excluded.hour),
    taken = CASE WHEN u.hour < excluded.hour THEN $3 ELSE least(u.taken + $3, $4) END,
    lease = CASE WHEN u.hour < excluded.hour THEN $3 ELSE least(u.taken + $3, $4) - u.taken END
WHERE u.hour < excluded.hour OR u.taken < $4
RETURNING lease
"""


@dataclass(slots=True)
class _Held:
    hour: datetime
    left: int
    exhausted: bool


class Permits:
    """The permits that one process holds."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._held: dict[UUID, _Held] = {}
        self._taking = asyncio.Lock()

    async def take(self, grant_id: UUID, limit: int, at: datetime) -> bool:
        """Take one permit of a grant for this hour; False when there is none left. Answers 503 when nobody knows."""
        hour = at.replace(minute=0, second=0, microsecond=0)
        held = self._held.get(grant_id)
        if held is None or held.hour != hour or (held.left == 0 and not held.exhausted):
            async with self._taking:
                held = await self._replenished(grant_id, limit, hour)
        if held.left == 0:
            return False
        held.left -= 1
        return True

    async def _replenished(self, grant_id: UUID, limit: int, hour: datetime) -> _Held:
        """Give what is held, with a new block where nothing is left; a request that waited may find some."""
        held = self._held.get(grant_id)
        if held is not None and held.hour == hour and (held.left or held.exhausted):
            return held
        block = max(1, limit // BLOCKS)
        try:
            lease: int | None = await self._pool.fetchval(TAKE, grant_id, hour, block, limit)
        except UNREACHABLE:
            raise unavailable("The searches of this grant could not be counted. Send it again.") from None
        held = self._held[grant_id] = _Held(hour, lease or 0, exhausted=lease is None)
        return held


def seconds_to_next(at: datetime) -> int:
    """Give the whole seconds until the next hour begins, when a limit counts anew."""
    next_hour = at.replace(minute=0, second=0, microsecond=0) + HOUR
    return -int((at - next_hour).total_seconds() // 1)
