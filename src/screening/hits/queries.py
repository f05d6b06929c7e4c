"""SQL of hits."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, func, not_, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from screening.access.models import Key
from screening.audit.queries import Attachment
from screening.db.database import Pool
from screening.hits.models import Hit, HitEvent, RedressRow
from screening.hits.vocabulary import Status

OPENED = Attachment(
    table="hits",
    entry="screening_id",
    columns=(
        ("id", "uuid"),
        ("screening_id", "uuid"),
        ("at", "timestamptz"),
        ("organisation_id", "uuid"),
        ("post_id", "uuid"),
        ("client_id", "uuid"),
        ("officer", "text"),
        ("operation", "text"),
        ("exercise", "boolean"),
        ("source", "text"),
        ("record_id", "uuid"),
        ("record_version", "bigint"),
        ("owner_id", "uuid"),
        ("label", "text"),
        ("strength", "text"),
        ("desk", "text"),
        ("score", "real"),
        ("seriousness", "text"),
        ("document_key", "bytea"),
        ("status", "text"),
        ("version", "bigint"),
        ("due_at", "timestamptz"),
        ("updated_at", "timestamptz"),
        ("record_seen", "bigint"),
    ),
)
"""New hits, written by the statement that writes the entries of their screenings."""

# The newest version of each record that a case was not told of; a withdrawal that was overtaken is no withdrawal.
_UNTOLD = """
SELECT h.id, c.version, c.operation FROM hits h
CROSS JOIN LATERAL (
    SELECT version, operation FROM record_changes r WHERE r.record_id = h.record_id ORDER BY version DESC LIMIT 1
) c
WHERE c.version > h.record_seen
  AND (h.status <> 'closed' OR EXISTS (SELECT FROM redresses r WHERE r.hit_id = h.id AND r.ended_at IS NULL))
"""
UNTOLD_OF_RECORDS = text(f"{_UNTOLD} AND h.record_id = ANY(:records) ORDER BY h.id LIMIT :limit")
UNTOLD_SINCE = text(f"{_UNTOLD} AND h.id >= :since ORDER BY h.id LIMIT :limit")

FIND_REDRESS = """
SELECT r.id, r.document_key, r.record_id, r.record_version FROM redresses r
WHERE r.document_key = ANY($1::bytea[]) AND r.record_id = ANY($2::uuid[])
  AND r.approved_at IS NOT NULL AND r.ended_at IS NULL AND r.until > $3
"""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks: an organisation, and whether the role may see silent hits on the organisation's own records."""

    organisation_id: UUID
    sees_silent: bool


@dataclass(frozen=True, slots=True)
class Filter:
    """Which hits somebody asks for; None asks for nothing in particular."""

    at: datetime
    status: Status | None = None
    overdue: bool | None = None
    assigned_to: UUID | None = None
    source: str | None = None
    operation: str | None = None
    record_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Untold:
    """A case that was not yet told of the newest version of its record."""

    hit_id: UUID
    version: int
    operation: str


@dataclass(frozen=True, slots=True)
class StandingRedress:
    """A redress that applies now, as long as the record has this version."""

    id: UUID
    document_key: bytes
    record_id: UUID
    record_version: int


def _visible(viewer: Viewer) -> ColumnElement[bool]:
    owned = and_(Hit.owner_id == viewer.organisation_id, Hit.exercise.is_(False))  # an exercise alerts nobody else
    own = or_(owned, Hit.organisation_id == viewer.organisation_id)
    silent = and_(Hit.desk == "silent", Hit.owner_id == viewer.organisation_id) if viewer.sees_silent else false()
    return and_(own, or_(Hit.desk != "silent", silent))


def _wanted(wanted: Filter) -> Iterator[ColumnElement[bool]]:
    for column, value in (
        (Hit.status, wanted.status),
        (Hit.assigned_to, wanted.assigned_to),
        (Hit.source, wanted.source),
        (Hit.operation, wanted.operation),
        (Hit.record_id, wanted.record_id),
    ):
        if value is not None:
            yield column == value
    if wanted.overdue is not None:
        overdue = and_(Hit.status != Status.CLOSED, func.coalesce(Hit.due_at <= wanted.at, false()))
        yield overdue if wanted.overdue else not_(overdue)
    if wanted.since is not None:
        yield Hit.at >= wanted.since
    if wanted.until is not None:
        yield Hit.at < wanted.until


