"""SQL of documents as their owners write and read them. A batch is one statement, however many rows it has."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from uuid import UUID

from sqlalchemy import ColumnElement, TextClause, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from screening.documents import codes
from screening.documents.models import DocumentRecord
from screening.documents.queries import COLUMNS, stored
from screening.documents.records import Document, Key, StoredDocument
from screening.documents.vocabulary import Reason
from screening.journal.retention import RecordStatus

ONE_IMPORT_AN_OWNER = 7_261
"""The advisory locks by which imports of one owner take turns, batch by batch."""

TYPES = {
    "id": "uuid",
    "owner_id": "uuid",
    "number": "text",
    "number_last": "text",
    "type": "smallint",
    "issuing_state": "text",
    "reason": "smallint",
    "theft_date": "date",
    "theft_country": "text",
    "issue_date": "date",
    "expiry_date": "date",
    "batch": "text",
    "national_reference": "text",
    "bureau_reference": "text",
    "additional_information": "text",
    "retention_until": "date",
    "version": "smallint",
    "created_at": "timestamptz",
    "updated_at": "timestamptz",
    "withdrawn_at": "timestamptz",
    "withdrawal_reason": "text",
}
"""Every column with its type."""

FIXED = ("id", "owner_id", "number", "number_last", "type", "issuing_state", "reason", "created_at")

_NAMES = ", ".join(TYPES)
_ARRAYS = ", ".join(f"CAST(:{name} AS {type_}[])" for name, type_ in TYPES.items())

INSERT = text(f"""
INSERT INTO document_records ({_NAMES})
SELECT {_NAMES} FROM unnest({_ARRAYS}) AS n ({_NAMES})
ORDER BY number, issuing_state, type, number_last  -- one order for all writers: none waits in a circle
ON CONFLICT DO NOTHING
RETURNING id
""")  # noqa: S608 - constants only

UPDATE = text(f"""
UPDATE document_records r SET {", ".join(f"{name} = n.{name}" for name in TYPES if name not in FIXED)}
FROM unnest({_ARRAYS}) AS n ({_NAMES})
WHERE r.id = n.id AND r.version = n.version - 1
RETURNING r.id
""")  # noqa: S608 - constants only

# One branch an index. A record that stands goes before those withdrawn, of which the latest speaks.
FIND_BY_KEY = text(f"""
SELECT DISTINCT ON (k.place) k.place, {COLUMNS}
FROM unnest(CAST(:number AS text[]), CAST(:issuing_state AS text[]), CAST(:type AS smallint[]),
            CAST(:number_last AS text[])) WITH ORDINALITY AS k (number, issuing_state, type, number_last, place)
