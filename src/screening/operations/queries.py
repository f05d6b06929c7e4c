"""SQL of operations."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from screening.access.models import Organisation, Post
from screening.access.schemas import OrganisationKind
from screening.operations.models import Accreditation, Operation


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks; None sees all operations."""

    organisation_id: UUID
    post_id: UUID | None


def _visible(viewer: Viewer | None) -> ColumnElement[bool]:
    if viewer is None:
        return true()
    post = Operation.posts.contains([viewer.post_id]) if viewer.post_id else None
    own = [
        Operation.coordinator_id == viewer.organisation_id,
        Operation.organisations.contains([viewer.organisation_id]),
    ]
    return or_(*own, *([post] if post is not None else []))


async def list_operations(
    session: AsyncSession, viewer: Viewer | None, *, after: UUID | None, limit: int
) -> Sequence[Operation]:
    """List the operations that somebody takes part in or runs, in the order they were made."""
    query = select(Operation).where(_visible(viewer)).order_by(Operation.id).limit(limit)
    if after is not None:
        query = query.where(Operation.id > after)
    return (await session.scalars(query)).all()


async def find_operation(session: AsyncSession, viewer: Viewer | None, operation_id: UUID) -> Operation | None:
    """Find an operation that somebody takes part in or runs."""
    found: Operation | None = await session.scalar(
        select(Operation).where(Operation.id == operation_id, _visible(viewer))
    )
    return found


async def find_and_lock(session: AsyncSession, viewer: Viewer | None, operation_id: UUID) -> Operation | None:
    """Find an operation, and keep others from changing it until the transaction ends."""
    found: Operation | None = await session.scalar(
        select(Operation).where(Operation.id == operation_id, _visible(viewer)).with_for_update()
    )
    return found


async def find_by_code(session: AsyncSession, code: str) -> Operation | None:
    """Find an operation by its code."""
    found: Operation | None = await session.scalar(select(Operation).where(Operation.code == code))
    return found


async def list_bureaus(session: AsyncSession, countries: Collection[str]) -> Sequence[Organisation]:
    """List the bureaus of some States."""
    query = select(Organisation).where(
        Organisation.country.in_(countries), Organisation.kind == OrganisationKind.BUREAU
    )
    return (await session.scalars(query.order_by(Organisation.id))).all()


async def list_present(session: AsyncSession, ids: Collection[UUID]) -> set[UUID]:
    """List those of some ids that are organisations."""
    return set(await session.scalars(select(Organisation.id).where(Organisation.id.in_(ids))))


async def read_posts(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, Post]:
    """Read some posts."""
    rows = await session.scalars(select(Post).where(Post.id.in_(ids)).order_by(Post.code))
    return {post.id: post for post in rows}


async def add_accreditations(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    """Keep what came of persons; those who are kept already stay as they are."""
    if rows:
        await session.execute(insert(Accreditation).on_conflict_do_nothing(), rows)


async def list_accreditations(
    session: AsyncSession, operation_id: UUID, organisation_id: UUID, *, after: UUID | None, limit: int
) -> Sequence[Accreditation]:
    """List whom an organisation had screened in advance, in the order of screening."""
    query = select(Accreditation).where(
        Accreditation.operation_id == operation_id, Accreditation.organisation_id == organisation_id
    )
    if after is not None:
        query = query.where(Accreditation.id > after)
    return (await session.scalars(query.order_by(Accreditation.id).limit(limit))).all()
