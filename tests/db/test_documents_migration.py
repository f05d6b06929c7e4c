"""The migration that makes rows of documents narrow: nothing is lost, and every record keeps its id."""

import asyncio
from datetime import UTC, date, datetime

import asyncpg
from alembic import command

from screening.db import migrations
from screening.db.metadata import new_id
from screening.documents import queries
from screening.documents.queries import Lookup
from tests.databases import run_apart

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)


def downgrade(url: str) -> None:
    command.downgrade(migrations.config(url), "0014-1")


async def test_records_keep_their_ids_and_all_that_they_say(database_url: str) -> None:
    await asyncio.to_thread(run_apart, downgrade, database_url)
    connection = await asyncpg.connect(database_url)
    try:
        owner, plain, lot = new_id(), new_id(), new_id()
        await connection.execute(
            "INSERT INTO organisations (id, name, kind, country, created_at) VALUES ($1, 'B', 'bureau', 'UTO', $2)",
            owner,
            AT,
        )
        await connection.executemany(
            "INSERT INTO document_records (created_at, updated_at, id, owner_id, retention_until, version, reason, "
            "type, number, number_last, issuing_state, theft_country) "
            "VALUES ($1, $2, $3, $4, $5, $6, 3, 10158, $7, $8, $9, $10)",
            [
                (AT, None, plain, owner, date(2031, 3, 1), 1, "AB12345", None, "UTO", "ZWE"),
                (AT, AT, lot, owner, date(2056, 3, 1), 2, "CD0100", "CD0199", "AFG", "AFG"),
            ],
        )
        before = await connection.fetch("SELECT * FROM document_records ORDER BY id")
        await asyncio.to_thread(run_apart, migrations.upgrade, database_url)
        lookups = [Lookup("AB12345"), Lookup("CD0150")]
        found = [each.record for each in await queries.find(connection, lookups, at=AT, viewers=())]
        await asyncio.to_thread(run_apart, downgrade, database_url)
        assert await connection.fetch("SELECT * FROM document_records ORDER BY id") == before
    finally:
        await connection.close()
    assert [(each.id, each.version, each.issuing_state, each.theft_country, each.owner_id) for each in found] == [
        (plain, 1, "UTO", "ZWE", owner),
        (lot, 2, "AFG", "AFG", owner),
    ]
