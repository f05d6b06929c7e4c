"""SQL of manifests."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Text, any_, delete, func, literal, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from screening.manifests.models import ManifestPerson, ManifestRow
from screening.manifests.vocabulary import PersonStatus


@dataclass(frozen=True, slots=True)
class Done:
    """What came of screening one person."""

    place: int
    status: PersonStatus
    verdict: str
    reason: str | None = None
    screening_id: UUID | None = None
    decision: str | None = None
    desk: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What a carrier is told of one person, and by which references it knows the person."""

    verdict: str | None
    booking: str | None
    reference: str | None


# The persons of a list travel as one JSON parameter: one statement, however many they are.
ADD = text("""
INSERT INTO manifest_persons
    (manifest_id, place, position, reference, booking, kind, status, submission, reason, verdict, finished)
SELECT :manifest_id, place, position, reference, booking, kind, status, submission, reason, verdict, finished
FROM json_to_recordset(CAST(:persons AS json)) AS r (
    place bigint, position text, reference text, booking text, kind text, status text, submission jsonb, reason text,
    verdict text, finished bigint)
""")

FINISH = text("""
UPDATE manifest_persons p SET submission = NULL, status = r.status, verdict = r.verdict, reason = r.reason,
       screening_id = r.screening_id, decision = r.decision, desk = r.desk, finished = :turn
FROM json_to_recordset(CAST(:done AS json)) AS r (
    place bigint, status text, verdict text, reason text, screening_id uuid, decision text, desk text)
WHERE p.manifest_id = :manifest_id AND p.place = r.place AND p.status = 'pending'
""")


async def add(session: AsyncSession, manifest: ManifestRow, persons: str) -> None:
    """Write a list and its persons, who come as a JSON list of rows."""
    session.add(manifest)
    await session.flush()
    await session.execute(ADD, {"manifest_id": manifest.id, "persons": persons})


async def withdraw_earlier(
    session: AsyncSession, manifest: ManifestRow, references: Sequence[str], status: PersonStatus
) -> None:
    """Give persons of earlier lists of the same voyage another status."""
    earlier = select(ManifestRow.id).where(
        ManifestRow.organisation_id == manifest.organisation_id,
        ManifestRow.carrier == manifest.carrier,
        ManifestRow.journey == manifest.journey,
        ManifestRow.departs_on == manifest.departs_on,
        ManifestRow.id != manifest.id,
    )
    await session.execute(
        update(ManifestPerson)
        .where(
            ManifestPerson.manifest_id.in_(earlier),
            ManifestPerson.reference == any_(literal(list(references), ARRAY(Text))),
            ManifestPerson.status.not_in((PersonStatus.WITHDRAWN, PersonStatus.REPLACED)),
        )
        .values(status=status, submission=None, finished=func.coalesce(ManifestPerson.finished, 0))
    )


async def find(session: AsyncSession, manifest_id: UUID, organisation_id: UUID) -> ManifestRow | None:
    """Find a list of an organisation."""
    found: ManifestRow | None = await session.scalar(
        select(ManifestRow).where(ManifestRow.id == manifest_id, ManifestRow.organisation_id == organisation_id)
    )
    return found


async def find_by_key(session: AsyncSession, client_id: UUID, key: str) -> ManifestRow | None:
    """Find the list that a client sent with an idempotency key."""
    found: ManifestRow | None = await session.scalar(
        select(ManifestRow).where(ManifestRow.client_id == client_id, ManifestRow.idempotency_key == key)
    )
    return found


async def counts(session: AsyncSession, manifest_id: UUID) -> dict[str, int]:
    """Count the persons of a list by status."""
    rows = await session.execute(
        select(ManifestPerson.status, func.count().label("held"))
        .where(ManifestPerson.manifest_id == manifest_id)
        .group_by(ManifestPerson.status)
    )
    return {row.status: row.held for row in rows}


async def list_persons(
    session: AsyncSession, manifest_id: UUID, *, after: int | None, limit: int
) -> Sequence[ManifestPerson]:
    """List the persons in the order of the list."""
    query = select(ManifestPerson).where(ManifestPerson.manifest_id == manifest_id)
    if after is not None:
        query = query.where(ManifestPerson.place > after)
    return (await session.scalars(query.order_by(ManifestPerson.place).limit(limit))).all()


async def list_told(session: AsyncSession, manifest_id: UUID) -> list[Told]:
    """List what is told of every person, in the order of the list."""
    query = select(ManifestPerson.verdict, ManifestPerson.booking, ManifestPerson.reference)
    rows = await session.execute(query.where(ManifestPerson.manifest_id == manifest_id).order_by(ManifestPerson.place))
    return [Told(*row) for row in rows]


async def list_finished(
    session: AsyncSession, manifest_id: UUID, *, after: tuple[int, int], limit: int
) -> Sequence[ManifestPerson]:
    """List the persons who are done in the order in which they were, behind one of them."""
    done = func.coalesce(ManifestPerson.finished, -1)
    finished, place = after
    query = select(ManifestPerson).where(
        ManifestPerson.manifest_id == manifest_id,
        done >= 0,
        (done > finished) | ((done == finished) & (ManifestPerson.place > place)),
    )
    return (await session.scalars(query.order_by(done, ManifestPerson.place).limit(limit))).all()


async def list_pending(session: AsyncSession, manifest_id: UUID, *, limit: int) -> Sequence[ManifestPerson]:
    """List persons who wait to be screened, first ones first."""
    return (
        await session.scalars(
            select(ManifestPerson)
            .where(ManifestPerson.manifest_id == manifest_id, ManifestPerson.status == PersonStatus.PENDING)
            .order_by(ManifestPerson.place)
            .limit(limit)
        )
    ).all()


async def finish(session: AsyncSession, manifest_id: UUID, done: Sequence[Done], *, turn: int) -> None:
    """Write what came of persons, unless a later list withdrew them meanwhile; their data go."""
    rows = json.dumps([asdict(person) for person in done], default=str)
    await session.execute(FINISH, {"manifest_id": manifest_id, "turn": turn, "done": rows})


async def close(session: AsyncSession, manifest_id: UUID, at: datetime) -> None:
    """Note that nobody of a list waits any more."""
    await session.execute(update(ManifestRow).where(ManifestRow.id == manifest_id).values(finished_at=at))


async def lease(session: AsyncSession, manifest_ids: Sequence[UUID], until: datetime) -> None:
    """Say that this process goes on with lists."""
    await session.execute(update(ManifestRow).where(ManifestRow.id.in_(manifest_ids)).values(leased_until=until))


async def take_over(session: AsyncSession, at: datetime, until: datetime, *, limit: int) -> Sequence[ManifestRow]:
    """Take over lists whose process went away."""
    left = (
        select(ManifestRow.id)
        .where(ManifestRow.finished_at.is_(None), ManifestRow.leased_until < at)
        .order_by(ManifestRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return (
        await session.scalars(
            update(ManifestRow)
            .where(ManifestRow.id.in_(left.scalar_subquery()))
            .values(leased_until=until)
            .returning(ManifestRow)
        )
    ).all()


async def last_turn(session: AsyncSession, manifest_id: UUID) -> int:
    """Tell how far the order of those who are done has come."""
    turn: int = await session.scalar(
        select(func.coalesce(func.max(ManifestPerson.finished), 0)).where(ManifestPerson.manifest_id == manifest_id)
    )
    return turn


async def forget(session: AsyncSession, before: datetime) -> None:
    """Remove lists that were done long ago; what was screened stays in the log as long as its retention says."""
    await session.execute(delete(ManifestRow).where(ManifestRow.finished_at < before))
