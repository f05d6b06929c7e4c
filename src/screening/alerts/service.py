"""Telling of events, and what organisations do with their webhooks."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any, cast
from uuid import UUID

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from screening import problems
from screening.access.actors import Actor
from screening.access.permissions import Role
from screening.alerts import addresses, events, outbound, queries, sealing, timetable, webhook_queries
from screening.alerts.addresses import AddressError, Network
from screening.alerts.events import Alert, AlertType, WebhookFacts
from screening.alerts.models import Delivery, Webhook
from screening.alerts.schemas import WebhookIn
from screening.alerts.sealing import Sealer
from screening.alerts.timetable import Due
from screening.alerts.webhook_queries import DeliveryStatus
from screening.audit.entries import EntryKind
from screening.audit.log import Companion
from screening.audit.trail import Trail
from screening.db.metadata import new_id
from screening.problems import FieldError, Kind, Problem

MOST_WEBHOOKS = 20
"""Webhooks of one organisation; each gets its own copy of every alert."""

BOTH_SECRETS = timedelta(hours=24)
"""How long after a rotation the secret before it signs too."""

REPLAYED = 1000
"""Dead letters that one request replays at most."""


@dataclass(frozen=True, slots=True)
class Outward:
    """What this installation needs to send webhooks: the key of their secrets, and networks that may be sent to."""

    sealer: Sealer
    allowed: tuple[Network, ...]


async def get_outward(request: Request) -> Outward:
    """Give a route what this installation needs to send webhooks."""
    return cast("Outward", request.app.state.outward)


OutwardDep = Annotated[Outward, Depends(get_outward)]


def told(alert: Alert) -> Companion:
    """Give the statement that tells of an event; it commits together with an audit entry, or not at all."""
    return Companion(queries.TELL, queries.tell_arguments(alert))


async def tell(session: AsyncSession, alerts: Sequence[Alert]) -> None:
    """Tell of events; they are durable when, and only when, the session's transaction commits."""
    await queries.tell(session, alerts)


async def create_webhook(
    session: AsyncSession, trail: Trail, actor: Actor, outward: Outward, wanted: WebhookIn
) -> tuple[Webhook, str]:
    """Make a webhook, and give it with its secret, which is shown this once."""
    heard = events.heard_by(actor.role) - {AlertType.WEBHOOK_TEST}
    types = frozenset(map(AlertType, wanted.types)) or heard
    if not types <= heard:
        raise _unfit("types", f"The role {actor.role} hears of: {', '.join(sorted(heard))}")
    if await webhook_queries.count_webhooks(session, actor.organisation_id) >= MOST_WEBHOOKS:
        raise Problem(Kind.CONFLICT, f"An organisation has {MOST_WEBHOOKS} webhooks at most. Delete one first.")
    await _check_target(wanted.url, outward.allowed)
    webhook_id, secret = new_id(), sealing.mint()
    webhook = Webhook(
        id=webhook_id,
        organisation_id=actor.organisation_id,
        role=actor.role,
        url=wanted.url,
        types=sorted(types),
        operation=wanted.operation,
        posts=sorted(wanted.posts),
        secret=outward.sealer.seal(webhook_id, secret),
        created_at=trail.clock(),
    )
    session.add(webhook)
    await session.flush()
    await _log(session, trail, webhook.id, "created", {"types": webhook.types, "url": webhook.url})
    return webhook, secret


async def get_webhook(session: AsyncSession, actor: Actor, webhook_id: UUID) -> Webhook:
    """Give a webhook that the actor may see: a role sees its own, the bureau all of its organisation."""
    found = await session.get(Webhook, webhook_id)
    if found is None or found.organisation_id != actor.organisation_id or found.role not in reached(actor):
        raise problems.not_found("webhook")
    return found


def reached(actor: Actor) -> Collection[Role]:
    """Say whose webhooks a client sees: what one role gets, another may not even count."""
    return list(Role) if actor.role is Role.BUREAU else [actor.role]


