"""SQL that makes months and erases payloads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from screening.db.database import Connection

DUE = """
retention = :retention AND erased_at IS NULL AND entry_id > CAST(:after AS uuid) AND entry_id < CAST(:before AS uuid)
"""

LIST_DUE = f"SELECT entry_id FROM audit_payloads WHERE {DUE} ORDER BY entry_id LIMIT :limit"  # noqa: S608 - constant
COUNT_DUE = f"SELECT count(*) FROM audit_payloads WHERE {DUE}"  # noqa: S608 - constant

# A case is named by the id of its hit, screening or record, or by the code of an operation: it is held with what the
# hits of a held screening led to, and a record with what it matched.
LIST_HELD = """
WITH hold AS (
    SELECT reference, organisation_id FROM audit_holds WHERE lifted_at IS NULL
    UNION ALL
    SELECT match.hit_id::text, held.organisation_id
    FROM audit_holds AS held JOIN audit_matches AS match ON match.entry_id::text = held.reference
    WHERE held.lifted_at IS NULL AND held.kind = 'screening'
)
SELECT DISTINCT entry.id
FROM audit_entries AS entry
JOIN hold ON hold.organisation_id IS NULL OR hold.organisation_id = entry.organisation_id
    OR EXISTS (SELECT FROM audit_matches AS match
               WHERE match.entry_id = entry.id AND match.owner_id = hold.organisation_id)
WHERE entry.id BETWEEN :first AND :last AND entry.id = ANY (CAST(:ids AS uuid[])) AND (
    hold.reference IN (entry.id::text, split_part(entry.subject, ':', 2), entry.operation)
    OR EXISTS (SELECT FROM audit_matches AS match WHERE match.entry_id = entry.id
               AND hold.reference IN (match.hit_id::text, match.record_id::text))
)
"""

ERASE = """
WITH subject AS (
    DELETE FROM audit_subjects WHERE entry_id BETWEEN :first AND :last AND entry_id = ANY (CAST(:ids AS uuid[]))
)
UPDATE audit_payloads SET salt = NULL, payload = NULL, erased_at = :at
WHERE entry_id BETWEEN :first AND :last AND entry_id = ANY (CAST(:ids AS uuid[])) AND erased_at IS NULL
"""

PURGE = """
DELETE FROM idempotency_keys WHERE (client_id, key) IN (
    SELECT client_id, key FROM idempotency_keys WHERE at < :before ORDER BY at LIMIT :limit
)
"""


@dataclass(frozen=True, slots=True)
class Due:
    """Payloads of one retention whose time is over: those of entries from behind `after` to before `before`."""

    retention: str
    after: UUID
    before: UUID

    @property
    def arguments(self) -> dict[str, Any]:
        """Give it to SQL."""
        return {"retention": self.retention, "after": self.after, "before": self.before}


async def make_months(session: AsyncSession, first: datetime, last: datetime) -> int:
    """Make the partitions of all months between two instants that are not there yet."""
    await session.execute(text("SET LOCAL lock_timeout = '2s'"))
    made = await session.scalar(text("SELECT make_audit_months(:first, :last)"), {"first": first, "last": last})
    return int(made or 0)


async def read_clock(session: AsyncSession) -> datetime:
    """Ask the database what time it is."""
    at: datetime = (await session.execute(text("SELECT clock_timestamp()"))).scalar_one()
    return at


async def count_due(session: AsyncSession, due: Due) -> int:
    """Count payloads whose time is over, held or not."""
    return int(await session.scalar(text(COUNT_DUE), due.arguments) or 0)


async def list_due(session: AsyncSession, due: Due, limit: int) -> list[UUID]:
    """List entries whose payload's time is over, oldest first."""
    return list(await session.scalars(text(LIST_DUE), due.arguments | {"limit": limit}))


async def list_held(session: AsyncSession, entry_ids: Sequence[UUID]) -> set[UUID]:
    """Give those entries of which the payload is held."""
    if not await session.scalar(text("SELECT EXISTS (SELECT FROM audit_holds WHERE lifted_at IS NULL)")):
        return set()
    return set(await session.scalars(text(LIST_HELD), _range(entry_ids)))


async def erase(session: AsyncSession, entry_ids: Sequence[UUID], at: datetime) -> None:
    """Erase payloads with their salt, and the hashes of what they were about."""
    await session.execute(text(ERASE), _range(entry_ids) | {"at": at})


async def purge_idempotency_keys(session: AsyncSession, before: datetime, limit: int) -> int:
    """Delete keys of requests that were answered before an instant."""
    deleted = await session.execute(text(PURGE), {"before": before, "limit": limit})
    return int(getattr(deleted, "rowcount", 0))


async def find_oldest_subject(session: AsyncSession) -> UUID | None:
    """Find the oldest entry that can still be found by what it is about."""
    found: UUID | None = await session.scalar(text("SELECT entry_id FROM audit_subjects ORDER BY entry_id LIMIT 1"))
    return found


async def try_to_lead(connection: Connection, lock: int) -> bool:
    """Take a session's advisory lock, unless another has it."""
    led: bool = await connection.fetchval("SELECT pg_try_advisory_lock($1)", lock)
    return led


def _range(entry_ids: Sequence[UUID]) -> dict[str, Any]:
    """Give ids with their bounds: these leave out the months that cannot have any."""
    return {"ids": list(entry_ids), "first": entry_ids[0], "last": entry_ids[-1]}
