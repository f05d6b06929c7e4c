"""The name index of one process: every notice that may match a traveller, kept current by following the journal.

It may lag behind the database for a moment. That is safe in one direction because matched notices are read again
(`queries.read_active`), and visible in the other because the index says when it was last known to be complete.

What is large lies in a file that all processes of a machine map (`index_file`); what changed since it was written, in
the memory of each. Changes are made in threads: the loop goes on meanwhile.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import ExitStack, asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import structlog

from screening import matching
from screening.clock import Clock
from screening.db.database import Connection
from screening.journal import follow
from screening.journal.changes import RecordKind
from screening.journal.follow import Follower
from screening.matching import Candidate, Index, Inquiry, Nominal, Traveller
from screening.matching.compiled.jit import ENGINE
from screening.nominals import index_file, loading, queries
from screening.nominals.index_file import Stamp, Work

WORTH_WRITING = 1_000
"""Changes since the file was written from which it is written anew; for a long list, one for a hundred records."""

logger = structlog.stdlib.get_logger(__name__)


class NameIndex:
    """Searches the nominals of one process, and knows how current they are."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._index = Index()
        self._stamp: Stamp | None = None
        self._changing = asyncio.Lock()
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

    @property
    def written(self) -> int:
        """The position of the journal up to which it is mapped; what came later is in memory."""
        return self._stamp.position if self._stamp else 0

    @property
    def is_worth_writing(self) -> bool:
        """Whether so much has changed since the file was written that it is better written anew."""
        return self.position - self.written > max(WORTH_WRITING, self.size // 100)

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
        if folder is None:
            await asyncio.to_thread(matching.warm_up)
            await self._read_all(connection)
        else:
            async with _alone(folder, Work.COMPILING):  # the others read its machine code
                await asyncio.to_thread(matching.warm_up)
            if not await self._map(connection, folder):
                await self._make(connection, folder)
        await self.follower.catch_up(connection)

    async def compact(self, connection: Connection, folder: Path) -> None:
        """Put the file and what changed since together in a new file; a search is not to come here."""
        async with _alone(folder, Work.WRITING):
            if not await self._map(connection, folder):
                await self._read_all(connection)
            await self.follower.catch_up(connection)
            await self._write(connection, folder)

    def is_renewed(self, folder: Path) -> bool:
        """Whether the file is not the one that is mapped."""
        stamp = index_file.read_stamp(folder)
        return stamp is not None and stamp != self._stamp and stamp.engine == ENGINE

    async def take_up(self, connection: Connection, folder: Path) -> None:
        """Map a new file in the place of what is in memory; searches go on meanwhile."""
        found = await asyncio.to_thread(index_file.opened, folder)
        if found is None or not await _is_usable(found[0], connection):
            return
        stamp, segment = found
        index = Index([segment])
        position = await self._follow(connection, index, stamp.position)
        async with self._changing:
            await self._follow(connection, index, position)
            self._index, self._stamp = index, stamp

    async def _follow(self, connection: Connection, index: Index, position: int) -> int:
        """Bring an index up to date from a position on, and give the one that it has reached."""
        while found := await follow.changed(connection, RecordKind.NOTICE, position):
            await self._change(connection, index, list(set(found.values())))
            position = max(found)
        return position

    async def _map(self, connection: Connection, folder: Path) -> bool:
        """Map the file where it is one of this engine and journal; no lock, for a new one takes its place at once."""
        found = await asyncio.to_thread(index_file.opened, folder)
        if found is None or not await _is_usable(found[0], connection):
            return False
        self._stamp, self._index = found[0], Index([found[1]])
        self.follower.position = found[0].position
        return True

    async def _make(self, connection: Connection, folder: Path) -> None:
        """Read every notice and write the file, unless another process did so meanwhile."""
        async with _alone(folder, Work.WRITING):
            if await self._map(connection, folder):
                return
            await self._read_all(connection)
            await self.follower.catch_up(connection)
            await self._write(connection, folder)

    async def _read_all(self, connection: Connection) -> None:
        """Read every notice. The journal's position is taken first: what changes meanwhile is then applied again."""
        position = await follow.head(connection, RecordKind.NOTICE)
        parts = await loading.folded(queries.read_all_subjects(connection, at=self._clock()))
        for part in parts:
            self._note(part.unreadable)
        self._index = await asyncio.to_thread(Index.of_parts, [part.columns for part in parts])
        self.follower.position = position

    async def _write(self, connection: Connection, folder: Path) -> None:
        """Write what there is now to the file, and map it in the place of what is in memory."""
        change = await follow.described(connection, RecordKind.NOTICE, self.position)
        segment = await asyncio.to_thread(self._index.merged)
        if change is None or not segment.live:
            return
        stamp = Stamp(ENGINE, self.position, change, len(segment.numbers))
        await asyncio.to_thread(index_file.write, folder, segment, stamp)
        self._index, self._stamp = Index([await asyncio.to_thread(index_file.mapped, folder)]), stamp

    async def _apply(self, connection: Connection, changed: Sequence[UUID]) -> None:
        """Bring the index up to date with notices that changed."""
        async with self._changing:
            await self._change(connection, self._index, changed)

    async def _change(self, connection: Connection, index: Index, changed: Sequence[UUID]) -> None:
        """Bring an index up to date with notices that changed, whatever happened to them."""
        found = await queries.read_subjects(connection, changed, at=self._clock())
        nominals, unreadable = await asyncio.to_thread(loading.read, found)
        there = {nominal.id for nominal in nominals}
        gone = [str(record_id) for record_id in changed if str(record_id) not in there]
        self.unreadable -= set(changed)
        self._note(unreadable)
        await asyncio.to_thread(index.change, nominals, gone)

    def _note(self, unreadable: Iterable[UUID]) -> None:
        """Remember, and log, records that cannot be read."""
        for record_id in unreadable:
            self.unreadable.add(record_id)
            logger.warning("nominal not readable", record=str(record_id))


@asynccontextmanager
async def _alone(folder: Path, work: Work) -> AsyncIterator[None]:
    """Wait until no other process of this machine does the same, and keep them from it; the loop goes on."""
    with ExitStack() as held:
        await asyncio.to_thread(held.enter_context, index_file.locked(folder, work))
        yield


async def _is_usable(stamp: Stamp, connection: Connection) -> bool:
    """Whether a file is one of this engine and journal."""
    if stamp.engine != ENGINE:
        return False
    return stamp.change == await follow.described(connection, RecordKind.NOTICE, stamp.position)
