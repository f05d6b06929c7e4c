"""Two roles of the database: the owner, who makes and mends tables, and the service, who cannot rewrite the log.

What the service's role may do follows from the tables themselves: where a trigger `only_added` refuses every change,
the role may read and add, and not even try to change; so a table that gets the trigger gets the rights.
"""

import asyncio
from dataclasses import dataclass

import asyncpg

from screening.db import migrations
from screening.db.database import CONNECT_SECONDS, Connection, Pool

ONE_AT_A_TIME = 7_261_837
"""The advisory lock of migrations; who grants holds it too."""

RIGHTS = """
SELECT format('REVOKE ALL ON %s FROM %I', name, $1::text)
    || format('; GRANT %s ON %s TO %I', CASE
           WHEN bare = 'alembic_version' THEN 'SELECT'
           WHEN bare = 'audit_payloads' OR guarded THEN 'SELECT, INSERT'
           WHEN bare = 'audit_keys' THEN 'SELECT, INSERT, UPDATE (valid_until)'
           WHEN bare = 'audit_tiles' THEN 'SELECT, INSERT, UPDATE'
           WHEN bare = 'audit_pending' THEN 'SELECT, INSERT, DELETE'
           ELSE 'SELECT, INSERT, UPDATE, DELETE' END, name, $1::text)
FROM (
    SELECT oid::regclass AS name, relname AS bare, EXISTS (
        SELECT FROM pg_trigger WHERE tgrelid = pg_class.oid AND tgname = 'only_added'
    ) AS guarded
    FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
) AS tables
ORDER BY bare
"""
"""Payloads are erased, tiles grow, what waits for the tree leaves its table, and a key ends; all else of the log stays.
A partition needs no rights of its own: the service reaches it through its table alone."""

SCHEMA = """
SELECT format('GRANT USAGE ON SCHEMA %1$I TO %2$I; GRANT USAGE ON ALL SEQUENCES IN SCHEMA %1$I TO %2$I', s, $1::text)
    || format('; GRANT USAGE ON SCHEMA %1$I TO %2$I; GRANT USAGE ON ALL SEQUENCES IN SCHEMA %1$I TO %2$I; '
              'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %1$I TO %2$I', $2::text, $1::text)
FROM current_schema() AS s
"""
QUEUE = "pgqueuer"
"""The schema of the queue of deliveries; nothing in it is evidence."""

FREE = """
SELECT rolsuper OR has_table_privilege(current_user, 'audit_entries', 'UPDATE, DELETE, TRUNCATE')
    OR pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = 'audit_entries'::regclass), 'USAGE')
FROM pg_roles WHERE rolname = current_user
"""


class RoleError(Exception):
    """The service's role cannot be used: what was wrong and what would be right."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where a database is, for each of the two roles; without one for the owner the service does both."""

    service: str
    owner: str | None = None

    @property
    def migrating(self) -> str:
        """The address of the role that migrates."""
        return self.owner or self.service


async def prepare(addresses: Addresses) -> None:
    """Bring the tables up to date as their owner, and give the service's role its rights.

    Raises RoleError when the addresses do not fit together.
    """
    await asyncio.to_thread(migrations.upgrade, addresses.migrating)
    if addresses.owner is None:
        return
    database, role = await _ask(addresses.service)
    owner: Connection = await asyncpg.connect(addresses.owner, timeout=CONNECT_SECONDS)
    try:
        if await owner.fetchval("SELECT current_database()") != database:
            raise RoleError("SCREENING_DATABASE_URL and SCREENING_DATABASE_OWNER_URL name different databases.")
        if await owner.fetchval("SELECT current_user") == role:
            raise RoleError("SCREENING_DATABASE_URL and SCREENING_DATABASE_OWNER_URL name the same role: make another.")
        await grant(owner, role)
    finally:
        await owner.close()


async def _ask(url: str) -> tuple[str, str]:
    """Ask a database for its name and for that of the role."""
    connection: Connection = await asyncpg.connect(url, timeout=CONNECT_SECONDS)
    try:
        database, role = await connection.fetchrow("SELECT current_database(), current_user") or ("", "")
        return database, role
    finally:
        await connection.close()


async def may_rewrite(service: Pool) -> bool:
    """Tell whether the service's role could change the log, as its owner, a superuser, or one given too much."""
    return bool(await service.fetchval(FREE))


async def grant(owner: Connection, role: str) -> None:
    """Give a role the rights of the service, and no others."""
    async with owner.transaction():
        await owner.execute("SELECT pg_advisory_xact_lock($1)", ONE_AT_A_TIME)
        rights = [row[0] for row in await owner.fetch(RIGHTS, role)]
        await owner.execute("; ".join([*rights, await owner.fetchval(SCHEMA, role, QUEUE)]))
