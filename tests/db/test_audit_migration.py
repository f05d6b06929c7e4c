"""The migration that brings the tree: down and up again with entries in place, and what alembic makes of it."""

import asyncio

import asyncpg
from alembic import command

from screening.db import migrations
from tests.databases import run_apart


def downgrade(url: str) -> None:
    command.downgrade(migrations.config(url), "0001")


def check(url: str) -> None:
    command.check(migrations.config(url))


async def test_tables_and_models_are_the_same(database_url: str) -> None:
    await asyncio.to_thread(run_apart, check, database_url)


async def test_entries_survive_the_way_down_and_wait_for_the_tree_after_the_way_up(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    try:
        insert = (
            "INSERT INTO audit_entries (id, at, kind, subject, envelope, leaf_hash, signature, key_id) "
            "VALUES (gen_random_uuid(), now(), 'request', 'x', '\\x00', '\\x00', '', '')"
        )
        await connection.execute(insert)
        await asyncio.to_thread(run_apart, downgrade, database_url)
        await connection.execute(insert)
        await asyncio.to_thread(run_apart, migrations.upgrade, database_url)
        await connection.execute(insert)
        assert await connection.fetchval("SELECT count(*) FROM audit_pending") == 3
        assert await connection.fetchval("SELECT count(*) FROM audit_entries") == 3
    finally:
        await connection.close()
