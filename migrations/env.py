"""How alembic reaches the database: one transaction for all, one process at a time, no long wait for a lock."""

import asyncio

from alembic import context
from sqlalchemy import Connection, make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

import screening.access.models
import screening.alerts.models
import screening.audit.models
import screening.audit.tree_models
import screening.documents.models
import screening.hits.models
import screening.journal.models
import screening.manifests.models
import screening.nominals.models
import screening.objects.models
import screening.operations.models
import screening.reports.models  # noqa: F401 - imported for their tables
from screening.db.metadata import Base

ONE_AT_A_TIME = 7_261_837
"""The advisory lock that migrating processes wait on."""


def migrate(connection: Connection) -> None:
    """Apply the missing migrations on one connection."""
    context.configure(connection=connection, target_metadata=Base.metadata, compare_server_default=True)
    with context.begin_transaction():
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": ONE_AT_A_TIME})
        connection.execute(text("SET LOCAL lock_timeout = '5s'"))
        context.run_migrations()


async def connect_and_migrate(url: str) -> None:
    """Open a connection of our own and migrate."""
    engine = create_async_engine(make_url(url).set(drivername="postgresql+asyncpg"))
    async with engine.connect() as connection:
        await connection.run_sync(migrate)
        await connection.commit()
    await engine.dispose()


asyncio.run(connect_and_migrate(context.config.attributes["url"]))
