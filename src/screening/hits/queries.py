"""SQL of hits."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from screening.hits.models import Hit

COLUMNS = (
    "id", "screening_id", "at", "organisation_id", "post_id", "source", "record_id", "record_version", "owner_id",
    "label", "strength", "desk", "score", "status",
)  # fmt: skip

INSERT = (
    f"INSERT INTO hits ({', '.join(COLUMNS)}) "  # noqa: S608 - constant names of columns
    f"VALUES ({', '.join(f'${number}' for number in range(1, len(COLUMNS) + 1))})"
)


def _visible(organisation_id: UUID) -> ColumnElement[bool]:
    """Own hits, but silent ones only to the owner of the record."""
    return or_(Hit.owner_id == organisation_id, and_(Hit.organisation_id == organisation_id, Hit.desk != "silent"))


async def list_hits(session: AsyncSession, organisation_id: UUID, *, after: UUID | None, limit: int) -> Sequence[Hit]:
    """List the hits that an organisation's posts found, or that its records gave, newest first."""
    query = select(Hit).where(_visible(organisation_id)).order_by(Hit.id.desc()).limit(limit)
    if after is not None:
        query = query.where(Hit.id < after)
    return (await session.scalars(query)).all()


async def find_hit(session: AsyncSession, organisation_id: UUID, hit_id: UUID) -> Hit | None:
    """Find a hit that an organisation may see."""
    found: Hit | None = await session.scalar(select(Hit).where(Hit.id == hit_id, _visible(organisation_id)))
    return found
