"""SQL of access."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from screening.access.models import AuditedOrganisation, Grant, Key, Organisation, Post
from screening.audit.misuse import Place
from screening.db.database import Connection, Pool

Listed = TypeVar("Listed", Organisation, Post, Key, Grant)

_ORGANISATION_OF = {
    Organisation: Organisation.id,
    Post: Post.organisation_id,
    Key: Key.organisation_id,
    Grant: Grant.organisation_id,
}


async def list_rows(
    session: AsyncSession, table: type[Listed], *, within: UUID | None, after: UUID | None, limit: int
) -> Sequence[Listed]:
    """List rows of a table in the order they were made; `within` one organisation, None for all."""
    query = select(table).order_by(table.id).limit(limit)
    if within is not None:
        query = query.where(_ORGANISATION_OF[table] == within)
    if after is not None:
        query = query.where(table.id > after)
    return (await session.scalars(query)).all()


async def find_organisation(session: AsyncSession, name: str) -> Organisation | None:
    """Find an organisation by its name."""
    found: Organisation | None = await session.scalar(select(Organisation).where(Organisation.name == name))
    return found


async def list_places(reading: Connection | Pool) -> dict[UUID, Place]:
    """List every post as the report of misuse sees it."""
    rows = await reading.fetch("SELECT id, code, mode, latitude, longitude FROM posts")
    return {row["id"]: Place(row["code"], row["mode"], row["latitude"], row["longitude"]) for row in rows}


async def find_post(session: AsyncSession, organisation_id: UUID, code: str) -> Post | None:
    """Find a post of an organisation by its code."""
    found: Post | None = await session.scalar(
        select(Post).where(Post.organisation_id == organisation_id, Post.code == code)
    )
    return found


async def list_audited(session: AsyncSession, key_id: UUID) -> frozenset[UUID]:
    """Give the organisations that an auditor's key was assigned."""
    query = select(AuditedOrganisation.organisation_id).where(AuditedOrganisation.key_id == key_id)
    return frozenset(await session.scalars(query))


async def replace_audited(session: AsyncSession, key_id: UUID, organisation_ids: Iterable[UUID]) -> None:
    """Assign organisations to an auditor's key in the place of those before; IntegrityError for unknown ones."""
    await session.execute(delete(AuditedOrganisation).where(AuditedOrganisation.key_id == key_id))
    rows = [{"key_id": key_id, "organisation_id": each} for each in organisation_ids]
    if rows:
        await session.execute(insert(AuditedOrganisation), rows)


async def find_posts(
    session: AsyncSession, countries: Collection[str], codes: Collection[str]
) -> Mapping[str, Sequence[Post]]:
    """Find the posts of some codes that stand in some States; two organisations may use the same code."""
    found: defaultdict[str, list[Post]] = defaultdict(list)
    for post in await session.scalars(select(Post).where(Post.country.in_(countries), Post.code.in_(codes))):
        found[post.code].append(post)
    return found


async def find_clients(session: AsyncSession, country: str, ids: Collection[UUID]) -> set[UUID]:
    """Find which of some clients stand in a State: at a post there, or without one in an organisation seated there."""
    query = (
        select(Key.id)
        .join(Organisation, Organisation.id == Key.organisation_id)
        .outerjoin(Post, Post.id == Key.post_id)
        .where(func.coalesce(Post.country, Organisation.country) == country, Key.id.in_(ids))
    )
    return set(await session.scalars(query))
