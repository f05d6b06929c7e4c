"""Limits: counted exactly across processes, an hour at a time."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from screening.access import permits
from screening.access.permits import Permits
from screening.db.database import Database, connected
from screening.db.metadata import new_id

NOON = datetime(2026, 11, 23, 12, 20, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with connected(database_url, pool_size=8) as opened:
        yield opened


@pytest.fixture
async def grant_id(database: Database) -> UUID:
    organisation, grant = new_id(), new_id()
    await database.pool.execute(
        "INSERT INTO organisations (id, name, kind, created_at) VALUES ($1, 'Bureau', 'bureau', now())", organisation
    )
    await database.pool.execute(
        "INSERT INTO grants (id, organisation_id, posts, clients, begins_at, version, opened_at) "
        "VALUES ($1, $2, '{}', '{}', now(), 1, now())",
        grant,
        organisation,
    )
    return grant


async def taken(process: Permits, grant_id: UUID, limit: int, times: int, at: datetime = NOON) -> int:
    return sum(await asyncio.gather(*(process.take(grant_id, limit, at) for _ in range(times))))


@pytest.mark.parametrize("limit", [1, 7, 99, 100, 250, 1000])
async def test_one_process_takes_just_as_many_as_the_limit_allows(
    database: Database, grant_id: UUID, limit: int
) -> None:
    assert await taken(Permits(database.pool), grant_id, limit, limit + 20) == limit


@pytest.mark.parametrize("limit", [10, 1000])
async def test_many_processes_together_never_take_more(database: Database, grant_id: UUID, limit: int) -> None:
    processes = [Permits(database.pool) for _ in range(4)]
    counts = await asyncio.gather(*(taken(process, grant_id, limit, limit // 2) for process in processes))
    block = max(1, limit // permits.BLOCKS)
    assert limit - len(processes) * (block - 1) <= sum(counts) <= limit


async def test_what_a_process_that_died_held_is_lost_and_no_more(database: Database, grant_id: UUID) -> None:
    assert await taken(Permits(database.pool), grant_id, 1000, 1) == 1
    assert await taken(Permits(database.pool), grant_id, 1000, 1000) == 990


async def test_it_counts_anew_with_each_hour(database: Database, grant_id: UUID) -> None:
    process = Permits(database.pool)
    assert await taken(process, grant_id, 5, 10) == 5
    assert await taken(process, grant_id, 5, 10, LATER) == 5


async def test_a_process_whose_clock_is_behind_takes_nothing_beyond_the_limit(
    database: Database, grant_id: UUID
) -> None:
    assert await taken(Permits(database.pool), grant_id, 5, 3, LATER) == 3
    assert await taken(Permits(database.pool), grant_id, 5, 10, NOON) == 2


@pytest.mark.parametrize(
    ("at", "seconds"),
    [
        (datetime(2026, 11, 23, 12, tzinfo=UTC), 3600),
        (datetime(2026, 11, 23, 12, 59, 59, tzinfo=UTC), 1),
        (datetime(2026, 11, 23, 12, 59, 59, 500_000, tzinfo=UTC), 1),
        (NOON, 2400),
    ],
)
def test_the_wait_lasts_to_the_next_hour(at: datetime, seconds: int) -> None:
    assert permits.seconds_to_next(at) == seconds