async def delete_webhook(session: AsyncSession, trail: Trail, actor: Actor, webhook_id: UUID) -> None:
    """Delete a webhook with its deliveries; nothing more is sent to it, but for attempts under way."""
    await session.delete(await get_webhook(session, actor, webhook_id))
    await session.flush()
    await _log(session, trail, webhook_id, "deleted")


async def rotate_secret(
    session: AsyncSession, trail: Trail, actor: Actor, outward: Outward, webhook_id: UUID
) -> tuple[Webhook, str]:
    """Give a webhook a new secret; for a day the one before signs too."""
    webhook, secret = await get_webhook(session, actor, webhook_id), sealing.mint()
    webhook.previous_secret, webhook.previous_until = webhook.secret, trail.clock() + BOTH_SECRETS
    webhook.secret = outward.sealer.seal(webhook.id, secret)
    await _log(session, trail, webhook.id, "rotated")
    return webhook, secret


async def test_webhook(session: AsyncSession, trail: Trail, actor: Actor, webhook_id: UUID) -> Alert:
    """Send a webhook an alert that says only that it is a test."""
    webhook = await get_webhook(session, actor, webhook_id)
    alert = Alert(
        id=new_id(),
        type=AlertType.WEBHOOK_TEST,
        at=trail.clock(),
        to=frozenset({webhook.organisation_id}),
        facts=WebhookFacts(webhook=webhook.id),
    )
    await tell(session, [alert])
    await _log(session, trail, webhook.id, "tested")
    return alert


async def replay(session: AsyncSession, trail: Trail, actor: Actor, webhook_id: UUID, alert_id: UUID) -> Delivery:
    """Let a delivery begin again; answers 409 while it is under way."""
    await get_webhook(session, actor, webhook_id)
    delivery = await session.get(Delivery, (webhook_id, alert_id), with_for_update=True)
    if delivery is None:
        raise problems.not_found("delivery")
    if delivery.status == DeliveryStatus.PENDING:
        raise Problem(Kind.CONFLICT, "The delivery is under way. It can be replayed once it was delivered or is dead.")
    await _begin_again(session, trail, [delivery])
    return delivery


async def replay_dead(session: AsyncSession, trail: Trail, actor: Actor, webhook_id: UUID) -> int:
    """Let a webhook's dead letters begin again, newest first, and say how many did."""
    await get_webhook(session, actor, webhook_id)
    dead = await webhook_queries.list_deliveries(
        session, webhook_id, status=DeliveryStatus.DEAD, after=None, limit=REPLAYED
    )
    await _begin_again(session, trail, dead)
    return len(dead)


async def _begin_again(session: AsyncSession, trail: Trail, deliveries: Sequence[Delivery]) -> None:
    for delivery in deliveries:
        delivery.status, delivery.attempts = DeliveryStatus.PENDING, 0
        delivery.next_attempt_at, delivery.delivered_at = trail.clock(), None
        delivery.replays += 1
    await session.flush()
    raw = await (await session.connection()).get_raw_connection()
    driver: Any = raw.driver_connection  # asyncpg's own, in the session's transaction
    await timetable.enter(driver, [Due(each.webhook_id, each.alert_id, each.replays) for each in deliveries])
    for webhook_id in {each.webhook_id for each in deliveries}:
        await _log(session, trail, webhook_id, "replayed")


async def _check_target(url: str, allowed: Sequence[Network]) -> None:
    """Refuse what is not sent to. A host that nobody knows yet is let pass: each delivery asks and checks again."""
    target = addresses.read_url(url)
    try:
        found = await outbound.resolve(target.host, target.port)
    except (OSError, TimeoutError, UnicodeError):
        return
    try:
        addresses.check(found, allowed, encrypted=target.encrypted)
    except AddressError as error:
        raise _unfit("url", str(error)) from None


def _unfit(field: str, message: str) -> Problem:
    return problems.invalid([FieldError(where=f"body.{field}", message=message)])


async def _log(
    session: AsyncSession, trail: Trail, webhook_id: UUID, operation: str, payload: dict[str, Any] | None = None
) -> None:
    draft = trail.draft(EntryKind.ACCESS, f"webhook:{webhook_id}", {"operation": operation}, payload=payload)
    await trail.append_within(session, draft)
