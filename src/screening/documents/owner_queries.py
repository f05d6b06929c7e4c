"""SQL of documents as their owners write and read them. A batch is one statement, however many rows it has."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from operator import attrgetter
from uuid import UUID

from sqlalchemy import SmallInteger, TextClause, bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession

from screening.documents import codes, ids
from screening.documents.queries import COLUMNS, stored
from screening.documents.records import Document, Key, StoredDocument
from screening.documents.vocabulary import Reason
from screening.journal.retention import RecordStatus

ONE_IMPORT_AN_OWNER = 7_261
"""The advisory locks by which imports of one owner take turns, batch by batch."""

INTAKE = {"base": "uuid", "owner_id": "uuid", "created_at": "timestamptz"}
FIXED = {
    "place": "integer",
    "number": "text",
    "number_last": "text",
    "type": "smallint",
    "issuing_state": "smallint",
    "reason": "smallint",
}
CHANGING = {
    "theft_date": "date",
    "theft_country": "smallint",
    "issue_date": "date",
    "expiry_date": "date",
    "batch": "text",
    "national_reference": "text",
    "bureau_reference": "text",
    "additional_information": "text",
    "hidden_from": "text",
    "retention_until": "date",
    "version": "smallint",
    "updated_at": "timestamptz",
    "withdrawn_at": "timestamptz",
    "withdrawal_reason": "text",
}
"""Every column with its type: of the intake, and of the record what stays and what may change."""

TYPES = INTAKE | FIXED | CHANGING
RECORD = ", ".join(FIXED | CHANGING)
KEY = "number, issuing_state, type, number_last"

_NAMES = ", ".join(TYPES)
_ARRAYS = ", ".join(f"CAST(:{name} AS {type_}[])" for name, type_ in TYPES.items())

# All writers insert in the order of the key: none waits in a circle.
INSERT = text(f"""
WITH n AS MATERIALIZED (
    SELECT * FROM unnest({_ARRAYS}) AS n ({_NAMES})
), made AS (
    INSERT INTO document_intakes (base, owner_id, created_at) SELECT DISTINCT base, owner_id, created_at FROM n
    ON CONFLICT (base) DO NOTHING RETURNING number, base
), intakes AS (
    SELECT * FROM made UNION ALL SELECT number, base FROM document_intakes WHERE base IN (SELECT base FROM n)
), written AS (
    INSERT INTO document_records (intake, {RECORD})
    SELECT i.number, {", ".join(f"n.{name}" for name in FIXED | CHANGING)} FROM n JOIN intakes i USING (base)
    ORDER BY n.number, n.issuing_state, n.type, n.number_last
    ON CONFLICT DO NOTHING
    RETURNING intake, place
)
SELECT i.base, w.place FROM written w JOIN intakes i ON i.number = w.intake
""")  # noqa: S608 - constants only

UPDATE = text(f"""
UPDATE document_records r SET {", ".join(f"{name} = n.{name}" for name in CHANGING)}
FROM unnest({_ARRAYS}) AS n ({_NAMES}) JOIN document_intakes i USING (base)
WHERE r.intake = i.number AND r.place = n.place AND coalesce(r.version, 1) = n.version - 1
RETURNING i.base, r.place
""")  # noqa: S608 - constants only

# One branch an index. A record that stands goes before those withdrawn, of which the latest speaks.
FIND_BY_KEY = text(f"""
SELECT DISTINCT ON (k.asked) k.asked, {COLUMNS}
FROM unnest(CAST(:number AS text[]), CAST(:issuing_state AS smallint[]), CAST(:type AS smallint[]),
            CAST(:number_last AS text[])) WITH ORDINALITY AS k (number, issuing_state, type, number_last, asked)
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
JOIN document_intakes i ON i.number = r.intake
ORDER BY k.asked, r.withdrawn_at DESC NULLS FIRST
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
    return {ids.joined(row.base, row.place) for row in await session.execute(statement, columns)}


_STORED: dict[str, Callable[[StoredDocument], object]] = {
    "base": lambda document: ids.base(document.id),
    "place": lambda document: ids.place(document.id),
    "type": lambda document: codes.of_letters(document.type),
    "issuing_state": lambda document: codes.of_letters(document.issuing_state),
    "theft_country": lambda document: (
        codes.of_letters(document.theft_country) if document.theft_country != document.issuing_state else None
    ),
    "reason": lambda document: codes.of_reason(document.reason),
    "hidden_from": lambda document: ",".join(document.hidden_from) if document.hidden_from else None,
    "version": lambda document: document.version if document.version > 1 else None,
    "updated_at": lambda document: document.updated_at if document.version > 1 else None,
}
"""What stands in a row where it is not the value itself."""


