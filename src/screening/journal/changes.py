"""Writing to the journal, in an order that readers can follow without gaps."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from operator import attrgetter
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

CHANNEL = "record_changes"
"""Readers LISTEN here; a notification says only that there is something to read."""

ONE_WRITER = 7_261_838
"""The advisory lock that makes positions become visible in their order."""


COLUMNS = ("kind", "record_id", "version", "operation", "at")

# One statement, however many changes: an import of thousands of rows holds the lock above while it runs.
APPEND = text("""
INSERT INTO record_changes (kind, record_id, version, operation, author_id, at, body)
SELECT kind, record_id, version, operation, author_id, at, CAST(body AS jsonb)
FROM unnest(CAST(:kind AS text[]), CAST(:record_id AS uuid[]), CAST(:version AS bigint[]), CAST(:operation AS text[]),
            CAST(:author_id AS uuid[]), CAST(:at AS timestamptz[]), CAST(:body AS text[]))
     WITH ORDINALITY AS c (kind, record_id, version, operation, author_id, at, body, place)
ORDER BY place
RETURNING position
""")


class RecordKind(StrEnum):
    """The kinds of record that the journal knows."""

    DOCUMENT = "document"
    NOTICE = "notice"
    VEHICLE = "vehicle"
    VESSEL = "vessel"
    FIREARM = "firearm"
    CONTAINER = "container"
    AIRCRAFT = "aircraft"


class Operation(StrEnum):
    """What happened to a record."""

    CREATED = "created"
    IMPORTED = "imported"
    """So many records were created that one change stands for them all; its body names their ids."""
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


async def append(session: AsyncSession, changes: Sequence[Change], *, author_id: UUID | None = None) -> range:
    """Write changes as the last act of a transaction, and give their positions; `author_id` where they name none.

    The lock is held until the commit: whoever reads position n has seen, or can see, all before it. Take no other
    lock and do no slow work between this call and the commit.
    """
    if not changes:
        return range(0)
    await session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": ONE_WRITER})
    columns = {name: [*map(attrgetter(name), changes)] for name in COLUMNS} | {
        "author_id": [change.author_id or author_id for change in changes],
        "body": [json.dumps(change.body) for change in changes],
    }
    positions = sorted(await session.scalars(APPEND, columns))
    await session.execute(text("SELECT pg_notify(:channel, '')"), {"channel": CHANNEL})
    return range(positions[0], positions[-1] + 1)
