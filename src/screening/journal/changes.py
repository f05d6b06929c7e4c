"""Writing to the journal, in an order that readers can follow without gaps."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncSession

from screening.journal.models import RecordChange

CHANNEL = "record_changes"
"""Readers LISTEN here; a notification says only that there is something to read."""

ONE_WRITER = 7_261_838
"""The advisory lock that makes positions become visible in their order."""


class RecordKind(StrEnum):
    """The kinds of record that the journal knows."""

    DOCUMENT = "document"
    NOTICE = "notice"


class Operation(StrEnum):
    """What happened to a record."""

    CREATED = "created"
    UPDATED = "updated"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Change:
    """One change; `body` is the whole record as it is now."""

    kind: RecordKind
    record_id: UUID
    version: int
    operation: Operation
    body: Mapping[str, Any]
    author_id: UUID | None
    at: datetime


async def append(session: AsyncSession, changes: Sequence[Change]) -> range:
    """Write changes as the last act of a transaction, and give their positions.

    The lock is held until the commit: whoever reads position n has seen, or can see, all before it. Take no other
    lock and do no slow work between this call and the commit.
    """
    if not changes:
        return range(0)
    await session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": ONE_WRITER})
    written = await session.scalars(
        insert(RecordChange).returning(RecordChange.position), [asdict(change) for change in changes]
    )
    positions = sorted(written)
    await session.execute(text("SELECT pg_notify(:channel, '')"), {"channel": CHANNEL})
    return range(positions[0], positions[-1] + 1)
