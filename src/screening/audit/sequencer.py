"""Brings entries into the tree and signs what came out: one leader among all processes that serve.

Who holds an advisory lock of PostgreSQL leads, on the very connection that writes: when the process dies, freezes or
loses its connection, the server ends the session, and with it the lock and whatever was half done. The others try for
the lock every second. A batch is one transaction: leaves, tiles and checkpoint, or nothing.

It has a thread and an event loop of its own: in that of the requests each answer of the database would wait until some
hundred of them had their turn, and an entry for several such rounds.
"""

import asyncio
import contextlib
import math
import threading
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

import asyncpg
import structlog

from screening.audit import keylist, notes, tree_queries
from screening.audit.inspection import Fault, Inspector, TreeFaultError
from screening.audit.memory import Memory
from screening.audit.notes import Checkpoint
from screening.audit.receipts import Signer
from screening.audit.tiles import Edge
from screening.audit.tree_queries import StoredCheckpoint, Waiting
from screening.clock import Clock
from screening.db.database import CONNECT_SECONDS, Connection

ONE_LEADER = 7_261_839
"""The advisory lock that the leader holds."""

BATCH = 8192
"""Entries that one transaction brings into the tree at most."""

PAUSE_SECONDS = 0.15
"""How long the leader waits between batches: an entry is in the tree within a second of its commit."""

RETRY_SECONDS = 1.0
"""How often the others try to lead, and how soon a failed attempt is repeated."""

CONFIRM_SECONDS = 1.0
"""How often the leader looks whether the tree is still the one that it signed, and its key still valid."""

ANSWER_SECONDS = 10.0
"""How long one batch may take."""

STALLED_SECONDS = 10.0
"""How long an entry may wait to enter the tree before that is trouble."""

SESSION = {
    "application_name": "screening-sequencer",
    "jit": "off",
    # What waits is looked up by id, in its month: a young log's statistics would have every month read instead.
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    # A frozen leader asks nothing, a leader whose machine is gone answers nothing: the server ends the session of both.
    "idle_session_timeout": "2500ms",
    "idle_in_transaction_session_timeout": "2500ms",
    "tcp_keepalives_idle": "1",
    "tcp_keepalives_interval": "1",
    "tcp_keepalives_count": "2",
}

BOUND = """
SELECT set_config('transaction_timeout', '10s', false) WHERE current_setting('server_version_num')::int >= 170000
"""
"""A leader frozen between the two halves of preparing a statement is neither idle nor in a transaction block: only this
ends its session, and PostgreSQL has it since 17. On older servers that moment, once per statement, is not covered."""

logger = structlog.stdlib.get_logger(__name__)


class Role(StrEnum):
    """What this process does for the tree."""

    STARTING = "starting"
    LEADER = "leader"
    WAITING = "waiting"
    REFUSING = "refusing"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class State:
    """How the tree stands, as far as this process knows."""

    role: Role = Role.STARTING
    size: int = 0
    trouble: str | None = None
    """What is wrong, in words without personal data; None when entries enter the tree as they should."""


