"""A bureau's whole list anew: loaded beside what stands, then put in its place at one moment, or not at all.

It is one transaction. Until it commits, searches find the old list; whatever ends it before, a damaged line, a kill or
a crash, leaves the old list as it was. Nobody waits for it but other imports of the same bureau.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from screening.access.actors import Owner
from screening.db.metadata import new_id
from screening.documents import bulk, ids, owner_queries, records, staging
from screening.documents.bulk import Done, Fit
from screening.documents.schemas import DocumentIn
from screening.journal.changes import Operation
from screening.journal.formats import Batch, Bulk, Item, Outcome, Reject, ReloadRefusedError
from screening.journal.retention import day_of

REASON = "Not in the full list that its owner sent."
"""The reason of withdrawal of what a full list lacks."""


@dataclass(slots=True)
class Loading:
    """A list that is being loaded."""

    session: AsyncSession
    owner: Owner
    at: datetime
    lines: int = 0
    staged: int = 0
    rejects: list[Reject] = field(default_factory=list)

    async def load(self, batch: Bulk) -> None:
        """Load a batch of lines beside the records."""
        others, refused = bulk.divided(batch.content.others, self.owner, self.at)
        fit = Fit(batch.content, others, self.owner, 0, self.at)
        await staging.copy(self.session, staging.TABLE, await asyncio.to_thread(bulk.staged_rows, fit, self.lines))
        self.lines += batch.read
        self.staged += len(fit)
        self.rejects += [*batch.rejects, *refused]


async def write(  # noqa: PLR0913 - who, what, when, and how much of it
    session: AsyncSession,
    owner: Owner,
    import_id: UUID,
    batches: AsyncIterator[Bulk],
    again: Callable[[], Iterator[Bulk]],
    at: datetime,
    *,
    most_withdrawn: int,
) -> Batch:
    """Put the records of a file in the place of an owner's list; ReloadRefusedError leaves everything as it was."""
    await staging.begin(session)
    loading = Loading(session, owner, at)
    async for batch in batches:
        await loading.load(batch)
    _refuse(loading.rejects)
    await owner_queries.take_turn(session, owner.organisation_id)
    base = ids.base(new_id())
    intake = await staging.add_intake(session, base, owner.organisation_id, import_id, at)
    created = await staging.insert_new(session, intake)
    contested = await staging.list_contested(session, intake, owner.organisation_id, day_of(at))
    items = await asyncio.to_thread(_read_again, again, contested)
    done = await bulk.write_one_by_one(session, owner, items, at)
    _refuse(done.rejects)
    await _withdraw_missing(loading, done, most_withdrawn)
    done.outcomes += Counter({Outcome.CREATED: created, Outcome.UNCHANGED: loading.staged - created - len(contested)})
    between = (ids.joined(base, 1), ids.joined(base, loading.lines))
    new = [bulk.creation(import_id, between, created, at)] if created else []
    return Batch(done.outcomes, [*new, *done.changes], ())


def _refuse(rejects: Sequence[Reject]) -> None:
    if rejects:
        raise ReloadRefusedError(
            f"{len(rejects)} lines were rejected. A full list is taken whole: nothing was changed.", rejects
        )


def _read_again(again: Callable[[], Iterator[Bulk]], contested: Sequence[int]) -> list[Item[DocumentIn]]:
    """Read contested lines from the file once more: a list of millions is not held in memory."""
    items: list[Item[DocumentIn]] = []
    left = set(contested)
    for batch in again() if left else ():
        lines = batch.content
        last = lines.first + lines.chunk.count(b"\n") - 1
        items += bulk.read_again(lines, lines.others, [line for line in contested if lines.first <= line <= last])
    return items


async def _withdraw_missing(loading: Loading, done: Done, most: int) -> None:
    """Withdraw what stands and is not in the list, unless that is more than was foreseen."""
    session, at = loading.session, loading.at
    missing = await staging.list_missing(session, loading.owner.organisation_id, limit=most + 1)
    if len(missing) > most:
        raise ReloadRefusedError(
            f"The list lacks more than {most} records that stand; nothing was changed. If that is meant, allow for it.",
            (),
        )
    for start in range(0, len(missing), bulk.ONE_BY_ONE):
        before = missing[start : start + bulk.ONE_BY_ONE]
        after = {each.id: each.withdrawn(REASON, at) for each in before}
        written = await owner_queries.update(session, [*after.values()])
        for each in before:
            if each.id in written:
                done.changes += [*records.unwritten(each), records.journal_entry(after[each.id], Operation.WITHDRAWN)]
