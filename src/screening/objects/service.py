"""What owners do with their objects: each change is one transaction of row, audit entry and journal."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from screening import problems
from screening.access.actors import Actor
from screening.audit.entries import EntryKind
from screening.audit.trail import Trail
from screening.db.metadata import new_id
from screening.journal import changes
from screening.journal.changes import Operation
from screening.journal.retention import RETENTION_OVER, Broken, RecordStatus, day_of
from screening.objects import owner_queries, records, rules
from screening.objects.kinds import Described
from screening.objects.records import Stored
from screening.objects.schemas import Circumstances, Report
from screening.problems import FieldError, Kind, Problem

PRESENT = "This object is on record already for your organisation. Change that record, or withdraw it."
WITHDRAWN = "The record was withdrawn and stays so. To report the object again, send it as a new record."
EXPIRED = "The record's retention is over. To report the object again, send it as a new record."


def new(described: Described, owner_id: UUID, report: Report, at: datetime) -> Stored:
    """Make the first version of a record."""
    return Stored(
        id=new_id(),
        owner_id=owner_id,
        described=described,
        report=report,
        retention_until=report.retention_date or rules.latest_retention(day_of(at)),
        version=1,
        created_at=at,
        updated_at=at,
    )


async def create(session: AsyncSession, trail: Trail, actor: Actor, described: Described, report: Report) -> Stored:
    """Add a record; answers 409 when the object is on record already."""
    at = trail.clock()
    _refuse_broken(rules.broken(report, actor.owner, day_of(at)))
    created = new(described, actor.organisation_id, report, at)
    ended = [] if await owner_queries.insert_new(session, [created]) else [await _make_room(session, created)]
    versions = [*((each, Operation.WITHDRAWN) for each in ended), (created, Operation.CREATED)]
    await _publish(session, trail, actor, versions)
    return created


async def _make_room(session: AsyncSession, created: Stored) -> Stored:
    """Insert a record in the place of one whose retention is over, and give that one; answers 409 if none is."""
    identity, owner_id, at = created.identity, created.owner_id, created.created_at
    found = await owner_queries.find_by_identity(session, created.described, owner_id, [identity])
    present = found.get(identity)
    if present is not None and present.status(day_of(at)) is RecordStatus.EXPIRED:
        ended = present.withdrawn(RETENTION_OVER, at)
        if await owner_queries.update(session, [ended]) and await owner_queries.insert_new(session, [created]):
            return ended
    raise _present()


async def get(session: AsyncSession, actor: Actor, described: Described, record_id: UUID) -> Stored:
    """Give an owner's record; answers 404 for those of others."""
    found = await owner_queries.find(session, described.kind, record_id)
    if found is None or found.owner_id != actor.organisation_id:
        problem = problems.not_found(f"{described.kind} record")
        problem.reason = "not_owner" if found else "unknown"
        raise problem
    return found


async def change(session: AsyncSession, trail: Trail, actor: Actor, present: Stored, sent: Circumstances) -> Stored:
    """Change fields of a record that is locked; what does not change anything makes no new version."""
    at = trail.clock()
    if present.status(day_of(at)) is RecordStatus.EXPIRED:
        raise Problem(Kind.CONFLICT, EXPIRED, reason="expired")
    report = _merged(present, sent)
    _refuse_broken(rules.broken_by_change(present, report, sent, actor.owner, day_of(at)))
    changed = present.changed(report, sent.retention_date or present.retention_until, at)
    if (changed.body, changed.retention_until) == (present.body, present.retention_until):
        return present
    try:
        await owner_queries.update(session, [changed])
    except IntegrityError:
        raise _present() from None
    await _publish(session, trail, actor, [(changed, Operation.UPDATED)])
    return changed


async def withdraw(session: AsyncSession, trail: Trail, actor: Actor, present: Stored, reason: str) -> Stored:
    """End a record that is locked: from the commit on it matches nothing."""
    withdrawn = present.withdrawn(reason, trail.clock())
    await owner_queries.update(session, [withdrawn])
    await _publish(session, trail, actor, [(withdrawn, Operation.WITHDRAWN)])
    return withdrawn


async def lock_own(session: AsyncSession, actor: Actor, described: Described, record_id: UUID) -> Stored:
    """Give a record that stands, for a change; answers 403 when it is of another owner, 409 when it was withdrawn."""
    found = await owner_queries.find_and_lock(session, described.kind, record_id)
    if found is None:
        raise problems.not_found(f"{described.kind} record")
    if found.owner_id != actor.organisation_id:
        detail = "Only the organisation that reported an object writes its record."
        raise Problem(Kind.FORBIDDEN, detail, reason="not_owner")
    if found.withdrawn_at is not None:
        raise Problem(Kind.CONFLICT, WITHDRAWN, reason="withdrawn")
    return found


def _merged(present: Stored, sent: Circumstances) -> Report:
    """Put new fields over present ones; answers 422 when they do not fit together."""
    changed = sent.model_dump(mode="json", exclude_unset=True, exclude=records.NOT_KEPT)
    kept = {name: value for name, value in (present.body | changed).items() if value is not None}
    try:
        return present.described.report.model_validate(kept)
    except ValidationError as error:
        raise problems.invalid(
            [
                FieldError(where=".".join(map(str, ("body", *each["loc"]))), message=each["msg"])
                for each in error.errors(include_url=False, include_input=False, include_context=False)
            ]
        ) from None


def _present() -> Problem:
    return Problem(Kind.CONFLICT, PRESENT, reason="present")


def _refuse_broken(broken: Sequence[Broken]) -> None:
    if broken:
        raise problems.invalid([FieldError(where=f"body.{each.field}", message=each.message) for each in broken])


async def _publish(
    session: AsyncSession, trail: Trail, actor: Actor, versions: Sequence[tuple[Stored, Operation]]
) -> None:
    """Tell the log and then, last of all, the journal."""
    for stored, operation in versions:
        subject, outcome = f"{stored.described.kind}:{stored.id}", {"operation": operation, "version": stored.version}
        draft = trail.draft(EntryKind.RECORD, subject, outcome, payload=records.journalled(stored))
        await trail.append_within(session, draft)
    await changes.append(session, [records.journal_entry(each, operation, actor.id) for each, operation in versions])
