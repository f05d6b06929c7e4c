"""Delivering alerts to webhooks, signed as Standard Webhooks says, at least once.

A worker that dies leaves its jobs behind; their heartbeats stop, and another takes them over. What came of an attempt
is in the delivery's row before the job ends, so a job that runs again sends only what was not settled.
"""

import asyncio
import contextlib
import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from pgqueuer.errors import RetryRequested
from pgqueuer.models import Job
from pgqueuer.qm import QueueManager
from standardwebhooks import Webhook

from screening.alerts import retries, timetable, webhook_queries
from screening.alerts.outbound import Answer, Failure, Sender
from screening.alerts.receivers import Receivers
from screening.alerts.sealing import Sealer, SealError
from screening.alerts.timetable import Due
from screening.alerts.webhook_queries import DeliveryStatus, Pending
from screening.clock import Clock
from screening.db.database import Pool, held

HEARTBEAT = timedelta(seconds=5)
"""How long a worker may be silent before others take over what it was doing."""

POLL = timedelta(seconds=1)
"""How often the queue is looked at even when nobody told of anything."""

BATCH, AT_ONCE = 20, 64

SWEEP_SECONDS = 30.0
OVERDUE = timedelta(minutes=1)
"""How late a delivery may be before it is entered into the queue again, should its job be gone."""

SWEPT = 1000
RETRY_SECONDS = 1.0
EARLY = timedelta(seconds=1)
"""How much too early an attempt may be, since the queue goes by the clock of the database."""

GONE = 410
"""HTTP status of a receiver that is gone for good (Standard Webhooks, «Delivery attempts»)."""

logger = structlog.stdlib.get_logger(__name__)


class Deliverer:
    """Takes deliveries from the queue, and makes them."""

    def __init__(self, pool: Pool, sender: Sender, sealer: Sealer, clock: Clock) -> None:
        self._pool = pool
        self._sender = sender
        self._sealer = sealer
        self._clock = clock
        self._receivers = Receivers()
        self._stopping = asyncio.Event()
        self._manager: QueueManager | None = None

    async def run(self) -> None:
        """Deliver until told to stop; a lost connection is made again."""
        while not self._stopping.is_set():
            self._manager = timetable.manager(self._pool)
            self._manager.entrypoint(timetable.ENTRYPOINT)(self._work)
            try:
                await self._manager.run(
                    dequeue_timeout=POLL,
                    batch_size=BATCH,
                    max_concurrent_tasks=AT_ONCE,
                    heartbeat_timeout=HEARTBEAT,
                    log_aggregation_interval=timedelta(0),
                )
            except Exception as error:  # noqa: BLE001 - whatever it was: the jobs are in the database, and we go on
                logger.warning("queue of deliveries not readable", error=type(error).__name__)
                await self._rest(RETRY_SECONDS)

    async def sweep(self) -> None:
        """Every so often, enter again what the queue lost, and clear its log."""
        while not self._stopping.is_set():
            try:
                await self.enter_overdue()
                await timetable.clear_log(self._pool)
            except Exception as error:  # noqa: BLE001 - as above
                logger.warning("deliveries not swept", error=type(error).__name__)
            await self._rest(SWEEP_SECONDS)

    def stop(self) -> None:
        """Let `run` end once the attempts under way have ended."""
        self._stopping.set()
        if self._manager is not None:
            self._manager.shutdown.set()

    async def _rest(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)

    async def enter_overdue(self) -> None:
        """Enter deliveries into the queue that are overdue; those that have a job keep that one."""
        async with held(self._pool) as connection:
            overdue = await webhook_queries.list_overdue(connection, self._clock() - OVERDUE, SWEPT)
            await timetable.enter(connection, overdue)

    async def _work(self, job: Job) -> None:
        assert job.payload is not None
        try:
            wait = await self.attempt(Due.read(job.payload))
        except Exception as error:  # noqa: BLE001 - PgQueuer would log its message and drop the job
            logger.warning("delivery not attempted", error=type(error).__name__)
            raise RetryRequested(retries.WAITS[0]) from None
        if wait is not None:
            raise RetryRequested(wait)

    async def attempt(self, due: Due) -> timedelta | None:
        """Try a delivery, and give how long to wait before the next attempt; None when there shall be none."""
        pending = await webhook_queries.find_pending(self._pool, due)
        if pending is None:
            return None  # It was settled already, or the webhook is gone.
        early = pending.next_attempt_at - self._clock()
        if early > EARLY:
            return early
        crowded = self._receivers.begin(due.webhook_id, self._clock())
        if crowded is not None:
            return crowded * (1 + random.random())  # noqa: S311 - spread, so that not all come back at once
        answer = Answer(None, Failure.UNREACHABLE)
        try:
            answer = await self._send(due.webhook_id, pending)
        finally:
            self._receivers.end(due.webhook_id, answer.failure, self._clock())
        return await self._settle(due, pending, answer)

    async def _settle(self, due: Due, pending: Pending, answer: Answer) -> timedelta | None:
        wait = None
        if answer.failure is not None and answer.status != GONE:
            wait = retries.wait_after(pending.attempts + 1, random.random())  # noqa: S311 - jitter, not a secret
        status = await webhook_queries.settle(self._pool, due, answer, at=self._clock(), wait=wait)
        if status is DeliveryStatus.DEAD:
            logger.error("alert not deliverable", webhook=str(due.webhook_id), alert=str(due.alert_id))
        return wait

    async def _send(self, webhook_id: UUID, pending: Pending) -> Answer:
        body, now = pending.alert.body, self._clock()
        try:
            signatures = self._sign(webhook_id, pending, body, now)
        except SealError:
            return Answer(None, Failure.UNSEALABLE)
        return await self._sender.post(pending.url, headers(pending.alert.id, now, signatures), body.encode())

    def _sign(self, webhook_id: UUID, pending: Pending, body: str, now: datetime) -> str:
        """Sign with the secret, and for a while after a rotation with the one before too."""
        sealed = [pending.secret]
        if pending.previous_secret is not None and pending.previous_until is not None and pending.previous_until > now:
            sealed.append(pending.previous_secret)
        secrets = [self._sealer.open(webhook_id, each) for each in sealed]
        return " ".join(Webhook(secret).sign(str(pending.alert.id), now, body) for secret in secrets)


def headers(alert_id: UUID, now: datetime, signatures: str) -> Mapping[str, str]:
    """Give the headers of Standard Webhooks; the id is the alert's, the same at each attempt."""
    return {
        "Content-Type": "application/json",
        "User-Agent": "screening-webhooks",
        "webhook-id": str(alert_id),
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": signatures,
    }
