"""The migration that makes hits cases: down and up again with hits in place."""

import asyncio

import asyncpg
from alembic import command

from screening.db import migrations
from tests.databases import run_apart

HIT = """
INSERT INTO hits (id, screening_id, at, organisation_id, source, record_id, record_version, owner_id, label, strength,
                  desk, score, status)
SELECT gen_random_uuid(), gen_random_uuid(), now(), gen_random_uuid(), 'sltd', gen_random_uuid(), 3, gen_random_uuid(),
       'lost', 'exact', 'first_line', 1, 'new'
"""


def downgrade(url: str) -> None:
    command.downgrade(migrations.config(url), "0002")


async def test_hits_that_were_there_before_are_cases_afterwards(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    try:
        await asyncio.to_thread(run_apart, downgrade, database_url)
        await connection.execute(HIT)
        await asyncio.to_thread(run_apart, migrations.upgrade, database_url)
        [row] = await connection.fetch("SELECT version, record_seen, updated_at = at AS kept, due_at, status FROM hits")
        assert tuple(row) == (1, 3, True, None, "new")
    finally:
        await connection.close()
