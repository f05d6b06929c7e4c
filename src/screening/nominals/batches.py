"""Writing notices of a file, a batch at a time: one statement for what is new, one for what changed.

Sending the same file again changes nothing. A reference that its owner withdrew stays withdrawn: an import never
brings a notice back, only a deliberate POST does.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from screening.access.actors import Owner
from screening.db.metadata import new_id
from screening.journal.changes import Change, Operation
from screening.journal.formats import Batch, Item, Outcome, Reject
from screening.nominals import issuing, owner_queries, records
from screening.nominals.owner_queries import Present
from screening.nominals.records import Stored
from screening.nominals.schemas import NoticeIn

RENEW_BEFORE = timedelta(days=182)
"""A notice that is still in its owner's file is confirmed by that; from this long before its end on it is renewed."""

WITHDRAWN = "This reference was withdrawn. To issue it again, send the notice to POST /v1/notices."
OTHER_COLOUR = (
    "This reference is a notice of another kind or colour. Withdraw that one first, or use another reference."
)

Content = Item[NoticeIn]


@dataclass(slots=True)
class _Plan:
    """What becomes of each item of a round; the rest waits for the next one."""

    created: list[tuple[Content, Stored]] = field(default_factory=list)
    changed: list[tuple[Content, Stored]] = field(default_factory=list)
    unchanged: list[Content] = field(default_factory=list)
    rejects: list[tuple[Content, Reject]] = field(default_factory=list)


async def write(session: AsyncSession, owner: Owner, items: Sequence[Content], at: datetime) -> Batch:
    """Write items of one owner, and give what became of each, in their order."""
    outcomes: dict[int, Outcome] = {}
    changes: list[Change] = []
    rejects: list[Reject] = []
    waiting = list(items)
    while waiting:
        # A reference that occurs twice is written twice, in order, as if the two stood in two files.
        turn = list({item.content.reference: item for item in reversed(waiting)}.values())[::-1]
        plan = await _plan(session, owner, turn, at)
        beaten = await _carry_out(session, plan)
        done = {id(item) for item in turn} - {id(item) for item in beaten}
        waiting = [item for item in waiting if id(item) not in done]
        outcomes |= _outcomes(plan, done)
        changes += await asyncio.to_thread(_changes, plan, done)
        rejects += [reject for _, reject in plan.rejects]
    return Batch([outcomes[id(item)] for item in items], changes, rejects)


async def _plan(session: AsyncSession, owner: Owner, turn: Sequence[Content], at: datetime) -> _Plan:
    references = [item.content.reference for item in turn]
    present = await owner_queries.lock_present(session, owner.organisation_id, references)
    missing = [reference for reference in references if reference not in present]
    withdrawn = await owner_queries.list_withdrawn(session, owner.organisation_id, missing) if missing else set()
    # Hashing and writing out thousands of notices takes a moment, in which the process shall go on answering.
    return await asyncio.to_thread(_planned, owner, turn, present, withdrawn, at)


def _planned(
    owner: Owner, turn: Sequence[Content], present: Mapping[str, Present], withdrawn: Collection[str], at: datetime
) -> _Plan:
    plan = _Plan()
    for item in turn:
        found = present.get(item.content.reference)
        refusal = _refusal(owner, item.content)
        if refusal is not None:
            plan.rejects.append((item, Reject(item.line, item.raw, refusal)))
        elif found is not None:
            _plan_present(plan, item, found, at)
        elif item.content.reference in withdrawn:
            plan.rejects.append((item, Reject(item.line, item.raw, WITHDRAWN)))
        else:
            plan.created.append((item, records.create(new_id(), owner.organisation_id, item.content, at)))
    return plan


def _refusal(owner: Owner, sent: NoticeIn) -> str | None:
    if not issuing.may_issue(owner, sent.kind):
        return issuing.not_issued_by(owner)
    return issuing.HIDDEN_FROM_ITSELF if issuing.hides_from_itself(owner, sent) else None


def _plan_present(plan: _Plan, item: Content, found: Present, at: datetime) -> None:
    sent = _as_restricted(item.content, found)
    if (found.kind, found.colour) != (item.content.kind, item.content.colour):
        plan.rejects.append((item, Reject(item.line, item.raw, OTHER_COLOUR)))
    elif found.digest == records.digest(sent) and not _due(found, sent, at):
        plan.unchanged.append(item)
    else:
        plan.changed.append((item, records.change(found, sent, at)))


def _as_restricted(sent: NoticeIn, found: Present) -> NoticeIn:
    """Keep a record hidden as it is where the file does not speak of that: most formats cannot."""
    if "hidden_from" in sent.model_fields_set or not found.hidden_from:
        return sent
    return sent.model_copy(update={"hidden_from": found.hidden_from})


def _due(found: Present, sent: NoticeIn, at: datetime) -> bool:
    return sent.valid_until is None and found.valid_until - at < RENEW_BEFORE


async def _carry_out(session: AsyncSession, plan: _Plan) -> list[Content]:
    """Write a plan; gives the items whose reference somebody else created in the meantime."""
    if plan.changed:
        await owner_queries.update(session, [stored for _, stored in plan.changed])
    if not plan.created:
        return []
    written = await owner_queries.insert_new(session, [stored for _, stored in plan.created])
    return [item for item, stored in plan.created if stored.id not in written]


def _outcomes(plan: _Plan, done: set[int]) -> dict[int, Outcome]:
    outcomes = {id(item): Outcome.CREATED for item, _ in plan.created if id(item) in done}
    outcomes |= {id(item): Outcome.UPDATED for item, _ in plan.changed}
    outcomes |= {id(item): Outcome.UNCHANGED for item in plan.unchanged}
    return outcomes | {id(item): Outcome.REJECTED for item, _ in plan.rejects}


def _changes(plan: _Plan, done: set[int]) -> list[Change]:
    created = [stored for item, stored in plan.created if id(item) in done]
    return [
        *(records.journal_entry(stored, Operation.CREATED) for stored in created),
        *(records.journal_entry(stored, Operation.UPDATED) for _, stored in plan.changed),
    ]
