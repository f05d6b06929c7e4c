"""What happens to cases by itself: records that change or are withdrawn, and steps that nobody took in time.

One process of all does this, the keeper, which holds an advisory lock; the others wait to take over. Nothing is lost in
between: a new keeper first looks at every open case, and what it writes twice is written once.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from screening import background
from screening.audit.trail import Trail
from screening.db.database import CONNECT_SECONDS, Connection, Database, transaction
from screening.hits import events, queries
from screening.hits.events import Cases, Happening
from screening.hits.models import Hit
from screening.hits.queries import Untold
from screening.hits.vocabulary import EventType, Status
from screening.journal import changes, follow
from screening.journal.changes import Operation, RecordKind
from screening.journal.follow import Follower

ONE_KEEPER = 7_261_846
"""The advisory lock that the keeper holds."""

PASS_SECONDS = 0.25
"""How often the keeper looks even when the journal told it nothing."""

RETRY_SECONDS = 1.0
BATCH = 100
"""Cases that one transaction brings up to date."""

OVERLAP = timedelta(seconds=30)
"""A hit may become durable just after the change of its record was followed: so the newest are looked at again."""

SESSION = {
    "application_name": "screening-keeper",
    # The server ends the session of a keeper that is frozen or gone, so that another takes over.
    "idle_session_timeout": "10s",
    "tcp_keepalives_idle": "2",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "2",
}

EVER = datetime(1970, 1, 1, tzinfo=UTC)

logger = structlog.stdlib.get_logger(__name__)


class Keeper:
    """One process's part in it."""

    def __init__(self, database: Database, trail: Trail, cases: Cases) -> None:
        self._database = database
        self._trail = trail
        self.cases = cases
        self._told = asyncio.Event()
        self._followers = [Follower(kind, self._apply, clock=trail.clock) for kind in RecordKind]

    async def run(self) -> None:
        """Keep cases whenever it is this process's turn, for ever; what fails is tried again."""
        while True:
            try:
                await self._take_part()
            except Exception as error:  # noqa: BLE001 - whatever it was, going on is right: what is undone stays so
                logger.warning("cases not kept", error=type(error).__name__)
            await asyncio.sleep(RETRY_SECONDS)

    async def _take_part(self) -> None:
        connection: Connection = await asyncpg.connect(
            self._database.url, timeout=CONNECT_SECONDS, server_settings=SESSION
        )
        try:
            while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", ONE_KEEPER):  # noqa: ASYNC110
                await asyncio.sleep(RETRY_SECONDS)  # nothing here could tell when the other keeper is gone
            await connection.add_listener(changes.CHANNEL, lambda *_: self._told.set())
            await self._keep(connection)
        finally:
            connection.terminate()

    async def _keep(self, connection: Connection) -> None:
        for follower, kind in zip(self._followers, RecordKind, strict=True):
            follower.position = await follow.head(connection, kind)
        await self._tell_since(EVER)
        while True:
            self._told.clear()
            for follower in self._followers:
                await follower.catch_up(connection)
            await self._tell_since(self._trail.clock() - OVERLAP)
            await self._escalate()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._told.wait(), PASS_SECONDS)

    async def _apply(self, _connection: Connection, records: Sequence[UUID]) -> None:
        """Tell the cases of records that changed."""
        await self._tell(lambda session: queries.list_untold_of(session, records, limit=BATCH))

    async def _tell_since(self, since: datetime) -> None:
        await self._tell(lambda session: queries.list_untold_since(session, since, limit=BATCH))

    async def _tell(self, list_untold: Callable[[AsyncSession], Awaitable[list[Untold]]]) -> None:
        """Tell cases what became of their record, a batch a transaction, until there are none."""
        more = True
        while more:
            async with transaction(self._database) as session:
                untold = await list_untold(session)
                for each in untold:
                    await self._tell_one(session, each)
            more = len(untold) == BATCH

    async def _tell_one(self, session: AsyncSession, untold: Untold) -> None:
        """Write the event once, whoever told the case meanwhile; a redress ends with the version that it was for."""
        hit = await session.scalar(select(Hit).where(Hit.id == untold.hit_id).with_for_update())
        if hit is None or hit.record_seen >= untold.version:
            return
        at = self._trail.clock()
        withdrawn = untold.operation == Operation.WITHDRAWN
        happening = Happening(
            at=at,
            type=EventType.RECORD_WITHDRAWN if withdrawn else EventType.RECORD_CHANGED,
            status=Status(hit.status),
            record_version=untold.version,
            changes={"record_seen": untold.version} | ({"record_withdrawn_at": at} if withdrawn else {}),
        )
        await queries.end_redress(session, hit.id, at)
        await events.write(session, self._trail, self.cases, hit, happening)

    async def _escalate(self) -> None:
        """Write once of each step that it is overdue."""
        more = True
        while more:
            at = self._trail.clock()
            async with transaction(self._database) as session:
                overdue = await queries.list_overdue(session, at, limit=BATCH)
                for hit in overdue:
                    happening = Happening(at, EventType.ESCALATED, Status(hit.status), changes={"escalated_at": at})
                    await events.write(session, self._trail, self.cases, hit, happening)
            more = len(overdue) == BATCH


@asynccontextmanager
async def keeping(database: Database, trail: Trail, cases: Cases) -> AsyncIterator[Keeper]:
    """Keep cases for as long as the block lasts."""
    keeper = Keeper(database, trail, cases)
    async with background.running(keeper.run(), "case keeper"):
        yield keeper
