"""The access check of one search: the key, the grants that it holds, the operation that it names, and the limit.

Medians on a fresh embedded PostgreSQL, in one process; `remembered` is what nearly every request pays, because what
was read of a key stays for half a second.
"""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from screening.access import grants, permits, secrets
from screening.access.actors import Directory
from screening.access.gate import Gate
from screening.access.grants import Search
from screening.access.permits import Permits
from screening.access.vocabulary import Purpose, Source
from screening.db import database, embedded, migrations
from screening.db.database import Pool
from screening.db.metadata import new_id
from screening.operations.register import Register

ROUNDS, IN_DATABASE = 20_000, 1_000
SOURCES = frozenset(Source)
BEGIN, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


async def cost(act: Callable[[int], Awaitable[object]], rounds: int) -> float:
    """Give the median microseconds of one act, over ten runs."""
    means = []
    for run in range(10):
        began = time.perf_counter()
        for number in range(rounds // 10):
            await act(run * rounds // 10 + number)
        means.append((time.perf_counter() - began) / (rounds // 10) * 1e6)
    return statistics.median(means)


async def print_cost(label: str, act: Callable[[int], Awaitable[object]], rounds: int = ROUNDS) -> None:
    print(f"{label:<58} {await cost(act, rounds):9.1f} us")


async def prepare(pool: Pool, held: int, digest: bytes) -> UUID:
    """Make a bureau, a post, a key, an operation, and so many grants of which the last one allows; gives its id."""
    organisation, post, key = new_id(), new_id(), new_id()
    await pool.execute(
        "INSERT INTO organisations (id, name, kind, country, created_at) VALUES ($1, $2, 'bureau', 'UTO', $3)",
        organisation, f"Bureau {organisation}", BEGIN,
    )  # fmt: skip
    await pool.execute(
        "INSERT INTO posts (id, organisation_id, code, name, country, mode, created_at) "
        "VALUES ($1, $2, 'UTO-AIR-1', 'Gate', 'UTO', 'air', $3)",
        post, organisation, BEGIN,
    )  # fmt: skip
    await pool.execute(
        "INSERT INTO keys (id, organisation_id, post_id, name, role, hint, digest, created_at) "
        "VALUES ($1, $2, $3, 'gate', 'first_line', 'scr_', $4, $5)",
        key, organisation, post, digest, BEGIN,
    )  # fmt: skip
    await pool.execute(
        "INSERT INTO operations (id, code, kind, name, state, crisis, coordinator_id, neighbours, sites, countries, "
        "organisations, posts, crime_areas, begins_at, ends_at, version, created_at, updated_at) "
        "VALUES ($1, $2, 'operation', 'x', 'open', false, $3, '{}', '{}', '{}', '{}', ARRAY[$4::uuid], '{}', $5, $6, "
        "1, $5, $5) ON CONFLICT DO NOTHING",
        new_id(), f"OP-{held}", organisation, post, BEGIN, END,
    )  # fmt: skip
    yesterday = datetime.now(UTC) - timedelta(days=1)
    ids = [new_id() for _ in range(held)]
    await pool.executemany(
        "INSERT INTO grants (id, organisation_id, posts, clients, begins_at, ends_at, version, opened_at, "
        "approved_at) VALUES ($1, $2, ARRAY[$3::uuid], '{}', $4, $5, 1, $4, $4)",
        [(each, organisation, post, BEGIN, END if each == ids[-1] else yesterday) for each in ids],
    )
    return ids[-1]


async def measure(pool: Pool, held: int) -> None:
    """Print what a search costs whose post holds so many grants."""
    digest = secrets.mint().digest
    await prepare(pool, held, digest)
    at, directory, gate = datetime.now(UTC), Directory(pool), Gate(Permits(pool), Register(pool))
    actor = await directory.find(digest)
    assert actor is not None
    search = Search(actor.id, actor.post_id, SOURCES, Purpose.BORDER_CONTROL, None)

    async def judge(_: int) -> None:
        grants.judge(actor.grants, search, at)

    async def admit(_: int, code: str | None = None) -> None:
        known = await directory.find(digest)
        assert known is not None
        await gate.admit(known, SOURCES, Purpose.BORDER_CONTROL, code, at)

    async def read(_: int) -> None:
        directory._remembered.clear()
        await directory.find(digest)

    print(f"\n{held} grant(s) held by the post")
    await print_cost("judge alone", judge)
    await print_cost("key and grants remembered, admitted", admit)
    await print_cost("the same, naming an operation", partial(admit, code=f"OP-{held}"))
    await print_cost("key and grants read from the database", read, IN_DATABASE)


async def measure_limit(pool: Pool, limit: int) -> None:
    """Print what counting one search costs; with each hour that is spent the next one begins."""
    process, at = Permits(pool), datetime.now(UTC)
    grant_id = await prepare(pool, 1, secrets.mint().digest)

    async def take(number: int) -> None:
        assert await process.take(grant_id, limit, at + timedelta(hours=number // limit))

    await print_cost(f"{limit:,} an hour, in blocks of {max(1, limit // permits.BLOCKS):,}", take, IN_DATABASE)


def main() -> None:
    with TemporaryDirectory(prefix="screening-benchmark-") as folder:
        Path(folder).chmod(0o711)
        with embedded.acquire(Path(folder, "data")) as lease:
            migrations.upgrade(lease.url)
            asyncio.run(run(lease.url))


async def run(url: str) -> None:
    async with database.connected(url, pool_size=2) as opened:
        for held in (1, 10, 50):
            await measure(opened.pool, held)
        print("\nlimit of a grant")
        for limit in (50, 1_000, 100_000):
            await measure_limit(opened.pool, limit)


if __name__ == "__main__":
    main()
