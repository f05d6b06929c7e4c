"""Documents of a CSV file, a hundred thousand lines at a time.

Plain lines are read as columns and copied; the others are read one by one and copied with them. What becomes of a
line is what `batches` would do with it, and where that is more than adding a record or leaving one alone, does.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO
from uuid import UUID

import numpy as np
from sqlalchemy.ext.asyncio import AsyncSession

from screening.access.actors import Owner
from screening.db.metadata import new_id
from screening.documents import batches, ids, owner_queries, plain, staging
from screening.documents.plain import Array, Expected, Plain
from screening.documents.schemas import DocumentIn
from screening.documents.staging import Rows
from screening.journal import readers
from screening.journal.changes import Change, Operation, RecordKind
from screening.journal.formats import Batch, Bulk, Item, Outcome, Reject
from screening.journal.readers import LONGEST_LINE, Table
from screening.journal.retention import day_of

CHUNK = 8 << 20
"""Bytes that are read and written together: a second's work, of which a crash loses one."""

ONE_BY_ONE = 2_000
"""Lines that are written by one statement where each is looked at."""


@dataclass(slots=True)
class Course:
    """How a file goes."""

    fresh: bool = True
    """No document of it was on record so far. The first that is costs its batch twice, and so only once a file."""


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of one batch: the plain ones, in the order of their places, and the others that give a document."""

    course: Course
    table: Table
    first: int
    chunk: bytes
    plain: Plain
    plain_places: Array
    others: Sequence[Item[DocumentIn]]
    places: Mapping[int, int]
    """Those of the others, by line: by number, as the index goes, and of one number by line."""


def read_csv(stream: BinaryIO, owner: Owner, at: datetime) -> Iterator[Bulk]:
    """Read batches of documents, one a line, under a first line that names the columns."""
    table = readers.read_table(readers.read_lines(stream), DocumentIn)
    expected = Expected(table.delimiter, table.columns, owner.country, day_of(at))
    first, course = table.number + 1, Course()
    for chunk in _chunks(stream):
        found, rest = plain.read(chunk, first, expected)
        lines = (readers.line_of(number, raw) for number, raw in rest if raw.strip())
        entries = list(readers.read_records(lines, table, DocumentIn))
        others = [entry for entry in entries if isinstance(entry, Item)]
        rejects = [entry for entry in entries if isinstance(entry, Reject)]
        places = _places(found, others)
        order = np.argsort(places[: len(found.line)])
        others_places = {item.line: int(place) for item, place in zip(others, places[len(order) :], strict=True)}
        content = Lines(course, table, first, chunk, found.taken(order), places[order], others, others_places)
        yield Bulk(len(found.line) + len(entries), rejects, content)
        first += chunk.count(b"\n")


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    """Read whole lines, some megabytes of them at a time."""
    while block := stream.read(CHUNK):
        tail = stream.readline(LONGEST_LINE + 1)
        if len(tail) > LONGEST_LINE:
            readers.skip_rest(stream, tail)
        yield block + tail if (tail or block).endswith(b"\n") else block + tail + b"\n"


@dataclass(frozen=True, slots=True)
class Fit:
    """The lines of a batch that keep the rules, and the intake that they come in with."""

    lines: Lines
    others: Sequence[Item[DocumentIn]]
    owner: Owner
    intake: int
    at: datetime

    def __len__(self) -> int:
        """Count them."""
        return len(self.lines.plain.line) + len(self.others)


async def write(session: AsyncSession, owner: Owner, import_id: UUID, bulk: Bulk, at: datetime) -> Batch:
    """Write documents of one owner; the journal gets one row for all that are new."""
    others, rejects = divided(bulk.content.others, owner, at)
    await owner_queries.take_turn(session, owner.organisation_id)
    base = ids.base(new_id())
    intake = await staging.add_intake(session, base, owner.organisation_id, import_id, at)
    fit = Fit(bulk.content, others, owner, intake, at)
    created = await _add(session, fit)
    contested = []
    if created < len(fit):
        contested = await staging.list_contested(session, intake, owner.organisation_id, day_of(at))
    done = await write_one_by_one(session, owner, read_again(fit.lines, others, contested), at)
    done.outcomes.update({Outcome.CREATED: created, Outcome.UNCHANGED: len(fit) - created - len(contested)})
    done.outcomes.update({Outcome.REJECTED: len(rejects)})
    created_ids = (ids.joined(base, 1), ids.joined(base, len(fit) + len(rejects)))
    new = [creation(import_id, created_ids, created, at)] if created else []
    return Batch(done.outcomes, [*new, *done.changes], [*rejects, *done.rejects])


async def _add(session: AsyncSession, fit: Fit) -> int:
    """Make records of what is not on record, and count them."""
    course = fit.lines.course
    if course.fresh:
        course.fresh = await staging.copy_fresh(session, fit.intake, await asyncio.to_thread(_records, fit))
    if course.fresh:
        return len(fit)
    await staging.begin(session)
    await staging.copy(session, staging.TABLE, await asyncio.to_thread(staged_rows, fit))
    return await staging.insert_new(session, fit.intake)


@dataclass(slots=True)
class Done:
    """What has become of lines."""

    outcomes: Counter[Outcome] = field(default_factory=Counter)
    changes: list[Change] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)


async def write_one_by_one(
    session: AsyncSession, owner: Owner, items: Sequence[Item[DocumentIn]], at: datetime
) -> Done:
    """Write lines as single lines are written."""
    done = Done()
    for start in range(0, len(items), ONE_BY_ONE):
        written = await batches.write(session, owner, items[start : start + ONE_BY_ONE], at)
        done.outcomes.update(written.outcomes)
        done.changes += written.changes
        done.rejects += written.rejects
    return done


def divided(
    others: Sequence[Item[DocumentIn]], owner: Owner, at: datetime
) -> tuple[list[Item[DocumentIn]], list[Reject]]:
    """Divide lines into those that keep the rules, and the others."""
    reasons = [batches.broken_by(item.content, owner, day_of(at)) for item in others]
    fit = [item for item, reason in zip(others, reasons, strict=True) if not reason]
    rejects = [Reject(item.line, item.raw, reason) for item, reason in zip(others, reasons, strict=True) if reason]
    return fit, rejects


def _places(found: Plain, others: Sequence[Item[DocumentIn]]) -> Array:
    """Give each line its place. Eight characters of a number are enough: those of one number keep their order."""
    shortened = np.zeros((len(found.line) + len(others), 8), dtype=np.uint8)
    width = min(8, found.number.shape[1])
    shortened[: len(found.line), :width] = found.number[:, :width]
    for index, item in enumerate(others, len(found.line)):
        number = item.content.number.encode()[:8]
        shortened[index, : len(number)] = np.frombuffer(number, dtype=np.uint8)
    lines = np.array([item.line for item in others], dtype=found.line.dtype)
    in_order = np.argsort(np.concatenate([found.line, lines]))
    keys = shortened.view(">u8")[:, 0].astype(np.uint64)
    order = in_order[np.argsort(keys[in_order], kind="stable")]
    places = np.empty(len(order), dtype=np.int32)
    places[order] = np.arange(1, len(order) + 1)
    return places


def _records(fit: Fit) -> Rows:
    """Give lines as rows of the records' table."""
    plainly = fit.lines.plain
    intakes = np.full(len(plainly.line), fit.intake)
    names, packed = plain.packed(plainly, {"place": fit.lines.plain_places, "intake": intakes})
    rows = [staged_row(item, fit.lines.places[item.line], fit.owner, fit.at) for item in fit.others]
    others = [each | {"hidden_from": each["hidden_from"] or None, "intake": fit.intake} for each in rows]
    columns = [*staging.RECORD, "intake"]
    return Rows(names, packed, columns, [tuple(each[name] for name in columns) for each in others])


