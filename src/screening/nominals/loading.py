"""Every notice folded for the name index: a short list by this process, a long one by a process for each processor."""

import asyncio
import functools
import gc
import multiprocessing
import os
from collections.abc import AsyncIterator, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from uuid import UUID

from screening.matching import Nominal, columns
from screening.matching.columns import Columns
from screening.nominals import subjects

PART = 20_000
"""Notices that are folded together; a list with no more is not worth starting processes for."""
WAITING = 2
"""Parts that wait for each process, so that none is idle and memory stays bounded."""

Page = Mapping[UUID, str]
"""Subjects as they are stored, as JSON."""


@dataclass(frozen=True, slots=True)
class Part:
    """Notices folded, and those of which no name can be read."""

    columns: Columns
    unreadable: frozenset[UUID]


def read(page: Page) -> tuple[list[Nominal], frozenset[UUID]]:
    """Read nominals; one that cannot be read stops no other, and is named apart."""
    unreadable = set[UUID]()
    return list(_readable(page, unreadable)), frozenset(unreadable)


def _readable(page: Page, unreadable: set[UUID]) -> Iterator[Nominal]:
    for record_id, subject in page.items():
        try:
            yield subjects.read_nominal(record_id, subject)
        except ValueError:
            unreadable.add(record_id)


def fold(page: Page) -> Part:
    """Fold the nominals of a page."""
    unreadable = set[UUID]()
    return Part(columns.fold(_readable(page, unreadable)), frozenset(unreadable))


async def folded(pages: AsyncIterator[Page]) -> list[Part]:
    """Fold all pages, in their order."""
    parts = _of_size(pages)
    first: Page = await anext(parts, {})
    if len(first) < PART:
        return [await asyncio.to_thread(fold, first)]
    processes = os.cpu_count() or 1
    # What a page is folded into has no cycles: to look for them takes time.
    with ProcessPoolExecutor(processes, multiprocessing.get_context("spawn"), gc.disable) as pool:
        room = asyncio.Semaphore(WAITING * processes)
        submitted = [await _submitted(pool, room, first)]
        submitted += [await _submitted(pool, room, part) async for part in parts]
        return list(await asyncio.gather(*map(asyncio.wrap_future, submitted)))


async def _submitted(pool: ProcessPoolExecutor, room: asyncio.Semaphore, page: Page) -> Future[Part]:
    await room.acquire()
    future = pool.submit(fold, page)
    loop = asyncio.get_running_loop()
    future.add_done_callback(functools.partial(_done, loop, room))
    return future


def _done(loop: asyncio.AbstractEventLoop, room: asyncio.Semaphore, _: Future[Part]) -> None:
    loop.call_soon_threadsafe(room.release)


async def _of_size(pages: AsyncIterator[Page]) -> AsyncIterator[Page]:
    """Put pages together to parts."""
    part: dict[UUID, str] = {}
    async for page in pages:
        part |= page
        if len(part) >= PART:
            yield part
            part = {}
    if part:
        yield part
