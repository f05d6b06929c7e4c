"""Writing objects of a file, a batch at a time: one statement finds, one inserts, one updates.

Sending the same file again changes nothing. A line is what the owner knows now: fields that it leaves out become
empty, except the end of retention and the States that it is hidden from, which stay. A record that was withdrawn, or
whose retention is over, stays so.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from screening.access.actors import Owner
from screening.journal.changes import Operation
from screening.journal.formats import Batch, Item, Outcome, Reject
from screening.journal.retention import Broken, RecordStatus, day_of
from screening.objects import owner_queries, records, rules, service
from screening.objects.kinds import Described
from screening.objects.records import Stored
from screening.objects.schemas import Report

OTHER_REASON = "reason: is another one on record and cannot change; withdraw that record and enter the object again"


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of the batch."""

    place: int
    report: Report
    new: Stored
    """The record that it makes where there is none."""


@dataclass(slots=True)
class _Plan:
    """What becomes of the lines so far, by their place in the batch."""

    outcomes: dict[int, Outcome] = field(default_factory=dict)
    reasons: dict[int, str] = field(default_factory=dict)
    done: list[tuple[Stored, Operation]] = field(default_factory=list)

    def refuse(self, line: _Line, reason: str) -> None:
        """Note that a line gives no record."""
        self.outcomes[line.place] = Outcome.REJECTED
        self.reasons[line.place] = reason


async def write(
    described: Described, session: AsyncSession, owner: Owner, items: Sequence[Item[Report]], at: datetime
) -> Batch:
    """Write objects of one kind and owner, and give what became of each, in their order."""
    plan = _Plan()
    lines = [
        _Line(place, item.content, service.new(described, owner.organisation_id, item.content, at))
        for place, item in enumerate(items)
    ]
    for line in lines:
        if broken := rules.broken(line.report, owner, day_of(at)):
            plan.refuse(line, _in_words(broken))
    await owner_queries.take_turn(session, owner.organisation_id)
    while waiting := [line for line in lines if line.place not in plan.outcomes]:
        # An object that occurs twice is written twice, in order, as if the two stood in two files.
        turn = list({line.new.identity: line for line in reversed(waiting)}.values())[::-1]
        await _write_turn(session, described, owner, turn, at, plan)
    changes = [records.journal_entry(stored, operation) for stored, operation in plan.done]
    rejects = [Reject(items[place].line, items[place].raw, reason) for place, reason in sorted(plan.reasons.items())]
    return Batch([plan.outcomes[place] for place in range(len(items))], changes, rejects)


async def _write_turn(  # noqa: PLR0913 - what is written, for whom, and what came of it
    session: AsyncSession, described: Described, owner: Owner, turn: Sequence[_Line], at: datetime, plan: _Plan
) -> None:
    """Write lines of different objects; a line that somebody else was faster with gets no outcome."""
    identities = [line.new.identity for line in turn]
    present = await owner_queries.find_by_identity(session, described, owner.organisation_id, identities)
    created: list[tuple[_Line, Stored]] = []
    changed: list[tuple[_Line, Stored]] = []
    for line in turn:
        found = present.get(line.new.identity)
        if found is None:
            created.append((line, line.new))
        elif reason := _refusal(found, line.report, owner, at):
            plan.refuse(line, reason)
        elif (next_one := _next(found, line.report, at)) is None:
            plan.outcomes[line.place] = Outcome.UNCHANGED
        else:
            changed.append((line, next_one))
    for planned, put, outcome, operation in (
        (created, owner_queries.insert_new, Outcome.CREATED, Operation.CREATED),
        (changed, owner_queries.update, Outcome.UPDATED, Operation.UPDATED),
    ):
        written = await put(session, [stored for _, stored in planned]) if planned else set()
        for line, stored in planned:
            if stored.id in written:
                plan.outcomes[line.place] = outcome
                plan.done.append((stored, operation))


def _next(found: Stored, report: Report, at: datetime) -> Stored | None:
    """Give the next version of a record; None when the line says what is on record."""
    if "hidden_from" not in report.model_fields_set:
        report = report.model_copy(update={"hidden_from": found.report.hidden_from})
    changed = found.changed(report, report.retention_date or found.retention_until, at)
    same = (changed.body, changed.retention_until) == (found.body, found.retention_until)
    return None if same else changed


def _refusal(found: Stored, report: Report, owner: Owner, at: datetime) -> str | None:
    """Say why a line cannot change the record that is there, if so."""
    match found.status(day_of(at)):
        case RecordStatus.WITHDRAWN:
            return service.WITHDRAWN
        case RecordStatus.EXPIRED:
            return service.EXPIRED
    if found.report.reason is not report.reason:
        return OTHER_REASON
    return _in_words(rules.broken_by_change(found, report, report, owner, day_of(at))) or None


def _in_words(broken: Sequence[Broken]) -> str:
    return "; ".join(f"{each.field}: {each.message}" for each in broken)
