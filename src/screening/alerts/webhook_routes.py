"""HTTP routes of webhooks and their deliveries."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from screening import problems
from screening.access.dependencies import WebhookWriterDep
from screening.alerts import service, webhook_queries
from screening.alerts.schemas import (
    DeliveryOut,
    DeliveryPage,
    NewWebhook,
    Replayed,
    WebhookIn,
    WebhookOut,
    WebhookPage,
    WebhookTested,
)
from screening.alerts.service import OutwardDep
from screening.alerts.webhook_queries import DeliveryStatus
from screening.audit.routing import AuditedRoute
from screening.audit.trail import TrailDep
from screening.db.database import SessionDep
from screening.problems import Kind, responses

router = APIRouter(
    prefix="/v1/webhooks",
    tags=["alerts"],
    route_class=AuditedRoute,
    responses=problems.EVERYWHERE,
)


@router.post("", status_code=201, responses=responses(Kind.CONFLICT))
async def create_webhook(
    wanted: WebhookIn, actor: WebhookWriterDep, session: SessionDep, trail: TrailDep, outward: OutwardDep
) -> NewWebhook:
    """Have your organisation's alerts delivered to a URL. The secret is in this answer and nowhere else."""
    webhook, secret = await service.create_webhook(session, trail, actor, outward, wanted)
    return NewWebhook(**WebhookOut.model_validate(webhook).model_dump(), secret=secret)


@router.get("")
async def list_webhooks(
    actor: WebhookWriterDep,
    session: SessionDep,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    after: Annotated[UUID | None, Query(description="The `next` of the page before.")] = None,
) -> WebhookPage:
    """List your organisation's webhooks, without their secrets."""
    rows = await webhook_queries.list_webhooks(
        session, actor.organisation_id, service.reached(actor), after=after, limit=limit
    )
    return WebhookPage(
        items=[WebhookOut.model_validate(row) for row in rows], next=rows[-1].id if len(rows) == limit else None
    )


@router.get("/{webhook_id}", responses=responses(Kind.NOT_FOUND))
async def get_webhook(webhook_id: UUID, actor: WebhookWriterDep, session: SessionDep) -> WebhookOut:
    """Give one webhook, without its secret."""
    return WebhookOut.model_validate(await service.get_webhook(session, actor, webhook_id))


@router.delete("/{webhook_id}", status_code=204, responses=responses(Kind.NOT_FOUND))
async def delete_webhook(webhook_id: UUID, actor: WebhookWriterDep, session: SessionDep, trail: TrailDep) -> None:
    """Delete a webhook with its deliveries."""
    await service.delete_webhook(session, trail, actor, webhook_id)


@router.post("/{webhook_id}/secret", responses=responses(Kind.NOT_FOUND))
async def rotate_secret(
    webhook_id: UUID, actor: WebhookWriterDep, session: SessionDep, trail: TrailDep, outward: OutwardDep
) -> NewWebhook:
    """Give a webhook a new secret. For a day deliveries are signed with the one before too."""
    webhook, secret = await service.rotate_secret(session, trail, actor, outward, webhook_id)
    return NewWebhook(**WebhookOut.model_validate(webhook).model_dump(), secret=secret)


@router.post("/{webhook_id}/test", status_code=202, responses=responses(Kind.NOT_FOUND))
async def test_webhook(
    webhook_id: UUID, actor: WebhookWriterDep, session: SessionDep, trail: TrailDep
) -> WebhookTested:
    """Send a webhook a test."""
    alert = await service.test_webhook(session, trail, actor, webhook_id)
    return WebhookTested(alert_id=alert.id)


@router.get("/{webhook_id}/deliveries", responses=responses(Kind.NOT_FOUND))
async def list_deliveries(  # noqa: PLR0913 - a route's parameters are its contract
    webhook_id: UUID,
    actor: WebhookWriterDep,
    session: SessionDep,
    status: Annotated[DeliveryStatus | None, Query(description="`dead` lists what could not be delivered.")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    after: Annotated[UUID | None, Query(description="The `next` of the page before.")] = None,
) -> DeliveryPage:
    """List deliveries to a webhook and how they stand, newest first."""
    await service.get_webhook(session, actor, webhook_id)
    rows = await webhook_queries.list_deliveries(session, webhook_id, status=status, after=after, limit=limit)
    return DeliveryPage(
        items=[DeliveryOut.model_validate(row) for row in rows], next=rows[-1].alert_id if len(rows) == limit else None
    )


@router.post("/{webhook_id}/replay", status_code=202, responses=responses(Kind.NOT_FOUND))
async def replay_dead(webhook_id: UUID, actor: WebhookWriterDep, session: SessionDep, trail: TrailDep) -> Replayed:
    """Try again what could not be delivered, up to 1,000 at once, newest first."""
    return Replayed(deliveries=await service.replay_dead(session, trail, actor, webhook_id))


@router.post(
    "/{webhook_id}/deliveries/{alert_id}/replay", status_code=202, responses=responses(Kind.NOT_FOUND, Kind.CONFLICT)
)
async def replay(
    webhook_id: UUID, alert_id: UUID, actor: WebhookWriterDep, session: SessionDep, trail: TrailDep
) -> DeliveryOut:
    """Deliver an alert again, whether it was delivered or is dead."""
    return DeliveryOut.model_validate(await service.replay(session, trail, actor, webhook_id, alert_id))
