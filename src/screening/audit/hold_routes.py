"""HTTP routes of legal holds. Who may place one is decided above, as in `routes`."""

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from screening import problems
from screening.audit import holds
from screening.audit.holds import Holder
from screening.audit.routing import AuditedRoute
from screening.audit.schemas import Hold, HoldIn, HoldPage, LiftIn
from screening.audit.trail import TrailDep
from screening.db.database import SessionDep
from screening.problems import Kind, responses


def build(get_holder: Callable[..., Any]) -> APIRouter:
    """Make the routes; `get_holder` is a dependency that gives a Holder or refuses."""
    router = APIRouter(
        prefix="/v1/audit/holds",
        tags=["audit"],
        route_class=AuditedRoute,
        responses=problems.EVERYWHERE,
    )

    @router.post("", status_code=201)
    async def place_hold(
        wanted: HoldIn, holder: Annotated[Holder, Depends(get_holder)], session: SessionDep, trail: TrailDep
    ) -> Hold:
        """Hold a case of your organisation: nothing of it is erased until the hold is lifted."""
        return Hold.model_validate(await holds.place(session, trail, holder, wanted))

    @router.get("")
    async def list_holds(
        holder: Annotated[Holder, Depends(get_holder)],
        session: SessionDep,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
        after: Annotated[UUID | None, Query(description="The `next` of the page before.")] = None,
    ) -> HoldPage:
        """List the holds of your organisation, newest first, those that were lifted too."""
        rows = await holds.list_holds(session, holder.reader, after=after, limit=limit)
        return HoldPage(
            items=[Hold.model_validate(row) for row in rows], next=rows[-1].id if len(rows) == limit else None
        )

    @router.post("/{hold_id}/lift", responses=responses(Kind.NOT_FOUND, Kind.CONFLICT))
    async def lift_hold(
        hold_id: UUID,
        wanted: LiftIn,
        holder: Annotated[Holder, Depends(get_holder)],
        session: SessionDep,
        trail: TrailDep,
    ) -> Hold:
        """Lift a hold; what is beyond its retention is erased by the next run."""
        lifted = await holds.lift(session, trail, holder, hold_id, wanted.reason)
        return Hold.model_validate(lifted)

    return router
