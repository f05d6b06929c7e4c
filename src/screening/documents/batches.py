"""Writing documents of a file, a batch at a time: one statement finds, one inserts, one updates.

Sending the same file again changes nothing. A line is what the bureau knows now: fields that it leaves out become
empty, except the end of retention, which stays. A record that was withdrawn, or whose retention is over, stays so: an
import never brings it back, only a deliberate POST does.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from screening.access.actors import Owner
from screening.documents import ids, owner_queries, records, rules, service
from screening.documents.records import Document, StoredDocument
from screening.documents.schemas import DocumentIn
from screening.journal.changes import Change, Operation
from screening.journal.formats import Batch, Item, Outcome, Reject
from screening.journal.retention import RecordStatus, day_of

OTHER_REASON = "reason: is another one on record and cannot change; withdraw that record and enter the document again"
OTHER_OWNER = "this document is on record for another organisation of your State"


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of the batch."""

    place: int
    sent: DocumentIn
    document: Document


@dataclass(slots=True)
class _Written:
    """What has become of the lines so far, by their place in the batch."""

    outcomes: dict[int, Outcome] = field(default_factory=dict)
    reasons: dict[int, str] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)

    def refuse(self, line: _Line, reason: str) -> None:
        """Note that a line gives no record."""
        self.outcomes[line.place] = Outcome.REJECTED
        self.reasons[line.place] = reason


async def write(session: AsyncSession, owner: Owner, items: Sequence[Item[DocumentIn]], at: datetime) -> Batch:
    """Write documents of one owner, and give what became of each, in their order."""
    written = _Written()
    lines = [_Line(place, item.content, item.content.document()) for place, item in enumerate(items)]
    waiting = _fit(lines, owner, day_of(at), written)
    await owner_queries.take_turn(session, owner.organisation_id)
    while waiting:
        # A document that occurs twice is written twice, in order, as if the two stood in two files.
        turn = list({line.document.key: line for line in reversed(waiting)}.values())[::-1]
        await _write_turn(session, owner.organisation_id, turn, at, written)
        waiting = [line for line in waiting if line.place not in written.outcomes]
    rejects = [Reject(items[place].line, items[place].raw, reason) for place, reason in sorted(written.reasons.items())]
    return Batch([written.outcomes[place] for place in range(len(items))], written.changes, rejects)


def _fit(lines: Iterable[_Line], owner: Owner, today: date, written: _Written) -> list[_Line]:
    """Give the lines that keep the rules, and refuse the others."""
    fit = []
    for line in lines:
        if reason := broken_by(line.sent, owner, today):
            written.refuse(line, reason)
        else:
            fit.append(line)
    return fit


def broken_by(sent: DocumentIn, owner: Owner, today: date) -> str | None:
    """Say which rules a line breaks, if any."""
    document = sent.document()
    if not service.owns(owner, document.issuing_state):
        return f"issuing_state: this bureau owns {owner.country or 'no documents'}"
    broken = rules.broken(document, today)
    if sent.retention_date:
        broken += rules.broken_by_retention(document, sent.retention_date, today)
    return "; ".join(f"{each.field}: {each.message}" for each in broken) or None


async def _write_turn(
    session: AsyncSession, owner_id: UUID, turn: Sequence[_Line], at: datetime, written: _Written
) -> None:
    """Write lines of different documents; a line that somebody else was faster with gets no outcome."""
    present = await owner_queries.find_by_key(session, [line.document for line in turn])
    fresh = ids.new_series()
    created: dict[UUID, tuple[_Line, StoredDocument]] = {}
    changed: dict[UUID, tuple[_Line, StoredDocument]] = {}
    before: dict[UUID, StoredDocument] = {}
    for line in turn:
        found = present.get(line.document.key)
        if found is None:
            new = new_record(line.sent, next(fresh), owner_id, at)
            created[new.id] = (line, new)
        elif reason := _refusal(line, found, owner_id, day_of(at)):
            written.refuse(line, reason)
        elif values := _new_values(line, found):
            before[found.id], changed[found.id] = found, (line, found.changed(values, at))
        else:
            written.outcomes[line.place] = Outcome.UNCHANGED
    for plan, put, outcome, operation in (
        (created, owner_queries.insert_new, Outcome.CREATED, Operation.CREATED),
        (changed, owner_queries.update, Outcome.UPDATED, Operation.UPDATED),
    ):
        done = await put(session, [stored for _, stored in plan.values()]) if plan else set()
        for line, stored in (plan[record_id] for record_id in plan if record_id in done):
            written.outcomes[line.place] = outcome
            written.changes += records.unwritten(before[stored.id]) if stored.id in before else []
            written.changes.append(records.journal_entry(stored, operation))


def new_record(sent: DocumentIn, record_id: UUID, owner_id: UUID, at: datetime) -> StoredDocument:
    """Make the first version of a record."""
    document = sent.document()
    retention = sent.retention_date or rules.latest_retention(document.type, document.reason, day_of(at))
    return StoredDocument.new(record_id, owner_id, document, retention_until=retention, at=at)


def _new_values(line: _Line, found: StoredDocument) -> dict[str, object]:
    values = records.differences(found, line.document)
    if line.sent.retention_date not in {None, found.retention_until}:
        values["retention_until"] = line.sent.retention_date
    return values


def _refusal(line: _Line, found: StoredDocument, owner_id: UUID, today: date) -> str | None:
    """Say why a line cannot change the record that is there, if so."""
    match found.status(today):
        case RecordStatus.WITHDRAWN:
            return service.WITHDRAWN
        case RecordStatus.EXPIRED:
            return service.EXPIRED
    if found.owner_id != owner_id:
        return OTHER_OWNER
    if found.reason is not line.document.reason:
        return OTHER_REASON
    sent = line.sent
    if sent.retention_date is None:
        return None
    broken = rules.broken_by_change_of_retention(
        line.document, found.retention_until, sent.retention_date, sent.retention_reason, today
    )
    return "; ".join(f"{each.field}: {each.message}" for each in broken) or None
