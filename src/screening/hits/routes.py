"""HTTP routes of hits."""

from typing import Annotated, cast
from uuid import UUID

from fastapi import APIRouter, Body, Depends, Query, Request
from pydantic import AwareDatetime

from screening import problems
from screening.access.dependencies import ClockDep, HitReaderDep, HitWriterDep
from screening.audit.routing import AuditedRoute
from screening.audit.trail import TrailDep
from screening.db.database import SessionDep
from screening.hits import queries, service, showing
from screening.hits.events import Cases
from screening.hits.schemas import Case, EventIn, HitPage
from screening.hits.vocabulary import Status
from screening.problems import Kind, responses

router = APIRouter(
    prefix="/v1/hits",
    tags=["hits"],
    route_class=AuditedRoute,
    responses=problems.EVERYWHERE,
)


async def get_cases(request: Request) -> Cases:
    """Give a route the rules of its application for cases."""
    return cast("Cases", request.app.state.cases)


CasesDep = Annotated[Cases, Depends(get_cases)]
Instant = Annotated[AwareDatetime | None, Query()]
Code = Annotated[str | None, Query(pattern=r"^[A-Za-z0-9_-]{1,20}$")]
Overdue = Annotated[bool | None, Query(description="Only cases that should have moved on by now, or only others.")]


def get_filter(  # noqa: PLR0913 - its parameters are the contract
    clock: ClockDep,
    status: Status | None = None,
    overdue: Overdue = None,
    assigned_to: UUID | None = None,
    source: Code = None,
    operation: Code = None,
    record_id: UUID | None = None,
    since: Instant = None,
    until: Instant = None,
) -> queries.Filter:
    """Say which hits a request asks for."""
    return queries.Filter(clock(), status, overdue, assigned_to, source, operation, record_id, since, until)


@router.get("")
async def list_hits(
    actor: HitReaderDep,
    session: SessionDep,
    wanted: Annotated[queries.Filter, Depends(get_filter)],
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    after: Annotated[UUID | None, Query(description="The `next` of the page before.")] = None,
) -> HitPage:
    """List hits that your posts found or that your records gave, newest first."""
    rows = await queries.list_hits(session, service.viewer_of(actor), wanted, after=after, limit=limit)
    return HitPage(
        items=[showing.record(row, wanted.at) for row in rows], next=rows[-1].id if len(rows) == limit else None
    )


@router.get("/{hit_id}", responses=responses(Kind.NOT_FOUND))
async def get_hit(hit_id: UUID, actor: HitReaderDep, session: SessionDep, clock: ClockDep) -> Case:
    """Give one hit with everything that happened in its case."""
    return await showing.case(session, actor, await service.get(session, actor, hit_id), clock())


@router.post("/{hit_id}/events", status_code=201, responses=responses(Kind.NOT_FOUND, Kind.CONFLICT))
async def write_event(  # noqa: PLR0913 - its parameters are the contract
    hit_id: UUID,
    sent: Annotated[EventIn, Body()],
    actor: HitWriterDep,
    session: SessionDep,
    trail: TrailDep,
    cases: CasesDep,
) -> Case:
    """Let something happen in a case: the next step, an outcome, a comment, an assignment, a redress.

    `version` is the version of the case that you saw; if it moved on meanwhile the answer is 409 and nothing happens.
    """
    hit = await service.act(session, trail, cases, actor, hit_id, sent)
    return await showing.case(session, actor, hit, trail.clock())
