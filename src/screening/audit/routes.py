"""HTTP routes of the log. Who may read is decided above: `build` is given the dependency that knows."""

import base64
from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from screening import problems
from screening.audit import filters, search
from screening.audit.entries import EntryKind
from screening.audit.log import LogDep
from screening.audit.readers import Reader
from screening.audit.routing import AuditedRoute
from screening.audit.schemas import EntryDetail, EntryPage, KeyOut
from screening.audit.search import Detailed, Page, Withhold
from screening.audit.search_queries import Filter
from screening.audit.trail import TrailDep
from screening.db.database import DatabaseDep, ReadingSessionDep
from screening.problems import Kind, responses

public = APIRouter(prefix="/v1/audit", tags=["audit"])


@public.get("/key")
async def get_key(log: LogDep) -> KeyOut:
    """Give the key that receipts verify with. It is public, and needs no key of yours."""
    key = log.signer.public
    return KeyOut(
        log=key.log,
        key_id=key.key_id,
        algorithm="Ed25519",
        public_key=base64.b64encode(key.raw).decode(),
        pem=key.pem,
        verifier=key.verifier,
    )


def build(get_reader: Callable[..., Any], withhold: Withhold) -> APIRouter:
    """Make the routes that read the log; `get_reader` is a dependency that gives a Reader or refuses."""
    router = APIRouter(
        prefix="/v1/audit",
        tags=["audit"],
        route_class=AuditedRoute,
        responses=problems.EVERYWHERE,
    )
    get_filter = filters.filtering(get_reader)

    @router.get("/entries")
    async def list_entries(
        wanted: Annotated[Filter, Depends(get_filter)],
        session: ReadingSessionDep,
        trail: TrailDep,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
        after: Annotated[UUID | None, Query(description="The `next` of the page before.")] = None,
    ) -> EntryPage:
        """List entries of the organisations you audit, newest first. Reading the log is itself logged."""
        page = await search.list_page(session, trail.log.signer.log, wanted, Page(after, limit))
        outcome = {"entries": len(page.items), "status": 200}
        await trail.append(trail.draft(EntryKind.REQUEST, "GET /v1/audit/entries", outcome))
        return page

    @router.get("/entries/{entry_id}", responses=responses(Kind.NOT_FOUND))
    async def get_entry(
        entry_id: UUID,
        reader: Annotated[Reader, Depends(get_reader)],
        log: LogDep,
        trail: TrailDep,
        database: DatabaseDep,
    ) -> EntryDetail:
        """Give one entry with its payload. Reading it is itself logged, with the id of what was read."""
        row = await log.find(entry_id)
        if row is None or not reader.sees(row.organisation_id):
            raise problems.not_found("entry")
        [entry] = await Detailed(database, log.signer.log, reader, withhold).of([row])
        await trail.append(trail.draft(EntryKind.REQUEST, f"entry:{entry_id}", {"status": 200}))
        return entry

    return router
