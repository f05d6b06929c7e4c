"""Following the journal: whatever a process derives from records stays current this way, and no other.

A follower is told of changes by LISTEN and NOTIFY, and asks again every so often in case a notification got lost. It
knows until when it was certainly current: what cannot be confirmed counts as stale, never as nothing found.
"""

import asyncio
import contextlib
import math
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg
import structlog

from screening import background
from screening.clock import Clock
from screening.db.database import CONNECT_SECONDS, Connection
from screening.journal import changes
from screening.journal.changes import RecordKind

POLL_SECONDS = 0.25
"""How often a follower asks even when nobody told it anything: a change must be found within a second."""

ANSWER_SECONDS = 2.0
"""How long the database may take to say what is new, before the connection counts as lost."""

APPLY_SECONDS = 60.0
"""How long one page of changes may take to apply, before the connection counts as lost; seconds are usual at most."""

RETRY_SECONDS = 0.5
PAGE = 1000

HEAD = "SELECT coalesce(max(position), 0) FROM record_changes WHERE kind = $1"
DESCRIBE = "SELECT concat_ws(' ', record_id, version, at) FROM record_changes WHERE kind = $1 AND position = $2"
READ = "SELECT position, record_id FROM record_changes WHERE kind = $1 AND position > $2 ORDER BY position LIMIT $3"

logger = structlog.stdlib.get_logger(__name__)

Apply = Callable[[Connection, Sequence[UUID]], Awaitable[None]]
"""Brings what is derived up to date with records that changed; reads their present state itself, so that the same
change may be applied twice."""


class Follower:
    """Follows the changes of one kind of record, from a position on."""

    def __init__(self, kind: RecordKind, apply: Apply, *, clock: Clock) -> None:
        self._kind = kind
        self._apply = apply
        self._clock = clock
        self._told = asyncio.Event()
        self.position = 0
        self.confirmed_at: datetime | None = None
        """When this was last known to be everything."""
        self.confirmed_tick = -math.inf
        """The same by the clock that nobody sets."""

    def age(self, at: datetime) -> timedelta | None:
        """Give how old this is by whichever clock says more: one that is set back makes nothing fresh."""
        if self.confirmed_at is None:
            return None
        return max(at - self.confirmed_at, timedelta(seconds=time.monotonic() - self.confirmed_tick))

    async def run(self, url: str) -> None:
        """Follow for ever, on a connection of its own; what fails is tried again."""
        while True:
            try:
                await self._follow(url)
            except Exception as error:  # noqa: BLE001 - whatever it was, going on is right: confirmed_at stands still
                logger.warning("journal not readable", kind=self._kind, error=type(error).__name__)
            await asyncio.sleep(RETRY_SECONDS)

    async def _follow(self, url: str) -> None:
        connection: Connection = await asyncpg.connect(url, timeout=CONNECT_SECONDS)
        try:
            await connection.add_listener(changes.CHANNEL, lambda *_: self._told.set())
            while True:
                await self.catch_up(connection)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._told.wait(), POLL_SECONDS)
        finally:
            connection.terminate()

    async def catch_up(self, connection: Connection) -> None:
        """Apply everything that is new."""
        while True:
            self._told.clear()
            asked_at, asked_tick = self._clock(), time.monotonic()
            async with asyncio.timeout(ANSWER_SECONDS):
                rows = await connection.fetch(READ, self._kind, self.position, PAGE)
            if rows:
                async with asyncio.timeout(APPLY_SECONDS):
                    await self._apply(connection, list({row["record_id"] for row in rows}))
                self.position = rows[-1]["position"]
            if len(rows) < PAGE:
                self.confirmed_at, self.confirmed_tick = asked_at, asked_tick
                return


@asynccontextmanager
async def following(follower: Follower, url: str) -> AsyncIterator[Follower]:
    """Run a follower for as long as the block lasts."""
    async with background.running(follower.run(url), "journal follower"):
        yield follower


async def head(connection: Connection, kind: RecordKind) -> int:
    """Give the position of the newest change of a kind; 0 if there is none."""
    position: int = await connection.fetchval(HEAD, kind)
    return position


async def changed(connection: Connection, kind: RecordKind, position: int) -> dict[int, UUID]:
    """Give the next records that changed after a position, each by its own; none when that is the newest."""
    rows = await connection.fetch(READ, kind, position, PAGE)
    return {row["position"]: row["record_id"] for row in rows}


async def described(connection: Connection, kind: RecordKind, position: int) -> str | None:
    """Describe the change at a position so that no other journal has the like; None where there is no change."""
    change: str | None = await connection.fetchval(DESCRIBE, kind, position)
    return change
