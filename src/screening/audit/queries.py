"""SQL of the log."""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, insert, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from screening.audit.models import AuditEntry, AuditPayload
from screening.db.database import Connection, Pool

_KEEP = """
WITH draft AS (
    SELECT * FROM unnest(
        $1::uuid[], $2::timestamptz[], $3::text[], $4::text[], $5::uuid[], $6::uuid[], $7::uuid[], $8::text[],
        $9::bytea[], $10::bytea[], $11::text[], $12::text[], $13::bytea[], $14::bytea[], $15::text[], $16::bytea[]
    ) AS d (id, at, kind, subject, organisation_id, post_id, client_id, decision,
            envelope, leaf_hash, signature, key_id, salt, payload, idempotency_key, request_digest)
), claimed AS (
    INSERT INTO idempotency_keys (client_id, key, request_digest, entry_id, at)
    SELECT client_id, idempotency_key, request_digest, id, at FROM draft WHERE idempotency_key IS NOT NULL
    ORDER BY client_id, idempotency_key  -- one order for all writers: they wait for each other, never in a circle
    ON CONFLICT DO NOTHING
    RETURNING entry_id
), kept AS (
    SELECT * FROM draft WHERE idempotency_key IS NULL OR id IN (SELECT entry_id FROM claimed)
), payloads AS (
    INSERT INTO audit_payloads (entry_id, salt, payload) SELECT id, salt, payload FROM kept WHERE payload IS NOT NULL
)
"""

_WRITE = """
INSERT INTO audit_entries (id, at, kind, subject, organisation_id, post_id, client_id, decision,
                           envelope, leaf_hash, signature, key_id)
SELECT id, at, kind, subject, organisation_id, post_id, client_id, decision, envelope, leaf_hash, signature, key_id
FROM kept
RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of `audit_entries` with its payload and its idempotency key, in the order of the statement."""

    id: UUID
    at: datetime
    kind: str
    subject: str
    organisation_id: UUID | None
    post_id: UUID | None
    client_id: UUID | None
    decision: str | None
    envelope: bytes
    leaf_hash: bytes
    signature: str
    key_id: str
    salt: bytes | None
    payload: bytes | None
    idempotency_key: str | None = None
    request_digest: bytes | None = None


ENTRY_COLUMNS = ("id", "at", "kind", "subject", "organisation_id", "post_id", "client_id", "decision",
                 "envelope", "leaf_hash", "signature", "key_id")  # fmt: skip
COLUMNS = (*ENTRY_COLUMNS, "salt", "payload", "idempotency_key", "request_digest")


@dataclass(frozen=True, slots=True)
class Attachment:
    """Rows of another room's table that the statement of the entries writes as well.

    It is one statement whether there are such rows or not, so that nobody learns from the time that it takes.
    """

    table: str
    entry: str
    """The column that names the entry; without its entry no row is kept."""
    columns: tuple[tuple[str, str], ...]
    """Name and SQL type of each column."""


Attached = Mapping[Attachment, Sequence[Sequence[Any]]]
"""Rows for attachments, each in the order of its columns."""


@functools.cache
def statement(attachments: tuple[Attachment, ...]) -> str:
    """Give the statement that writes entries and what is attached to them."""
    taken = len(COLUMNS)
    parts = [_KEEP]
    for attachment in attachments:
        parts.append(_attached(attachment, taken))
        taken += len(attachment.columns)
    return "".join([*parts, _WRITE])


def _attached(attachment: Attachment, taken: int) -> str:
    names = ", ".join(name for name, _ in attachment.columns)
    arrays = ", ".join(f"${number}::{form}[]" for number, (_, form) in enumerate(attachment.columns, taken + 1))
    return (
        f", attached_{attachment.table} AS (INSERT INTO {attachment.table} ({names}) "  # noqa: S608 - constants only
        f"SELECT {names} FROM unnest({arrays}) AS a ({names}) WHERE {attachment.entry} IN (SELECT id FROM kept))"
    )


async def write(
    connection: Connection, rows: Sequence[Row], attachments: tuple[Attachment, ...], attached: Sequence[Attached]
) -> set[UUID]:
    """Write entries in one statement; gives the ids written, which lack those whose idempotency key was taken."""
    columns = [[getattr(row, column) for row in rows] for column in COLUMNS]
    for attachment in attachments:
        more = [row for each in attached for row in each.get(attachment, ())]
        columns += [[row[place] for row in more] for place in range(len(attachment.columns))]
    return {record["id"] for record in await connection.fetch(statement(attachments), *columns)}


async def write_within(session: AsyncSession, row: Row) -> None:
    """Write one entry in the transaction of a session."""
    await session.execute(insert(AuditEntry).values({column: getattr(row, column) for column in ENTRY_COLUMNS}))
    if row.payload is not None:
        await session.execute(insert(AuditPayload).values(entry_id=row.id, salt=row.salt, payload=row.payload))


async def find_answered(pool: Pool, client_id: UUID, key: str) -> tuple[UUID, bytes] | None:
    """Find which entry answered an idempotency key, and the digest of the request that it answered."""
    found = await pool.fetchrow(
        "SELECT entry_id, request_digest FROM idempotency_keys WHERE client_id = $1 AND key = $2",
        client_id,
        key,
    )
    return (found["entry_id"], found["request_digest"]) if found else None


async def find_row(pool: Pool, entry_id: UUID) -> Row | None:
    """Find an entry with its payload, if that is not erased."""
    found = await pool.fetchrow(
        f"SELECT {', '.join(ENTRY_COLUMNS)}, salt, payload "  # noqa: S608 - constant names of columns
        "FROM audit_entries LEFT JOIN audit_payloads ON entry_id = id WHERE id = $1",
        entry_id,
    )
    return Row(**dict(found)) if found else None


@dataclass(frozen=True, slots=True)
class Filter:
    """Which entries a reader asks for; `organisation_ids` None means all."""

    organisation_ids: frozenset[UUID] | None
    since: datetime | None = None
    until: datetime | None = None
    kind: str | None = None
    post_id: UUID | None = None
    decision: str | None = None


def _filtered(wanted: Filter) -> Select[Any]:
    query = select(AuditEntry)
    if wanted.organisation_ids is not None:
        query = query.where(AuditEntry.organisation_id.in_(wanted.organisation_ids))
    if wanted.since is not None:
        query = query.where(AuditEntry.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(AuditEntry.at < wanted.until)
    for column, value in (
        (AuditEntry.kind, wanted.kind),
        (AuditEntry.post_id, wanted.post_id),
        (AuditEntry.decision, wanted.decision),
    ):
        if value is not None:
            query = query.where(column == value)
    return query


async def list_entries(
    session: AsyncSession, wanted: Filter, *, before: tuple[datetime, UUID] | None, limit: int
) -> list[AuditEntry]:
    """List entries, newest first, from behind the one that `before` names."""
    query = _filtered(wanted).order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(limit)
    if before is not None:
        query = query.where(tuple_(AuditEntry.at, AuditEntry.id) < before)
    return list(await session.scalars(query))
