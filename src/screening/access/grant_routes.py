"""HTTP routes of grants: a bureau opens access in its State, and a second person approves it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from screening import problems
from screening.access import granting, queries, service
from screening.access.dependencies import AccessReaderDep, ClockDep, GrantWriterDep
from screening.access.gate import GateDep
from screening.access.grant_schemas import Approval, Extension, GrantIn, GrantPage, Revocation
from screening.access.grant_schemas import Grant as GrantOut
from screening.access.models import Grant
from screening.audit.routing import AuditedRoute
from screening.audit.trail import TrailDep
from screening.clock import Clock
from screening.db.database import SessionDep
from screening.problems import Kind, responses

router = APIRouter(
    prefix="/v1/grants",
    tags=["access"],
    route_class=AuditedRoute,
    responses=problems.EVERYWHERE,
)

CHANGE = responses(Kind.NOT_FOUND, Kind.CONFLICT)


@router.get("")
async def list_grants(
    actor: AccessReaderDep,
    session: SessionDep,
    clock: ClockDep,
    limit: Annotated[int, Query(ge=1, le=500, description="How many at most.")] = 100,
    after: Annotated[UUID | None, Query(description="The `next` of the page before.")] = None,
) -> GrantPage:
    """List grants, standing ones included: all for an administrator, those that your bureau opened for others."""
    within = service.visible_organisation(actor)
    rows = await queries.list_rows(session, Grant, within=within, after=after, limit=limit)
    return GrantPage(items=[_shown(row, clock) for row in rows], next=rows[-1].id if len(rows) == limit else None)


@router.post("", status_code=201)
async def open_grant(
    wanted: GrantIn, actor: GrantWriterDep, session: SessionDep, trail: TrailDep, gate: GateDep
) -> GrantOut:
    """Propose access in your State; it opens when another client of your bureau approves it."""
    return _shown(await granting.open_grant(session, trail, actor, wanted, gate.operations), trail.clock)


@router.get("/{grant_id}", responses=responses(Kind.NOT_FOUND))
async def get_grant(grant_id: UUID, actor: AccessReaderDep, session: SessionDep, clock: ClockDep) -> GrantOut:
    """Give one grant."""
    return _shown(await granting.get_grant(session, actor, grant_id), clock)


@router.post("/{grant_id}/approval", responses=CHANGE)
async def approve_grant(
    grant_id: UUID, approval: Approval, actor: GrantWriterDep, session: SessionDep, trail: TrailDep
) -> GrantOut:
    """Approve a grant, or the extension that waits, as the second person."""
    return _shown(await granting.approve(session, trail, actor, grant_id, approval.version), trail.clock)


@router.post("/{grant_id}/extension", responses=CHANGE)
async def extend_grant(
    grant_id: UUID, wanted: Extension, actor: GrantWriterDep, session: SessionDep, trail: TrailDep
) -> GrantOut:
    """Ask for a later end; until a second person approves it the present one counts."""
    return _shown(await granting.extend(session, trail, actor, grant_id, wanted), trail.clock)


@router.post("/{grant_id}/revocation", responses=CHANGE)
async def revoke_grant(
    grant_id: UUID, revocation: Revocation, actor: GrantWriterDep, session: SessionDep, trail: TrailDep
) -> GrantOut:
    """Revoke a grant for good. It is refused everywhere within a second."""
    return _shown(await granting.revoke(session, trail, actor, grant_id, revocation.reason), trail.clock)


def _shown(grant: Grant, clock: Clock) -> GrantOut:
    names = GrantOut.model_fields.keys() - {"state"}
    return GrantOut(**{name: getattr(grant, name) for name in names}, state=granting.state_of(grant, clock))
