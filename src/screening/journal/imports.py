"""Importing a file of records: read in a thread, written batch by batch, each batch one transaction.

A batch is its rows, the progress of the import, the journal and one audit entry, or none of them. What was written
before a failure stays; sending the same file again writes the rest, because every format leaves alone what is there.
"""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from itertools import islice
from operator import attrgetter
from typing import Any, BinaryIO, TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from screening.access.actors import Owner
from screening.audit.entries import EntryKind
from screening.audit.trail import Trail
from screening.db.database import Database, transaction
from screening.db.metadata import new_id
from screening.journal import changes, queries
from screening.journal.formats import (
    Batch,
    Bulk,
    BulkFormat,
    Format,
    Item,
    Outcome,
    Reject,
    ReloadRefusedError,
    UnreadableError,
)
from screening.journal.queries import ImportStatus, Progress

BATCH = 2_000
"""Lines that are written together where each is looked at: a moment's work for the journal."""

STORED_REJECTS = 10_000
"""Rejects of one import that are kept with their line and reason; the count goes on."""

INTERRUPTED = "The import was interrupted. What it wrote stays; send the same file again for the rest."

ABANDONED = "The import was interrupted. Nothing was changed."

COUNTS = ("read", "created", "updated", "unchanged", "rejected")

Entry = Item[Any] | Reject

Portion = TypeVar("Portion")
Write = Callable[[AsyncSession, datetime], Awaitable[Batch]]


def _ignore(_: object) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Job:
    """What is imported, and in whose name."""

    format: Format | BulkFormat
    owner: Owner
    client_id: UUID | None = None
    id: UUID = field(default_factory=new_id)


@dataclass(frozen=True, slots=True)
class Watcher:
    """Who is told how an import goes, after each batch is durable."""

    on_progress: Callable[[Progress], None] = _ignore
    on_reject: Callable[[Reject], None] = _ignore


async def run(
    database: Database, trail: Trail, job: Job, stream: BinaryIO, *, watcher: Watcher | None = None
) -> Progress:
    """Import a file to its end, and give what became of it.

    Raises UnreadableError when the file as a whole is not of the format. Whatever it raises, the import is on record as
    failed; or as running, without progress, if not even that could be written.
    """
    progress = _started(job, trail.clock())
    async with transaction(database) as session:
        await queries.start(session, progress)
    writing = _Writing(database, trail, job, watcher or Watcher(), progress)
    try:
        async with contextlib.aclosing(_read_ahead(_portions(job, stream, trail.clock()))) as portions:
            async for portion in portions:
                await writing.write(portion)
    except UnreadableError as error:
        await writing.end(ImportStatus.FAILED, str(error))
        raise
    except BaseException:
        with contextlib.suppress(Exception):
            await writing.end(ImportStatus.FAILED, INTERRUPTED)
        raise
    return await writing.end(ImportStatus.FINISHED)


async def reload(  # noqa: PLR0913 - as `run`, and how much may end
    database: Database, trail: Trail, job: Job, stream: BinaryIO, *, most_withdrawn: int, watcher: Watcher
) -> Progress:
    """Put the records of a file in the place of all that its owner has on record, at one moment, or change nothing.

    Raises ReloadRefusedError when a line is rejected, or when more would be withdrawn than was foreseen.
    """
    form, progress = job.format, _started(job, trail.clock())
    if not isinstance(form, BulkFormat):
        raise UnreadableError(f"{form.name} is no format of full lists.")
    async with transaction(database) as session:
        await queries.start(session, progress)
    writing = _Writing(database, trail, job, watcher, progress)
    try:
        await writing.write_all(form, stream, most_withdrawn)
    except (UnreadableError, ReloadRefusedError) as error:
        await writing.end(ImportStatus.FAILED, str(error))
        raise
    except BaseException:
        with contextlib.suppress(Exception):
            await writing.end(ImportStatus.FAILED, ABANDONED)
        raise
    return await writing.end(ImportStatus.FINISHED)


def _started(job: Job, at: datetime) -> Progress:
    return Progress(
        id=job.id,
        organisation_id=job.owner.organisation_id,
        client_id=job.client_id,
        format=job.format.name,
        started_at=at,
        updated_at=at,
    )


@dataclass(frozen=True, slots=True)
class _Portion:
    """What is written in one transaction."""

    read: int
    rejects: Sequence[Reject]
    write: Write


