"""Deliveries: tried again later and later, given up in the end, never lost; time is a clock that the tests move."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from screening.alerts import retries, sealing, timetable
from screening.alerts.deliverer import Deliverer
from screening.alerts.events import Alert, AlertType
from screening.alerts.outbound import Sender
from screening.alerts.publisher import Publisher
from screening.alerts.sealing import Sealer
from screening.alerts.timetable import Due
from screening.db.database import Pool
from screening.db.metadata import new_id
from tests.alerts.receiving import LOOPBACK, MovedClock, Receiver, hit_alert, tell

OURS = UUID(int=1)
EVERY_ATTEMPT = len(retries.WAITS) + 1


class Desk:
    """A deliverer, the database that it works on, and the clock that both go by."""

    def __init__(self, pool: Pool, sender: Sender, sealer: Sealer) -> None:
        self.pool = pool
        self.clock = MovedClock()
        self.sealer = sealer
        self.secret = sealing.mint()
        self.deliverer = Deliverer(pool, sender, sealer, self.clock)

    async def webhook(self, url: str, *, sealer: Sealer | None = None) -> UUID:
        """Make a webhook of the one organisation."""
        webhook_id = new_id()
        await self.pool.execute(
            "INSERT INTO organisations (id, name, kind, created_at) VALUES ($1, 'Ours', 'partner', now()) "
            "ON CONFLICT DO NOTHING",
            OURS,
        )
        await self.pool.execute(
            "INSERT INTO webhooks (id, organisation_id, role, url, types, posts, secret, created_at) "
            "VALUES ($1, $2, 'bureau', $3, $4, '{}', $5, now())",
            webhook_id,
            OURS,
            url,
            [AlertType.HIT_OPENED],
            (sealer or self.sealer).seal(webhook_id, self.secret),
        )
        return webhook_id

    async def told(self, webhook_id: UUID) -> Due:
        """Tell of a hit, publish it, and give the delivery."""
        alert: Alert = hit_alert(frozenset({OURS}), at=self.clock())
        await tell(self.pool, alert)
        await Publisher(self.pool, self.clock).publish()
        return Due(webhook_id, alert.id)

    async def state(self, due: Due) -> tuple[str, int, int | None, str | None]:
        """Say how a delivery stands: status, attempts, the last answer's status, the last failure."""
        row = await self.pool.fetchrow(
            "SELECT status, attempts, last_status, last_failure FROM webhook_deliveries "
            "WHERE webhook_id = $1 AND alert_id = $2",
            due.webhook_id,
            due.alert_id,
        )
        assert row
        return (row["status"], row["attempts"], row["last_status"], row["last_failure"])


@pytest.fixture
async def desk(pool: Pool, tmp_path: Path) -> AsyncIterator[Desk]:
    async with Sender(LOOPBACK) as sender:
        yield Desk(pool, sender, sealing.load_or_make(tmp_path / "webhooks.key"))


async def test_a_delivery_is_signed_so_that_the_library_of_the_receiver_verifies_it(
    desk: Desk, receiver: Receiver
) -> None:
    due = await desk.told(await desk.webhook(receiver.url))
    assert await desk.deliverer.attempt(due) is None
    [received] = receiver.received
    assert received.verified(desk.secret) == json.loads(received.body)
    assert received.id == str(due.alert_id)
    assert await desk.state(due) == ("delivered", 1, 204, None)
    assert await desk.deliverer.attempt(due) is None
    assert len(receiver.received) == 1


async def test_it_is_tried_again_later_and_later_and_is_a_dead_letter_in_the_end(
    desk: Desk, receiver: Receiver
) -> None:
    receiver.answers = [500] * EVERY_ATTEMPT
    due = await desk.told(await desk.webhook(receiver.url))
    for number, least in enumerate(retries.WAITS, 1):
        wait = await desk.deliverer.attempt(due)
        assert wait is not None
        assert least <= wait <= least * (1 + retries.JITTER)
        assert await desk.state(due) == ("pending", number, 500, "rejected")
        assert await desk.deliverer.attempt(due) is not None
        assert len(receiver.received) == number, "an attempt was made before its time"
        desk.clock.move(wait)
    assert await desk.deliverer.attempt(due) is None
    assert await desk.state(due) == ("dead", EVERY_ATTEMPT, 500, "rejected")
    assert len({received.id for received in receiver.received}) == 1
    assert len({received.body for received in receiver.received}) == 1


async def test_what_fails_first_is_delivered_when_the_receiver_is_back(desk: Desk, receiver: Receiver) -> None:
    receiver.answers = [503]
    due = await desk.told(await desk.webhook(receiver.url))
    wait = await desk.deliverer.attempt(due)
    assert wait
    desk.clock.move(wait)
    assert await desk.deliverer.attempt(due) is None
    assert await desk.state(due) == ("delivered", 2, 204, None)


