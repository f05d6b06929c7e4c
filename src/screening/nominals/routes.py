"""HTTP of notices: their owners write, read and withdraw them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, status

from screening import problems
from screening.access.dependencies import ClockDep, RecordReaderDep, RecordWriterDep
from screening.audit.routing import AuditedRoute
from screening.audit.trail import TrailDep
from screening.db.database import SessionDep
from screening.nominals import owner_queries, records, service
from screening.nominals.kinds import Colour, Kind
from screening.nominals.owner_queries import Filter
from screening.nominals.schemas import Notice, NoticeIn, NoticePatch, Notices, Status, Withdrawal
from screening.problems import Kind as ProblemKind

router = APIRouter(
    prefix="/v1/notices",
    tags=["notices"],
    route_class=AuditedRoute,
    responses=problems.EVERYWHERE,
)

Limit = Annotated[int, Query(ge=1, le=500)]
ONE = problems.responses(ProblemKind.NOT_FOUND)
STATE = problems.responses(ProblemKind.NOT_FOUND, ProblemKind.CONFLICT)


@router.post("", status_code=status.HTTP_201_CREATED, responses=problems.responses(ProblemKind.CONFLICT))
async def create_notice(
    sent: NoticeIn, actor: RecordWriterDep, session: SessionDep, trail: TrailDep, clock: ClockDep
) -> Notice:
    """Add a notice, diffusion or UN special notice of your organisation; it matches within a second."""
    stored = await service.create(session, trail, actor, sent)
    return records.shown(stored, country=actor.country, at=clock())


@router.get("")
async def list_notices(  # noqa: PLR0913 - the query is the contract
    actor: RecordReaderDep,
    session: SessionDep,
    clock: ClockDep,
    colour: Colour | None = None,
    kind: Kind | None = None,
    state: Annotated[Status | None, Query(alias="status")] = None,
    after: UUID | None = None,
    limit: Limit = 100,
) -> Notices:
    """List the notices of your organisation, oldest first."""
    at = clock()
    wanted = Filter(actor.organisation_id, colour, kind, state)
    found = await owner_queries.list_notices(session, wanted, at=at, after=after, limit=limit + 1)
    items = [records.shown(each, country=actor.country, at=at) for each in found[:limit]]
    return Notices(items=items, next=items[-1].id if len(found) > limit else None)


@router.get("/{notice_id}", responses=ONE)
async def read_notice(notice_id: UUID, actor: RecordReaderDep, session: SessionDep, clock: ClockDep) -> Notice:
    """Read a notice of your organisation, withdrawn ones included."""
    stored = await service.get(session, actor, notice_id)
    return records.shown(stored, country=actor.country, at=clock())


@router.patch("/{notice_id}", responses=STATE)
async def change_notice(  # noqa: PLR0913 - dependencies
    notice_id: UUID,
    patch: NoticePatch,
    actor: RecordWriterDep,
    session: SessionDep,
    trail: TrailDep,
    clock: ClockDep,
) -> Notice:
    """Replace fields of a notice, each as a whole; null empties one. Kind, colour and reference stay."""
    stored = await service.change(session, trail, actor, notice_id, patch)
    return records.shown(stored, country=actor.country, at=clock())


@router.post("/{notice_id}/withdrawal", responses=STATE)
async def withdraw_notice(  # noqa: PLR0913 - dependencies
    notice_id: UUID,
    withdrawal: Withdrawal,
    actor: RecordWriterDep,
    session: SessionDep,
    trail: TrailDep,
    clock: ClockDep,
) -> Notice:
    """End a notice: from this answer on it matches nobody."""
    stored = await service.withdraw(session, trail, actor, notice_id, withdrawal.reason)
    return records.shown(stored, country=actor.country, at=clock())
