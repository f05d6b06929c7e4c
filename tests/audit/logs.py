"""A log with a tree in a database of its own, for tests that grow it and tamper with it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import asyncpg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from screening import clock
from screening.audit import export, log, proofs, sequencer, verify
from screening.audit.entries import Draft, EntryKind, Party
from screening.audit.export import Scope
from screening.audit.log import Log
from screening.audit.memory import Memory
from screening.audit.receipts import Receipt, Signer
from screening.audit.sequencer import Role, Sequencer
from screening.audit.verify import Question, Report
from screening.db import database
from screening.db.database import Database
from screening.db.metadata import new_id

NAME = "example.org/log"
UTOPIA, SWEDEN = UUID(int=1), UUID(int=5)
SIGNER = Signer.of(NAME, Ed25519PrivateKey.from_private_bytes(bytes(32)))
PATIENCE = 30


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Wait for a condition."""
    async with asyncio.timeout(PATIENCE):
        while not await condition():
            await asyncio.sleep(0.01)


def draft(organisation: UUID = UTOPIA, **changes: object) -> Draft:
    made = Draft(
        id=new_id(),
        kind=EntryKind.SCREENING,
        at=datetime.now(UTC),
        party=Party(organisation, UUID(int=2), "first_line"),
        subject="screening:x",
        outcome={"decision": "no_hit"},
        payload={"name": "generated"},
    )
    return replace(made, **changes)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Place:
    """A database, a folder beside it, and the log that writes to it."""

    opened: Database
    folder: Path
    log: Log
    signer: Signer = SIGNER

    @property
    def memory(self) -> Memory:
        return Memory(self.folder)

    async def write(self, count: int, organisation: UUID = UTOPIA) -> list[Receipt]:
        return list(await asyncio.gather(*(self.log.append(draft(organisation)) for _ in range(count))))

    async def size(self) -> int:
        found: int = await self.opened.pool.fetchval("SELECT coalesce(max(size), -1) FROM audit_checkpoints")
        return found

    async def integrated(self) -> None:
        """Wait until every entry is in the tree."""

        async def done() -> bool:
            written: int = await self.opened.pool.fetchval("SELECT count(*) FROM audit_entries")
            return await self.size() == written

        await until(done)

    async def note(self) -> str:
        return (await proofs.get_checkpoint(self.opened.pool)).note

    @asynccontextmanager
    async def sequencing(self, signer: Signer | None = None) -> AsyncIterator[Sequencer]:
        async with sequencer.running(self.opened.url, signer or self.signer, self.memory, clock.system) as running:
            yield running

    async def grow(self, *counts: int) -> list[Receipt]:
        """Write entries and let them enter the tree, a checkpoint for each count."""
        receipts = []
        async with self.sequencing():
            for count in counts:
                receipts += await self.write(count)
                await self.integrated()
        return receipts

    async def tamper(self, *statements: str) -> None:
        """Do what only a superuser can: change what triggers guard, in sessions that have no triggers."""
        connection = await asyncpg.connect(self.opened.url)
        try:
            await connection.execute("SET session_replication_role = replica")
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    async def refused(self, signer: Signer | None = None) -> str:
        """Let a sequencer try, and give its reason not to sign."""
        async with self.sequencing(signer) as running:

            async def refusing() -> bool:
                return running.state.role is Role.REFUSING

            await until(refusing)
            return running.state.trouble or ""

    async def export(self, folder: Path, organisations: frozenset[UUID] | None = None) -> Path:
        checkpoint = await proofs.get_checkpoint(self.opened.pool)
        scope = Scope(NAME, checkpoint, organisations, datetime.now(UTC))
        await export.write_folder(export.members(self.opened.pool, scope), folder)
        return folder

    async def verified(self, folder: Path, **question: object) -> Report:
        asked = replace(Question([self.signer.public]), **question)  # type: ignore[arg-type]
        return verify.verify(await self.export(folder), asked)


@asynccontextmanager
async def place(url: str, folder: Path, signer: Signer = SIGNER) -> AsyncIterator[Place]:
    async with database.connected(url, pool_size=4) as opened, log.writing(opened, signer) as written:
        yield Place(opened, folder, written, signer)
