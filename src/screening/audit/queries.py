"""SQL that writes the log, and finds one entry; see search_queries for finding many."""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from screening.audit.entries import Match
from screening.audit.models import AuditEntry, AuditMatch, AuditPayload, AuditSubject
from screening.db.database import Connection, Pool

_KEEP = """
WITH draft AS (
    SELECT * FROM unnest(
        $1::uuid[], $2::timestamptz[], $3::text[], $4::text[], $5::uuid[], $6::uuid[], $7::uuid[], $8::text[],
        $9::bytea[], $10::bytea[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[],
        $17::real[], $18::bytea[], $19::bytea[], $20::text[], $21::text[], $22::bytea[]
    ) AS d (id, at, kind, subject, organisation_id, post_id, client_id, decision,
            envelope, leaf_hash, signature, key_id, country, operation, desk, officer,
            took_ms, salt, payload, retention, idempotency_key, request_digest)
), claimed AS (
    INSERT INTO idempotency_keys (client_id, key, request_digest, entry_id, at)
    SELECT client_id, idempotency_key, request_digest, id, at FROM draft WHERE idempotency_key IS NOT NULL
    ORDER BY client_id, idempotency_key  -- one order for all writers: they wait for each other, never in a circle
    ON CONFLICT DO NOTHING
    RETURNING entry_id
), kept AS (
    SELECT * FROM draft WHERE idempotency_key IS NULL OR id IN (SELECT entry_id FROM claimed)
), payloads AS (
    INSERT INTO audit_payloads (entry_id, salt, payload, retention)
    SELECT id, salt, payload, retention FROM kept WHERE payload IS NOT NULL
), subjects AS (
    INSERT INTO audit_subjects (entry_id, digest)
    SELECT * FROM unnest($23::uuid[], $24::bytea[]) AS s (entry_id, digest)
    WHERE entry_id IN (SELECT id FROM kept)
), matches AS (
    INSERT INTO audit_matches (entry_id, hit_id, source, record_id, owner_id, colour, desk, organisation_id)
    SELECT m.*, kept.organisation_id
    FROM unnest($25::uuid[], $26::uuid[], $27::text[], $28::uuid[], $29::uuid[], $30::text[], $31::text[])
        AS m (entry_id, hit_id, source, record_id, owner_id, colour, desk)
    JOIN kept ON kept.id = m.entry_id
)
"""

_WRITE = """
INSERT INTO audit_entries (id, at, kind, subject, organisation_id, post_id, client_id, decision, envelope, leaf_hash,
                           signature, key_id, country, operation, desk, officer, took_ms)
SELECT id, at, kind, subject, organisation_id, post_id, client_id, decision, envelope, leaf_hash,
       signature, key_id, country, operation, desk, officer, took_ms
FROM kept
RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of `audit_entries` with what commits beside it, in the order of the statement."""

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
    country: str | None
    operation: str | None
    desk: str | None
    officer: str | None
    took_ms: float | None
    salt: bytes | None
    payload: bytes | None
    retention: str | None = None
    idempotency_key: str | None = None
    request_digest: bytes | None = None
    digests: Sequence[bytes] = ()
    matches: Sequence[Match] = ()
    erased_at: datetime | None = None


ENTRY_COLUMNS = ("id", "at", "kind", "subject", "organisation_id", "post_id", "client_id", "decision",
                 "envelope", "leaf_hash", "signature", "key_id", "country", "operation", "desk", "officer",
                 "took_ms")  # fmt: skip
COLUMNS = (*ENTRY_COLUMNS, "salt", "payload", "retention", "idempotency_key", "request_digest")
BESIDE = 9
"""Further parameters of the statement: of whom entries are about (2), and of the records that they matched (7)."""
MATCH_COLUMNS = ("hit_id", "source", "record_id", "owner_id", "colour", "desk")


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
    taken = len(COLUMNS) + BESIDE
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
    subjects = [(row.id, digest) for row in rows for digest in row.digests]
    matches = [(row.id, match) for row in rows for match in row.matches]
    columns += [[entry_id for entry_id, _ in subjects], [digest for _, digest in subjects]]
    columns += [[entry_id for entry_id, _ in matches]]
    columns += [[getattr(match, column) for _, match in matches] for column in MATCH_COLUMNS]
    for attachment in attachments:
        more = [row for each in attached for row in each.get(attachment, ())]
        columns += [[row[place] for row in more] for place in range(len(attachment.columns))]
    return {record["id"] for record in await connection.fetch(statement(attachments), *columns)}


async def write_within(session: AsyncSession, row: Row) -> None:
    """Write one entry in the transaction of a session."""
    await session.execute(insert(AuditEntry).values({column: getattr(row, column) for column in ENTRY_COLUMNS}))
    if row.payload is not None:
        payload = {"entry_id": row.id, "salt": row.salt, "payload": row.payload, "retention": row.retention}
        await session.execute(insert(AuditPayload).values(payload))
    if row.digests:
        digests = [{"entry_id": row.id, "digest": digest} for digest in row.digests]
        await session.execute(insert(AuditSubject), digests)
    if row.matches:
        entry = {"entry_id": row.id, "organisation_id": row.organisation_id}
        matches = [{column: getattr(match, column) for column in MATCH_COLUMNS} for match in row.matches]
        await session.execute(insert(AuditMatch), [entry | match for match in matches])


async def find_newest_instant(pool: Pool) -> datetime | None:
    """Find when the newest entry was made, by its own account."""
    found: datetime | None = await pool.fetchval("SELECT at FROM audit_entries ORDER BY at DESC, id DESC LIMIT 1")
    return found


async def find_answered(pool: Pool, client_id: UUID, key: str) -> tuple[UUID, bytes] | None:
    """Find which entry answered an idempotency key, and the digest of the request that it answered."""
    found = await pool.fetchrow(
        "SELECT entry_id, request_digest FROM idempotency_keys WHERE client_id = $1 AND key = $2",
        client_id,
        key,
    )
    return (found["entry_id"], found["request_digest"]) if found else None


WHOLE = (
    f"SELECT {', '.join(ENTRY_COLUMNS)}, salt, payload, retention, erased_at "  # noqa: S608 - constant names of columns
    "FROM audit_entries LEFT JOIN audit_payloads ON entry_id = id WHERE "
)


async def find_row(pool: Pool, entry_id: UUID) -> Row | None:
    """Find an entry with its payload, if that is not erased."""
    found = await pool.fetchrow(WHOLE + "id = $1", entry_id)
    return Row(**dict(found)) if found else None


async def list_rows(pool: Pool, entry_ids: Sequence[UUID]) -> list[Row]:
    """Give entries with their payloads, newest first."""
    return [Row(**dict(row)) for row in await pool.fetch(WHOLE + "id = ANY($1::uuid[]) ORDER BY id DESC", entry_ids)]


async def list_matches(pool: Pool, entry_ids: Sequence[UUID]) -> dict[UUID, list[Match]]:
    """Give the records that entries matched, silent ones too."""
    rows = await pool.fetch(
        f"SELECT entry_id, {', '.join(MATCH_COLUMNS)} "  # noqa: S608 - constant names of columns
        "FROM audit_matches WHERE entry_id = ANY($1::uuid[]) ORDER BY hit_id",
        entry_ids,
    )
    found: dict[UUID, list[Match]] = {}
    for row in rows:
        found.setdefault(row["entry_id"], []).append(Match(**{column: row[column] for column in MATCH_COLUMNS}))
    return found
