"""What a file format of records offers to the import: reading items one by one, and writing a batch of them."""

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, BinaryIO, Generic, Protocol, TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from screening.access.actors import Owner
from screening.journal.changes import Change

Content = TypeVar("Content")


@dataclass(frozen=True, slots=True)
class Item(Generic[Content]):
    """One record of a file; `line` counts from 1, `raw` is its text as it stood there."""

    line: int
    raw: str
    content: Content


@dataclass(frozen=True, slots=True)
class Reject:
    """A place in the file that gave no record, and why, in words that help to mend it."""

    line: int
    raw: str
    reason: str


class Outcome(StrEnum):
    """What became of an item."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Batch:
    """What writing a batch did: outcomes of its items, changes to journal, and why items were refused."""

    outcomes: Sequence[Outcome] | Counter[Outcome]
    changes: Sequence[Change]
    rejects: Sequence[Reject]


class UnreadableError(Exception):
    """The file as a whole is not of the format; the message says what it should be, and quotes nothing of it."""


Read = Callable[[BinaryIO], Iterator[Item[Any] | Reject]]
"""Reads a file lazily, in constant memory. Damage is a Reject; UnreadableError is raised only before the first item."""

Write = Callable[[AsyncSession, Owner, Sequence[Item[Any]], datetime], Awaitable[Batch]]
"""Writes items of one owner in the session's transaction; it neither commits nor writes to the journal itself."""


@dataclass(frozen=True, slots=True)
class Bulk:
    """So many lines of a file that writing them is one statement; `read` of them hold anything."""

    read: int
    rejects: Sequence[Reject]
    content: Any


ReadBulk = Callable[[BinaryIO, Owner, datetime], Iterator[Bulk]]
"""Reads a file lazily, a batch at a time; what it refuses, and when it raises, is as with `Read`."""

WriteBulk = Callable[[AsyncSession, Owner, UUID, Bulk, datetime], Awaitable[Batch]]
"""Writes a batch of one owner's import, and is otherwise as `Write`."""


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file that can be imported."""

    name: str
    description: str
    read: Read
    write: Write


class ReloadRefusedError(Exception):
    """A full list that is not taken; the message says why and quotes nothing of it."""

    def __init__(self, message: str, rejects: Sequence[Reject]) -> None:
        super().__init__(message)
        self.rejects = rejects


class WriteAll(Protocol):
    """Puts a file in the place of an owner's whole list, in the session's transaction, or raises ReloadRefusedError."""

    async def __call__(  # noqa: PLR0913 - who, what, when, and how much of it
        self,
        session: AsyncSession,
        owner: Owner,
        import_id: UUID,
        batches: AsyncIterator[Bulk],
        again: Callable[[], Iterator[Bulk]],
        at: datetime,
        *,
        most_withdrawn: int,
    ) -> Batch:
        """Take the file's batches as they are read, and read it `again` where that is needed."""


@dataclass(frozen=True, slots=True)
class BulkFormat:
    """A kind of file that can be imported, of which there may be millions of lines."""

    name: str
    description: str
    read: ReadBulk
    write: WriteBulk
    write_all: WriteAll
