"""SQL of manifests."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, func, insert, null, select, update
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


FINISH = (
    update(ManifestPerson)
    .where(
        ManifestPerson.manifest_id == bindparam("of"),
        ManifestPerson.place == bindparam("of_place"),
        ManifestPerson.status == PersonStatus.PENDING,
    )
    .values(
        {
            name: bindparam(name)
            for name in ("status", "verdict", "reason", "screening_id", "decision", "desk", "finished")
        }
        | {"submission": null()}
    )
)


async def add(session: AsyncSession, manifest: ManifestRow, persons: Sequence[dict[str, Any]]) -> None:
    """Write a list and its persons."""
    session.add(manifest)
    await session.flush()
    if persons:
        await session.execute(insert(ManifestPerson), persons)


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
            ManifestPerson.reference.in_(references),
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
    if done:
        rows = [{**asdict(person), "of_place": person.place} for person in done]
        await (await session.connection()).execute(
            FINISH, [{"of": manifest_id, "finished": turn, **row} for row in rows]
        )


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
