"""SQL of hits."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from screening.hits.models import Hit

COLUMNS = (
    "id", "screening_id", "at", "organisation_id", "post_id", "source", "record_id", "record_version", "owner_id",
    "label", "strength", "desk", "score", "status", "operation", "exercise",
)  # fmt: skip

INSERT = (
    f"INSERT INTO hits ({', '.join(COLUMNS)}) "  # noqa: S608 - constant names of columns
    f"VALUES ({', '.join(f'${number}' for number in range(1, len(COLUMNS) + 1))})"
)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks: an organisation, and whether the role may see silent hits on the organisation's own records."""

    organisation_id: UUID
    sees_silent: bool


def _visible(viewer: Viewer) -> ColumnElement[bool]:
    owned = and_(Hit.owner_id == viewer.organisation_id, Hit.exercise.is_(False))  # an exercise alerts nobody else
    own = or_(owned, Hit.organisation_id == viewer.organisation_id)
    silent = and_(Hit.desk == "silent", Hit.owner_id == viewer.organisation_id) if viewer.sees_silent else false()
    return and_(own, or_(Hit.desk != "silent", silent))


async def list_hits(session: AsyncSession, viewer: Viewer, *, after: UUID | None, limit: int) -> Sequence[Hit]:
    """List the hits that an organisation's posts found, or that its records gave, newest first."""
    query = select(Hit).where(_visible(viewer)).order_by(Hit.id.desc()).limit(limit)
    if after is not None:
        query = query.where(Hit.id < after)
    return (await session.scalars(query)).all()


async def find_hit(session: AsyncSession, viewer: Viewer, hit_id: UUID) -> Hit | None:
    """Find a hit that an organisation may see."""
    found: Hit | None = await session.scalar(select(Hit).where(Hit.id == hit_id, _visible(viewer)))
    return found
