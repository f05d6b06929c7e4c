"""What people do with cases: each act is one transaction of case, event, audit entry and notification."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from screening import problems
from screening.access.actors import Actor
from screening.access.permissions import Role
from screening.audit.trail import Trail
from screening.db.metadata import new_id
from screening.hits import deadlines, events, lifecycle, queries, redress
from screening.hits.events import CaseEvent, Cases, Happening
from screening.hits.lifecycle import Act, Case, Person, RefusedError, Side
from screening.hits.models import Hit, RedressRow
from screening.hits.queries import Viewer
from screening.hits.schemas import Assignment, EventIn, OutcomeReport, RedressProposal
from screening.hits.vocabulary import EventType, Outcome, Seriousness, Status
from screening.problems import FieldError, Kind, Problem

SILENT = "silent"
POSSIBLE = "possible"
EXACT = "exact"
OF_DOCUMENTS = frozenset({"sltd", "tdawn"})


@dataclass(frozen=True, slots=True)
class NewHit:
    """A hit at the moment that it is found."""

    id: UUID
    screening_id: UUID
    at: datetime
    organisation_id: UUID
    post_id: UUID | None
    client_id: UUID
    officer: str | None
    operation: str | None
    exercise: bool
    source: str
    record_id: UUID
    record_version: int
    owner_id: UUID
    label: str
    crime_areas: Sequence[str]
    strength: str
    desk: str
    score: float
    document_key: bytes | None

    @property
    def seriousness(self) -> Seriousness:
        """How fast its case has to move."""
        return deadlines.seriousness_of(self.label, self.crime_areas)


def opened(hit: NewHit, cases: Cases) -> list[Any]:
    """Give the row of a new case, in the order of `queries.OPENED`: it commits with the screening's entry, or not."""
    of_case = {
        "seriousness": hit.seriousness,
        "status": Status.NEW,
        "version": 1,
        "due_at": cases.deadlines.due(Status.NEW, hit.source, hit.seriousness, hit.at),
        "updated_at": hit.at,
        "record_seen": hit.record_version,
    }
    return [of_case[name] if name in of_case else getattr(hit, name) for name, _ in queries.OPENED.columns]


def told(hit: NewHit, cases: Cases) -> CaseEvent:
    """Give what others may be told of a new case."""
    return CaseEvent(
        id=hit.id,
        hit_id=hit.id,
        version=1,
        type=EventType.OPENED,
        at=hit.at,
        status=Status.NEW,
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
        due_at=cases.deadlines.due(Status.NEW, hit.source, hit.seriousness, hit.at),
    )


def viewer_of(actor: Actor) -> Viewer:
    """Say as whom an actor looks at hits."""
    return Viewer(actor.organisation_id, sees_silent=actor.role is Role.BUREAU)


async def get(session: AsyncSession, actor: Actor, hit_id: UUID) -> Hit:
    """Give a case of the own organisation; answers 404 for those of others."""
    return _found(await queries.find_hit(session, viewer_of(actor), hit_id))


async def act(  # noqa: PLR0913 - session, trail and rules beside who does what where
    session: AsyncSession, trail: Trail, cases: Cases, actor: Actor, hit_id: UUID, sent: EventIn
) -> Hit:
    """Let somebody do something in a case; answers 403 and 409 where its rules do not allow it."""
    hit = _found(await queries.find_and_lock(session, viewer_of(actor), hit_id))
    if sent.version != hit.version:
        raise Problem(Kind.CONFLICT, f"The case moved on: it has version {hit.version} now.", reason="case:version")
    at = trail.clock()
    found = await queries.find_redress(session, hit.id)
    status = _judged(_case(hit, found), _act(hit, actor, sent), at)
    await _keep_redress(session, hit, found, actor, sent, at)
    await events.write(session, trail, cases, hit, await _happening(session, actor, sent, status, at))
    return hit


def _judged(case: Case, wanted: Act, at: datetime) -> Status:
    try:
        return lifecycle.judge(case, wanted, at)
    except RefusedError as refused:
        kind = Kind.FORBIDDEN if refused.reason in lifecycle.OF_PERSON else Kind.CONFLICT
        raise Problem(kind, refused.text, reason=f"case:{refused.reason}") from None


def _found(hit: Hit | None) -> Hit:
    if hit is None:
        raise problems.not_found("hit")
    return hit


