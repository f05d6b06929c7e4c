"""SQL of objects as their owners write and read them. A batch is one statement, however many rows it has."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Text, any_, literal, select, text
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from screening.audit.entries import instant
from screening.journal.retention import RecordStatus
from screening.objects import kinds, presenting
from screening.objects.kinds import Described
from screening.objects.models import ObjectRecord
from screening.objects.records import Stored
from screening.objects.vocabulary import ObjectKind, Reason

ONE_IMPORT_AN_OWNER = 7_262
"""The advisory locks by which imports of one owner take turns, batch by batch."""

COLUMNS = """
id uuid, owner_id uuid, kind text, identity text, reason text, body jsonb, hidden_from text[], retention_until date,
version bigint, created_at timestamptz, updated_at timestamptz, withdrawn_at timestamptz, withdrawal_reason text
"""
NAMES = ", ".join(column.split()[0] for column in COLUMNS.split(","))

# The rows of a batch travel as one JSON parameter.
INSERT = text(f"""
INSERT INTO object_records ({NAMES}) SELECT {NAMES} FROM json_to_recordset(CAST(:rows AS json)) AS r ({COLUMNS})
ORDER BY kind, owner_id, identity  -- one order for all writers: they wait for each other, never in a circle
ON CONFLICT (kind, owner_id, identity) WHERE withdrawn_at IS NULL DO NOTHING
RETURNING id
""")  # noqa: S608 - constants only

UPDATE = text(f"""
UPDATE object_records o SET identity = r.identity, body = r.body, hidden_from = r.hidden_from,
       retention_until = r.retention_until, version = r.version, updated_at = r.updated_at,
       withdrawn_at = r.withdrawn_at, withdrawal_reason = r.withdrawal_reason
FROM json_to_recordset(CAST(:rows AS json)) AS r ({COLUMNS})
WHERE o.id = r.id AND o.version = r.version - 1
RETURNING o.id
""")  # noqa: S608 - constants only

FORGET_MARKS = text("DELETE FROM object_marks WHERE record_id = ANY(CAST(:ids AS uuid[]))")

INSERT_MARKS = text("""
INSERT INTO object_marks (record_id, mark, value)
SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:marks AS text[]), CAST(:values AS text[]))
""")


async def take_turn(session: AsyncSession, owner_id: UUID) -> None:
    """Wait until no other import of this owner is in the middle of a batch."""
    await session.execute(
        text("SELECT pg_advisory_xact_lock(:space, hashtext(:owner))"),
        {"space": ONE_IMPORT_AN_OWNER, "owner": str(owner_id)},
    )


async def insert_new(session: AsyncSession, objects: Sequence[Stored]) -> set[UUID]:
    """Write new records in one statement; gives the ids written, which lack those that are present."""
    written = set(await session.scalars(INSERT, {"rows": _rows(objects)}))
    await _insert_marks(session, [each for each in objects if each.id in written])
    return written


async def update(session: AsyncSession, objects: Sequence[Stored]) -> set[UUID]:
    """Write new versions in one statement; gives the ids written, which lack those that somebody else just changed."""
    written = set(await session.scalars(UPDATE, {"rows": _rows(objects)}))
    await session.execute(FORGET_MARKS, {"ids": list(written)})
    await _insert_marks(session, [each for each in objects if each.id in written and each.withdrawn_at is None])
    return written


async def _insert_marks(session: AsyncSession, objects: Sequence[Stored]) -> None:
    rows = [
        (stored.id, mark, value)
        for stored in objects
        for mark, value in dict.fromkeys(presenting.marks(stored.described.kind, stored.traits))
    ]
    if rows:
        ids, marks, values = map(list, zip(*rows, strict=True))
        await session.execute(INSERT_MARKS, {"ids": ids, "marks": marks, "values": values})


def _rows(objects: Sequence[Stored]) -> str:
    return json.dumps([_row(each) for each in objects])


def _row(stored: Stored) -> Mapping[str, Any]:
    return {
        "id": str(stored.id),
        "owner_id": str(stored.owner_id),
        "kind": stored.described.kind,
        "identity": stored.identity,
        "reason": stored.report.reason,
        "body": stored.body,
        "hidden_from": stored.report.hidden_from,
        "retention_until": stored.retention_until.isoformat(),
        "version": stored.version,
        "created_at": instant(stored.created_at),
        "updated_at": instant(stored.updated_at),
        "withdrawn_at": instant(stored.withdrawn_at) if stored.withdrawn_at else None,
        "withdrawal_reason": stored.withdrawal_reason,
    }


async def find(session: AsyncSession, kind: ObjectKind, record_id: UUID) -> Stored | None:
    """Find a record by its id, whatever its state."""
    query = select(ObjectRecord).where(ObjectRecord.id == record_id, ObjectRecord.kind == kind)
    found = await session.scalar(query)
    return _stored(found) if found else None


async def find_and_lock(session: AsyncSession, kind: ObjectKind, record_id: UUID) -> Stored | None:
    """Find a record by its id, and keep others from changing it until the transaction ends."""
    query = select(ObjectRecord).where(ObjectRecord.id == record_id, ObjectRecord.kind == kind)
    found = await session.scalar(query.with_for_update())
    return _stored(found) if found else None


async def find_by_identity(
    session: AsyncSession, described: Described, owner_id: UUID, identities: Sequence[str]
) -> dict[str, Stored]:
    """Find an owner's records: of each identity the one that stands, or else the last that was withdrawn."""
    query = (
        select(ObjectRecord)
        .where(ObjectRecord.kind == described.kind, ObjectRecord.owner_id == owner_id)
        .where(ObjectRecord.identity == any_(literal(list(identities), ARRAY(Text))))
        .order_by(ObjectRecord.identity, ObjectRecord.withdrawn_at.desc().nulls_first())
        .ext(distinct_on(ObjectRecord.identity))
    )
    return {row.identity: _stored(row) for row in await session.scalars(query)}


