"""HTTP routes of operations."""

from collections.abc import Mapping, Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from sqlalchemy.ext.asyncio import AsyncSession

from screening import problems
from screening.access.dependencies import AccreditorDep, ClockDep, OperationReaderDep, OperationWriterDep
from screening.access.models import Post
from screening.access.schemas import Mode
from screening.audit.routing import AuditedRoute
from screening.audit.trail import TrailDep
from screening.clock import Clock
from screening.db.database import DatabaseDep, SessionDep
from screening.manifests.routes import RunnerDep
from screening.operations import accreditation, queries, service
from screening.operations.models import Operation
from screening.operations.schemas import (
    Accreditation,
    AccreditationList,
    AccreditationPage,
    AccreditationProgress,
    Ending,
    LongAccreditationList,
    OperationIn,
    OperationPage,
    OperationPatch,
    PostOut,
    Prolongation,
)
from screening.operations.schemas import Operation as OperationOut
from screening.problems import Kind, responses
from screening.screenings.routes import IdempotencyKey, MeansDep

router = APIRouter(
    prefix="/v1/operations",
    tags=["operations"],
    route_class=AuditedRoute,
    responses=problems.EVERYWHERE,
)

Limit = Annotated[int, Query(ge=1, le=500, description="How many at most.")]
After = Annotated[UUID | None, Query(description="The `next` of the page before.")]
STEP = responses(Kind.NOT_FOUND, Kind.CONFLICT)


@router.get("")
async def list_operations(
    actor: OperationReaderDep, session: SessionDep, clock: ClockDep, limit: Limit = 100, after: After = None
) -> OperationPage:
    """List the operations that you take part in or run: all of them for an administrator."""
    rows = await queries.list_operations(session, service.viewer_of(actor), after=after, limit=limit)
    items = await _shown(session, rows, clock)
    return OperationPage(items=items, next=rows[-1].id if len(rows) == limit else None)


@router.post("", status_code=201, responses=responses(Kind.CONFLICT))
async def create_operation(
    wanted: OperationIn, actor: OperationWriterDep, session: SessionDep, trail: TrailDep
) -> OperationOut:
    """Plan an operation, a major event or an exercise that your organisation coordinates."""
    return await _one(session, await service.create(session, trail, actor, wanted), trail.clock)


@router.get("/{operation_id}", responses=responses(Kind.NOT_FOUND))
async def get_operation(
    operation_id: UUID, actor: OperationReaderDep, session: SessionDep, clock: ClockDep
) -> OperationOut:
    """Give one operation."""
    return await _one(session, await service.get(session, actor, operation_id), clock)


@router.patch("/{operation_id}", responses=STEP)
async def change_operation(
    operation_id: UUID, wanted: OperationPatch, actor: OperationWriterDep, session: SessionDep, trail: TrailDep
) -> OperationOut:
    """Replace posts, participants, crime areas, objectives or sites of an operation that is not closed."""
    return await _one(session, await service.change(session, trail, actor, operation_id, wanted), trail.clock)


@router.post("/{operation_id}/opening", responses=STEP)
async def open_operation(
    operation_id: UUID, actor: OperationWriterDep, session: SessionDep, trail: TrailDep
) -> OperationOut:
    """Open a planned operation: from its beginning on its posts search under it."""
    return await _one(session, await service.open_(session, trail, actor, operation_id), trail.clock)


@router.post("/{operation_id}/extension", responses=STEP)
async def extend_operation(
    operation_id: UUID, wanted: Prolongation, actor: OperationWriterDep, session: SessionDep, trail: TrailDep
) -> OperationOut:
    """Give an open operation a later end. Grants are extended by each State's bureau."""
    return await _one(session, await service.extend(session, trail, actor, operation_id, wanted), trail.clock)


@router.post("/{operation_id}/crisis", responses=STEP)
async def turn_into_crisis(
    operation_id: UUID, wanted: Prolongation, actor: OperationWriterDep, session: SessionDep, trail: TrailDep
) -> OperationOut:
    """Turn a major event into a crisis response, with a later end."""
    return await _one(session, await service.turn_into_crisis(session, trail, actor, operation_id, wanted), trail.clock)


