"""The writing end of the log, on a real PostgreSQL, with faults."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from screening.audit import entries, log
from screening.audit.entries import Draft, EntryKind, Party
from screening.audit.log import AlreadyAnsweredError, AuditUnavailableError, Companion, Idempotency, Log
from screening.audit.queries import Attached, Attachment
from screening.audit.receipts import Signer
from screening.db import database
from screening.db.database import Database
from screening.db.failures import Failure
from screening.db.metadata import new_id

AT = datetime(2026, 11, 23, 19, tzinfo=UTC)
CLIENT = UUID(int=2)
SIGNER = Signer.of("example.org/log", Ed25519PrivateKey.from_private_bytes(bytes(32)))
INSERT = "INSERT INTO record_changes (kind, record_id, version, operation, body, at) VALUES ($1, $2, 1, 'x', '{}', $3)"


def draft(**changes: object) -> Draft:
    made = Draft(
        id=new_id(),
        kind=EntryKind.REQUEST,
        at=AT,
        party=Party(UUID(int=1), CLIENT, "first_line"),
        subject="GET /v1/sources",
        outcome={"status": 200},
    )
    return replace(made, **changes)  # type: ignore[arg-type]


@pytest.fixture
async def opened(database_url: str) -> AsyncIterator[Database]:
    async with database.connected(database_url, pool_size=4) as connected:
        yield connected


@pytest.fixture
async def written(opened: Database) -> AsyncIterator[Log]:
    async with log.writing(opened, SIGNER) as running:
        yield running


async def test_an_entry_is_stored_with_the_bytes_that_were_hashed_and_signed(written: Log) -> None:
    made = draft(payload={"name": "generated"})
    receipt = await written.append(made)
    row = await written.find(made.id)
    assert row is not None
    assert row.leaf_hash == entries.leaf_hash(row.envelope)
    assert row.salt is not None
    assert row.payload is not None
    assert json.loads(row.envelope)["commitment"] == entries.commitment(row.salt, row.payload).hex()
    assert (receipt.leaf_hash, receipt.signature) == (row.leaf_hash.hex(), row.signature)
    assert SIGNER.public.verifies(receipt)


async def test_entries_in_flight_share_commits_and_none_is_lost(written: Log, opened: Database) -> None:
    drafts = [draft() for _ in range(1000)]
    await asyncio.gather(*(written.append(made) for made in drafts))
    stored = await opened.pool.fetch("SELECT id FROM audit_entries")
    assert {row["id"] for row in stored} == {made.id for made in drafts}
    commits = await opened.pool.fetchval("SELECT count(DISTINCT xmin::text) FROM audit_entries")
    assert commits < len(drafts) / 10


async def test_an_idempotency_key_is_answered_once_however_many_ask_at_once(written: Log, opened: Database) -> None:
    same = Idempotency("same-key", b"digest")
    outcomes = await asyncio.gather(
        *(written.append(draft(), idempotency=same) for _ in range(20)), return_exceptions=True
    )
    assert sum(isinstance(outcome, AlreadyAnsweredError) for outcome in outcomes) == 19
    assert await opened.pool.fetchval("SELECT count(*) FROM audit_entries") == 1
    answered = await written.find_answered(CLIENT, "same-key")
    assert answered is not None
    assert answered[1] == b"digest"


async def test_two_clients_may_choose_the_same_idempotency_key(written: Log) -> None:
    same = Idempotency("same-key", b"digest")
    other = Party(UUID(int=1), UUID(int=3), "first_line")
    await written.append(draft(), idempotency=same)
    await written.append(draft(party=other), idempotency=same)


async def test_a_companion_commits_with_its_entry(written: Log, opened: Database) -> None:
    record = new_id()
    await written.append(draft(), companions=[Companion(INSERT, ["document", record, AT])])
    assert await opened.pool.fetchval("SELECT count(*) FROM record_changes WHERE record_id = $1", record) == 1


CHANGES = Attachment(
    "record_changes",
    "record_id",
    (
        ("record_id", "uuid"),
        ("kind", "text"),
        ("version", "bigint"),
        ("operation", "text"),
        ("body", "jsonb"),
        ("at", "timestamptz"),
    ),
)


def rows(*entry_ids: UUID) -> Attached:
    return {CHANGES: [[entry_id, "document", 1, "created", "{}", AT] for entry_id in entry_ids]}


async def test_what_is_attached_to_an_entry_is_written_with_it_and_by_its_statement(opened: Database) -> None:
    with_rows, without, lost = draft(), draft(), draft()
    same = Idempotency("same-key", b"digest")
    async with log.writing(opened, SIGNER, attachments=(CHANGES,)) as written:
        await written.append(without, idempotency=same)
        outcomes = await asyncio.gather(
            written.append(with_rows, attached=rows(with_rows.id, with_rows.id)),
            written.append(lost, idempotency=same, attached=rows(lost.id)),
            return_exceptions=True,
        )
    assert isinstance(outcomes[1], AlreadyAnsweredError)
    kept = await opened.pool.fetch(
        "SELECT record_id, c.xmin::text = e.xmin::text AS together FROM record_changes c "
        "JOIN audit_entries e ON e.id = c.record_id"
    )
    assert [tuple(row) for row in kept] == [(with_rows.id, True), (with_rows.id, True)]


async def test_rows_that_a_log_cannot_write_are_not_dropped_in_silence(written: Log) -> None:
    made = draft()
    with pytest.raises(ValueError, match="not made to write"):
        await written.append(made, attached=rows(made.id))


async def test_an_attached_row_that_cannot_be_written_spoils_its_own_entry_alone(opened: Database) -> None:
    bad, good = draft(), draft()
    async with log.writing(opened, SIGNER, attachments=(CHANGES,)) as written:
        outcomes = await asyncio.gather(
            written.append(bad, attached={CHANGES: [[bad.id, None, 1, "created", "{}", AT]]}),
            written.append(good, attached=rows(good.id)),
            return_exceptions=True,
        )
    assert isinstance(outcomes[0], AuditUnavailableError)
    assert [row["id"] for row in await opened.pool.fetch("SELECT id FROM audit_entries")] == [good.id]


async def test_an_entry_that_cannot_be_written_fails_alone(written: Log, opened: Database) -> None:
    """One bad companion spoils the shared transaction; the others must still become durable."""
    bad = Companion("INSERT INTO record_changes (kind) VALUES ($1)", ["no"])
    good = [draft() for _ in range(5)]
    outcomes = await asyncio.gather(
        written.append(draft(), companions=[bad]), *(written.append(made) for made in good), return_exceptions=True
    )
    assert isinstance(outcomes[0], AuditUnavailableError)
    assert await opened.pool.fetchval("SELECT count(*) FROM audit_entries") == len(good)


async def test_no_receipt_is_given_when_the_database_refuses_the_entry(written: Log, opened: Database) -> None:
    await opened.pool.execute("ALTER TABLE audit_entries ADD CONSTRAINT refuse CHECK (kind <> 'request')")
    with pytest.raises(AuditUnavailableError):
        await written.append(draft())


async def test_the_log_goes_on_after_the_database_went_away(written: Log, opened: Database) -> None:
    kill = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    await written.append(draft())
    connection = await asyncpg.connect(opened.url)
    await connection.execute(kill)
    await connection.close()
    made = draft()
    try:
        await written.append(made)
    except AuditUnavailableError:
        made = draft()
        await written.append(made)
    assert await written.find(made.id) is not None


async def test_a_full_queue_refuses_at_once(opened: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "QUEUE", 1)
    idle = Log(opened, SIGNER)  # nobody commits what waits
    waiting = asyncio.create_task(idle.append(draft()))
    await asyncio.sleep(0)
    with pytest.raises(AuditUnavailableError):
        await idle.append(draft())
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


@pytest.mark.parametrize(
    "change", ["UPDATE audit_entries SET kind = 'x'", "DELETE FROM audit_entries", "TRUNCATE audit_entries"]
)
async def test_the_database_refuses_to_change_or_remove_an_entry(written: Log, opened: Database, change: str) -> None:
    await written.append(draft())
    with pytest.raises(asyncpg.RaiseError, match="only ever added"):
        await opened.pool.execute(change)


async def append_and_fail(written: Log, opened: Database, made: Draft) -> None:
    with contextlib.suppress(ZeroDivisionError):
        async with database.transaction(opened) as session:
            await written.append_within(session, made)
            raise ZeroDivisionError


async def test_an_entry_within_a_transaction_is_gone_when_that_is_rolled_back(written: Log, opened: Database) -> None:
    kept, dropped = draft(payload={"a": 1}), draft()
    async with database.transaction(opened) as session:
        await written.append_within(session, kept)
    await append_and_fail(written, opened, dropped)
    assert await written.find(kept.id) is not None
    assert await written.find(dropped.id) is None


async def test_what_waits_at_the_end_is_still_written(opened: Database) -> None:
    async with log.writing(opened, SIGNER) as running:
        made = draft()
        waiting = asyncio.create_task(running.append(made))
        await asyncio.sleep(0)
    await waiting
    assert await opened.pool.fetchval("SELECT count(*) FROM audit_entries WHERE id = $1", made.id) == 1


@contextlib.asynccontextmanager
async def without_log(opened: Database) -> AsyncIterator[None]:
    """Keep the log's session from the table, for as long as the block lasts."""
    connection = await asyncpg.connect(opened.url)
    try:
        async with connection.transaction():
            await connection.execute("LOCK TABLE audit_entries IN ACCESS EXCLUSIVE MODE")
            yield
    finally:
        await connection.close()


