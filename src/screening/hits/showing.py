"""Cases as they are shown: what was stored, and what follows from it at the moment of the question."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from screening.access.actors import Actor
from screening.hits import lifecycle, queries
from screening.hits.models import Hit, HitEvent, RedressRow
from screening.hits.schemas import Case, EventOut, HitRecord, RedressOut
from screening.hits.vocabulary import EventType, Status

_DERIVED = {"overdue", "outcomes"}
_STORED = HitRecord.model_fields.keys() - _DERIVED


def record(hit: Hit, at: datetime) -> HitRecord:
    """Show a hit in a list."""
    stored = {name: getattr(hit, name) for name in _STORED}
    overdue = lifecycle.is_overdue(Status(hit.status), hit.due_at, at)
    return HitRecord(**stored, overdue=overdue, outcomes=hit.outcomes or [])


async def case(session: AsyncSession, actor: Actor, hit: Hit, at: datetime) -> Case:
    """Show a hit with everything that happened in its case, from the hit itself on."""
    await session.flush()
    happened = [_opened(hit, actor), *(_event(each, actor) for each in await queries.list_events(session, hit.id))]
    redress = await queries.find_redress(session, hit.id)
    return Case(**dict(record(hit, at)), events=happened, redress=_redress(redress, at) if redress else None)


def _opened(hit: Hit, actor: Actor) -> EventOut:
    return EventOut(
        id=hit.screening_id,
        version=1,
        at=hit.at,
        type=EventType.OPENED,
        status=Status.NEW,
        organisation_id=hit.organisation_id,
        client_id=hit.client_id,
        officer=hit.officer if hit.organisation_id == actor.organisation_id else None,
        comment=None,
        outcomes=[],
        assigned_to=None,
        record_version=hit.record_version,
    )


def _event(event: HitEvent, actor: Actor) -> EventOut:
    stored = {name: getattr(event, name) for name in EventOut.model_fields.keys() - {"officer", "outcomes"}}
    officer = event.officer if event.organisation_id == actor.organisation_id else None
    return EventOut(**stored, officer=officer, outcomes=event.outcomes or [])


def _redress(row: RedressRow, at: datetime) -> RedressOut:
    return RedressOut(
        id=row.id,
        until=row.until,
        reason=row.reason,
        proposed_at=row.proposed_at,
        approved_at=row.approved_at,
        applies=row.approved_at is not None and at < row.until,
    )
