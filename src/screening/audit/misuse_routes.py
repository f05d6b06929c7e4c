"""The report of conspicuous use, over HTTP. Who may read it, and where posts stand, is known above: see `routes`."""

import secrets
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime

from screening import problems
from screening.audit import patterns, searches
from screening.audit.entries import EntryKind
from screening.audit.misuse import Finding, Known, Place
from screening.audit.misuse_schemas import MisuseFinding, MisuseReport
from screening.audit.readers import Reader
from screening.audit.routing import AuditedRoute
from screening.audit.searches import Span
from screening.audit.trail import TrailDep
from screening.audit.tree_queries import Reading
from screening.db.database import DatabaseDep
from screening.problems import Kind, Problem

LONGEST = timedelta(days=31)

Places = Callable[[Reading], Awaitable[Mapping[UUID, Place]]]
"""Gives the posts."""


async def report(reading: Reading, span: Span, list_places: Places) -> MisuseReport:
    """Look through the searches of a span, in one pass and with the memory of its clients and travellers."""
    places = await list_places(reading)
    watching = patterns.detectors(Known(places, await searches.find_hours(reading, span)))
    seen = erased = 0
    async for page in searches.stream(reading, span, places, secrets.token_bytes(32)):
        for search in page:
            for detector in watching:
                detector.see(search)
        seen += len(page)
        erased += sum(search.crossing is None for search in page)
    found = [_shown(finding) for detector in watching for finding in detector.findings()]
    return MisuseReport(since=span.since, until=span.until, searches=seen, erased=erased, findings=found)


def _shown(finding: Finding) -> MisuseFinding:
    who = finding.who
    return MisuseFinding(
        pattern=finding.pattern,
        reason=finding.reason,
        first_at=finding.first_at,
        last_at=finding.last_at,
        searches=finding.searches,
        organisation=who.organisation if who else None,
        client=who.client if who else None,
        officer=who.officer if who else None,
        post=finding.post,
        entries=list(finding.entries),
    )


def build(get_reader: Callable[..., Any], list_places: Places) -> APIRouter:
    """Make the route; `get_reader` is a dependency that gives a Reader or refuses."""
    router = APIRouter(prefix="/v1/audit", tags=["audit"], route_class=AuditedRoute, responses=problems.EVERYWHERE)

    @router.get("/misuse")
    async def report_misuse(
        reader: Annotated[Reader, Depends(get_reader)],
        database: DatabaseDep,
        trail: TrailDep,
        since: Annotated[AwareDatetime, Query(alias="from", description="From this instant on.")],
        until: Annotated[AwareDatetime, Query(alias="to", description="Before this instant; 31 days at most.")],
    ) -> MisuseReport:
        """Report use that stands out among the organisations you audit, each line with its reason."""
        if not timedelta(0) < until - since <= LONGEST:
            raise Problem(Kind.INVALID, "`to` must be after `from`, by 31 days at most.")
        found = await report(database.pool, Span(since, until, reader.organisation_ids), list_places)
        outcome = {"findings": len(found.findings), "searches": found.searches, "status": 200}
        await trail.append(trail.draft(EntryKind.REQUEST, "GET /v1/audit/misuse", outcome))
        return found

    return router
