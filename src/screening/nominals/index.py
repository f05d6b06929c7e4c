"""The name index of one process: every notice that may match a traveller, kept current by following the journal.

It may lag behind the database for a moment. That is safe in one direction because matched notices are read again
(`queries.read_active`), and visible in the other because the index says when it was last known to be complete.
"""

import asyncio
import functools
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg

from screening.clock import Clock
from screening.db.database import CONNECT_SECONDS, Connection, Database
from screening.journal import follow
from screening.journal.changes import RecordKind
from screening.journal.follow import Follower
from screening.matching import Candidate, Found, Index, Nominal, Traveller
from screening.nominals import queries, subjects
from screening.nominals.schemas import Subject

INLINE = 500
"""Up to so many nominals a search is quicker than handing it to a thread."""


class NameIndex:
    """Searches the nominals of one process, and knows how current they are."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._index = Index()
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

    async def search(self, traveller: Traveller, *, threshold: float, limit: int) -> Found:
        """Find the nominals that score at least the threshold, best first, no more than the limit."""
        search = functools.partial(self._index.search, traveller, threshold=threshold, limit=limit)
        return search() if self.size <= INLINE else await asyncio.to_thread(search)

    async def namesakes(self, traveller: Traveller, *, limit: int) -> Found:
        """Find the nominals that bear just this name, however low they score."""
        return await asyncio.to_thread(self._index.namesakes, traveller, limit=limit)

    def compare(self, traveller: Traveller, nominal: Nominal) -> Candidate:
        """Compare a traveller with one nominal, as it stands now."""
        return self._index.compare(traveller, nominal)

    async def load(self, connection: Connection) -> None:
        """Read every notice. The journal's position is taken first: what changes meanwhile is then applied again."""
        position = await follow.head(connection, RecordKind.NOTICE)
        index = Index()
        async for page in queries.read_all_subjects(connection, at=self._clock()):
            await asyncio.to_thread(_put, index, page)
        self._index = index
        self.follower.position = position
        await self.follower.catch_up(connection)

    async def _apply(self, connection: Connection, changed: Sequence[UUID]) -> None:
        """Bring the index up to date with notices that changed, whatever happened to them."""
        found = await queries.read_subjects(connection, changed, at=self._clock())
        await asyncio.to_thread(_put, self._index, found)
        for gone in set(changed) - found.keys():
            self._index.remove(str(gone))


def _put(index: Index, found: Mapping[UUID, str]) -> None:
    for record_id, subject in found.items():
        index.put(subjects.nominal_of(record_id, Subject.model_validate_json(subject)))


@asynccontextmanager
async def following(database: Database, clock: Clock) -> AsyncIterator[NameIndex]:
    """Give a name index that is loaded, and keep it current for as long as the block lasts."""
    names = NameIndex(clock)
    connection: Connection = await asyncpg.connect(database.url, timeout=CONNECT_SECONDS)
    try:
        await names.load(connection)
    finally:
        await connection.close()
    async with follow.following(names.follower, database.url):
        yield names
