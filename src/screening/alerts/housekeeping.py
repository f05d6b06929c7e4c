"""What becomes due by the clock alone: grants that end, and alerts that were kept long enough.

One process at a time does this, under a lock; nothing depends on it running at the very second.
"""

import asyncio
import contextlib
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from screening.clock import Clock
from screening.db.database import Pool, held
from screening.settings import Settings

ONE_HOUSEKEEPER = 7_261_851
"""The advisory lock under which it happens."""

AHEAD = timedelta(hours=24)
"""How long before its end a grant is told of, or a quarter of its time before, for one that is short."""

LATE = timedelta(days=7)
"""An end that passed longer ago than this is no news, even where nothing ran meanwhile."""

PASS_SECONDS = 2.0
EACH_HOUR = 3600.0
BATCH = 5_000

LOCK = "SELECT pg_advisory_xact_lock($1)"

REMIND = """
WITH in_force AS (
    SELECT id, ends_at, CASE WHEN ends_at <= $1 THEN 'grant.ended' ELSE 'grant.ending' END AS type FROM grants
    WHERE approved_at IS NOT NULL AND revoked_at IS NULL AND ends_at > $1 - $3::interval
      AND ends_at <= $1 + $2::interval AND ends_at <= $1 + (ends_at - begins_at) / 4
), fresh AS (
    INSERT INTO grant_reminders (grant_id, type, ends_at) SELECT id, type, ends_at FROM in_force
    ON CONFLICT DO NOTHING RETURNING grant_id, type, ends_at
)
SELECT tell_of_grant(g, f.type, $1, f.ends_at) FROM fresh f JOIN grants g ON g.id = f.grant_id
"""

# The newest alert stays, whatever its age: positions go on from it.
FORGET = """
WITH old AS (
    SELECT id, position, recipients FROM alerts a
    WHERE a.at < $1 AND a.position < (SELECT max(position) FROM alerts) AND NOT EXISTS (
        SELECT FROM webhook_deliveries d WHERE d.alert_id = a.id AND d.status <> 'delivered'
    ) ORDER BY position LIMIT $2
), delivered AS (
    DELETE FROM webhook_deliveries WHERE alert_id IN (SELECT id FROM old)
), told AS (
    DELETE FROM alert_recipients r USING (SELECT unnest(recipients) AS organisation_id, position FROM old) AS o
    WHERE r.organisation_id = o.organisation_id AND r.position = o.position
), forgotten AS (
    DELETE FROM alerts WHERE id IN (SELECT id FROM old) RETURNING 1
)
SELECT count(*) FROM forgotten
"""

FORGET_DEAD = "DELETE FROM webhook_deliveries WHERE status = 'dead' AND created_at < $1"

logger = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Kept:
    """How long alerts are kept, and deliveries that failed for good."""

    alerts: timedelta
    dead_letters: timedelta

    @classmethod
    def of(cls, settings: Settings) -> "Kept":
        """Read the settings."""
        return cls(timedelta(days=settings.keep_alert_days), timedelta(days=settings.keep_dead_letter_days))


class Housekeeper:
    """One process's part in it; any number may run."""

    def __init__(self, pool: Pool, clock: Clock, kept: Kept) -> None:
        self._pool = pool
        self._clock = clock
        self._kept = kept
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Tell of ends every few seconds, and forget each hour, until told to stop; what fails is tried again."""
        loop = asyncio.get_running_loop()
        forget_at = loop.time()
        while not self._stopping.is_set():
            try:
                await self.remind()
                if loop.time() >= forget_at:
                    forget_at = loop.time() + EACH_HOUR
                    await self.forget()
            except Exception as error:  # noqa: BLE001 - whatever it was: it stays due, and is tried again
                logger.warning("alerts not kept in order", error=type(error).__name__)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), PASS_SECONDS)

    def stop(self) -> None:
        """Let `run` end after the transaction that is under way."""
        self._stopping.set()

    async def remind(self) -> None:
        """Tell of grants that end soon and of those that ended, once of each end."""
        async with held(self._pool) as connection, connection.transaction():
            await connection.execute(LOCK, ONE_HOUSEKEEPER)
            await connection.execute(REMIND, self._clock(), AHEAD, LATE)

    async def forget(self) -> None:
        """Remove alerts and deliveries that were kept long enough."""
        now = self._clock()
        await self._pool.execute(FORGET_DEAD, now - self._kept.dead_letters)
        forgotten = BATCH
        while forgotten == BATCH:
            forgotten = await self._forget_batch(now - self._kept.alerts)

    async def _forget_batch(self, before: datetime) -> int:
        async with held(self._pool) as connection, connection.transaction():
            await connection.execute(LOCK, ONE_HOUSEKEEPER)
            count: int = await connection.fetchval(FORGET, before, BATCH)
            return count
