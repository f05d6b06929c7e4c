"""SQL of notices as their owners write and read them."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Text, any_, literal, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from screening.audit.entries import instant
from screening.nominals import records, subjects
from screening.nominals.kinds import Colour, Kind
from screening.nominals.models import Notice
from screening.nominals.records import Head, Stored
from screening.nominals.schemas import NoticeIn, Status

# The rows of a batch travel as one JSON parameter: one statement a batch, however many rows it has.
INSERT = """
INSERT INTO notices (id, owner_id, kind, colour, reference, body, digest, discreet, hidden_from,
                     valid_from, valid_until, version, created_at, updated_at)
SELECT id, owner_id, kind, colour, reference, body, decode(digest, 'hex'), discreet, hidden_from,
       valid_from, valid_until, version, created_at, updated_at
FROM json_to_recordset(CAST(:rows AS json)) AS r (
    id uuid, owner_id uuid, kind text, colour text, reference text, body jsonb, digest text, discreet boolean,
    hidden_from text[], valid_from timestamptz, valid_until timestamptz, version bigint,
    created_at timestamptz, updated_at timestamptz)
ORDER BY reference  -- one order for all writers: they wait for each other, never in a circle
ON CONFLICT (owner_id, reference) WHERE withdrawn_at IS NULL DO NOTHING
RETURNING id
"""

UPDATE = """
UPDATE notices SET body = r.body, digest = decode(r.digest, 'hex'), discreet = r.discreet,
       hidden_from = r.hidden_from, valid_from = r.valid_from, valid_until = r.valid_until,
       version = r.version, updated_at = r.updated_at,
       withdrawn_at = r.withdrawn_at, withdrawal_reason = r.withdrawal_reason
FROM json_to_recordset(CAST(:rows AS json)) AS r (
    id uuid, body jsonb, digest text, discreet boolean, hidden_from text[],
    valid_from timestamptz, valid_until timestamptz, version bigint, updated_at timestamptz,
    withdrawn_at timestamptz, withdrawal_reason text)
WHERE notices.id = r.id
"""

FORGET_DOCUMENTS = "DELETE FROM notice_documents WHERE notice_id = ANY(CAST(:ids AS uuid[]))"

INSERT_DOCUMENTS = """
INSERT INTO notice_documents (notice_id, place, number, type, family, issuing_state)
SELECT notice_id, place, number, type, family, issuing_state
FROM json_to_recordset(CAST(:rows AS json)) AS r (
    notice_id uuid, place bigint, number text, type text, family text, issuing_state text)
"""


async def insert_new(session: AsyncSession, stored: Sequence[Stored]) -> set[UUID]:
    """Write new notices in one statement; gives the ids written, which lack those whose reference is present."""
    rows = await asyncio.to_thread(_rows, stored)
    written = set(await session.scalars(text(INSERT), {"rows": rows}))
    await _insert_documents(session, [each for each in stored if each.id in written])
    return written


async def update(session: AsyncSession, stored: Sequence[Stored]) -> None:
    """Write new versions of notices that the transaction holds locked."""
    rows = await asyncio.to_thread(_rows, stored)
    await session.execute(text(UPDATE), {"rows": rows})
    await session.execute(text(FORGET_DOCUMENTS), {"ids": [each.id for each in stored]})
    await _insert_documents(session, stored)


async def _insert_documents(session: AsyncSession, stored: Sequence[Stored]) -> None:
    rows = [document for each in stored for document in _document_rows(each)]
    if rows:
        await session.execute(text(INSERT_DOCUMENTS), {"rows": json.dumps(rows)})


def _rows(stored: Sequence[Stored]) -> str:
    return json.dumps([_row(each) for each in stored])


def _row(stored: Stored) -> Mapping[str, Any]:
    sent = stored.notice
    return {
        "id": str(stored.id),
        "owner_id": str(stored.owner_id),
        "kind": sent.kind,
        "colour": sent.colour,
        "reference": sent.reference,
        "body": records.body(sent),
        "digest": records.digest(sent).hex(),
        "discreet": sent.discreet,
        "hidden_from": sent.hidden_from or None,
        "valid_from": instant(stored.valid_from),
        "valid_until": instant(stored.valid_until),
        "version": stored.version,
        "created_at": instant(stored.created_at),
        "updated_at": instant(stored.updated_at),
        "withdrawn_at": instant(stored.withdrawn_at) if stored.withdrawn_at else None,
        "withdrawal_reason": stored.withdrawal_reason,
    }


def _document_rows(stored: Stored) -> list[Mapping[str, Any]]:
    if stored.notice.subject is None:
        return []
    return [
        {"notice_id": str(stored.id), "place": place, "number": number, "type": type_, "family": family,
         "issuing_state": state}
        for place, (number, type_, family, state) in enumerate(subjects.documents(stored.notice.subject))
    ]  # fmt: skip


async def find(session: AsyncSession, record_id: UUID) -> Stored | None:
    """Find a notice by its id, whatever its state."""
    found = await session.scalar(select(Notice).where(Notice.id == record_id))
    return _stored(found) if found else None


async def find_and_lock(session: AsyncSession, record_id: UUID) -> Stored | None:
    """Find a notice by its id, and keep others from changing it until the transaction ends."""
    found = await session.scalar(select(Notice).where(Notice.id == record_id).with_for_update())
    return _stored(found) if found else None


@dataclass(frozen=True, slots=True)
class Filter:
    """Which of an owner's notices are asked for."""

    owner_id: UUID
    colour: Colour | None = None
    kind: Kind | None = None
    status: Status | None = None


