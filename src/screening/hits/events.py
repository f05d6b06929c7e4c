"""What happens in a case, written in one way: row, event, audit entry and notification in one transaction."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from screening.audit.entries import Draft, EntryKind, Json
from screening.audit.log import Companion
from screening.audit.trail import Trail
from screening.db.metadata import new_id
from screening.hits.deadlines import Deadlines
from screening.hits.lifecycle import Person
from screening.hits.models import Hit, HitEvent
from screening.hits.vocabulary import EventType, Seriousness, Status


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """What others may be told of something that happened in a case: ids and closed words, nobody's data.

    Of a case whose `desk` is `silent` only the bureau of the record's owner may learn.
    """

    id: UUID
    hit_id: UUID
    version: int
    type: EventType
    at: datetime
    status: Status
    source: str
    label: str
    strength: str
    desk: str
    seriousness: str
    organisation_id: UUID
    """Whose post found it."""
    owner_id: UUID
    post_id: UUID | None
    operation: str | None
    exercise: bool
    record_id: UUID
    due_at: datetime | None


Notify = Callable[[CaseEvent], Sequence[Companion]]
"""Gives the statements that tell others; they commit together with the event, or not at all.

Of a new hit they cost time that a no-hit does not take: rows that can be attached to the entry, as hits are, cost none.
"""


def nobody(_event: CaseEvent) -> Sequence[Companion]:
    """Tell nobody."""
    return ()


@dataclass(frozen=True, slots=True)
class Cases:
    """How cases are run in one application."""

    deadlines: Deadlines = field(default_factory=Deadlines)
    notify: Notify = nobody


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happens in a case, and what it changes there."""

    at: datetime
    type: EventType
    status: Status
    """The status of the case from then on."""
    organisation_id: UUID | None = None
    person: Person | None = None
    comment: str | None = None
    outcomes: list[dict[str, Any]] | None = None
    assigned_to: UUID | None = None
    record_version: int | None = None
    details: Json = field(default_factory=dict)
    """What the payload of the audit entry tells beyond the event."""
    changes: Mapping[str, Any] = field(default_factory=dict)
    """Columns of the case that get another value."""


async def write(session: AsyncSession, trail: Trail, cases: Cases, hit: Hit, happening: Happening) -> None:
    """Let something happen in a case that the session holds: the only way in which anything does."""
    if happening.status != hit.status:
        hit.due_at = cases.deadlines.due(happening.status, hit.source, Seriousness(hit.seriousness), happening.at)
        hit.escalated_at = None
    hit.status, hit.version, hit.updated_at = happening.status, hit.version + 1, happening.at
    for column, value in happening.changes.items():
        setattr(hit, column, value)
    event = _event(hit, happening)
    session.add(event)
    await session.flush()
    await trail.append_within(session, _draft(trail, hit, event, happening))
    connection = await session.connection()
    for companion in cases.notify(_told(hit, event)):
        await connection.exec_driver_sql(companion.sql, tuple(companion.arguments))


def _event(hit: Hit, happening: Happening) -> HitEvent:
    return HitEvent(
        hit_id=hit.id,
        version=hit.version,
        id=new_id(),
        at=happening.at,
        type=happening.type,
        status=happening.status,
        organisation_id=happening.organisation_id,
        client_id=happening.person.client_id if happening.person else None,
        officer=happening.person.officer if happening.person else None,
        comment=happening.comment,
        outcomes=happening.outcomes,
        assigned_to=happening.assigned_to,
        record_version=happening.record_version,
    )


def _draft(trail: Trail, hit: Hit, event: HitEvent, happening: Happening) -> Draft:
    """Name the event in the envelope; what somebody wrote, and who by name, goes into the payload."""
    outcome: Json = {
        "due_at": hit.due_at.isoformat() if hit.due_at else None,
        "event": event.type,
        "outcomes": event.outcomes or [],
        "record": str(hit.record_id),
        "record_version": event.record_version,
        "status": event.status,
        "version": event.version,
    }
    payload: Json = {"comment": event.comment, "officer": event.officer, **happening.details}
    return trail.draft(
        EntryKind.CASE, f"hit:{hit.id}", outcome, entry_id=event.id, operation=hit.operation, payload=payload
    )


def _told(hit: Hit, event: HitEvent) -> CaseEvent:
    return CaseEvent(
        id=event.id,
        hit_id=hit.id,
        version=event.version,
        type=EventType(event.type),
        at=event.at,
        status=Status(event.status),
        source=hit.source,
        label=hit.label,
        strength=hit.strength,
        desk=hit.desk,
        seriousness=hit.seriousness,
        organisation_id=hit.organisation_id,
        owner_id=hit.owner_id,
        post_id=hit.post_id,
        operation=hit.operation,
        exercise=hit.exercise,
        record_id=hit.record_id,
        due_at=hit.due_at,
    )