CROSS JOIN LATERAL (
    SELECT * FROM document_records s
    WHERE s.number = k.number AND s.issuing_state = k.issuing_state AND s.type = k.type
      AND s.number_last IS NULL AND s.withdrawn_at IS NULL AND k.number_last IS NULL
    UNION ALL
    SELECT * FROM document_records s
    WHERE s.number = k.number AND s.issuing_state = k.issuing_state AND s.type = k.type
      AND s.number_last = k.number_last AND s.withdrawn_at IS NULL
    UNION ALL
    SELECT * FROM document_records s
    WHERE s.number = k.number AND s.issuing_state = k.issuing_state AND s.type = k.type
      AND s.number_last IS NOT DISTINCT FROM k.number_last AND s.withdrawn_at IS NOT NULL
) r
ORDER BY k.place, r.withdrawn_at DESC NULLS FIRST
""")  # noqa: S608 - constants only


async def take_turn(session: AsyncSession, owner_id: UUID) -> None:
    """Wait until no other import of this owner is in the middle of a batch."""
    await session.execute(
        text("SELECT pg_advisory_xact_lock(:space, hashtext(:owner))"),
        {"space": ONE_IMPORT_AN_OWNER, "owner": str(owner_id)},
    )


async def insert_new(session: AsyncSession, documents: Sequence[StoredDocument]) -> set[UUID]:
    """Write new records in one statement; gives the ids written, which lack those that are present."""
    return await _write(session, INSERT, documents)


async def update(session: AsyncSession, documents: Sequence[StoredDocument]) -> set[UUID]:
    """Write new versions in one statement; gives the ids written, which lack those that somebody else just changed."""
    return await _write(session, UPDATE, documents)


async def _write(session: AsyncSession, statement: TextClause, documents: Sequence[StoredDocument]) -> set[UUID]:
    columns = {name: [*map(_STORED.get(name, attrgetter(name)), documents)] for name in TYPES}
    return set(await session.scalars(statement, columns))


_STORED: dict[str, Callable[[StoredDocument], object]] = {
    "type": lambda document: codes.of_type(document.type),
    "reason": lambda document: codes.of_reason(document.reason),
    "updated_at": lambda document: document.updated_at if document.version > 1 else None,
}
"""What stands in a row where it is not the value itself."""


async def find_by_key(session: AsyncSession, documents: Sequence[Document]) -> dict[Key, StoredDocument]:
    """Find the record of each document: the one that stands, or else the last that was withdrawn."""
    arguments = {
        "number": [each.number for each in documents],
        "issuing_state": [each.issuing_state for each in documents],
        "type": [codes.of_type(each.type) for each in documents],
        "number_last": [each.number_last for each in documents],
    }
    found = (stored(dict(row)) for row in (await session.execute(FIND_BY_KEY, arguments)).mappings())
    return {each.key: each for each in found}


_BY_ID = f"SELECT {COLUMNS} FROM document_records r WHERE r.id = :id"  # noqa: S608 - constants only


async def find(session: AsyncSession, record_id: UUID) -> StoredDocument | None:
    """Find a record by its id, whatever its state."""
    return await _find(session, text(_BY_ID), record_id)


async def find_and_lock(session: AsyncSession, record_id: UUID) -> StoredDocument | None:
    """Find a record by its id, and keep others from changing it until the transaction ends."""
    return await _find(session, text(f"{_BY_ID} FOR UPDATE"), record_id)


async def _find(session: AsyncSession, statement: TextClause, record_id: UUID) -> StoredDocument | None:
    row = (await session.execute(statement, {"id": record_id})).mappings().one_or_none()
    return stored(dict(row)) if row else None


@dataclass(frozen=True, slots=True)
class Filter:
    """Which of an owner's records are asked for."""

    owner_id: UUID
    reason: Reason | None = None
    issuing_state: str | None = None
    status: RecordStatus | None = None


async def list_documents(
    session: AsyncSession, wanted: Filter, *, today: date, after: StoredDocument | None, limit: int
) -> list[StoredDocument]:
    """List an owner's records, oldest first, from behind one of them."""
    table = DocumentRecord.__table__
    query = select(table).where(DocumentRecord.owner_id == wanted.owner_id)
    if after is not None:
        place = tuple_(DocumentRecord.created_at, DocumentRecord.id)
        query = query.where(place > (after.created_at, after.id))
    if wanted.reason is not None:
        query = query.where(DocumentRecord.reason == codes.of_reason(wanted.reason))
    if wanted.issuing_state is not None:
        query = query.where(DocumentRecord.issuing_state == wanted.issuing_state)
    if wanted.status is not None:
        query = query.where(*_has_status(wanted.status, today))
    query = query.order_by(DocumentRecord.created_at, DocumentRecord.id).limit(limit)
    return [stored(dict(row)) for row in (await session.execute(query)).mappings()]


def _has_status(status: RecordStatus, today: date) -> list[ColumnElement[bool]]:
    match status:
        case RecordStatus.WITHDRAWN:
            return [DocumentRecord.withdrawn_at.is_not(None)]
        case RecordStatus.EXPIRED:
            return [DocumentRecord.withdrawn_at.is_(None), DocumentRecord.retention_until < today]
        case RecordStatus.ACTIVE:
            return [DocumentRecord.withdrawn_at.is_(None), DocumentRecord.retention_until >= today]