async def list_hits(
    session: AsyncSession, viewer: Viewer, wanted: Filter, *, after: UUID | None, limit: int
) -> Sequence[Hit]:
    """List the hits that an organisation's posts found, or that its records gave, newest first."""
    query = select(Hit).where(_visible(viewer), *_wanted(wanted)).order_by(Hit.id.desc()).limit(limit)
    if after is not None:
        query = query.where(Hit.id < after)
    return (await session.scalars(query)).all()


async def find_hit(session: AsyncSession, viewer: Viewer, hit_id: UUID) -> Hit | None:
    """Find a hit that an organisation may see."""
    found: Hit | None = await session.scalar(select(Hit).where(Hit.id == hit_id, _visible(viewer)))
    return found


async def find_and_lock(session: AsyncSession, viewer: Viewer, hit_id: UUID) -> Hit | None:
    """Find a hit that an organisation may see, and hold it: what happens in a case happens one after the other."""
    query = select(Hit).where(Hit.id == hit_id, _visible(viewer)).with_for_update()
    found: Hit | None = await session.scalar(query)
    return found


async def list_events(session: AsyncSession, hit_id: UUID) -> Sequence[HitEvent]:
    """List what happened in a case, in order."""
    query = select(HitEvent).where(HitEvent.hit_id == hit_id).order_by(HitEvent.version)
    return (await session.scalars(query)).all()


async def find_redress(session: AsyncSession, hit_id: UUID) -> RedressRow | None:
    """Find the redress of a case that has not ended."""
    query = select(RedressRow).where(RedressRow.hit_id == hit_id, RedressRow.ended_at.is_(None))
    found: RedressRow | None = await session.scalar(query)
    return found


async def end_redress(session: AsyncSession, hit_id: UUID, at: datetime) -> None:
    """End the redress of a case, if it has one."""
    await session.execute(
        update(RedressRow).where(RedressRow.hit_id == hit_id, RedressRow.ended_at.is_(None)).values(ended_at=at)
    )


async def is_client_of(session: AsyncSession, client_id: UUID, organisation_id: UUID) -> bool:
    """Tell whether a key belongs to an organisation, and is not revoked."""
    query = select(Key.id).where(Key.id == client_id, Key.organisation_id == organisation_id, Key.revoked_at.is_(None))
    return await session.scalar(query) is not None


async def find_standing(
    pool: Pool, document_keys: Sequence[bytes], records: Sequence[UUID], *, at: datetime
) -> list[StandingRedress]:
    """Find the redresses between travel documents and records that apply at a moment: one question."""
    rows = await pool.fetch(FIND_REDRESS, list(document_keys), list(records), at)
    return [StandingRedress(**dict(row)) for row in rows]


async def list_untold_of(session: AsyncSession, records: Sequence[UUID], *, limit: int) -> list[Untold]:
    """List the cases of some records that were not told of their newest version."""
    rows = await session.execute(UNTOLD_OF_RECORDS, {"records": list(records), "limit": limit})
    return [Untold(*row) for row in rows]


async def list_untold_since(session: AsyncSession, since: datetime, *, limit: int) -> list[Untold]:
    """List the cases opened since a moment that were not told of the newest version of their record."""
    first = UUID(int=int(since.timestamp() * 1000) << 80)  # the lowest UUIDv7 of that millisecond
    rows = await session.execute(UNTOLD_SINCE, {"since": first, "limit": limit})
    return [Untold(*row) for row in rows]


async def list_overdue(session: AsyncSession, at: datetime, *, limit: int) -> Sequence[Hit]:
    """List cases whose step is overdue and of which that is not written yet, and hold them."""
    query = (
        select(Hit)
        .where(Hit.status != Status.CLOSED, Hit.due_at <= at, Hit.escalated_at.is_(None))
        .order_by(Hit.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return (await session.scalars(query)).all()