def _portions(job: Job, stream: BinaryIO, at: datetime) -> Iterator[_Portion]:
    if isinstance(job.format, BulkFormat):
        for bulk in job.format.read(stream, job.owner, at):
            yield _Portion(bulk.read, bulk.rejects, partial(_write_bulk, job, job.format, bulk))
        return
    entries = job.format.read(stream)
    while batch := list(islice(entries, BATCH)):
        items = [entry for entry in batch if isinstance(entry, Item)]
        rejects = [entry for entry in batch if isinstance(entry, Reject)]
        yield _Portion(len(batch), rejects, partial(_write_items, job, job.format, items))


async def _write_bulk(job: Job, form: BulkFormat, bulk: Bulk, session: AsyncSession, at: datetime) -> Batch:
    return await form.write(session, job.owner, job.id, bulk, at)


async def _write_items(
    job: Job, form: Format, items: Sequence[Item[Any]], session: AsyncSession, at: datetime
) -> Batch:
    return await form.write(session, job.owner, items, at) if items else Batch((), (), ())


async def _read_ahead(portions: Iterator[Portion]) -> AsyncGenerator[Portion, None]:
    """Read in a thread, one portion ahead of the one that is being written."""
    reading = asyncio.create_task(asyncio.to_thread(next, portions, None))
    try:
        while portion := await reading:
            reading = asyncio.create_task(asyncio.to_thread(next, portions, None))
            yield portion
    finally:
        # The stream is the caller's to close: it must not be read any more by then.
        await asyncio.wait([reading])


@dataclass(slots=True)
class _Writing:
    """The writing side of an import."""

    database: Database
    trail: Trail
    job: Job
    watcher: Watcher
    progress: Progress

    async def write(self, portion: _Portion) -> None:
        """Write one portion, and tell the watcher when it is durable."""
        at = self.trail.clock()
        async with transaction(self.database) as session:
            batch = await portion.write(session, at)
            rejects = sorted([*portion.rejects, *batch.rejects], key=attrgetter("line"))
            progress = _advanced(self.progress, portion.read, portion.rejects, Counter(batch.outcomes), at)
            await queries.save(session, progress)
            kept = min(self.progress.rejected, STORED_REJECTS)
            await queries.add_rejects(session, self.job.id, rejects[: STORED_REJECTS - kept], behind=kept)
            await self._publish(session, batch, progress)
        self.progress = progress
        for reject in rejects:
            self.watcher.on_reject(reject)
        self.watcher.on_progress(progress)

    async def write_all(self, form: BulkFormat, stream: BinaryIO, most_withdrawn: int) -> None:
        """Write a whole list in one transaction."""
        at, read = self.trail.clock(), 0

        def begin() -> Iterator[Bulk]:
            stream.seek(0)
            return form.read(stream, self.job.owner, at)

        async def told(batches: AsyncIterator[Bulk]) -> AsyncIterator[Bulk]:
            nonlocal read
            async for batch in batches:
                yield batch
                read += batch.read
                self.watcher.on_progress(replace(self.progress, read=read))

        async with transaction(self.database) as session, contextlib.aclosing(_read_ahead(begin())) as batches:
            batch = await form.write_all(
                session, self.job.owner, self.job.id, told(batches), begin, at, most_withdrawn=most_withdrawn
            )
            progress = _advanced(self.progress, read, (), Counter(batch.outcomes), at)
            await queries.save(session, progress)
            await self._publish(session, batch, progress)
        self.progress = progress

    async def _publish(self, session: AsyncSession, batch: Batch, progress: Progress) -> None:
        """Tell the journal, and then the log which positions it gave: an insert that waits for nobody."""
        positions = await changes.append(session, batch.changes, author_id=self.job.client_id)
        before = self.progress
        outcome = {name: getattr(progress, name) - getattr(before, name) for name in COUNTS} | {
            "format": self.job.format.name,
            "positions": [positions[0], positions[-1]] if positions else None,
        }
        draft = self.trail.draft(EntryKind.IMPORT, f"import:{self.job.id}", outcome)
        await self.trail.append_within(session, draft)

    async def end(self, status: ImportStatus, failure: str | None = None) -> Progress:
        """Put on record how the import ended."""
        at = self.trail.clock()
        self.progress = replace(self.progress, status=status, failure=failure, updated_at=at, finished_at=at)
        async with transaction(self.database) as session:
            await queries.save(session, self.progress)
        return self.progress


def _advanced(
    progress: Progress, read: int, rejects: Sequence[Reject], outcomes: Counter[Outcome], at: datetime
) -> Progress:
    return replace(
        progress,
        updated_at=at,
        read=progress.read + read,
        created=progress.created + outcomes[Outcome.CREATED],
        updated=progress.updated + outcomes[Outcome.UPDATED],
        unchanged=progress.unchanged + outcomes[Outcome.UNCHANGED],
        rejected=progress.rejected + outcomes[Outcome.REJECTED] + len(rejects),
    )
