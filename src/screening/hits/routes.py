"""HTTP routes of hits."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from screening import problems
from screening.access.dependencies import HitReaderDep
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
    rows = await queries.list_hits(session, actor.organisation_id, after=after, limit=limit)
    return HitPage(
        items=[HitRecord.model_validate(row) for row in rows], next=rows[-1].id if len(rows) == limit else None
    )


@router.get("/{hit_id}", responses=responses(Kind.NOT_FOUND))
async def get_hit(hit_id: UUID, actor: HitReaderDep, session: SessionDep) -> HitRecord:
    """Give one hit."""
    row = await queries.find_hit(session, actor.organisation_id, hit_id)
    if row is None:
        raise problems.not_found("hit")
    return HitRecord.model_validate(row)
