"""HTTP of objects: their owners write, read and withdraw them. The same five routes for each kind."""

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, status
from pydantic import BaseModel

from screening import problems
from screening.access.dependencies import ClockDep, RecordReaderDep, RecordWriterDep
from screening.audit.routing import AuditedRoute
from screening.audit.trail import TrailDep
from screening.db.database import SessionDep
from screening.journal.retention import RecordStatus, day_of
from screening.objects import owner_queries, records, service
from screening.objects.kinds import KINDS, Described
from screening.objects.owner_queries import Filter
from screening.objects.schemas import Circumstances, Kept, ObjectWithdrawal, Report
from screening.objects.vocabulary import Reason
from screening.problems import Kind

Limit = Annotated[int, Query(ge=1, le=500)]
ONE = problems.responses(Kind.NOT_FOUND)
STATE = problems.responses(Kind.NOT_FOUND, Kind.CONFLICT)


def _taken(model: type[Circumstances]) -> Callable[..., Any]:
    """Take a body of a model, which FastAPI learns from a signature: so the routes of all kinds are written once."""

    async def take(sent: Circumstances) -> Circumstances:
        return sent

    take.__annotations__["sent"] = model
    return take


def build(described: Described) -> APIRouter:
    """Build the routes of one kind; what they take and give is as its description says."""
    name, plural = described.kind.value, described.plural
    router = APIRouter(prefix=f"/v1/{plural}", tags=[plural], route_class=AuditedRoute, responses=problems.EVERYWHERE)

    @router.post(
        "",
        status_code=status.HTTP_201_CREATED,
        responses=problems.responses(Kind.CONFLICT),
        name=f"create_{name}",
        response_model=described.record,
    )
    async def create(
        sent: Annotated[Report, Depends(_taken(described.report))],
        actor: RecordWriterDep,
        session: SessionDep,
        trail: TrailDep,
        clock: ClockDep,
    ) -> Kept:
        """Report an object that is looked for; from this answer on it matches."""
        stored = await service.create(session, trail, actor, described, sent)
        return records.shown(stored, country=actor.country, today=day_of(clock()))

    @router.get("", response_model=described.records, name=f"list_{plural}")
    async def list_(  # noqa: PLR0913 - the query is the contract
        actor: RecordReaderDep,
        session: SessionDep,
        clock: ClockDep,
        reason: Reason | None = None,
        state: Annotated[RecordStatus | None, Query(alias="status")] = None,
        after: UUID | None = None,
        limit: Limit = 100,
    ) -> BaseModel:
        """List the records of your organisation, oldest first."""
        wanted, today = Filter(described.kind, actor.organisation_id, reason, state), day_of(clock())
        found = await owner_queries.list_objects(session, wanted, today=today, after=after, limit=limit + 1)
        items = [records.shown(each, country=actor.country, today=today) for each in found[:limit]]
        return described.records.model_validate({"items": items, "next": items[-1].id if len(found) > limit else None})

    @router.get("/{record_id}", responses=ONE, name=f"read_{name}", response_model=described.record)
    async def read(record_id: UUID, actor: RecordReaderDep, session: SessionDep, clock: ClockDep) -> Kept:
        """Read a record of your organisation, withdrawn ones included."""
        stored = await service.get(session, actor, described, record_id)
        return records.shown(stored, country=actor.country, today=day_of(clock()))

    @router.patch("/{record_id}", responses=STATE, name=f"change_{name}", response_model=described.record)
    async def change(  # noqa: PLR0913 - dependencies
        record_id: UUID,
        sent: Annotated[Circumstances, Depends(_taken(described.patch))],
        actor: RecordWriterDep,
        session: SessionDep,
        trail: TrailDep,
        clock: ClockDep,
    ) -> Kept:
        """Replace fields of a record; null empties one. What identifies the object stays, and so does the reason."""
        present = await service.lock_own(session, actor, described, record_id)
        stored = await service.change(session, trail, actor, present, sent)
        return records.shown(stored, country=actor.country, today=day_of(clock()))

    @router.post("/{record_id}/withdrawal", responses=STATE, name=f"withdraw_{name}", response_model=described.record)
    async def withdraw(  # noqa: PLR0913 - dependencies
        record_id: UUID,
        withdrawal: ObjectWithdrawal,
        actor: RecordWriterDep,
        session: SessionDep,
        trail: TrailDep,
        clock: ClockDep,
    ) -> Kept:
        """End a record, because the object was found or the report was wrong: from this answer on it never matches."""
        present = await service.lock_own(session, actor, described, record_id)
        stored = await service.withdraw(session, trail, actor, present, withdrawal.reason)
        return records.shown(stored, country=actor.country, today=day_of(clock()))

    return router


ROUTERS = tuple(map(build, KINDS))
"""Those of every kind."""
