"""The writing end of the log: entries of requests in flight share one commit.

There is no timer. The writer commits what is waiting, and whatever arrives meanwhile is the next batch: alone, an entry
waits for one fsync; under load, hundreds share it. The queue is bounded: beyond it the caller is refused, and nothing
is ever dropped silently. It has a connection of its own: however many readers use up the pool, entries go on.

Where even a refusal could not be logged, its entry is owed: it waits in memory until the database takes it.
"""

import asyncio
import contextlib
import itertools
import secrets
import time
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated, Any, cast
from uuid import UUID

import asyncpg
import structlog
from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from screening import clock, problems
from screening.audit import entries, queries
from screening.audit.entries import Draft, Sealed
from screening.audit.keyring import Keyring
from screening.audit.queries import Attached, Attachment, Row
from screening.audit.receipts import Receipt, Signer
from screening.db.database import CONNECT_SECONDS, Connection, Database
from screening.db.failures import Failure, failure_of

BATCH = 256
"""Entries that share one commit at most; beyond this COPY would win, and latency suffers."""

QUEUE = 4096
"""Entries that may wait; about a second of work."""

COMMIT_SECONDS = 3.0
"""How long one commit may take before its entries count as not written."""

OWED = 10_000
"""Refusals that may wait to be logged; beyond this they are only counted."""

RETRY_SECONDS = 1.0
"""How often what is owed is tried again."""

SESSION = {"application_name": "screening-log", "jit": "off", "statement_timeout": f"{COMMIT_SECONDS * 1000:.0f}"}

logger = structlog.stdlib.get_logger(__name__)


class AuditUnavailableError(Exception):
    """The entry is not known to be durable; no answer may leave that depends on it."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure)
        self.failure = failure


class AlreadyAnsweredError(Exception):
    """The idempotency key was answered by an earlier entry."""


@dataclass(frozen=True, slots=True)
class Idempotency:
    """A client's key for a request, and a digest that tells a retry from another request."""

    key: str
    request_digest: bytes


@dataclass(frozen=True, slots=True)
class Companion:
    """A statement that commits together with an entry, or not at all."""

    sql: str
    arguments: Sequence[Any]


@dataclass(frozen=True, slots=True)
class _Waiting:
    row: Row
    companions: Sequence[Companion]
    attached: Attached
    done: asyncio.Future[bool]


