import asyncio
import io
import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, BinaryIO

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from screening.access.actors import Owner
from screening.documents.formats import CSV, NDJSON
from screening.journal import imports
from screening.journal.formats import Batch, Format, Item, Outcome, Reject, UnreadableError
from screening.journal.imports import Job, Watcher
from screening.journal.queries import ImportStatus, Progress
from tests.journal.desks import REPORT, Desks


def lines(count: int) -> bytes:
    return b"\n".join(json.dumps(REPORT | {"number": f"AA{number:06d}"}).encode() for number in range(count))


def figures(progress: Progress) -> tuple[int, ...]:
    return (progress.read, progress.created, progress.updated, progress.unchanged, progress.rejected)


async def on_record(desks: Desks) -> list[tuple[Any, ...]]:
    rows = await desks.database.pool.fetch("SELECT status, failure, read, created, rejected FROM imports ORDER BY id")
    return [tuple(row) for row in rows]


async def test_each_batch_is_durable_with_its_audit_entry_and_told_to_the_watcher(desks: Desks) -> None:
    told: list[int] = []
    job = Job(NDJSON, await desks.owner("UTO"))
    count = 2 * imports.BATCH + 1
    watcher = Watcher(on_progress=lambda progress: told.append(progress.created))
    progress = await imports.run(desks.database, desks.trail, job, io.BytesIO(lines(count)), watcher=watcher)
    assert (progress.status, figures(progress)) == (ImportStatus.FINISHED, (count, count, 0, 0, 0))
    assert told == [imports.BATCH, 2 * imports.BATCH, count]
    outcomes = [
        (kind, subject, outcome["created"], outcome["positions"]) for kind, subject, outcome in await desks.audited()
    ]
    assert outcomes == [
        ("import", f"import:{job.id}", 2000, [1, 2000]),
        ("import", f"import:{job.id}", 2000, [2001, 4000]),
        ("import", f"import:{job.id}", 1, [4001, 4001]),
    ]
    assert await on_record(desks) == [("finished", None, count, count, 0)]


async def test_the_client_who_sent_the_file_is_the_author_of_its_changes(desks: Desks) -> None:
    owner = await desks.owner("UTO")
    client_id = owner.organisation_id
    await imports.run(desks.database, desks.trail, Job(NDJSON, owner, client_id), io.BytesIO(lines(1)))
    assert await desks.database.pool.fetchval("SELECT author_id FROM record_changes") == client_id


async def test_rejects_are_told_with_their_line_kept_up_to_a_limit_and_counted_beyond(
    desks: Desks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "STORED_REJECTS", 5)
    monkeypatch.setattr(imports, "BATCH", 4)
    told: list[Reject] = []
    job = Job(NDJSON, await desks.owner("UTO"))
    foreign = json.dumps(REPORT | {"issuing_state": "SWE"})
    content = "\n".join([foreign, "{", *[json.dumps(REPORT), "oops"] * 4]).encode()
    watcher = Watcher(on_reject=told.append)
    progress = await imports.run(desks.database, desks.trail, job, io.BytesIO(content), watcher=watcher)
    assert figures(progress) == (10, 1, 0, 3, 6)
    assert [reject.line for reject in told] == [1, 2, 4, 6, 8, 10]
    assert told[0] == Reject(1, foreign, "issuing_state: this bureau owns UTO")
    rows = await desks.database.pool.fetch("SELECT place, line FROM import_rejects ORDER BY place")
    assert [tuple(row) for row in rows] == [(1, 1), (2, 2), (3, 4), (4, 6), (5, 8)]


async def test_a_file_without_its_columns_is_on_record_as_failed(desks: Desks) -> None:
    job = Job(CSV, await desks.owner("UTO"))
    with pytest.raises(UnreadableError):
        await imports.run(desks.database, desks.trail, job, io.BytesIO(b"a,b\n1,2\n"))
    ((status, failure, *rest),) = await on_record(desks)
    assert (status, rest) == ("failed", [0, 0, 0])
    assert failure.startswith("Column 1 of the first line is not known")