def stored_value(document: StoredDocument, column: str) -> object:
    """Give what stands in a column for a record."""
    return _STORED.get(column, attrgetter(column))(document)


async def find_by_key(session: AsyncSession, documents: Sequence[Document]) -> dict[Key, StoredDocument]:
    """Find the record of each document: the one that stands, or else the last that was withdrawn."""
    arguments = {
        "number": [each.number for each in documents],
        "issuing_state": [codes.of_letters(each.issuing_state) for each in documents],
        "type": [codes.of_letters(each.type) for each in documents],
        "number_last": [each.number_last for each in documents],
    }
    found = (stored(dict(row)) for row in (await session.execute(FIND_BY_KEY, arguments)).mappings())
    return {each.key: each for each in found}


_BY_ID = f"""
SELECT {COLUMNS} FROM document_intakes i JOIN document_records r ON r.intake = i.number
WHERE i.base = :base AND r.place = :place
"""  # noqa: S608 - constants only


async def find(session: AsyncSession, record_id: UUID) -> StoredDocument | None:
    """Find a record by its id, whatever its state."""
    return await _find(session, text(_BY_ID), record_id)


async def find_and_lock(session: AsyncSession, record_id: UUID) -> StoredDocument | None:
    """Find a record by its id, and keep others from changing it until the transaction ends."""
    return await _find(session, text(f"{_BY_ID} FOR UPDATE OF r"), record_id)


async def _find(session: AsyncSession, statement: TextClause, record_id: UUID) -> StoredDocument | None:
    arguments = {"base": ids.base(record_id), "place": ids.place(record_id)}
    row = (await session.execute(statement, arguments)).mappings().one_or_none()
    return stored(dict(row)) if row else None


@dataclass(frozen=True, slots=True)
class Filter:
    """Which of an owner's records are asked for."""

    owner_id: UUID
    reason: Reason | None = None
    issuing_state: str | None = None
    status: RecordStatus | None = None


# Each intake gives a page at most, however many records it has.
LIST = f"""
SELECT {COLUMNS} FROM document_intakes i CROSS JOIN LATERAL (
    SELECT * FROM document_records s
    WHERE s.intake = i.number AND (i.base <> :base OR s.place > :place)
      AND coalesce(s.reason = :reason, true) AND coalesce(s.issuing_state = :issuing_state, true) AND %s
    ORDER BY s.place LIMIT :limit
) r
WHERE i.owner_id = :owner_id AND (i.created_at, i.base) >= (:created_at, :base)
ORDER BY i.created_at, i.base, r.place LIMIT :limit
"""  # noqa: S608 - constants only

_BEGINNING = {"created_at": datetime.fromtimestamp(0, UTC), "base": UUID(int=0), "place": -1}


async def list_documents(
    session: AsyncSession, wanted: Filter, *, today: date, after: StoredDocument | None, limit: int
) -> list[StoredDocument]:
    """List an owner's records, oldest first, from behind one of them."""
    arguments = {
        "owner_id": wanted.owner_id,
        "reason": codes.of_reason(wanted.reason) if wanted.reason else None,
        "issuing_state": codes.of_letters(wanted.issuing_state) if wanted.issuing_state else None,
        "limit": limit,
        **(_place_of(after) if after else _BEGINNING),
    }
    query = text(LIST % _HAS_STATUS[wanted.status]).bindparams(
        bindparam("reason", type_=SmallInteger), bindparam("issuing_state", type_=SmallInteger)
    )
    if wanted.status in {RecordStatus.EXPIRED, RecordStatus.ACTIVE}:
        arguments["today"] = today
    return [stored(dict(row)) for row in (await session.execute(query, arguments)).mappings()]


def _place_of(document: StoredDocument) -> dict[str, object]:
    return {"created_at": document.created_at, "base": ids.base(document.id), "place": ids.place(document.id)}


_HAS_STATUS = {
    None: "true",
    RecordStatus.WITHDRAWN: "s.withdrawn_at IS NOT NULL",
    RecordStatus.EXPIRED: "s.withdrawn_at IS NULL AND s.retention_until < :today",
    RecordStatus.ACTIVE: "s.withdrawn_at IS NULL AND s.retention_until >= :today",
}