@router.post("/{operation_id}/closing", responses=STEP)
async def close_operation(
    operation_id: UUID, ending: Ending, actor: OperationWriterDep, session: SessionDep, trail: TrailDep
) -> OperationOut:
    """Close an operation for good, or call a planned one off."""
    return await _one(session, await service.close(session, trail, actor, operation_id, ending.reason), trail.clock)


@router.post(
    "/{operation_id}/accreditations", status_code=201, responses=responses(Kind.NOT_FOUND, Kind.CONFLICT, Kind.TOO_FAST)
)
async def accredit(
    operation_id: UUID, wanted: AccreditationList, actor: AccreditorDep, database: DatabaseDep, means: MeansDep
) -> AccreditationPage:
    """Screen those who shall work at a major event; each person is one screening, and its result is kept."""
    rows = await accreditation.screen_all(database, means, actor, operation_id, wanted.persons)
    return AccreditationPage(items=[Accreditation.model_validate(row) for row in rows], next=None)


@router.get("/{operation_id}/accreditations", responses=responses(Kind.NOT_FOUND))
async def list_accreditations(
    operation_id: UUID, actor: AccreditorDep, session: SessionDep, limit: Limit = 100, after: After = None
) -> AccreditationPage:
    """List whom your organisation had screened in advance, and what it came to."""
    await service.get(session, actor, operation_id)
    rows = await queries.list_accreditations(session, operation_id, actor.organisation_id, after=after, limit=limit)
    items = [Accreditation.model_validate(row) for row in rows]
    return AccreditationPage(items=items, next=rows[-1].id if len(rows) == limit else None)


@router.post(
    "/{operation_id}/accreditation-lists",
    status_code=202,
    responses=responses(Kind.NOT_FOUND, Kind.CONFLICT, Kind.KEY_REUSED, Kind.TOO_LARGE),
)
async def send_accreditation_list(  # noqa: PLR0913 - its parameters are the contract
    operation_id: UUID,
    wanted: LongAccreditationList,
    actor: AccreditorDep,
    database: DatabaseDep,
    trail: TrailDep,
    runner: RunnerDep,
    idempotency_key: IdempotencyKey = None,
) -> AccreditationProgress:
    """Send a list of up to 10,000 who shall work at a major event; it is screened while you go on."""
    list_id = await accreditation.receive(database, trail, runner, actor, operation_id, wanted, idempotency_key)
    return await accreditation.get_list(database, actor, operation_id, list_id)


@router.get("/{operation_id}/accreditation-lists/{list_id}", responses=responses(Kind.NOT_FOUND))
async def get_accreditation_list(
    operation_id: UUID, list_id: UUID, actor: AccreditorDep, database: DatabaseDep
) -> AccreditationProgress:
    """Tell how far a list has come. What came of each person is among the accreditations."""
    return await accreditation.get_list(database, actor, operation_id, list_id)


async def _one(session: AsyncSession, operation: Operation, clock: Clock) -> OperationOut:
    return (await _shown(session, [operation], clock))[0]


async def _shown(session: AsyncSession, operations: Sequence[Operation], clock: Clock) -> list[OperationOut]:
    posts = await queries.read_posts(session, {post_id for each in operations for post_id in each.posts})
    at = clock()
    names = OperationOut.model_fields.keys() - {"over", "posts"}
    return [
        OperationOut(
            **{name: getattr(each, name) for name in names},
            over=at >= each.ends_at,
            posts=_by_mode(each, posts),
        )
        for each in operations
    ]


def _by_mode(operation: Operation, posts: Mapping[UUID, Post]) -> dict[Mode, list[PostOut]]:
    by_mode: dict[Mode, list[PostOut]] = {mode: [] for mode in Mode}
    for post in (posts[post_id] for post_id in operation.posts):
        mode = Mode(post.mode)
        by_mode[mode].append(PostOut(id=post.id, code=post.code, name=post.name, country=post.country, mode=mode))
    return by_mode
