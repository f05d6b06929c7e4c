"""What owners do with their documents: each change is one transaction of row, audit entry and journal."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from screening import problems
from screening.access.actors import Actor, Owner
from screening.audit import subjects
from screening.audit.entries import EntryKind
from screening.audit.trail import Trail
from screening.db.metadata import new_id
from screening.documents import owner_queries, records, rules
from screening.documents.records import StoredDocument
from screening.documents.schemas import DocumentIn, DocumentPatch
from screening.identifiers import states
from screening.journal import changes
from screening.journal.changes import Operation
from screening.journal.retention import RETENTION_OVER, Broken, RecordStatus, day_of
from screening.problems import FieldError, Kind, Problem

PRESENT = "This document is on record already: same number, issuing State and type. Change that record, or withdraw it."
WITHDRAWN = "The record was withdrawn and stays so. To report the document again, send it to POST /v1/documents."
EXPIRED = "The record's retention is over. To report the document again, send it to POST /v1/documents."


def owns(owner: Owner, issuing_state: str) -> bool:
    """Tell whether an organisation speaks for the State that issued a document."""
    return owner.country is not None and states.owner_of(issuing_state) == owner.country


async def create(session: AsyncSession, trail: Trail, actor: Actor, sent: DocumentIn) -> StoredDocument:
    """Add a record; answers 403 to another State, 409 when the document is on record already."""
    if not owns(actor.owner, sent.issuing_state):
        raise _not_owner()
    at = trail.clock()
    document, today = sent.document(), day_of(at)
    retention = sent.retention_date or rules.latest_retention(document.type, document.reason, today)
    _refuse_broken([*rules.broken(document, today), *rules.broken_by_retention(document, retention, today)])
    created = StoredDocument.new(new_id(), actor.organisation_id, document, retention_until=retention, at=at)
    before = None if await owner_queries.insert_new(session, [created]) else await _make_room(session, created)
    ended = [(before.withdrawn(RETENTION_OVER, at), Operation.WITHDRAWN)] if before else []
    await _publish(session, trail, actor, [*ended, (created, Operation.CREATED)], before=before)
    return created


async def _make_room(session: AsyncSession, created: StoredDocument) -> StoredDocument:
    """Insert a record in the place of one whose retention is over, and give what that was; answers 409 if none is."""
    present = (await owner_queries.find_by_key(session, [created])).get(created.key)
    if present is not None and present.status(day_of(created.created_at)) is RecordStatus.EXPIRED:
        ended = present.withdrawn(RETENTION_OVER, created.created_at)
        if await owner_queries.update(session, [ended]) and await owner_queries.insert_new(session, [created]):
            return present
    raise Problem(Kind.CONFLICT, PRESENT, reason="present")


async def get(session: AsyncSession, actor: Actor, record_id: UUID) -> StoredDocument:
    """Give an owner's record; answers 404 for those of others."""
    return _own(await owner_queries.find(session, record_id), actor)


async def change(
    session: AsyncSession, trail: Trail, actor: Actor, record_id: UUID, patch: DocumentPatch
) -> StoredDocument:
    """Change fields of a record; what does not change anything makes no new version."""
    present = await _lock_own(session, actor, record_id)
    at = trail.clock()
    if present.status(day_of(at)) is RecordStatus.EXPIRED:
        raise Problem(Kind.CONFLICT, EXPIRED, reason="expired")
    wanted = patch.values()
    _refuse_broken([*_emptied(wanted), *_about_retention(present, patch, day_of(at))])
    values = {name: value for name, value in wanted.items() if getattr(present, name) != value}
    if not values:
        return present
    changed = present.changed(values, at)
    _refuse_broken(rules.broken(changed, day_of(at)))
    await owner_queries.update(session, [changed])
    await _publish(session, trail, actor, [(changed, Operation.UPDATED)], before=present)
    return changed


def _emptied(wanted: Mapping[str, Any]) -> list[Broken]:
    names = {"theft_country": "theft_country", "retention_until": "retention_date"}
    return [Broken(sent, "cannot be empty") for name, sent in names.items() if name in wanted and wanted[name] is None]


def _about_retention(present: StoredDocument, patch: DocumentPatch, today: date) -> list[Broken]:
    if patch.retention_date is None:
        return []
    return rules.broken_by_change_of_retention(
        present, present.retention_until, patch.retention_date, patch.retention_reason, today
    )


async def withdraw(session: AsyncSession, trail: Trail, actor: Actor, record_id: UUID, reason: str) -> StoredDocument:
    """End a record: from the commit on it matches nothing."""
    present = await _lock_own(session, actor, record_id)
    withdrawn = present.withdrawn(reason, trail.clock())
    await owner_queries.update(session, [withdrawn])
    await _publish(session, trail, actor, [(withdrawn, Operation.WITHDRAWN)], before=present)
    return withdrawn


async def _lock_own(session: AsyncSession, actor: Actor, record_id: UUID) -> StoredDocument:
    """Give a record that stands, for a change; answers 404 for those of others, 409 when it was withdrawn."""
    found = _own(await owner_queries.find_and_lock(session, record_id), actor)
    if found.withdrawn_at is not None:
        raise Problem(Kind.CONFLICT, WITHDRAWN, reason="withdrawn")
    return found


def _own(found: StoredDocument | None, actor: Actor) -> StoredDocument:
    if found is None or found.owner_id != actor.organisation_id:
        problem = problems.not_found("document record")
        problem.reason = "not_owner" if found else "unknown"
        raise problem
    return found


def _not_owner() -> Problem:
    detail = "Only the bureau of the State that issued a document writes its record."
    return Problem(Kind.FORBIDDEN, detail, reason="not_owner")


def _refuse_broken(broken: Sequence[Broken]) -> None:
    if broken:
        raise problems.invalid([FieldError(where=f"body.{each.field}", message=each.message) for each in broken])


async def _publish(
    session: AsyncSession,
    trail: Trail,
    actor: Actor,
    versions: Sequence[tuple[StoredDocument, Operation]],
    *,
    before: StoredDocument | None,
) -> None:
    """Tell the log and then, last of all, the journal."""
    for stored, operation in versions:
        outcome = {"operation": operation, "version": stored.version}
        draft = trail.draft(
            EntryKind.RECORD,
            f"document:{stored.id}",
            outcome,
            payload=records.journalled(stored),
            subjects=subjects.of_document(stored.number, stored.issuing_state) | {subjects.of_record(stored.id)},
        )
        await trail.append_within(session, draft)
    unwritten = records.unwritten(before) if before else []
    written = [records.journal_entry(each, operation, actor.id) for each, operation in versions]
    await changes.append(session, [*unwritten, *written])
