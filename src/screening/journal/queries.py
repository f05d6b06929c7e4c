"""SQL of imports."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from screening.journal.formats import Reject
from screening.journal.models import Import, ImportReject


class ImportStatus(StrEnum):
    """How far an import is."""

    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    """It did not reach the end of the file; what it wrote until then stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """One row of `imports`."""

    id: UUID
    organisation_id: UUID
    client_id: UUID | None
    format: str
    status: ImportStatus = ImportStatus.RUNNING
    failure: str | None = None
    started_at: datetime
    updated_at: datetime
    finished_at: datetime | None = None
    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0


async def start(session: AsyncSession, progress: Progress) -> None:
    """Put an import on record."""
    await session.execute(insert(Import).values(asdict(progress)))


async def save(session: AsyncSession, progress: Progress) -> None:
    """Note how far an import is."""
    await session.execute(update(Import).where(Import.id == progress.id).values(asdict(progress)))


async def add_rejects(session: AsyncSession, import_id: UUID, rejects: Sequence[Reject], *, behind: int) -> None:
    """Keep where rejects stood and why, behind those that are kept already."""
    if rejects:
        rows = [
            {"import_id": import_id, "place": place, "line": reject.line, "reason": reject.reason}
            for place, reject in enumerate(rejects, behind + 1)
        ]
        await session.execute(insert(ImportReject), rows)


async def find(session: AsyncSession, import_id: UUID) -> Progress | None:
    """Find an import by its id."""
    found = await session.get(Import, import_id)
    return _progress(found) if found else None


async def list_imports(
    session: AsyncSession, organisation_id: UUID, *, after: UUID | None, limit: int
) -> list[Progress]:
    """List the imports of an organisation, newest first, from behind one of them."""
    query = select(Import).where(Import.organisation_id == organisation_id).order_by(Import.id.desc()).limit(limit)
    if after is not None:
        query = query.where(Import.id < after)
    return [_progress(row) for row in await session.scalars(query)]


async def list_rejects(session: AsyncSession, import_id: UUID, *, limit: int) -> list[ImportReject]:
    """List the first rejects of an import."""
    query = select(ImportReject).where(ImportReject.import_id == import_id).order_by(ImportReject.place).limit(limit)
    return list(await session.scalars(query))


def _progress(row: Import) -> Progress:
    return Progress(
        id=row.id,
        organisation_id=row.organisation_id,
        client_id=row.client_id,
        format=row.format,
        status=ImportStatus(row.status),
        failure=row.failure,
        started_at=row.started_at,
        updated_at=row.updated_at,
        finished_at=row.finished_at,
        read=row.read,
        created=row.created,
        updated=row.updated,
        unchanged=row.unchanged,
        rejected=row.rejected,
    )
