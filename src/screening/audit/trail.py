"""What one request, or one command, leaves in the log."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, cast
from uuid import UUID

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from screening.audit import queries
from screening.audit.entries import Draft, EntryKind, Json, Match, Party
from screening.audit.log import AuditUnavailableError, Companion, Idempotency, Log, unavailable
from screening.audit.queries import Attached
from screening.audit.receipts import Receipt
from screening.clock import Clock
from screening.db.database import Pool
from screening.db.metadata import new_id_at

CLOCK_TOLERANCE = timedelta(seconds=1)
"""How far the machine's clock may go back before nothing is answered any more; a smaller step is waited out."""


class Trail:
    """Writes entries in the name of whoever makes the request, and knows whether one was written."""

    def __init__(self, log: Log, clock: Clock, *, request_id: str | None = None, party: Party | None = None) -> None:
        self.log = log
        self.clock = clock
        self.request_id = request_id
        self.party = party
        self.written = False

    def draft(  # noqa: PLR0913 - the parts of an entry
        self,
        kind: EntryKind,
        subject: str,
        outcome: Json,
        *,
        entry_id: UUID | None = None,
        purpose: str | None = None,
        operation: str | None = None,
        payload: Json | None = None,
        subjects: frozenset[str] = frozenset(),
        matches: Sequence[Match] = (),
    ) -> Draft:
        """Fill in an entry: now, by this party, in this request."""
        at = self.clock()
        return Draft(
            id=entry_id or new_id_at(at),
            kind=kind,
            at=at,
            party=self.party,
            subject=subject,
            outcome=outcome,
            request_id=self.request_id,
            purpose=purpose,
            operation=operation,
            payload=payload,
            subjects=subjects,
            matches=tuple(matches),
        )

    async def append(
        self,
        draft: Draft,
        *,
        idempotency: Idempotency | None = None,
        companions: Sequence[Companion] = (),
        attached: Attached | None = None,
    ) -> Receipt:
        """Write an entry and wait until it is durable; answers 503 when it may not be.

        Raises log.AlreadyAnsweredError when its idempotency key is taken.
        """
        try:
            receipt = await self.log.append(draft, idempotency=idempotency, companions=companions, attached=attached)
        except AuditUnavailableError:
            raise unavailable() from None
        self.written = True
        return receipt

    async def append_within(self, session: AsyncSession, draft: Draft) -> Receipt:
        """Write an entry that is durable when, and only when, the session's transaction commits."""
        receipt = await self.log.append_within(session, draft)
        self.written = True
        return receipt


async def note_clock(trail: Trail, pool: Pool) -> None:
    """Leave an entry where the clock is behind the newest entry, so that the log shows where time went back."""
    newest = await queries.find_newest_instant(pool)
    behind = newest - trail.clock() if newest else timedelta(0)
    if behind > CLOCK_TOLERANCE:
        await trail.append(trail.draft(EntryKind.SERVICE, "clock", {"behind_seconds": behind.total_seconds()}))


async def get_trail(request: Request) -> Trail:
    """Give a route the trail of its request."""
    return cast("Trail", request.state.trail)


TrailDep = Annotated[Trail, Depends(get_trail)]
