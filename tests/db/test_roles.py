"""What the service's role may do, as PostgreSQL itself judges."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest

from screening.db import database, embedded, roles
from screening.db.database import Connection, Database
from screening.db.metadata import new_id
from screening.db.roles import Addresses, RoleError
from tests.databases import Server

ENTRY = (
    "INSERT INTO audit_entries (id, at, kind, subject, envelope, leaf_hash, signature, key_id) "
    "VALUES ($1, $2, 'request', 'x', '\\x00', '\\x00', '', '')"
)
FORBIDDEN = (
    "UPDATE audit_entries SET kind = 'x'",
    "DELETE FROM audit_entries",
    "TRUNCATE audit_entries",
    "UPDATE audit_payloads SET payload = ''",
    "DELETE FROM audit_payloads",
    "UPDATE audit_leaves SET leaf_hash = ''",
    "DELETE FROM audit_checkpoints",
    "DELETE FROM audit_tiles",
    "UPDATE audit_keys SET public_key = ''",
    "UPDATE record_changes SET kind = 'x'",
    "ALTER TABLE audit_entries ADD COLUMN more text",
    "ALTER TABLE audit_entries DISABLE TRIGGER ALL",
    "ALTER TABLE audit_entries OWNER TO current_user",
    "DROP TRIGGER only_added ON audit_entries",
    "DROP TRIGGER await_tree ON audit_entries",
    "DROP TABLE audit_entries",
    "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    "SET session_replication_role = replica",
    "CREATE RULE ignore AS ON INSERT TO audit_entries DO INSTEAD NOTHING",
    "CREATE TABLE public.audit_entries_copy ()",
    "UPDATE alembic_version SET version_num = 'x'",
)


@pytest.fixture
async def service(service_url: str) -> AsyncIterator[Connection]:
    connection: Connection = await asyncpg.connect(service_url)
    yield connection
    await connection.close()


async def test_the_service_adds_and_reads_entries_which_wait_for_the_tree(service: Connection) -> None:
    entry = new_id()
    await service.execute(ENTRY, entry, datetime.now(UTC))
    assert await service.fetchval("SELECT id FROM audit_entries") == entry
    assert await service.fetchval("SELECT entry_id FROM audit_pending") == entry


@pytest.mark.parametrize("statement", FORBIDDEN)
async def test_the_service_can_neither_change_the_log_nor_take_away_what_guards_it(
    service: Connection, statement: str
) -> None:
    await service.execute(ENTRY, new_id(), datetime.now(UTC))
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await service.execute(statement)


async def test_the_service_ends_a_key_when_it_is_rotated(service: Connection) -> None:
    await service.execute("UPDATE audit_keys SET valid_until = now() WHERE valid_until IS NULL")


async def test_whatever_a_trigger_guards_the_service_may_not_even_try_to_change(
    database_url: str, service: Connection, server: Server
) -> None:
    """A table that comes later gets its rights from its trigger: nobody has to remember a list."""
    owner: Connection = await asyncpg.connect(database_url)
    await owner.execute("CREATE TABLE guarded (n int)")
    await owner.execute("CREATE TABLE free (n int)")
    await owner.execute(
        "CREATE TRIGGER only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON guarded "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    await roles.grant(owner, server.role)
    await owner.close()
    await service.execute("INSERT INTO guarded VALUES (1)")
    await service.execute("INSERT INTO free VALUES (1)")
    await service.execute("DELETE FROM free")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await service.execute("DELETE FROM guarded")


async def test_a_right_given_by_mistake_is_taken_back_at_the_next_start(
    database_url: str, service_url: str, service: Connection, server: Server
) -> None:
    owner: Connection = await asyncpg.connect(database_url)
    await owner.execute(f"GRANT ALL ON audit_entries TO {server.role}")
    async with database.connected(service_url, pool_size=1) as opened:
        assert await roles.may_rewrite(opened.pool)
        await roles.prepare(Addresses(service_url, database_url))
        assert not await roles.may_rewrite(opened.pool)
    await owner.close()
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await service.execute("DELETE FROM audit_entries")


async def test_the_owner_could_rewrite_the_log_and_is_told_so(database_url: str) -> None:
    async with database.connected(database_url, pool_size=1) as opened:
        assert await roles.may_rewrite(opened.pool)


async def test_maintenance_runs_as_the_owner(database_url: str, service_url: str) -> None:
    async with database.connected(service_url, pool_size=1, owner_url=database_url) as opened:
        assert await user(opened) != await owner_of_the_log(opened)
        async with database.as_owner(opened) as owner:
            assert await owner.fetchval("SELECT current_user::text") == await owner_of_the_log(opened)


async def user(opened: Database) -> str:
    return str(await opened.pool.fetchval("SELECT current_user"))


async def owner_of_the_log(opened: Database) -> str:
    return str(await opened.pool.fetchval("SELECT tableowner FROM pg_tables WHERE tablename = 'audit_entries'"))


@pytest.mark.parametrize("both", ["same role", "other database"])
async def test_addresses_that_do_not_fit_together_are_refused(
    database_url: str, service_url: str, empty_database_url: str, server: Server, both: str
) -> None:
    service = database_url if both == "same role" else server.service_url(empty_database_url)
    with pytest.raises(RoleError, match="name the same role" if both == "same role" else "different databases"):
        await roles.prepare(Addresses(service, database_url))


async def test_the_service_starts_on_a_migrated_database_without_knowing_its_owner(service_url: str) -> None:
    """The owner's address can be left to the job that migrates."""
    await roles.prepare(Addresses(service_url))


async def test_our_own_server_has_both_roles_from_the_start(open_folder: Path) -> None:
    lease = await asyncio.to_thread(embedded.acquire, open_folder / "data")
    try:
        await roles.prepare(Addresses(lease.service_url, lease.url))
        async with database.connected(lease.service_url, pool_size=1) as opened:
            assert not await roles.may_rewrite(opened.pool)
            await opened.pool.execute(ENTRY, new_id(), datetime.now(UTC))
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await opened.pool.execute("DELETE FROM audit_entries")
    finally:
        await asyncio.to_thread(lease.release)
