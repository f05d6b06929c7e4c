"""The name index of one process: every notice that may match a traveller, kept current by following the journal.

It may lag behind the database for a moment. That is safe in one direction because matched notices are read again
(`queries.read_active`), and visible in the other because the index says when it was last known to be complete.

What is large lies in a file that all processes of a machine map (`index_file`); what changed since it was written, in
the memory of each. Changes are made in threads: the loop goes on meanwhile.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import asyncpg
import structlog

from screening import matching
from screening.clock import Clock
from screening.db.database import CONNECT_SECONDS, Connection, Database
from screening.journal import follow
from screening.journal.changes import RecordKind
from screening.journal.follow import Follower
from screening.matching import Candidate, Index, Inquiry, Nominal, Traveller
from screening.matching.compiled.jit import ENGINE
from screening.nominals import index_file, queries, subjects
from screening.nominals.index_file import Stamp

WORTH_WRITING = 1_000
"""Changes since the file was written from which a start writes it anew."""

logger = structlog.stdlib.get_logger(__name__)


class NameIndex:
    """Searches the nominals of one process, and knows how current they are."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._index = Index()
        self.unreadable: set[UUID] = set()
        """Records of which no name can be read: they are not searched, and an operator has to look at them."""
        self.follower = Follower(RecordKind.NOTICE, self._apply, clock=clock)

    @property
    def size(self) -> int:
        """How many nominals there are to search."""
        return len(self._index)

    @property
    def position(self) -> int:
        """The position of the journal that it has reached."""
        return self.follower.position

    @property
    def as_of(self) -> datetime | None:
        """When it was last known to hold every change."""
        return self.follower.confirmed_at

    def age(self, at: datetime) -> timedelta | None:
        """Give how long ago it was known to hold every change; None if it never was."""
        return self.follower.age(at)

    def ask(self, traveller: Traveller) -> Inquiry:
        """Read whom a screening looks for. Searching is left to the loop: a thread would cost more than it frees."""
        return self._index.ask(traveller)

    def compare(self, traveller: Traveller, nominal: Nominal) -> Candidate:
        """Compare a traveller with one nominal, as it stands now."""
        return self._index.compare(traveller, nominal)

    async def load(self, connection: Connection, folder: Path | None) -> None:
        """Read what there is: from the file of the folder where it fits the journal, else from the database."""
        with ExitStack() as held:
            if folder is not None:
                await asyncio.to_thread(held.enter_context, index_file.locked(folder))
            await asyncio.to_thread(matching.warm_up)  # under the lock: one process compiles, the others read its code
            written = await self._open(connection, folder) if folder else None
            if written is None:
                await self._read_all(connection)
            await self.follower.catch_up(connection)
            if folder and (written is None or self.position - written > WORTH_WRITING):
                await self._write(connection, folder)

    async def _open(self, connection: Connection, folder: Path) -> int | None:
        """Map the file, and give the position that it goes to; None when it is not one of this engine and journal."""
        stamp = await asyncio.to_thread(index_file.read_stamp, folder)
        if stamp is None or stamp.engine != ENGINE:
            return None
        if stamp.change != await follow.described(connection, RecordKind.NOTICE, stamp.position):
            return None
        self._index = Index([await asyncio.to_thread(index_file.mapped, folder)])
        self.follower.position = stamp.position
        return stamp.position

    async def _read_all(self, connection: Connection) -> None:
        """Read every notice. The journal's position is taken first: what changes meanwhile is then applied again."""
        position = await follow.head(connection, RecordKind.NOTICE)
        nominals: list[Nominal] = []
        async for page in queries.read_all_subjects(connection, at=self._clock()):
            nominals += await asyncio.to_thread(self._nominals, page)
        self._index = await asyncio.to_thread(Index.build, nominals)
        self.follower.position = position

    async def _write(self, connection: Connection, folder: Path) -> None:
        """Write what there is now to the file, and map it in the place of what is in memory."""
        change = await follow.described(connection, RecordKind.NOTICE, self.position)
        segment = await asyncio.to_thread(self._index.merged)
        if change is None or not segment.live:
            return
        stamp = Stamp(ENGINE, self.position, change, len(segment.numbers))
        await asyncio.to_thread(index_file.write, folder, segment, stamp)
        self._index = Index([await asyncio.to_thread(index_file.mapped, folder)])

    async def _apply(self, connection: Connection, changed: Sequence[UUID]) -> None:
        """Bring the index up to date with notices that changed, whatever happened to them."""
        found = await queries.read_subjects(connection, changed, at=self._clock())
        nominals = await asyncio.to_thread(self._nominals, found)
        there = {nominal.id for nominal in nominals}
        gone = [str(record_id) for record_id in changed if str(record_id) not in there]
        self.unreadable -= set(changed) - found.keys()
        await asyncio.to_thread(self._index.change, nominals, gone)

    def _nominals(self, found: Mapping[UUID, str]) -> list[Nominal]:
        """Read nominals; one that cannot be read stops no other."""
        nominals = []
        for record_id, subject in found.items():
            try:
                nominals.append(subjects.read_nominal(record_id, subject))
                self.unreadable.discard(record_id)
            except ValueError:
                self.unreadable.add(record_id)
                logger.warning("nominal not readable", record=str(record_id))
        return nominals


@asynccontextmanager
async def following(database: Database, clock: Clock, folder: Path | None = None) -> AsyncIterator[NameIndex]:
    """Give a name index that is loaded, and keep it current for as long as the block lasts."""
    names = NameIndex(clock)
    connection: Connection = await asyncpg.connect(database.url, timeout=CONNECT_SECONDS)
    try:
        await names.load(connection, folder)
    finally:
        await connection.close()
    async with follow.following(names.follower, database.url):
        yield names
