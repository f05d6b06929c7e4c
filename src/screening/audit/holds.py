"""Legal holds: what belongs to a case is not erased until its hold is lifted. Both leave an entry with the reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from screening import problems
from screening.audit.entries import EntryKind
from screening.audit.models import AuditHold
from screening.audit.readers import Reader
from screening.audit.schemas import HoldIn
from screening.audit.trail import Trail
from screening.db.metadata import new_id
from screening.problems import Kind, Problem

ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(7261843)")
"""Whoever places a hold and whoever erases wait for each other: what is held when the answer leaves is still there."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds: the client, and whose entries."""

    client_id: UUID
    reader: Reader


async def place(session: AsyncSession, trail: Trail, holder: Holder, wanted: HoldIn) -> AuditHold:
    """Hold a case, as far as it is in the entries that one audits."""
    await session.execute(ONE_AT_A_TIME)
    hold = AuditHold(
        id=new_id(),
        kind=wanted.kind,
        reference=wanted.reference,
        organisation_id=holder.reader.single,
        placed_at=trail.clock(),
        placed_by=holder.client_id,
        reason=wanted.reason,
    )
    session.add(hold)
    await session.flush()
    await _log(session, trail, hold, "placed", wanted.reason)
    return hold


async def lift(session: AsyncSession, trail: Trail, holder: Holder, hold_id: UUID, reason: str) -> AuditHold:
    """End a hold; 404 for one of others, 409 for one that was lifted before."""
    hold = await session.get(AuditHold, hold_id, with_for_update=True)
    if hold is None or not holder.reader.sees(hold.organisation_id):
        raise problems.not_found("hold")
    if hold.lifted_at is not None:
        raise Problem(Kind.CONFLICT, "The hold was lifted before.")
    hold.lifted_at, hold.lifted_by, hold.lift_reason = trail.clock(), holder.client_id, reason
    await _log(session, trail, hold, "lifted", reason)
    return hold


async def list_holds(session: AsyncSession, reader: Reader, *, after: UUID | None, limit: int) -> Sequence[AuditHold]:
    """List holds, newest first."""
    query = select(AuditHold).order_by(AuditHold.id.desc()).limit(limit)
    if reader.organisation_ids is not None:
        query = query.where(AuditHold.organisation_id.in_(reader.organisation_ids))
    if after is not None:
        query = query.where(AuditHold.id < after)
    return (await session.scalars(query)).all()


async def _log(session: AsyncSession, trail: Trail, hold: AuditHold, operation: str, reason: str) -> None:
    outcome = {"kind": hold.kind, "operation": operation, "reference": hold.reference}
    draft = trail.draft(EntryKind.HOLD, f"hold:{hold.id}", outcome, payload={"reason": reason})
    await trail.append_within(session, draft)
