"""HTTP of imports: a file of records as the body of one request."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, status
from sqlalchemy.ext.asyncio import AsyncSession

from screening import problems
from screening.access.dependencies import RecordReaderDep, RecordWriterDep
from screening.audit.routing import AuditedRoute
from screening.audit.trail import TrailDep
from screening.db.database import DatabaseDep, SessionDep, transaction
from screening.journal import queries, service
from screening.journal.formats import BulkFormat, Format
from screening.journal.imports import Job
from screening.journal.queries import Progress
from screening.journal.schemas import Import, ImportRejectOut, Imports, ImportSummary
from screening.problems import FieldError, Kind

LARGEST = 2 << 30
"""Bytes that a file may have."""

REJECTS_SHOWN = 100
Limit = Annotated[int, Query(ge=1, le=500)]
Withdrawing = Annotated[
    int | None,
    Query(
        ge=0,
        le=1_000_000,
        description="The file (CSV) is your whole list: what stands and is not in it is withdrawn, at one moment with "
        "all else, if that is no more than so many records. If it is more, or a line is rejected, nothing changes.",
    ),
]


def build(formats: Mapping[str, Format | BulkFormat], *, largest: int = LARGEST) -> APIRouter:
    """Make the routes for the formats that this application knows."""
    router = APIRouter(
        prefix="/v1/imports",
        tags=["imports"],
        route_class=AuditedRoute,
        responses=problems.EVERYWHERE,
    )

    @router.post(
        "",
        status_code=status.HTTP_201_CREATED,
        responses=problems.responses(Kind.TOO_LARGE, Kind.UNSUPPORTED_MEDIA),
        openapi_extra=_body(),
        description=_description(formats),
    )
    async def import_file(  # noqa: PLR0913 - dependencies
        request: Request,
        actor: RecordWriterDep,
        database: DatabaseDep,
        trail: TrailDep,
        format_name: Annotated[str, Query(alias="format", max_length=64, examples=["documents.csv"])],
        full_list_withdrawing: Withdrawing = None,
    ) -> Import:
        if format_name not in formats:
            known = ", ".join(sorted(formats))
            raise problems.invalid([FieldError(where="query.format", message=f"is not known; formats are: {known}")])
        async with service.received(request, largest=largest) as file:
            job = Job(formats[format_name], actor.owner, actor.id)
            progress = await service.run(database, trail, job, file, full_list_withdrawing)
        async with transaction(database) as session:
            return await _shown(session, progress)

    router.add_api_route("", list_imports, methods=["GET"])
    router.add_api_route("/{import_id}", read_import, methods=["GET"], responses=problems.responses(Kind.NOT_FOUND))
    return router


async def list_imports(
    actor: RecordReaderDep, session: SessionDep, after: UUID | None = None, limit: Limit = 100
) -> Imports:
    """List the imports of your organisation, newest first; those that run now among them."""
    found = await queries.list_imports(session, actor.organisation_id, after=after, limit=limit + 1)
    items = [ImportSummary(**_figures(progress)) for progress in found[:limit]]
    return Imports(items=items, next=items[-1].id if len(found) > limit else None)


async def read_import(import_id: UUID, actor: RecordReaderDep, session: SessionDep) -> Import:
    """Read how an import of your organisation went, or goes: the figures grow while it runs."""
    return await _shown(session, await service.get(session, actor, import_id))


async def _shown(session: AsyncSession, progress: Progress) -> Import:
    rejects = await queries.list_rejects(session, progress.id, limit=REJECTS_SHOWN)
    shown = [ImportRejectOut(line=reject.line, reason=reject.reason) for reject in rejects]
    return Import(**_figures(progress), rejects=shown)


def _figures(progress: Progress) -> dict[str, Any]:
    return {name: getattr(progress, name) for name in ImportSummary.model_fields}


def _description(formats: Mapping[str, Format | BulkFormat]) -> str:
    known = "\n".join(f"- `{each.name}`: {each.description}" for each in formats.values())
    return (
        "Import a file of records of your State. The file is the body as it is, not a form: "
        "`curl --data-binary @file`. Good lines are kept, others are counted and named in the answer; "
        f"sending the same file again changes nothing. Formats:\n\n{known}"
    )


def _body() -> dict[str, Any]:
    binary = {"schema": {"type": "string", "format": "binary"}}
    types = ("text/csv", "application/x-ndjson", "application/json", "application/xml", "application/octet-stream")
    return {"requestBody": {"required": True, "content": dict.fromkeys(types, binary)}}