class Sequencer:
    """One process's part in it."""

    def __init__(self, url: str, signer: Signer, memory: Memory, now: Clock) -> None:
        self._url = url
        self._inspector = Inspector(signer, memory)
        self._now = now
        self._oldest: tuple[UUID, float] | None = None
        self._confirmed_at = -math.inf
        self._said_at = time.monotonic()
        self.state = State()

    def report(self) -> State:
        """Give the state, and say so when nothing was heard of the tree for too long."""
        silent = time.monotonic() - self._said_at
        if self.state.trouble is None and silent > STALLED_SECONDS:
            return replace(self.state, trouble=f"the sequencer of this process stands still for {silent:.0f} seconds")
        return self.state

    async def run(self) -> None:
        """Lead whenever it is this process's turn, for ever; what fails is tried again."""
        while True:
            try:
                await self._take_part()
            except TreeFaultError as error:
                self._say(replace(self.state, role=Role.REFUSING, trouble=str(error)))
            except Exception as error:  # noqa: BLE001 - whatever it was, going on is right: the tree in the database is whole
                trouble = f"the tree does not grow from here: {type(error).__name__}"
                self._say(replace(self.state, role=Role.UNREACHABLE, trouble=trouble))
            await asyncio.sleep(RETRY_SECONDS)

    async def _take_part(self) -> None:
        connection: Connection = await asyncpg.connect(
            self._url, timeout=CONNECT_SECONDS, command_timeout=ANSWER_SECONDS, server_settings=SESSION
        )
        try:
            await connection.execute(BOUND)
            while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", ONE_LEADER):
                await self._watch(connection)
                await asyncio.sleep(RETRY_SECONDS)
            await self._lead(connection)
        finally:
            connection.terminate()

    async def _watch(self, connection: Connection) -> None:
        """See how the leader does, and remember what it signed."""
        stored = await self._inspector.find_checkpoint(connection)
        if stored:
            await self._remember(stored)
        trouble = self._find_stalled(await tree_queries.find_oldest_pending(connection))
        self._say(State(Role.WAITING, stored.size if stored else 0, trouble))

    def _find_stalled(self, oldest: UUID | None) -> str | None:
        if oldest is None:
            self._oldest = None
        elif self._oldest is None or self._oldest[0] != oldest:
            self._oldest = (oldest, time.monotonic())
        elif time.monotonic() - self._oldest[1] > STALLED_SECONDS:
            return f"entry {oldest} waits for more than {STALLED_SECONDS:.0f} seconds to enter the tree"
        return None

    async def _lead(self, connection: Connection) -> None:
        edge = await self._take_over(connection)
        while True:
            edge, busy = await self._step(connection, edge)
            if not busy:
                await asyncio.sleep(PAUSE_SECONDS)

    async def _take_over(self, connection: Connection) -> Edge:
        """Check what is there; a log's first leader lists its key and signs the empty tree."""
        edge = await self._inspector.inspect(connection, self._now())
        if edge is None:
            edge, signer = Edge(), self._inspector.signer
            async with connection.transaction():
                if not await tree_queries.list_keys(connection):
                    since = await tree_queries.find_first_instant(connection) or self._now()
                    await tree_queries.add_key(connection, keylist.listed(signer.public, min(since, self._now())))
                checkpoint = self._signed(edge)
                await tree_queries.add_checkpoint(connection, checkpoint)
            await self._remember(checkpoint)
        self._say(State(Role.LEADER, edge.size))
        return edge

    async def _step(self, connection: Connection, edge: Edge) -> tuple[Edge, bool]:
        """Bring what waits into the tree; tells whether more may wait."""
        if time.monotonic() - self._confirmed_at >= CONFIRM_SECONDS:
            await self._confirm(connection, edge)
        waiting = await tree_queries.list_pending(connection, BATCH)
        whole = [each for each in waiting if each.whole]
        if whole:
            edge = await self._integrate(connection, edge, whole)
        broken = next((each for each in waiting if not each.whole), None)
        trouble = f"entry {broken.entry_id} does not fit its hash, or is gone: it stays outside" if broken else None
        self._say(State(Role.LEADER, edge.size, trouble))
        return edge, len(whole) == BATCH

    async def _confirm(self, connection: Connection, edge: Edge) -> None:
        """Check that nobody else signed, that nothing signed is gone, and that our key was not retired."""
        self._confirmed_at = time.monotonic()
        await asyncio.to_thread(self._inspector.memory.flush, self._inspector.signer.log)
        self._inspector.check_key(await tree_queries.list_keys(connection), self._now())
        stored = await tree_queries.find_checkpoint(connection)
        if stored is None or (stored.size, stored.root) != edge.head:
            await self._inspector.inspect(connection, self._now())  # It names what happened, if it is a known fault.
            raise TreeFaultError(Fault.FORKED, f"somebody else signed a tree while this process led at {edge.size}")

    async def _integrate(self, connection: Connection, edge: Edge, waiting: Sequence[Waiting]) -> Edge:
        grown, written = edge.extended([each.leaf_hash for each in waiting])
        checkpoint = self._signed(grown)
        async with asyncio.timeout(ANSWER_SECONDS):
            await tree_queries.integrate(connection, edge.size, waiting, written, checkpoint)
        await self._remember(checkpoint)
        return grown

    def _signed(self, edge: Edge) -> StoredCheckpoint:
        signer, head = self._inspector.signer, edge.head
        note = str(notes.sign(Checkpoint(signer.log, head), signer))
        return StoredCheckpoint(head.size, head.root, note, self._now())

    async def _remember(self, checkpoint: StoredCheckpoint) -> None:
        """Keep a checkpoint outside the database."""
        inspector = self._inspector
        await asyncio.to_thread(inspector.memory.keep, inspector.signer.log, checkpoint.note)

    def _say(self, state: State) -> None:
        """Take on a state; a line is logged when role or trouble change."""
        if (state.role, state.trouble) != (self.state.role, self.state.trouble):
            level = logger.error if state.trouble else logger.info
            level("audit tree", role=state.role, size=state.size, trouble=state.trouble)
        self.state = state
        self._said_at = time.monotonic()


@asynccontextmanager
async def running(url: str, signer: Signer, memory: Memory, now: Clock) -> AsyncIterator[Sequencer]:
    """Take part in sequencing, in a thread of its own, for as long as the block lasts."""
    sequencer = Sequencer(url, signer, memory, now)
    loop = asyncio.new_event_loop()
    task = loop.create_task(sequencer.run(), name="audit sequencer")
    thread = threading.Thread(target=_run_to_the_end, args=(loop, task), name="audit sequencer", daemon=True)
    thread.start()
    try:
        yield sequencer
    finally:
        loop.call_soon_threadsafe(task.cancel)
        await asyncio.to_thread(thread.join)
        await asyncio.to_thread(memory.flush, signer.log)


def _run_to_the_end(loop: asyncio.AbstractEventLoop, task: "asyncio.Task[None]") -> None:
    with asyncio.Runner(loop_factory=lambda: loop) as runner, contextlib.suppress(asyncio.CancelledError):
        runner.run(_ended(task))


async def _ended(task: "asyncio.Task[None]") -> None:
    await task