def staged_rows(fit: Fit, behind: int = 0) -> Rows:
    """Give lines as rows of the temporary table, with places behind those that it has."""
    plainly = fit.lines.plain
    names, packed = plain.packed(plainly, {"place": fit.lines.plain_places + behind, "line": plainly.line})
    rows = [staged_row(item, fit.lines.places[item.line] + behind, fit.owner, fit.at) for item in fit.others]
    return Rows(names, packed, [*staging.COLUMNS], [tuple(each.values()) for each in rows])


def staged_row(item: Item[DocumentIn], place: int, owner: Owner, at: datetime) -> dict[str, Any]:
    """Give what is copied of a line that is not plain."""
    sent = item.content
    record = batches.new_record(sent, new_id(), owner.organisation_id, at)
    hidden = sent.states_hidden_from()
    return {name: owner_queries.stored_value(record, name) for name in staging.RECORD} | {
        "place": place,
        "hidden_from": None if hidden is None else ",".join(hidden),
        "line": item.line,
        "retention_date": sent.retention_date,
    }


def read_again(lines: Lines, others: Sequence[Item[DocumentIn]], contested: Sequence[int]) -> list[Item[DocumentIn]]:
    """Read contested lines as one by one they are read."""
    if not contested:
        return []
    known = {item.line: item for item in others}
    text = lines.chunk.split(b"\n")
    plainly = (readers.line_of(line, text[line - lines.first]) for line in contested if line not in known)
    read = readers.read_records(plainly, lines.table, DocumentIn)
    known |= {item.line: item for item in read if isinstance(item, Item)}
    return [known[line] for line in contested]


def creation(import_id: UUID, between: tuple[UUID, UUID], created: int, at: datetime) -> Change:
    """Give the one row of the journal for all new records of an intake: between which ids theirs are is in it."""
    first, last = between
    body = {"import_id": str(import_id), "first_id": str(first), "last_id": str(last), "records": created}
    return Change(RecordKind.DOCUMENT, ids.base(first), 1, Operation.IMPORTED, body, None, at)
