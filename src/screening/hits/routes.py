"""HTTP routes of hits."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from screening import problems
from screening.access.actors import Actor
from screening.access.dependencies import HitReaderDep
from screening.access.permissions import Role
from screening.audit.routing import AuditedRoute
from screening.db.database import SessionDep
from screening.hits import queries
from screening.hits.schemas import HitPage, HitRecord
from screening.problems import Kind, responses

router = APIRouter(
    prefix="/v1/hits",
    tags=["hits"],
    route_class=AuditedRoute,
    responses=problems.EVERYWHERE,
)


@router.get("")
async def list_hits(
    actor: HitReaderDep,
    session: SessionDep,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    after: Annotated[UUID | None, Query(description="The `next` of the page before.")] = None,
) -> HitPage:
    """List hits that your posts found or that your records gave, newest first."""
    rows = await queries.list_hits(session, _viewer(actor), after=after, limit=limit)
    return HitPage(
        items=[HitRecord.model_validate(row) for row in rows], next=rows[-1].id if len(rows) == limit else None
    )


@router.get("/{hit_id}", responses=responses(Kind.NOT_FOUND))
async def get_hit(hit_id: UUID, actor: HitReaderDep, session: SessionDep) -> HitRecord:
    """Give one hit."""
    row = await queries.find_hit(session, _viewer(actor), hit_id)
    if row is None:
        raise problems.not_found("hit")
    return HitRecord.model_validate(row)


def _viewer(actor: Actor) -> queries.Viewer:
    return queries.Viewer(actor.organisation_id, sees_silent=actor.role is Role.BUREAU)