async def test_an_empty_file_is_an_import_of_nothing(desks: Desks) -> None:
    job = Job(NDJSON, await desks.owner("UTO"))
    progress = await imports.run(desks.database, desks.trail, job, io.BytesIO(b""))
    assert (progress.status, figures(progress)) == (ImportStatus.FINISHED, (0, 0, 0, 0, 0))


class BrokenError(Exception):
    """What goes wrong in these tests."""


def breaking(after: int) -> Format:
    """Make a format that breaks while it writes a batch."""
    batches = iter(range(after))

    async def write(session: AsyncSession, owner: Owner, items: Sequence[Item[Any]], at: datetime) -> Batch:
        if next(batches, None) is None:
            raise BrokenError
        return await NDJSON.write(session, owner, items, at)

    return Format("broken", "Breaks.", NDJSON.read, write)


async def test_what_was_written_before_a_failure_stays_and_the_rest_comes_with_the_same_file(desks: Desks) -> None:
    owner, content = await desks.owner("UTO"), lines(imports.BATCH + 10)
    with pytest.raises(BrokenError):
        await imports.run(desks.database, desks.trail, Job(breaking(after=1), owner), io.BytesIO(content))
    assert await on_record(desks) == [("failed", imports.INTERRUPTED, imports.BATCH, imports.BATCH, 0)]
    progress = await imports.run(desks.database, desks.trail, Job(NDJSON, owner), io.BytesIO(content))
    assert figures(progress) == (imports.BATCH + 10, 10, 0, imports.BATCH, 0)


async def test_a_batch_that_fails_leaves_nothing(desks: Desks) -> None:
    async def write(session: AsyncSession, owner: Owner, items: Sequence[Item[Any]], at: datetime) -> Batch:
        await NDJSON.write(session, owner, items, at)
        raise BrokenError

    job = Job(Format("broken", "Breaks.", NDJSON.read, write), await desks.owner("UTO"))
    with pytest.raises(BrokenError):
        await imports.run(desks.database, desks.trail, job, io.BytesIO(lines(3)))
    assert await desks.database.pool.fetchval("SELECT count(*) FROM document_records") == 0
    assert await desks.audited() == []


async def test_an_import_that_is_cancelled_is_on_record_as_failed(desks: Desks) -> None:
    reached = asyncio.Event()

    async def write(_session: AsyncSession, _owner: Owner, _items: Sequence[Item[Any]], _at: datetime) -> Batch:
        reached.set()
        await asyncio.Event().wait()
        raise AssertionError

    job = Job(Format("slow", "Waits.", NDJSON.read, write), await desks.owner("UTO"))
    running = asyncio.create_task(imports.run(desks.database, desks.trail, job, io.BytesIO(lines(1))))
    await reached.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert await on_record(desks) == [("failed", imports.INTERRUPTED, 0, 0, 0)]


async def test_a_long_file_is_read_no_more_than_two_batches_ahead(desks: Desks) -> None:
    given = 0
    written = 0

    def read(_stream: BinaryIO) -> Iterator[Item[Any] | Reject]:
        nonlocal given
        for line in range(10 * imports.BATCH):
            given += 1
            yield Item(line, "", None)

    async def write(_session: AsyncSession, _owner: Owner, items: Sequence[Item[Any]], _at: datetime) -> Batch:
        nonlocal written
        await asyncio.sleep(0)
        assert given - written <= 2 * imports.BATCH
        written += len(items)
        return Batch([Outcome.UNCHANGED] * len(items), (), ())

    job = Job(Format("long", "Long.", read, write), await desks.owner("UTO"))
    progress = await imports.run(desks.database, desks.trail, job, io.BytesIO())
    assert progress.unchanged == 10 * imports.BATCH
