"""Publishing alerts: each gets its place in one order without gaps, its recipients, and its deliveries.

Whoever tells of an event only writes a row. Ids and clocks are not the order of commits, so the order is made here: one
process at a time, under a lock that it holds until its commit, numbers what is not numbered yet. Who reads position n
has seen, or can see, all before it. One transaction holds positions, recipients, deliveries and their jobs.
"""

import asyncio
import contextlib
from collections.abc import Iterable, Sequence
from uuid import UUID

import structlog

from screening.alerts import queries, timetable, webhook_queries
from screening.alerts.events import AlertType, Listener, Published
from screening.alerts.timetable import Due
from screening.clock import Clock
from screening.db.database import Connection, Pool, held

PAUSE_SECONDS = 0.05
"""How often what is new is looked for. A notification would serialise the commits that it comes from: those of
screenings with hits, whose time nobody may tell from others'."""

RETRY_SECONDS = 1.0
BATCH = 500
CHANGES = 5000

WAITING = """
SELECT EXISTS (SELECT FROM alerts WHERE position IS NULL)
    OR (SELECT max(position) FROM record_changes) > (SELECT position FROM alert_progress WHERE reader = 'journal')
"""

logger = structlog.stdlib.get_logger(__name__)


class Publisher:
    """One process's part in it; any number may run."""

    def __init__(self, pool: Pool, clock: Clock) -> None:
        self._pool = pool
        self._clock = clock
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Publish what is new, until told to stop; what fails is tried again."""
        pause = PAUSE_SECONDS
        while not self._stopping.is_set():
            try:
                busy = await self.publish()
                pause = 0.0 if busy else PAUSE_SECONDS
            except Exception as error:  # noqa: BLE001 - whatever it was: nothing is lost, and it is tried again
                logger.warning("alerts not published", error=type(error).__name__)
                pause = RETRY_SECONDS
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause)

    def stop(self) -> None:
        """Let `run` end after the transaction that is under way."""
        self._stopping.set()

    async def publish(self) -> bool:
        """Publish what is new, and tell whether there may be more."""
        async with held(self._pool) as connection:
            if not await connection.fetchval(WAITING):
                return False
            async with connection.transaction():
                if not await connection.fetchval(queries.LOCK, queries.ONE_PUBLISHER):
                    return False  # Another process is at it.
                followed = await queries.follow_journal(connection, CHANGES)
                published = await queries.publish(connection, BATCH)
                await self._deliver(connection, published)
            return len(published) == BATCH or followed == CHANGES

    async def _deliver(self, connection: Connection, published: Sequence[Published]) -> None:
        if not published:
            return
        concerned = frozenset().union(*(alert.recipients for alert in published))
        listeners = await webhook_queries.list_listeners(connection, concerned)
        deliveries = list(chosen(published, listeners))
        await webhook_queries.deliver(connection, deliveries, self._clock())
        await timetable.enter(connection, [Due(webhook_id, alert.id) for webhook_id, alert in deliveries])
        await connection.execute("SELECT pg_notify($1, '')", queries.CHANNEL)


def chosen(
    published: Iterable[Published], listeners: Sequence[tuple[UUID, Listener]]
) -> Iterable[tuple[UUID, Published]]:
    """Say which webhooks get which alerts; a test goes to the webhook that it tests, whatever that one wants else."""
    for alert in published:
        for webhook_id, listener in listeners:
            if alert.type is AlertType.WEBHOOK_TEST:
                wanted = alert.data["webhook"] == str(webhook_id)
            else:
                wanted = listener.hears(alert)
            if wanted:
                yield webhook_id, alert
