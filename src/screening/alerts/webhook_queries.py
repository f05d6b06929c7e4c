"""SQL of webhooks and their deliveries."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from screening.access.permissions import Role
from screening.alerts import queries
from screening.alerts.events import AlertType, Listener, Published
from screening.alerts.models import Delivery, Webhook
from screening.alerts.outbound import Answer
from screening.alerts.timetable import Due
from screening.db.database import Connection, Pool


class DeliveryStatus(StrEnum):
    """How a delivery stands."""

    PENDING = "pending"
    DELIVERED = "delivered"
    DEAD = "dead"
    """Tried as often as it is worth; kept, to be looked at and replayed."""


DELIVER = """
INSERT INTO webhook_deliveries (webhook_id, alert_id, position, status, replays, attempts, created_at, next_attempt_at)
SELECT webhook_id, alert_id, position, 'pending', 0, 0, $4, $4
FROM unnest($1::uuid[], $2::uuid[], $3::bigint[]) AS d (webhook_id, alert_id, position)
"""

FIND_DUE = """
SELECT d.attempts, d.next_attempt_at, w.url, w.secret, w.previous_secret, w.previous_until, a.*
FROM webhook_deliveries d JOIN webhooks w ON w.id = d.webhook_id JOIN alerts a ON a.id = d.alert_id
WHERE d.webhook_id = $1 AND d.alert_id = $2 AND d.replays = $3 AND d.status = 'pending'
"""

SETTLE = """
UPDATE webhook_deliveries
SET status = $4, attempts = attempts + 1, last_status = $5, last_failure = $6, next_attempt_at = $7, delivered_at = $8
WHERE webhook_id = $1 AND alert_id = $2 AND replays = $3 AND status = 'pending'
"""

OVERDUE = """
SELECT webhook_id, alert_id, replays FROM webhook_deliveries
WHERE status = 'pending' AND next_attempt_at < $1 ORDER BY next_attempt_at LIMIT $2
"""


BACKLOG = """
SELECT (SELECT count(*) FROM alerts WHERE position IS NULL) AS unpublished,
       count(*) FILTER (WHERE attempts = 0) AS waiting, count(*) FILTER (WHERE attempts > 0) AS failed,
       (SELECT count(*) FROM webhook_deliveries WHERE status = 'dead') AS dead, min(created_at) AS oldest
FROM webhook_deliveries WHERE status = 'pending'
"""


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits to be told, and what could not be."""

    unpublished: int
    """Alerts that are in no order yet."""
    waiting: int
    """Deliveries that were not tried yet."""
    failed: int
    """Deliveries that failed and are tried again."""
    dead: int
    oldest: datetime | None
    """Since when the delivery waits that waits longest."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A delivery that is to be tried, with what is sent."""

    alert: Published
    attempts: int
    next_attempt_at: datetime
    url: str
    secret: bytes
    previous_secret: bytes | None
    previous_until: datetime | None


async def list_listeners(connection: Connection, organisation_ids: Collection[UUID]) -> list[tuple[UUID, Listener]]:
    """List the webhooks of organisations, as listeners."""
    rows = await connection.fetch(
        "SELECT id, organisation_id, role, types, operation, posts FROM webhooks WHERE organisation_id = ANY($1)",
        organisation_ids,
    )
    return [
        (
            row["id"],
            Listener(
                organisation_id=row["organisation_id"],
                role=Role(row["role"]),
                types=frozenset(map(AlertType, row["types"])),
                operation=row["operation"],
                post_ids=frozenset(row["posts"]),
            ),
        )
        for row in rows
    ]


async def deliver(connection: Connection, deliveries: Sequence[tuple[UUID, Published]], at: datetime) -> None:
    """Put alerts on their way to webhooks."""
    webhooks = [webhook_id for webhook_id, _ in deliveries]
    alerts = [alert.id for _, alert in deliveries]
    await connection.execute(DELIVER, webhooks, alerts, [alert.position for _, alert in deliveries], at)


async def find_pending(pool: Pool, due: Due) -> Pending | None:
    """Find a delivery that is still to be made."""
    row = await pool.fetchrow(FIND_DUE, *due)
    if row is None:
        return None
    return Pending(
        alert=queries.published(row),
        attempts=row["attempts"],
        next_attempt_at=row["next_attempt_at"],
        url=row["url"],
        secret=row["secret"],
        previous_secret=row["previous_secret"],
        previous_until=row["previous_until"],
    )


async def settle(pool: Pool, due: Due, answer: Answer, *, at: datetime, wait: timedelta | None) -> DeliveryStatus:
    """Note what came of an attempt; `wait` says how long until the next, None that it was the last."""
    status = DeliveryStatus.DELIVERED
    if answer.failure is not None:
        status = DeliveryStatus.DEAD if wait is None else DeliveryStatus.PENDING
    next_at = at + wait if wait is not None and status is DeliveryStatus.PENDING else None
    delivered_at = at if status is DeliveryStatus.DELIVERED else None
    await pool.execute(SETTLE, *due, status, answer.status, answer.failure, next_at, delivered_at)
    return status


async def read_backlog(pool: Pool) -> Backlog:
    """Count what waits."""
    row = await pool.fetchrow(BACKLOG)
    assert row is not None
    return Backlog(**dict(row))


async def list_overdue(connection: Connection, before: datetime, limit: int) -> list[Due]:
    """List deliveries that should have been tried, longest overdue first."""
    return [Due(*row) for row in await connection.fetch(OVERDUE, before, limit)]


async def list_webhooks(
    session: AsyncSession, organisation_id: UUID, roles: Collection[Role], *, after: UUID | None, limit: int
) -> list[Webhook]:
    """List the webhooks that roles of an organisation made, in their order."""
    own = (Webhook.organisation_id == organisation_id, Webhook.role.in_(roles))
    query = select(Webhook).where(*own).order_by(Webhook.id).limit(limit)
    if after is not None:
        query = query.where(Webhook.id > after)
    return list(await session.scalars(query))


async def count_webhooks(session: AsyncSession, organisation_id: UUID) -> int:
    """Count the webhooks of an organisation."""
    query = select(func.count()).where(Webhook.organisation_id == organisation_id)
    return (await session.scalar(query)) or 0


async def list_deliveries(
    session: AsyncSession, webhook_id: UUID, *, status: DeliveryStatus | None, after: UUID | None, limit: int
) -> list[Delivery]:
    """List deliveries to a webhook, newest first, from behind the one of an alert."""
    query = select(Delivery).where(Delivery.webhook_id == webhook_id).order_by(Delivery.position.desc()).limit(limit)
    if status is not None:
        query = query.where(Delivery.status == status)
    if after is not None:
        last = select(Delivery.position).where(Delivery.webhook_id == webhook_id, Delivery.alert_id == after)
        query = query.where(Delivery.position < last.scalar_subquery())
    return list(await session.scalars(query))