class Log:
    """The log as one process writes it."""

    def __init__(
        self,
        database: Database,
        signer: Signer,
        ring: Keyring | None = None,
        attachments: tuple[Attachment, ...] = (),
    ) -> None:
        self._database = database
        self._attachments = attachments
        self._connection: Connection | None = None
        self._queue: asyncio.Queue[_Waiting | None] = asyncio.Queue(QUEUE)
        self._owed: deque[Draft] = deque()
        self._closing: set[asyncio.Task[None]] = set()
        self._tried_at = 0.0
        self.signer = signer
        self.ring = ring or Keyring.fresh(clock.system())
        """Without one, whom entries are about is hashed under a key that nobody keeps."""
        self.trouble: Failure | None = None
        """Why the last commit failed; None when it did not."""
        self.forgotten = 0
        """Refusals that were too many to be owed."""

    @property
    def owed(self) -> int:
        """Count the refusals that wait to be logged."""
        return len(self._owed)

    async def append(
        self,
        draft: Draft,
        *,
        idempotency: Idempotency | None = None,
        companions: Sequence[Companion] = (),
        attached: Attached | None = None,
    ) -> Receipt:
        """Write an entry and wait until it is durable; what is attached to it becomes so by the same statement.

        Raises AlreadyAnsweredError when its idempotency key is taken, AuditUnavailableError when it may not be durable.
        """
        attached = attached or {}
        if not attached.keys() <= set(self._attachments):
            raise ValueError("rows are attached that this log was not made to write")
        sealed, receipt = self._seal(draft)
        row = self._row(sealed, receipt, idempotency)
        waiting = _Waiting(row, companions, attached, asyncio.get_running_loop().create_future())
        try:
            self._queue.put_nowait(waiting)
        except asyncio.QueueFull:
            raise AuditUnavailableError(Failure.SLOW) from None
        if not await waiting.done:
            raise AlreadyAnsweredError
        return receipt

    async def append_within(self, session: AsyncSession, draft: Draft) -> Receipt:
        """Write an entry in a session's transaction: it is durable when, and only when, that one commits."""
        sealed, receipt = self._seal(draft)
        await queries.write_within(session, self._row(sealed, receipt, None))
        return receipt

    def owe(self, draft: Draft) -> None:
        """Take the entry of a refusal that left without one, to be written when the database takes it again."""
        if len(self._owed) < OWED:
            self._owed.append(draft)
        else:
            self.forgotten += 1

    async def find(self, entry_id: UUID) -> Row | None:
        """Find an entry with its payload, if that is not erased."""
        return await queries.find_row(self._database.pool, entry_id)

    async def find_answered(self, client_id: UUID, key: str) -> tuple[UUID, bytes] | None:
        """Find which entry answered an idempotency key, and the digest of the request that it answered."""
        return await queries.find_answered(self._database.pool, client_id, key)

    def _seal(self, draft: Draft) -> tuple[Sealed, Receipt]:
        sealed = entries.seal(draft, log=self.signer.log, salt=secrets.token_bytes(entries.SALT_BYTES))
        return sealed, self.signer.receipt(sealed)

    def _row(self, sealed: Sealed, receipt: Receipt, idempotency: Idempotency | None) -> Row:
        draft = sealed.draft
        party = draft.party
        return Row(
            id=draft.id,
            at=draft.at,
            kind=draft.kind,
            subject=draft.subject,
            organisation_id=party.organisation_id if party else None,
            post_id=party.post_id if party else None,
            client_id=party.client_id if party else None,
            decision=draft.outcome.get("decision"),
            envelope=sealed.envelope,
            leaf_hash=sealed.leaf_hash,
            signature=receipt.signature,
            key_id=receipt.key_id,
            country=party.country if party else None,
            operation=draft.operation,
            desk=draft.outcome.get("desk"),
            officer=draft.outcome.get("officer"),
            took_ms=draft.outcome.get("took_ms"),
            salt=sealed.salt,
            payload=sealed.payload,
            retention=draft.retention,
            idempotency_key=idempotency.key if idempotency else None,
            request_digest=idempotency.request_digest if idempotency else None,
            digests=self.ring.digests(draft.subjects),
            matches=draft.matches,
        )

    async def run(self) -> None:
        """Commit what is waiting, until told to stop."""
        try:
            while (batch := await self._next_batch()) is not None:
                if batch:
                    await self._commit(batch)
                if self._owed and time.monotonic() - self._tried_at >= RETRY_SECONDS:
                    await self._settle()
            await self._settle()
        finally:
            self._disconnect()
            await asyncio.gather(*self._closing)

    async def stop(self) -> None:
        """Let `run` end once everything that waits is committed."""
        await self._queue.put(None)

    async def _next_batch(self) -> list[_Waiting] | None:
        """Wait for an entry, and take what else is there; None when told to stop. It is empty when debts are due."""
        batch: list[_Waiting] = []
        try:
            async with asyncio.timeout(RETRY_SECONDS if self._owed else None):
                first = await self._queue.get()
        except TimeoutError:
            return batch
        while first is not None:
            if not first.done.done():  # Its caller has given up otherwise, and was refused.
                batch.append(first)
            if len(batch) == BATCH or self._queue.empty():
                return batch
            first = self._queue.get_nowait()
        if not batch:
            return None
        self._queue.put_nowait(None)  # for the next time: this batch comes first
        return batch

    async def _commit(self, batch: list[_Waiting]) -> None:
        """Commit a batch; when one entry spoils it, commit each alone, so that only that one fails."""
        try:
            async with asyncio.timeout(COMMIT_SECONDS):
                written = await self._write(await self._connected(), batch)
        except asyncio.CancelledError:
            self._fail(batch, Failure.UNREACHABLE)
            raise
        except Exception as error:  # noqa: BLE001 - whatever it was: these callers get no answer, and the writer goes on
            failure = failure_of(error) or Failure.REFUSED
            if failure is not Failure.REFUSED:
                self._disconnect()
            elif len(batch) > 1:
                for waiting in batch:
                    await self._commit([waiting])
                return
            self._fail(batch, failure)
        else:
            self.trouble = None
            _answer(batch, written)

    async def _connected(self) -> Connection:
        if self._connection is None or self._connection.is_closed():
            self._connection = await asyncpg.connect(
                self._database.url, timeout=CONNECT_SECONDS, server_settings=SESSION
            )
        return self._connection

    def _disconnect(self) -> None:
        """Let go of the connection at once. What runs on it is cancelled beside us: a frozen server takes its time."""
        if self._connection is not None:
            closing = asyncio.create_task(_close(self._connection), name="audit log closes")
            self._closing.add(closing)
            closing.add_done_callback(self._closing.discard)
            self._connection = None

    def _fail(self, batch: Sequence[_Waiting], failure: Failure) -> None:
        self.trouble = failure
        logger.error("audit entries not written", entries=len(batch), failure=failure)
        for waiting in batch:
            if not waiting.done.done():
                waiting.done.set_exception(AuditUnavailableError(failure))

    async def _settle(self) -> None:
        """Write entries that are owed; while the database takes none they stay."""
        self._tried_at = time.monotonic()
        while self._owed:
            drafts = list(itertools.islice(self._owed, BATCH))
            loop = asyncio.get_running_loop()
            batch = [_Waiting(self._row(*self._seal(draft), None), (), {}, loop.create_future()) for draft in drafts]
            await self._commit(batch)
            if self.trouble is Failure.REFUSED:
                self.trouble = None  # Their ids were there: the first attempt was only late, and nothing is wrong.
            if not self._strike_paid(drafts, batch):
                return

    def _strike_paid(self, drafts: Sequence[Draft], batch: Sequence[_Waiting]) -> bool:
        """Keep owing what could not be written; tells whether going on is of use.

        What the database refuses would be refused again: it was written at the first attempt after all, as a rule.
        """
        unpaid = []
        for draft, waiting in zip(drafts, batch, strict=True):
            self._owed.popleft()
            error = waiting.done.exception()
            if isinstance(error, AuditUnavailableError) and error.failure is not Failure.REFUSED:
                unpaid.append(draft)
        self._owed.extendleft(reversed(unpaid))
        return not unpaid

    async def _write(self, connection: Connection, batch: Sequence[_Waiting]) -> set[UUID]:
        rows, attached = [each.row for each in batch], [each.attached for each in batch]
        if not any(waiting.companions for waiting in batch):
            return await queries.write(connection, rows, self._attachments, attached)
        async with connection.transaction():
            written = await queries.write(connection, rows, self._attachments, attached)
            for waiting in batch:
                if waiting.row.id in written:
                    for companion in waiting.companions:
                        await connection.execute(companion.sql, *companion.arguments)
            return written


async def _close(connection: Connection) -> None:
    with contextlib.suppress(Exception):  # It is broken, or closing takes too long: then asyncpg has cut it off.
        await connection.close(timeout=COMMIT_SECONDS)


def _answer(batch: Sequence[_Waiting], written: set[UUID]) -> None:
    for waiting in batch:
        if not waiting.done.done():
            waiting.done.set_result(waiting.row.id in written)


@asynccontextmanager
async def writing(
    database: Database, signer: Signer, ring: Keyring | None = None, attachments: tuple[Attachment, ...] = ()
) -> AsyncIterator[Log]:
    """Run the writing end of the log; at the end what still waits is committed."""
    log = Log(database, signer, ring, attachments)
    running = asyncio.create_task(log.run(), name="audit log")
    try:
        yield log
    finally:
        await log.stop()
        await running


async def get_log(request: Request) -> Log:
    """Give a route the log of its application."""
    return cast("Log", request.app.state.log)


LogDep = Annotated[Log, Depends(get_log)]


def unavailable() -> problems.Problem:
    """Answer that the log could not take the entry: no entry, no answer."""
    return problems.unavailable("The audit entry could not be made durable, so there is no answer. Send it again.")
