"""Finding entries and giving them away: pages, streams of any size, and all that is held about one subject."""

import csv
import io
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncSession

from screening.audit import queries, search_queries
from screening.audit.entries import EntryKind, Json, instant
from screening.audit.queries import Row
from screening.audit.readers import Reader
from screening.audit.schemas import EntryDetail, EntryOut, EntryPage, ReceiptOut, SubjectIn
from screening.audit.search_queries import Filter
from screening.audit.subjects import Asked
from screening.audit.trail import Trail
from screening.db import database
from screening.db.database import Database

STREAM_PAGE = 500
"""Entries that a stream reads at once: its memory is theirs, whatever its length."""

CSV_COLUMNS = (
    "id", "at", "kind", "subject", "organisation_id", "post_id", "client_id", "country", "operation", "officer",
    "decision", "desk", "took_ms", "leaf_hash", "key_id", "signature",
)  # fmt: skip

Withhold = Callable[[Json, Callable[[UUID], bool]], Json]
"""Takes what is silent out of a payload, but for owners of whom it is told that they may be seen."""


Entry: TypeAlias = Mapping[str, Any] | RowMapping
"""The columns of an entry by their names."""


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list is asked for."""

    after: UUID | None
    limit: int


async def list_page(session: AsyncSession, log: str, wanted: Filter, page: Page) -> EntryPage:
    """Give a page of entries, newest first."""
    rows = await search_queries.list_entries(session, wanted, after=page.after, limit=page.limit)
    return EntryPage(
        items=[EntryOut(**shown(row, log)) for row in rows],
        next=rows[-1]["id"] if len(rows) == page.limit else None,
    )


def shown(row: Entry, log: str) -> Json:
    """Give an entry as it is shown."""
    return {
        **{name: row[name] for name in ("id", "at", "kind", "subject", "decision")},
        "envelope": json.loads(row["envelope"]),
        "leaf_hash": row["leaf_hash"].hex(),
        "receipt": ReceiptOut(
            entry=row["id"],
            log=log,
            leaf_hash=row["leaf_hash"].hex(),
            at=instant(row["at"]),
            key_id=row["key_id"],
            signature=row["signature"],
        ),
    }


@dataclass(frozen=True, slots=True)
class Detailed:
    """How whole entries are shown: with their payloads, less what their reader may not see."""

    opened: Database
    log: str
    reader: Reader
    withhold: Withhold

    async def of(self, rows: Sequence[Row]) -> list[EntryDetail]:
        """Give entries with their payloads."""
        matches = await queries.list_matches(self.opened.pool, [row.id for row in rows])
        return [self._one(row, self.reader.sees_all(matches.get(row.id, ()))) for row in rows]

    def _one(self, row: Row, sees_all: bool) -> EntryDetail:  # noqa: FBT001 - a fact about the row
        payload = json.loads(row.payload) if row.payload is not None else None
        if payload is not None and not sees_all:
            payload = self.withhold(payload, self.reader.sees_hits_on)
        columns = {name: getattr(row, name) for name in queries.ENTRY_COLUMNS}
        return EntryDetail(
            **shown(columns, self.log),
            payload=payload,
            salt=row.salt.hex() if row.salt is not None and sees_all else None,
            erased_at=row.erased_at,
        )


# Streams.


async def stream(opened: Database, wanted: Filter) -> AsyncIterator[list[RowMapping]]:
    """Give all entries of a filter, newest first, some at a time; those written meanwhile are not among them."""
    after: UUID | None = None
    while True:
        async with database.transaction(opened) as session:
            rows = await search_queries.list_entries(session, wanted, after=after, limit=STREAM_PAGE)
        yield rows
        if len(rows) < STREAM_PAGE:
            return
        after = rows[-1]["id"]


async def as_ndjson(opened: Database, log: str, wanted: Filter) -> AsyncIterator[str]:
    """Write entries as lines of JSON; the last line says how many there were, so that a torn stream is known."""
    count = 0
    async for rows in stream(opened, wanted):
        count += len(rows)
        yield "".join(EntryOut(**shown(row, log)).model_dump_json() + "\n" for row in rows)
    yield json.dumps({"end": {"entries": count}}) + "\n"


async def as_csv(opened: Database, wanted: Filter) -> AsyncIterator[str]:
    """Write the columns of entries as CSV (RFC 4180)."""
    yield ",".join(CSV_COLUMNS) + "\r\n"
    async for rows in stream(opened, wanted):
        text = io.StringIO()
        csv.writer(text).writerows([_cell(row[name]) for name in CSV_COLUMNS] for row in rows)
        yield text.getvalue()


def _cell(value: object) -> object:
    """Write a value for a table; one that a spreadsheet would take for a formula begins with an apostrophe."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, datetime):
        return instant(value)
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@")) else value


# Subjects.


def asked_of(sent: SubjectIn) -> Asked:
    """Say what is looked for."""
    return Asked(
        number=sent.document.number if sent.document else None,
        issuing_state=sent.document.issuing_state if sent.document else None,
        person=sent.person.traveller() if sent.person else None,
        record_id=sent.record,
    )


async def log_search(trail: Trail, subject: str, sent: SubjectIn, found: int) -> None:
    """Log who looked for whom, and why: the look-up is itself about that subject, and is found with the rest."""
    asked = sent.model_dump(mode="json", exclude_none=True, include={"reason", "document", "person", "record"})
    outcome = {"entries": found, "status": 200}
    draft = trail.draft(EntryKind.REQUEST, subject, outcome, payload=asked, subjects=asked_of(sent).forms)
    await trail.append(draft)


async def subject_file(detailed: Detailed, wanted: Filter, head: Json) -> AsyncIterator[str]:
    """Write all that the log holds about a subject as lines of JSON, the newest first, between a head and an end."""
    yield json.dumps({"subject_access": head}) + "\n"
    count = 0
    async for rows in stream(detailed.opened, wanted):
        whole = await queries.list_rows(detailed.opened.pool, [row["id"] for row in rows])
        count += len(whole)
        yield "".join(entry.model_dump_json() + "\n" for entry in await detailed.of(whole))
    yield json.dumps({"end": {"entries": count}}) + "\n"
