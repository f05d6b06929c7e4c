"""What owners do with their notices: each change is one transaction of row, audit entry and journal."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from screening import problems
from screening.access.actors import Actor
from screening.audit.entries import EntryKind
from screening.audit.trail import Trail
from screening.db.metadata import new_id
from screening.journal import changes
from screening.journal.changes import Operation
from screening.nominals import issuing, owner_queries, records, subjects
from screening.nominals.records import Stored
from screening.nominals.schemas import NoticeIn, NoticePatch, Status
from screening.problems import FieldError, Kind, Problem

PRESENT = "There is a notice of yours with this reference. Change that one, or withdraw it first."
EXPIRED = "The notice has expired. Withdraw it; to issue it again, send it to POST /v1/notices."
WITHDRAWN = "The notice was withdrawn and stays so. To issue it again, send it to POST /v1/notices."


async def create(session: AsyncSession, trail: Trail, actor: Actor, sent: NoticeIn) -> Stored:
    """Add a notice; answers 403 when it is not the organisation's to issue, 409 when its reference is present."""
    if not issuing.may_issue(actor.owner, sent.kind):
        raise Problem(Kind.FORBIDDEN, issuing.not_issued_by(actor.owner), reason="not_issuer")
    _refuse_hidden_from_itself(actor, sent)
    stored = records.create(new_id(), actor.organisation_id, sent, trail.clock())
    if not await owner_queries.insert_new(session, [stored]):
        raise Problem(Kind.CONFLICT, PRESENT, reason="reference_present")
    await _publish(session, trail, actor, stored, Operation.CREATED)
    return stored


async def get(session: AsyncSession, actor: Actor, record_id: UUID) -> Stored:
    """Give an owner's notice; answers 404 for those of others."""
    return _own(await owner_queries.find(session, record_id), actor)


async def change(session: AsyncSession, trail: Trail, actor: Actor, record_id: UUID, patch: NoticePatch) -> Stored:
    """Replace fields of a notice; what does not change anything makes no new version."""
    stored = await _standing(session, actor, record_id)
    if stored.status(trail.clock()) is Status.EXPIRED:
        raise Problem(Kind.CONFLICT, EXPIRED, reason="expired")
    changed = _merged(records.body(stored.notice), patch.model_dump(mode="json", exclude_unset=True))
    if records.digest(changed) == records.digest(stored.notice):
        return stored
    _refuse_hidden_from_itself(actor, changed)
    stored = records.change(stored, changed, trail.clock())
    await owner_queries.update(session, [stored])
    await _publish(session, trail, actor, stored, Operation.UPDATED)
    return stored


async def withdraw(session: AsyncSession, trail: Trail, actor: Actor, record_id: UUID, reason: str) -> Stored:
    """End a notice: from the commit on it matches nobody."""
    stored = records.withdraw(await _standing(session, actor, record_id), reason, trail.clock())
    await owner_queries.update(session, [stored])
    await _publish(session, trail, actor, stored, Operation.WITHDRAWN)
    return stored


async def _standing(session: AsyncSession, actor: Actor, record_id: UUID) -> Stored:
    stored = _own(await owner_queries.find_and_lock(session, record_id), actor)
    if stored.withdrawn_at is not None:
        raise Problem(Kind.CONFLICT, WITHDRAWN, reason="withdrawn")
    return stored


def _own(found: Stored | None, actor: Actor) -> Stored:
    if found is None or found.owner_id != actor.organisation_id:
        problem = problems.not_found("notice")
        problem.reason = "other_owner" if found else "unknown"
        raise problem
    return found


def _refuse_hidden_from_itself(actor: Actor, sent: NoticeIn) -> None:
    if issuing.hides_from_itself(actor.owner, sent):
        raise problems.invalid([FieldError(where="body.hidden_from", message="Does not name your own State")])


def _merged(present: Mapping[str, Any], patch: Mapping[str, Any]) -> NoticeIn:
    """Put new fields over present ones; answers 422 when they do not fit together."""
    kept = {name: value for name, value in patch.items() if value is not None}
    try:
        return NoticeIn.model_validate({key: present[key] for key in present if key not in patch} | kept)
    except ValidationError as error:
        raise problems.invalid(
            [
                FieldError(where=".".join(map(str, ("body", *each["loc"]))), message=each["msg"])
                for each in error.errors(include_url=False, include_input=False, include_context=False)
            ]
        ) from None


async def _publish(session: AsyncSession, trail: Trail, actor: Actor, stored: Stored, operation: Operation) -> None:
    """Write the audit entry, then, as the last act, the journal."""
    payload = records.journalled(stored)
    outcome = {"operation": operation, "version": stored.version}
    draft = trail.draft(
        EntryKind.RECORD,
        f"notice:{stored.id}",
        outcome,
        payload=payload,
        subjects=subjects.logged(stored.id, stored.notice.subject),
    )
    await trail.append_within(session, draft)
    await changes.append(session, [records.journal_entry(stored, operation, actor.id)])
