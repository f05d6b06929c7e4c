"""SQL of documents that come in by the hundred thousand.

As long as none of them is on record they are copied straight into the table. Else they are copied into a temporary
table first, then brought in set by set: what is new is one INSERT, what says what is on record is only counted, and the
lines about which anything else is to be said come back, to be written one by one (see `batches`).
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

import asyncpg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from screening.db.database import Connection
from screening.documents import owner_queries
from screening.documents.queries import COLUMNS as COLUMNS_ON_RECORD
from screening.documents.queries import stored
from screening.documents.records import StoredDocument

TABLE = "staged_documents"

RECORD = {
    name: kind
    for name, kind in (owner_queries.FIXED | owner_queries.CHANGING).items()
    if name not in {"version", "updated_at", "withdrawn_at", "withdrawal_reason"}
}
COLUMNS = RECORD | {"line": "integer", "retention_date": "date"}
"""A new record, the line that it stands in, and the end of retention if the line names one."""

# Nested loops alone: the planner knows nothing of a table just filled, and a batch comes in the order of the index.
OPEN = f"""
CREATE TEMPORARY TABLE IF NOT EXISTS {TABLE} ({", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())})
ON COMMIT DELETE ROWS
"""
PLAN = """
SELECT set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true),
       set_config('enable_bitmapscan', 'off', true)
"""

ADD_INTAKE = text("""
INSERT INTO document_intakes (base, owner_id, created_at, import_id) VALUES (:base, :owner_id, :at, :import_id)
RETURNING number
""")

_SAME_KEY = """
x.number = s.number AND x.issuing_state = s.issuing_state AND x.type = s.type
"""
_NEW = ", ".join(f"s.{name}" if name != "hidden_from" else "nullif(s.hidden_from, '')" for name in RECORD)

# A document that was withdrawn is not new. Of lines about one document the first becomes the record.
INSERT = text(f"""
INSERT INTO document_records (intake, {", ".join(RECORD)})
SELECT :intake, {_NEW} FROM {TABLE} s
WHERE NOT EXISTS (
    SELECT FROM document_records x
    WHERE {_SAME_KEY} AND x.number_last IS NOT DISTINCT FROM s.number_last AND x.withdrawn_at IS NOT NULL
)
ORDER BY s.place
ON CONFLICT DO NOTHING
""")  # noqa: S608 - constants only

# A document that was withdrawn is on record as well.
ON_RECORD = text(f"""
SELECT EXISTS (
    SELECT FROM document_records s WHERE s.intake = :intake AND EXISTS (
        SELECT FROM document_records x
        WHERE {_SAME_KEY} AND x.number_last IS NOT DISTINCT FROM s.number_last AND x.withdrawn_at IS NOT NULL
    )
)
""")  # noqa: S608 - constants only

_SAID = [name for name in owner_queries.CHANGING if name in RECORD and name not in {"hidden_from", "retention_until"}]
_ON_RECORD, _IN_LINE = (", ".join(f"{table}.{name}" for name in _SAID) for table in "rs")

# A line that says what is on record counts as unchanged, unless another line of the batch about this number does not:
# what becomes of such lines depends on their order.
CONTESTED = text(f"""
WITH others AS MATERIALIZED (
    SELECT s.line, s.number, coalesce(
        i.owner_id = :owner_id AND r.reason = s.reason AND r.retention_until >= :today
        AND coalesce(s.retention_date = r.retention_until, true)
        AND coalesce(s.hidden_from = coalesce(r.hidden_from, ''), true)
        AND ({_ON_RECORD}) IS NOT DISTINCT FROM ({_IN_LINE}),
        false) AS same
    FROM {TABLE} s
    LEFT JOIN document_records n ON n.intake = :intake AND n.place = s.place
    LEFT JOIN LATERAL (
        SELECT * FROM document_records x
        WHERE {_SAME_KEY} AND x.number_last IS NULL AND x.withdrawn_at IS NULL AND s.number_last IS NULL
        UNION ALL
        SELECT * FROM document_records x
        WHERE {_SAME_KEY} AND x.number_last = s.number_last AND x.withdrawn_at IS NULL
    ) r ON true
    LEFT JOIN document_intakes i ON i.number = r.intake
    WHERE n.place IS NULL
)
SELECT line FROM others WHERE number IN (SELECT number FROM others WHERE NOT same) ORDER BY line
""")  # noqa: S608 - constants only


# A full list is too long for loops: what it lacks is found by hashing it.
MISSING = text(f"""
SELECT {COLUMNS_ON_RECORD} FROM document_intakes i JOIN document_records r ON r.intake = i.number
WHERE i.owner_id = :owner_id AND r.withdrawn_at IS NULL AND NOT EXISTS (
    SELECT FROM {TABLE} s
    WHERE s.number = r.number AND s.issuing_state = r.issuing_state AND s.type = r.type
      AND coalesce(s.number_last, '') = coalesce(r.number_last, '')
)
LIMIT :limit
""")  # noqa: S608 - constants only


async def list_missing(session: AsyncSession, owner_id: UUID, *, limit: int) -> list[StoredDocument]:
    """List an owner's records that stand and that no line copied is about."""
    await session.execute(text("SELECT set_config('enable_hashjoin', 'on', true)"))
    await session.execute(text(f"ANALYZE {TABLE}"))
    rows = await session.execute(MISSING, {"owner_id": owner_id, "limit": limit})
    return [stored(dict(row)) for row in rows.mappings()]


async def begin(session: AsyncSession) -> None:
    """Make the table of this transaction's batch."""
    await session.execute(text(OPEN))
    await session.execute(text(PLAN))


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows for COPY: packed ones, which leave out columns, and others that have all."""

    names: Sequence[str]
    packed: bytes
    every: Sequence[str]
    others: Sequence[tuple[Any, ...]]


async def copy(session: AsyncSession, table: str, rows: Rows) -> None:
    """Copy rows into a table, within the session's transaction."""
    raw = await (await session.connection()).get_raw_connection()
    connection = cast("Connection", raw.driver_connection)
    await connection.copy_to_table(table, source=_pieces(rows.packed), columns=rows.names, format="binary")
    if rows.others:
        await connection.copy_records_to_table(table, records=rows.others, columns=rows.every)


async def _pieces(rows: bytes) -> AsyncIterator[bytes]:
    size = 1 << 20
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


async def copy_fresh(session: AsyncSession, intake: int, rows: Rows) -> bool:
    """Make records of rows if none of them is on record; else of none."""
    try:
        async with session.begin_nested():
            await copy(session, "document_records", rows)
            if await session.scalar(ON_RECORD, {"intake": intake}):
                raise _OnRecordError
    except (asyncpg.UniqueViolationError, _OnRecordError):
        return False
    return True


class _OnRecordError(Exception):
    """A document is on record, withdrawn."""


async def add_intake(session: AsyncSession, base: UUID, owner_id: UUID, import_id: UUID, at: datetime) -> int:
    """Add the intake that the new records of a batch belong to."""
    values = {"base": base, "owner_id": owner_id, "import_id": import_id, "at": at}
    number: int = await session.scalar(ADD_INTAKE, values)
    return number


async def insert_new(session: AsyncSession, intake: int) -> int:
    """Make records of what is not on record, and count them."""
    done: Any = await session.execute(INSERT, {"intake": intake})
    return int(done.rowcount)


async def list_contested(session: AsyncSession, intake: int, owner_id: UUID, today: date) -> list[int]:
    """List the lines that neither made a record nor say what is on record."""
    values = {"intake": intake, "owner_id": owner_id, "today": today}
    return list(await session.scalars(CONTESTED, values))
