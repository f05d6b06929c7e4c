"""Keeps the counts of reports: a process counts what entered the tree since, for ever; any of them may, in turn."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import structlog

from screening import background
from screening.db.database import CONNECT_SECONDS, Connection
from screening.reports import counting

BATCH = 20_000
"""Entries that are counted in one transaction at most: a fraction of a second of work."""

PAUSE_SECONDS = 0.5
RETRY_SECONDS = 2.0
ANSWER_SECONDS = 30.0

SESSION = {
    "application_name": "screening-reports",
    "jit": "off",
    # A process that is frozen while it counts loses what it has not committed, and another goes on.
    "idle_in_transaction_session_timeout": "5s",
    "tcp_keepalives_idle": "2",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "2",
}

TABLES = ("report_searches", "report_hits", "report_events")

logger = structlog.stdlib.get_logger(__name__)


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Connection]:
    """Open a connection to count on, or to read the counts, for as long as the block lasts."""
    connection: Connection = await asyncpg.connect(
        url, timeout=CONNECT_SECONDS, command_timeout=ANSWER_SECONDS, server_settings=SESSION
    )
    try:
        yield connection
    finally:
        connection.terminate()


async def catch_up(connection: Connection, batch: int = BATCH) -> int:
    """Count all that is in the tree; gives how many entries that were. What another process counts is left to it."""
    total = 0
    while True:
        async with connection.transaction():
            counted = await counting.count(connection, batch)
        total += counted
        if not counted:
            return total


async def rebuild(connection: Connection, batch: int = BATCH) -> tuple[int, int]:
    """Count everything again, from the first entry on; gives how many entries, and how many rows differed from before.

    Readers see the old counts until the new ones are whole.
    """
    async with connection.transaction():
        counted = await connection.fetchval(counting.HOLD_WAITING)
        for table in TABLES:
            await connection.execute(f"CREATE TEMP TABLE kept_{table} ON COMMIT DROP AS TABLE {table}")
            await connection.execute(f"DELETE FROM {table}")  # noqa: S608 - constant names of tables
        for first in range(0, counted, batch):
            await counting.count_from(connection, first, min(batch, counted - first))
        differing = [await connection.fetchval(_differences(table)) for table in TABLES]
        return counted, sum(differing)


def _differences(table: str) -> str:
    one, other = f"TABLE {table}", f"TABLE kept_{table}"
    return f"SELECT count(*) FROM (({one} EXCEPT {other}) UNION ALL ({other} EXCEPT {one})) AS differing"  # noqa: S608


async def _count_for_ever(url: str) -> None:
    while True:
        try:
            async with connected(url) as connection:
                while True:
                    await catch_up(connection)
                    await asyncio.sleep(PAUSE_SECONDS)
        except Exception as error:  # noqa: BLE001 - whatever it was, going on is right: what is not counted stays so
            logger.warning("reports not counted", error=type(error).__name__)
        await asyncio.sleep(RETRY_SECONDS)


@asynccontextmanager
async def running(url: str) -> AsyncIterator[None]:
    """Keep the counts for as long as the block lasts."""
    async with background.running(_count_for_ever(url), "report counter"):
        yield