@dataclass(frozen=True, slots=True)
class Filter:
    """Which of an owner's records are asked for."""

    kind: ObjectKind
    owner_id: UUID
    reason: Reason | None = None
    status: RecordStatus | None = None


async def list_objects(
    session: AsyncSession, wanted: Filter, *, today: date, after: UUID | None, limit: int
) -> list[Stored]:
    """List an owner's records, oldest first, from behind the one that `after` names."""
    query = (
        select(ObjectRecord)
        .where(ObjectRecord.kind == wanted.kind, ObjectRecord.owner_id == wanted.owner_id)
        .order_by(ObjectRecord.id)
        .limit(limit)
    )
    if after is not None:
        query = query.where(ObjectRecord.id > after)
    if wanted.reason is not None:
        query = query.where(ObjectRecord.reason == wanted.reason)
    if wanted.status is not None:
        query = query.where(*_has_status(wanted.status, today))
    return [_stored(row) for row in await session.scalars(query)]


def _has_status(status: RecordStatus, today: date) -> list[ColumnElement[bool]]:
    match status:
        case RecordStatus.WITHDRAWN:
            return [ObjectRecord.withdrawn_at.is_not(None)]
        case RecordStatus.EXPIRED:
            return [ObjectRecord.withdrawn_at.is_(None), ObjectRecord.retention_until < today]
        case RecordStatus.ACTIVE:
            return [ObjectRecord.withdrawn_at.is_(None), ObjectRecord.retention_until >= today]


def _stored(row: ObjectRecord) -> Stored:
    described = kinds.OF_KIND[ObjectKind(row.kind)]
    return Stored(
        id=row.id,
        owner_id=row.owner_id,
        described=described,
        report=described.report.model_validate(row.body),
        retention_until=row.retention_until,
        version=row.version,
        created_at=row.created_at,
        updated_at=row.updated_at,
        withdrawn_at=row.withdrawn_at,
        withdrawal_reason=row.withdrawal_reason,
    )
