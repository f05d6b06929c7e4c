"""Documents of a CSV file, a hundred thousand lines at a time.

Plain lines are read as columns and copied; the others are read one by one and copied with them. What becomes of a
line is what `batches` would do with it, and where that is more than adding a record or leaving one alone, does.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO
from uuid import UUID

import numpy as np
from sqlalchemy.ext.asyncio import AsyncSession

from screening.access.actors import Owner
from screening.db.metadata import new_id
from screening.documents import batches, ids, owner_queries, plain, staging
from screening.documents.plain import Expected, Plain
from screening.documents.schemas import DocumentIn
from screening.journal import readers
from screening.journal.changes import Change, Operation, RecordKind
from screening.journal.formats import Batch, Bulk, Item, Outcome, Reject
from screening.journal.readers import LONGEST_LINE, Table
from screening.journal.retention import day_of

CHUNK = 8 << 20
"""Bytes that are read and written together: a second's work, of which a crash loses one."""

ONE_BY_ONE = 2_000
"""Lines that are written by one statement where each is looked at."""


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of one batch: the plain ones, and the others that give a document."""

    table: Table
    first: int
    chunk: bytes
    plain: Plain
    others: Sequence[Item[DocumentIn]]


def read_csv(stream: BinaryIO, owner: Owner, at: datetime) -> Iterator[Bulk]:
    """Read batches of documents, one a line, under a first line that names the columns."""
    table = readers.read_table(readers.read_lines(stream), DocumentIn)
    expected = Expected(table.delimiter, table.columns, owner.country, day_of(at))
    first = table.number + 1
    for chunk in _chunks(stream):
        found, rest = plain.read(chunk, first, expected)
        lines = (readers.line_of(number, raw) for number, raw in rest if raw.strip())
        entries = list(readers.read_records(lines, table, DocumentIn))
        others = [entry for entry in entries if isinstance(entry, Item)]
        rejects = [entry for entry in entries if isinstance(entry, Reject)]
        yield Bulk(len(found.line) + len(entries), rejects, Lines(table, first, chunk, found, others))
        first += chunk.count(b"\n")


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    """Read whole lines, some megabytes of them at a time."""
    while block := stream.read(CHUNK):
        tail = stream.readline(LONGEST_LINE + 1)
        if len(tail) > LONGEST_LINE:
            readers.skip_rest(stream, tail)
        yield block + tail if (tail or block).endswith(b"\n") else block + tail + b"\n"


async def write(session: AsyncSession, owner: Owner, import_id: UUID, bulk: Bulk, at: datetime) -> Batch:
    """Write documents of one owner; the journal gets one row for all that are new."""
    lines: Lines = bulk.content
    others, rejects = divided(lines.others, owner, at)
    await owner_queries.take_turn(session, owner.organisation_id)
    await _stage(session, lines.plain, others, owner, at)
    staged, base = len(lines.plain.line) + len(others), ids.base(new_id())
    intake = await staging.add_intake(session, base, owner.organisation_id, import_id, at)
    created = await staging.insert_new(session, intake)
    contested = []
    if created < staged:
        contested = await staging.list_contested(session, intake, owner.organisation_id, day_of(at))
    outcomes = Counter(
        {Outcome.CREATED: created, Outcome.UNCHANGED: staged - created - len(contested), Outcome.REJECTED: len(rejects)}
    )
    changes = [_creation(base, import_id, created, staged, at)] if created else []
    items = _items(lines, others, contested)
    for start in range(0, len(items), ONE_BY_ONE):
        written = await batches.write(session, owner, items[start : start + ONE_BY_ONE], at)
        outcomes.update(written.outcomes)
        changes += written.changes
        rejects += written.rejects
    return Batch(outcomes, changes, rejects)


def divided(
    others: Sequence[Item[DocumentIn]], owner: Owner, at: datetime
) -> tuple[list[Item[DocumentIn]], list[Reject]]:
    """Divide lines into those that keep the rules, and the others."""
    reasons = [batches.broken_by(item.content, owner, day_of(at)) for item in others]
    fit = [item for item, reason in zip(others, reasons, strict=True) if not reason]
    rejects = [Reject(item.line, item.raw, reason) for item, reason in zip(others, reasons, strict=True) if reason]
    return fit, rejects


async def _stage(
    session: AsyncSession, found: Plain, others: Sequence[Item[DocumentIn]], owner: Owner, at: datetime
) -> None:
    """Copy lines beside the records, each with its place: by number, as the index goes, and then by line."""
    numbers = [item.content.number.encode() for item in others]
    places = _places(found, numbers, [item.line for item in others])
    connection = await staging.begin(session)
    if len(found.line):
        await staging.copy_packed(connection, *plain.packed(found, places[: len(found.line)]))
    if others:
        rows = [row(item, int(place), owner, at) for item, place in zip(others, places[len(found.line) :], strict=True)]
        await staging.copy_records(connection, rows)


def _places(found: Plain, numbers: Sequence[bytes], lines: Sequence[int]) -> Any:
    """Give each line its place. Eight characters of a number are enough: those of one number keep their order."""
    shortened = np.zeros((len(found.line) + len(numbers), 8), dtype=np.uint8)
    width = min(8, found.number.shape[1])
    shortened[: len(found.line), :width] = found.number[:, :width]
    for index, number in enumerate(numbers, len(found.line)):
        shortened[index, : len(number[:8])] = np.frombuffer(number[:8], dtype=np.uint8)
    in_order = np.argsort(np.concatenate([found.line, np.array(lines, dtype=found.line.dtype)]))
    keys = shortened.view(">u8")[:, 0].astype(np.uint64)
    order = in_order[np.argsort(keys[in_order], kind="stable")]
    places = np.empty(len(order), dtype=np.int32)
    places[order] = np.arange(1, len(order) + 1)
    return places


def row(item: Item[DocumentIn], place: int, owner: Owner, at: datetime) -> tuple[Any, ...]:
    """Give what is copied of a line that is not plain."""
    sent = item.content
    record = batches.new_record(sent, new_id(), owner.organisation_id, at)
    hidden = sent.states_hidden_from()
    known = {
        "place": place,
        "line": item.line,
        "retention_date": sent.retention_date,
        "hidden_from": None if hidden is None else ",".join(hidden),
    }
    return tuple(known[name] if name in known else owner_queries.stored_value(record, name) for name in staging.COLUMNS)


def _items(lines: Lines, others: Sequence[Item[DocumentIn]], contested: Sequence[int]) -> list[Item[DocumentIn]]:
    """Read contested lines as one by one they are read."""
    if not contested:
        return []
    known = {item.line: item for item in others}
    text = lines.chunk.split(b"\n")
    plainly = (readers.line_of(line, text[line - lines.first]) for line in contested if line not in known)
    read = readers.read_records(plainly, lines.table, DocumentIn)
    known |= {item.line: item for item in read if isinstance(item, Item)}
    return [known[line] for line in contested]


def _creation(base: UUID, import_id: UUID, created: int, staged: int, at: datetime) -> Change:
    """Give the one row of the journal for all records of an intake: which ids they have is in it."""
    body = {
        "import_id": str(import_id),
        "first_id": str(ids.joined(base, 1)),
        "last_id": str(ids.joined(base, staged)),
        "records": created,
    }
    return Change(RecordKind.DOCUMENT, base, 1, Operation.IMPORTED, body, None, at)