async def test_a_receiver_that_is_gone_for_good_is_not_asked_again(desk: Desk, receiver: Receiver) -> None:
    receiver.answers = [410]
    due = await desk.told(await desk.webhook(receiver.url))
    assert await desk.deliverer.attempt(due) is None
    assert await desk.state(due) == ("dead", 1, 410, "rejected")


async def test_a_redirect_is_not_followed(desk: Desk, receiver: Receiver) -> None:
    receiver.answers, receiver.location = [307], receiver.url
    due = await desk.told(await desk.webhook(receiver.url))
    assert await desk.deliverer.attempt(due) is not None
    assert await desk.state(due) == ("pending", 1, 307, "rejected")
    assert len(receiver.received) == 1


async def test_a_receiver_that_does_not_answer_rests_and_does_not_use_up_its_other_deliveries(
    desk: Desk, receiver: Receiver
) -> None:
    silent, other = await desk.webhook(receiver.url), await desk.webhook(receiver.url)
    receiver.answers = [0]
    first, second = await desk.told(silent), await desk.told(silent)
    assert await desk.deliverer.attempt(first) is not None
    assert await desk.state(first) == ("pending", 1, None, "unreachable")
    assert await desk.deliverer.attempt(second) is not None
    assert await desk.state(second) == ("pending", 0, None, None)
    assert len(receiver.received) == 1
    assert await desk.deliverer.attempt(Due(other, first.alert_id)) is None
    desk.clock.move(timedelta(seconds=11))
    assert await desk.deliverer.attempt(second) is None
    assert await desk.state(second) == ("delivered", 1, 204, None)


async def test_a_secret_that_another_key_sealed_is_tried_again_when_the_key_is_back(
    desk: Desk, receiver: Receiver
) -> None:
    due = await desk.told(await desk.webhook(receiver.url, sealer=Sealer(b"another key, of 32 bytes as well")))
    assert await desk.deliverer.attempt(due) is not None
    assert await desk.state(due) == ("pending", 1, None, "unsealable")
    assert receiver.received == []


async def test_a_webhook_that_was_deleted_gets_nothing(desk: Desk, receiver: Receiver) -> None:
    due = await desk.told(await desk.webhook(receiver.url))
    await desk.pool.execute("DELETE FROM webhooks")
    assert await desk.deliverer.attempt(due) is None
    assert receiver.received == []


@contextlib.asynccontextmanager
async def running(deliverer: Deliverer) -> AsyncIterator[None]:
    task = asyncio.create_task(deliverer.run())
    try:
        yield
    finally:
        deliverer.stop()
        await task


async def test_a_delivery_whose_job_the_queue_lost_is_entered_again(desk: Desk, receiver: Receiver) -> None:
    due = await desk.told(await desk.webhook(receiver.url))
    assert await desk.pool.execute("DELETE FROM pgqueuer.pgqueuer") == "DELETE 1"
    await desk.deliverer.enter_overdue()
    assert await desk.pool.fetchval("SELECT count(*) FROM pgqueuer.pgqueuer") == 0
    desk.clock.move(timedelta(minutes=2))
    await desk.deliverer.enter_overdue()
    await desk.deliverer.enter_overdue()
    assert await desk.pool.fetchval("SELECT count(*) FROM pgqueuer.pgqueuer") == 1
    async with running(desk.deliverer):
        [received] = await receiver.wait(1)
    assert received.id == str(due.alert_id)


async def test_stopping_waits_for_the_attempt_under_way_and_leaves_the_rest(desk: Desk, receiver: Receiver) -> None:
    due = await desk.told(await desk.webhook(receiver.url))
    async with running(desk.deliverer):
        await receiver.wait(1)
    assert await desk.state(due) == ("delivered", 1, 204, None)
    assert await desk.pool.fetchval("SELECT count(*) FROM pgqueuer.pgqueuer") == 0


async def test_the_names_of_the_queues_tables_do_not_come_from_the_environment(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PGQUEUER_PREFIX", "PGQUEUER_SCHEMA", "QUEUE_TABLE", "CHANNEL", "PGQUEUER_CHANNEL"):
        monkeypatch.setenv(name, "elsewhere")
    async with pool.acquire() as connection:
        await timetable.enter(connection, [Due(OURS, OURS)])  # type: ignore[arg-type]  # a proxy
    assert await pool.fetchval("SELECT payload FROM pgqueuer.pgqueuer") == Due(OURS, OURS).payload
    assert Due.read(Due(OURS, OURS, 70_000).payload) == Due(OURS, OURS, 70_000)


async def test_the_queues_log_is_kept_for_a_day(pool: Pool) -> None:
    for age in ("1 hour", "25 hours"):
        await pool.execute(
            "INSERT INTO pgqueuer.pgqueuer_log (created, job_id, status, priority, entrypoint) "
            f"VALUES (now() - interval '{age}', 1, 'successful', 0, 'webhook')"
        )
    await timetable.clear_log(pool)
    assert await pool.fetchval("SELECT count(*) FROM pgqueuer.pgqueuer_log") == 1