async def test_what_is_owed_is_written_with_its_own_time_when_the_database_takes_it(
    written: Log, opened: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "COMMIT_SECONDS", 0.2)
    monkeypatch.setattr(log, "RETRY_SECONDS", 0.05)
    owed = [draft(at=AT + timedelta(seconds=number)) for number in range(3)]
    async with without_log(opened):
        for each in owed:
            written.owe(each)
        with pytest.raises(AuditUnavailableError) as failed:
            await written.append(draft())
        assert (failed.value.failure, written.trouble) == (Failure.SLOW, Failure.SLOW)
    async with asyncio.timeout(30):
        while written.owed or written.trouble:
            await asyncio.sleep(0.01)
    rows = await opened.pool.fetch("SELECT id, at FROM audit_entries ORDER BY at")
    assert [(row["id"], row["at"]) for row in rows] == [(each.id, each.at) for each in owed]


async def test_what_was_written_after_all_is_not_written_twice(
    written: Log, opened: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "RETRY_SECONDS", 0.01)
    made, other = draft(), draft()
    await written.append(made)
    written.owe(made)
    written.owe(other)
    await written.append(draft())
    async with asyncio.timeout(30):
        while written.owed:
            await asyncio.sleep(0.01)
    assert await opened.pool.fetchval("SELECT count(*) FROM audit_entries") == 3


async def test_what_is_owed_at_the_end_is_still_written(opened: Database) -> None:
    made = draft()
    async with log.writing(opened, SIGNER) as running:
        running.owe(made)
    assert await opened.pool.fetchval("SELECT id FROM audit_entries") == made.id


async def test_too_many_refusals_are_counted_and_forgotten(opened: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "OWED", 2)
    idle = Log(opened, SIGNER)
    for _ in range(5):
        idle.owe(draft())
    assert (idle.owed, idle.forgotten) == (2, 3)


async def test_an_entry_whose_caller_gave_up_is_not_written(opened: Database) -> None:
    idle = Log(opened, SIGNER)
    waiting = [asyncio.create_task(idle.append(draft())) for _ in range(2)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    await asyncio.gather(waiting[0], return_exceptions=True)
    running = asyncio.create_task(idle.run())
    await waiting[1]
    await idle.stop()
    await running
    assert await opened.pool.fetchval("SELECT count(*) FROM audit_entries") == 1
