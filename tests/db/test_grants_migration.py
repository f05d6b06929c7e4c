"""The migration that brings grants: whoever may search before it may search after it, and nobody else."""

import asyncio

import asyncpg
from alembic import command

from screening.db import migrations
from screening.db.database import Connection
from tests.databases import run_apart

ORGANISATIONS = (
    ("Bureau", "bureau", "UTO"),
    ("Secretariat", "general_secretariat", None),
    ("Mission", "partner", "UTO"),
)


def downgrade(url: str) -> None:
    command.downgrade(migrations.config(url), "0002")


async def populate(connection: Connection) -> None:
    """Make organisations of each kind, each with a post in UTO and in SWE and with keys of two roles."""
    for name, kind, country in ORGANISATIONS:
        organisation = await connection.fetchval(
            "INSERT INTO organisations (id, name, kind, country, created_at) "
            "VALUES (gen_random_uuid(), $1, $2, $3, now()) RETURNING id",
            name,
            kind,
            country,
        )
        for state in ("UTO", "SWE"):
            await connection.execute(
                "INSERT INTO posts (id, organisation_id, code, name, country, mode, created_at) "
                "VALUES (gen_random_uuid(), $1, $2, $2, $3, 'air', now())",
                organisation,
                f"{name} in {state}",
                state,
            )
        for role in ("second_line", "auditor"):
            await connection.execute(
                "INSERT INTO keys (id, organisation_id, name, role, hint, digest, created_at) "
                "VALUES (gen_random_uuid(), $1, $2, $3, '', sha256($2::text::bytea), now())",
                organisation,
                f"{role} of {name}",
                role,
            )


async def test_those_who_search_get_standing_access(database_url: str) -> None:
    await asyncio.to_thread(run_apart, downgrade, database_url)
    connection = await asyncpg.connect(database_url)
    try:
        await populate(connection)
        await asyncio.to_thread(run_apart, migrations.upgrade, database_url)
        holders = await connection.fetch(
            "SELECT coalesce(p.code, k.name) AS holder FROM grants g LEFT JOIN posts p ON p.id = ANY(g.posts) "
            "LEFT JOIN keys k ON k.id = ANY(g.clients) WHERE g.approved_at IS NOT NULL AND g.ends_at IS NULL"
        )
    finally:
        await connection.close()
    assert {row["holder"] for row in holders} == {
        "Bureau in UTO",
        "second_line of Bureau",
        "second_line of Secretariat",
    }
