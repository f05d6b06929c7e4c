"""SQL of access."""

from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from screening.access.models import Key, Organisation, Post
from screening.audit.misuse import Place
from screening.db.database import Connection, Pool

Listed = TypeVar("Listed", Organisation, Post, Key)

_ORGANISATION_OF = {
    Organisation: Organisation.id,
    Post: Post.organisation_id,
    Key: Key.organisation_id,
}


async def list_rows(
    session: AsyncSession, table: type[Listed], *, within: UUID | None, after: UUID | None, limit: int
) -> Sequence[Listed]:
    """List organisations, posts or keys in the order they were made; `within` one organisation, None for all."""
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