async def list_notices(
    session: AsyncSession, wanted: Filter, *, at: datetime, after: UUID | None, limit: int
) -> list[Stored]:
    """List an owner's notices, oldest first, from behind the one that `after` names."""
    query = select(Notice).where(Notice.owner_id == wanted.owner_id).order_by(Notice.id).limit(limit)
    if after is not None:
        query = query.where(Notice.id > after)
    if wanted.colour is not None:
        query = query.where(Notice.colour == wanted.colour)
    if wanted.kind is not None:
        query = query.where(Notice.kind == wanted.kind)
    if wanted.status is not None:
        query = query.where(*_has_status(wanted.status, at))
    return [_stored(row) for row in await session.scalars(query)]


def _has_status(status: Status, at: datetime) -> list[ColumnElement[bool]]:
    standing = [Notice.withdrawn_at.is_(None), Notice.valid_until > at]
    match status:
        case Status.WITHDRAWN:
            return [Notice.withdrawn_at.is_not(None)]
        case Status.EXPIRED:
            return [Notice.withdrawn_at.is_(None), Notice.valid_until <= at]
        case Status.NOT_YET_VALID:
            return [*standing, Notice.valid_from > at]
        case Status.VALID:
            return [*standing, Notice.valid_from <= at]


@dataclass(frozen=True, slots=True)
class Present(Head):
    """A notice that is not withdrawn, with what tells whether it is the one sent again."""

    reference: str
    kind: str
    colour: str
    digest: bytes
    hidden_from: list[str] | None


async def lock_present(session: AsyncSession, owner_id: UUID, references: Sequence[str]) -> dict[str, Present]:
    """Find an owner's notices by reference, and keep others from changing them until the transaction ends."""
    query = (
        select(*(getattr(Notice, each.name) for each in fields(Present)))
        .where(Notice.owner_id == owner_id, Notice.reference == any_(_array(references)))
        .where(Notice.withdrawn_at.is_(None))
        .order_by(Notice.reference)
        .with_for_update()
    )
    return {row["reference"]: Present(**row) for row in (await session.execute(query)).mappings()}


async def list_withdrawn(session: AsyncSession, owner_id: UUID, references: Sequence[str]) -> set[str]:
    """List those of some references under which an owner withdrew a notice."""
    query = select(Notice.reference).where(
        Notice.owner_id == owner_id,
        Notice.reference == any_(_array(references)),
        Notice.withdrawn_at.is_not(None),
    )
    return set(await session.scalars(query))


def _array(references: Sequence[str]) -> ColumnElement[list[str]]:
    """Give references as one parameter, however many there are."""
    return literal(list(references), ARRAY(Text))


def _stored(row: Notice) -> Stored:
    return Stored(
        id=row.id,
        owner_id=row.owner_id,
        notice=NoticeIn.model_validate(row.body),
        version=row.version,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        created_at=row.created_at,
        updated_at=row.updated_at,
        withdrawn_at=row.withdrawn_at,
        withdrawal_reason=row.withdrawal_reason,
    )
