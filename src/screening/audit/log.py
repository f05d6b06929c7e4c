"""The writing end of the log: entries of requests in flight share one commit.

There is no timer. The writer commits what is waiting, and whatever arrives meanwhile is the next batch: alone, an entry
waits for one fsync; under load, hundreds share it. The queue is bounded: beyond it the caller is refused, and nothing
is ever dropped silently.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated, Any, cast
from uuid import UUID

import asyncpg
import structlog
from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from screening import problems
from screening.audit import entries, queries
from screening.audit.entries import Draft, Sealed
from screening.audit.queries import Attached, Attachment, Row
from screening.audit.receipts import Receipt, Signer
from screening.db.database import Connection, Pool

BATCH = 256
"""Entries that share one commit at most; beyond this COPY would win, and latency suffers."""

QUEUE = 4096
"""Entries that may wait; about a second of work."""

COMMIT_SECONDS = 3.0
"""How long one commit may take before its entries count as not written."""

logger = structlog.stdlib.get_logger(__name__)


class AuditUnavailableError(Exception):
    """The entry is not known to be durable; no answer may leave that depends on it."""


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

    def __init__(self, pool: Pool, signer: Signer, attachments: tuple[Attachment, ...] = ()) -> None:
        self._pool = pool
        self._attachments = attachments
        self._queue: asyncio.Queue[_Waiting | None] = asyncio.Queue(QUEUE)
        self.signer = signer

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
        row = _row(sealed, receipt, idempotency)
        waiting = _Waiting(row, companions, attached, asyncio.get_running_loop().create_future())
        try:
            self._queue.put_nowait(waiting)
        except asyncio.QueueFull:
            raise AuditUnavailableError from None
        if not await waiting.done:
            raise AlreadyAnsweredError
        return receipt

    async def append_within(self, session: AsyncSession, draft: Draft) -> Receipt:
        """Write an entry in a session's transaction: it is durable when, and only when, that one commits."""
        sealed, receipt = self._seal(draft)
        await queries.write_within(session, _row(sealed, receipt, None))
        return receipt

    async def find(self, entry_id: UUID) -> Row | None:
        """Find an entry with its payload, if that is not erased."""
        return await queries.find_row(self._pool, entry_id)

    async def find_answered(self, client_id: UUID, key: str) -> tuple[UUID, bytes] | None:
        """Find which entry answered an idempotency key, and the digest of the request that it answered."""
        return await queries.find_answered(self._pool, client_id, key)

    def _seal(self, draft: Draft) -> tuple[Sealed, Receipt]:
        sealed = entries.seal(draft, log=self.signer.log, salt=secrets.token_bytes(entries.SALT_BYTES))
        return sealed, self.signer.receipt(sealed)

    async def run(self) -> None:
        """Commit what is waiting, until told to stop."""
        while batch := await self._next_batch():
            await self._commit(batch)

    async def stop(self) -> None:
        """Let `run` end once everything that waits is committed."""
        await self._queue.put(None)

    async def _next_batch(self) -> list[_Waiting]:
        """Wait for an entry, and take what else is there; nothing when told to stop."""
        batch: list[_Waiting] = []
        while len(batch) < BATCH and not (batch and self._queue.empty()):
            waiting = await self._queue.get()
            if waiting is None:
                if batch:
                    self._queue.put_nowait(None)  # for the next time: this batch comes first
                break
            batch.append(waiting)
        return batch

    async def _commit(self, batch: list[_Waiting]) -> None:
        """Commit a batch; when one entry spoils it, commit each alone, so that only that one fails."""
        try:
            async with asyncio.timeout(COMMIT_SECONDS), self._pool.acquire() as connection:
                written = await self._write(cast("Connection", connection), batch)
        except asyncpg.PostgresError as error:
            if len(batch) == 1 or isinstance(error, asyncpg.PostgresConnectionError):
                _fail(batch, error)
                return
            for waiting in batch:
                await self._commit([waiting])
        except asyncio.CancelledError as error:
            _fail(batch, error)
            raise
        except Exception as error:  # noqa: BLE001 - whatever it was: these callers get no answer, and the writer goes on
            _fail(batch, error)
        else:
            _answer(batch, written)

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


def _answer(batch: Sequence[_Waiting], written: set[UUID]) -> None:
    for waiting in batch:
        if not waiting.done.done():
            waiting.done.set_result(waiting.row.id in written)


def _fail(batch: Sequence[_Waiting], error: BaseException) -> None:
    logger.error("audit entries not written", entries=len(batch), error=type(error).__name__)
    for waiting in batch:
        if not waiting.done.done():
            waiting.done.set_exception(AuditUnavailableError())


def _row(sealed: Sealed, receipt: Receipt, idempotency: Idempotency | None) -> Row:
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
        salt=sealed.salt,
        payload=sealed.payload,
        idempotency_key=idempotency.key if idempotency else None,
        request_digest=idempotency.request_digest if idempotency else None,
    )


@asynccontextmanager
async def writing(pool: Pool, signer: Signer, attachments: tuple[Attachment, ...] = ()) -> AsyncIterator[Log]:
    """Run the writing end of the log; at the end what still waits is committed."""
    log = Log(pool, signer, attachments)
    running = asyncio.create_task(log.run(), name="audit log")
    try:
        yield log
    finally:
        await log.stop()
        await running


def get_log(request: Request) -> Log:
    """Give a route the log of its application."""
    return cast("Log", request.app.state.log)


LogDep = Annotated[Log, Depends(get_log)]


def unavailable() -> problems.Problem:
    """Answer that the log could not take the entry: no entry, no answer."""
    return problems.unavailable("The audit entry could not be made durable, so there is no answer. Send it again.")
