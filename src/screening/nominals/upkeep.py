"""A name index kept current for as long as a process serves, and its file kept small in what has to be added to it.

When much has changed since the file was written, a process of its own maps it, follows the journal, and writes a new
one beside it; every process of the machine sees the new file and maps that. Searches wait for none of it. A process
that is killed while it writes leaves the old file.
"""

import asyncio
import fcntl
import multiprocessing
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from pathlib import Path

import asyncpg
import structlog

from screening import background
from screening.clock import Clock
from screening.db.database import CONNECT_SECONDS, Connection, Database
from screening.journal import follow
from screening.nominals.index import NameIndex

LOOK_SECONDS = 1.0
"""How often a process looks whether there is a new file, or a reason for one."""
RETRY_SECONDS = 10.0
_PATIENCE = 10
"""How much less urgent than a search it is to write a file (`nice`)."""

logger = structlog.stdlib.get_logger(__name__)


@asynccontextmanager
async def following(database: Database, clock: Clock, folder: Path | None = None) -> AsyncIterator[NameIndex]:
    """Give a name index that is loaded, and keep it current for as long as the block lasts."""
    names = NameIndex(clock)
    async with _connected(database.url) as connection:
        await names.load(connection, folder)
    async with follow.following(names.follower, database.url):
        if folder is None:
            yield names
            return
        async with background.running(_keep(names, database.url, clock, folder), "name index file"):
            yield names


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[Connection]:
    connection: Connection = await asyncpg.connect(url, timeout=CONNECT_SECONDS)
    try:
        yield connection
    finally:
        await connection.close()


async def _keep(names: NameIndex, url: str, clock: Clock, folder: Path) -> None:
    """Map each new file, and have one written when it is worth it; what fails is tried again."""
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        try:
            if await asyncio.to_thread(names.is_renewed, folder):
                async with _connected(url) as connection:
                    await names.take_up(connection, folder)
            if names.is_worth_writing:
                await write_anew(url, folder, clock())
        except Exception as error:  # noqa: BLE001 - whatever it was, the old file serves
            logger.warning("name index file not renewed", error=type(error).__name__)
            await asyncio.sleep(RETRY_SECONDS)


async def write_anew(url: str, folder: Path, at: datetime) -> None:
    """Have a process of its own write the file anew, unless one does already; ChildProcessError if it fails."""
    with _alone(folder) as is_alone:
        if not is_alone:
            return
        writing = multiprocessing.get_context("spawn").Process(target=compact, args=(url, folder, at), daemon=True)
        await asyncio.to_thread(writing.start)
        try:
            await asyncio.to_thread(writing.join)
        finally:
            writing.terminate()
        if writing.exitcode:
            raise ChildProcessError(f"ended with {writing.exitcode}")


@contextmanager
def _alone(folder: Path) -> Iterator[bool]:
    """Tell whether no other process of this machine has the file written."""
    with (folder / "writing.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def compact(url: str, folder: Path, at: datetime) -> None:
    """Write the file anew; the work of a process of its own."""
    os.nice(_PATIENCE)
    asyncio.run(_compact(url, folder, at))


async def _compact(url: str, folder: Path, at: datetime) -> None:
    async with _connected(url) as connection:
        await NameIndex(lambda: at).compact(connection, folder)
