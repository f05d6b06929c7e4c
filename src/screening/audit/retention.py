"""Erases payloads whose time is over, and makes the months to come: one process of all, each hour.

An erasure is one transaction: payloads and salts are gone, the hashes of what they were about too, and an entry says
which, how many and under which rule. The tree has the commitments and stays as it is.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import asyncpg
import structlog
from sqlalchemy.exc import DBAPIError

from screening import background
from screening.audit import holds, keyring, retention_queries
from screening.audit.entries import EntryKind, Retention, instant
from screening.audit.retention_queries import Due
from screening.audit.trail import Trail
from screening.db.database import CONNECT_SECONDS, Connection, Database, transaction
from screening.db.metadata import first_id_at, instant_of
from screening.settings import Settings

ONE_LEADER = 7_261_842
"""The advisory lock of who erases."""

BATCH = 5_000
"""Payloads that one transaction erases at most."""

MONTHS_AHEAD = timedelta(days=95)
"""Three months: a service that was not restarted, and could not lock, has as long to make the next one."""

EVERY_SECONDS = 3600.0
IDEMPOTENCY = timedelta(hours=24)
"""How long the answer to an Idempotency-Key is remembered."""

NOTHING = UUID(int=0)

logger = structlog.stdlib.get_logger(__name__)


class AnotherErasesError(Exception):
    """Another process erases at this moment."""


@dataclass(frozen=True, slots=True)
class Rules:
    """How long payloads are kept, by what came of them."""

    periods: dict[Retention, timedelta]

    @classmethod
    def of(cls, settings: Settings) -> "Rules":
        """Read the settings."""
        return cls(
            {
                Retention.NO_HIT: timedelta(days=settings.keep_no_hit_days),
                Retention.HIT: timedelta(days=settings.keep_hit_days),
                Retention.OTHER: timedelta(days=settings.keep_other_days),
            }
        )

    def due(self, retention: Retention, now: datetime) -> Due:
        """Say which payloads are over their time."""
        return Due(retention, NOTHING, first_id_at(now - self.periods[retention]))


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the erasing of one retention has come."""

    retention: Retention
    due: int
    erased: int = 0
    held: int = 0


async def make_months(opened: Database, now: datetime) -> int:
    """Make the months to come; entries of a month that is not there go to the default partition and are found too."""
    async with transaction(opened) as session:
        return await retention_queries.make_months(session, now, now + MONTHS_AHEAD)


async def erase_due(opened: Database, trail: Trail, rules: Rules) -> AsyncGenerator[Progress, None]:
    """Erase everything that is over its time and not held, saying after each batch how far it has come.

    Raises AnotherErasesError when another process is at it.
    """
    async with _leading(opened.url):
        now = await _sure_time(opened, trail)
        for retention in Retention:
            due = rules.due(retention, now)
            progress = Progress(retention, await _count(opened, due))
            yield progress
            while batch := await _erase_batch(opened, trail, due):
                due, erased, held = batch
                progress = Progress(retention, progress.due, progress.erased + erased, progress.held + held)
                yield progress
        await _purge(opened, now)


async def list_due(opened: Database, trail: Trail, rules: Rules) -> AsyncIterator[Progress]:
    """Say what `erase_due` would erase now, and what is held, without erasing anything."""
    now = await _sure_time(opened, trail)
    for retention in Retention:
        due = rules.due(retention, now)
        total, held = await _count(opened, due), 0
        async with transaction(opened) as session:
            while ids := await retention_queries.list_due(session, due, BATCH):
                held += len(await retention_queries.list_held(session, ids))
                due = Due(due.retention, ids[-1], due.before)
        yield Progress(retention, total, 0, held)


async def _sure_time(opened: Database, trail: Trail) -> datetime:
    """Give the earlier of our clock and the database's: one that runs ahead must not erase what is to be kept."""
    async with transaction(opened) as session:
        return min(trail.clock(), await retention_queries.read_clock(session))


async def _count(opened: Database, due: Due) -> int:
    async with transaction(opened) as session:
        return await retention_queries.count_due(session, due)


async def _erase_batch(opened: Database, trail: Trail, due: Due) -> tuple[Due, int, int] | None:
    """Erase the next payloads and log it, in one transaction; None when none are left."""
    async with transaction(opened) as session:
        await session.execute(holds.ONE_AT_A_TIME)
        ids = await retention_queries.list_due(session, due, BATCH)
        if not ids:
            return None
        held = await retention_queries.list_held(session, ids)
        free = [entry_id for entry_id in ids if entry_id not in held]
        if free:
            await retention_queries.erase(session, free, trail.clock())
            outcome = {
                "before": instant(instant_of(due.before)),
                "erased": len(free),
                "first": str(free[0]),
                "held": len(held),
                "last": str(free[-1]),
                "retention": due.retention,
            }
            await trail.append_within(session, trail.draft(EntryKind.ERASURE, "audit_payloads", outcome))
    return Due(due.retention, ids[-1], due.before), len(free), len(held)


async def _purge(opened: Database, now: datetime) -> None:
    """Forget answered idempotency keys."""
    purged = BATCH
    while purged == BATCH:
        async with transaction(opened) as session:
            purged = await retention_queries.purge_idempotency_keys(session, now - IDEMPOTENCY, BATCH)


async def drop_idle_keys(opened: Database, file: Path) -> int:
    """Destroy the keys under which nothing can be found any more; gives how many."""
    async with transaction(opened) as session:
        oldest = await retention_queries.find_oldest_subject(session)
    ring = keyring.load(file)
    kept = ring.without_idle(instant_of(oldest) if oldest else None)
    if kept != ring:
        keyring.replace(file, kept)
    return len(ring.keys) - len(kept.keys)


@asynccontextmanager
async def _leading(url: str) -> AsyncIterator[None]:
    """Be the one process that erases."""
    connection: Connection = await asyncpg.connect(
        url, timeout=CONNECT_SECONDS, server_settings={"application_name": "screening-retention"}
    )
    try:
        if not await retention_queries.try_to_lead(connection, ONE_LEADER):
            raise AnotherErasesError
        yield
    finally:
        connection.terminate()


@asynccontextmanager
async def running(opened: Database, trail: Trail, rules: Rules) -> AsyncIterator[None]:
    """Make months before anything is written, then erase each hour for as long as the block lasts."""
    with contextlib.suppress(DBAPIError):  # somebody holds a lock: there are months enough, and an hour later more
        await make_months(opened, trail.clock())
    async with background.running(_each_hour(opened, trail, rules), "audit retention"):
        yield


async def _each_hour(opened: Database, trail: Trail, rules: Rules) -> None:
    while True:
        try:
            await make_months(opened, trail.clock())
            async for progress in erase_due(opened, trail, rules):
                if progress.erased:
                    logger.info("payloads erased", retention=progress.retention, erased=progress.erased)
        except AnotherErasesError:
            pass  # It does what we would.
        except Exception as error:  # noqa: BLE001 - whatever it was, the next hour tries again
            logger.error("payloads not erased", error=type(error).__name__)
        await asyncio.sleep(EVERY_SECONDS)