def _act(hit: Hit, actor: Actor, sent: EventIn) -> Act:
    """Say who wants what, and on whose side: of a silent case the owner's bureau has both."""
    sides = {Side.OWNER} if actor.organisation_id == hit.owner_id else set()
    if actor.organisation_id == hit.organisation_id or hit.desk == SILENT:
        sides.add(Side.FINDER)
    outcomes = sent.outcomes if isinstance(sent, OutcomeReport) else []
    return Act(
        type=sent.type,
        person=Person(actor.id, sent.officer),
        role=actor.role,
        sides=sides,
        outcomes=frozenset(Outcome(each.outcome) for each in outcomes),
    )


def _case(hit: Hit, found: RedressRow | None) -> Case:
    unfit = hit.desk == SILENT or (hit.source in OF_DOCUMENTS and hit.strength == EXACT)
    return Case(
        status=Status(hit.status),
        reported_by=Person(hit.client_id or hit.screening_id, hit.officer),
        possible=hit.strength == POSSIBLE,
        due_at=hit.due_at,
        answer=Status(hit.answer) if hit.answer else None,
        outcomes=frozenset(Outcome(each["outcome"]) for each in hit.outcomes or ()),
        outcome_by=Person(hit.outcome_client_id, hit.outcome_officer) if hit.outcome_client_id else None,
        redressable=hit.document_key is not None and not unfit and hit.record_seen == hit.record_version,
        redress=lifecycle.Redress(Person(found.proposed_by, found.proposed_officer), found.approved_at is not None)
        if found
        else None,
    )


async def _happening(session: AsyncSession, actor: Actor, sent: EventIn, status: Status, at: datetime) -> Happening:
    outcomes = [each.model_dump(mode="json") for each in sent.outcomes] if isinstance(sent, OutcomeReport) else None
    assigned_to = sent.assigned_to if isinstance(sent, Assignment) else None
    if assigned_to is not None and not await queries.is_client_of(session, assigned_to, actor.organisation_id):
        raise problems.invalid([FieldError(where="body.assigned_to", message="names a valid key of your organisation")])
    person = Person(actor.id, sent.officer)
    return Happening(
        at=at,
        type=sent.type,
        status=status,
        organisation_id=actor.organisation_id,
        person=person,
        comment=sent.comment,
        outcomes=outcomes,
        assigned_to=assigned_to,
        details={"until": sent.until.isoformat()} if isinstance(sent, RedressProposal) else {},
        changes=_changes(sent.type, person, outcomes, assigned_to),
    )


def _changes(
    kind: EventType, person: Person, outcomes: list[dict[str, Any]] | None, assigned_to: UUID | None
) -> dict[str, Any]:
    """Give the columns that an act changes. The owner's word, and a new beginning, undo what was built on the last."""
    nothing_reported = {"outcomes": None, "outcome_client_id": None, "outcome_officer": None}
    match kind:
        case EventType.CONFIRMED | EventType.NOT_CONFIRMED:
            return {"answer": kind.value, **nothing_reported}
        case EventType.REOPENED:
            return {"answer": None, **nothing_reported}
        case EventType.OUTCOME_REPORTED:
            return {"outcomes": outcomes, "outcome_client_id": person.client_id, "outcome_officer": person.officer}
        case EventType.ASSIGNED:
            return {"assigned_to": assigned_to}
        case _:
            return {}


async def _keep_redress(  # noqa: PLR0913 - a redress has many parts
    session: AsyncSession, hit: Hit, found: RedressRow | None, actor: Actor, sent: EventIn, at: datetime
) -> None:
    """Propose, approve or end the redress of a case, as the act wants it."""
    match sent.type:
        case EventType.REDRESS_PROPOSED:
            session.add(_proposed(hit, actor, sent, at))
        case EventType.REDRESS_APPROVED if found is not None:
            found.approved_at, found.approved_by = at, actor.id
        case EventType.REDRESS_ENDED | EventType.REOPENED | EventType.CONFIRMED | EventType.NOT_CONFIRMED:
            await queries.end_redress(session, hit.id, at)
        case _:
            return


def _proposed(hit: Hit, actor: Actor, sent: RedressProposal, at: datetime) -> RedressRow:
    """Make a redress that waits for approval; answers 422 when it would last too long."""
    if not at < sent.until <= at + redress.LONGEST:
        message = f"lies in the future, at most {redress.LONGEST.days} days from now"
        raise problems.invalid([FieldError(where="body.until", message=message)])
    return RedressRow(
        id=new_id(),
        hit_id=hit.id,
        document_key=hit.document_key,
        record_id=hit.record_id,
        record_version=hit.record_version,
        until=sent.until,
        reason=sent.comment,
        proposed_at=at,
        proposed_by=actor.id,
        proposed_officer=sent.officer,
    )
