"""HTTP routes that search the log and give it away in streams. Who may is decided above, as in `routes`."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse

from screening import problems
from screening.audit import filters, search, search_queries
from screening.audit.entries import EntryKind, instant
from screening.audit.readers import Reader
from screening.audit.routing import AuditedRoute
from screening.audit.schemas import Count, EntryPage, SearchIn, Statistics, SubjectIn
from screening.audit.search import Detailed, Page, Withhold
from screening.audit.search_queries import Dimension, Filter
from screening.audit.trail import TrailDep
from screening.db.database import ReadingDep, ReadingSessionDep

NDJSON = "application/x-ndjson"
LINES = 10_000
"""Lines of statistics in one answer at most."""

COUNTED_TIME = timedelta(days=1)
"""What statistics cover when no time is given."""

EARLIEST = datetime(1970, 1, 2, tzinfo=UTC)
"""Before it there is nothing to count, and soon no date to begin from."""

_NDJSON: dict[int | str, dict[str, Any]] = {200: {"content": {NDJSON: {}}}}
_CSV: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {}}}}


def build(get_reader: Callable[..., Any], get_answerer: Callable[..., Any], withhold: Withhold) -> APIRouter:
    """Make the routes; both dependencies give a Reader or refuse, the second for who answers a person's request."""
    router = APIRouter(
        prefix="/v1/audit",
        tags=["audit"],
        route_class=AuditedRoute,
        responses=problems.EVERYWHERE,
    )
    get_filter = filters.filtering(get_reader)

    @router.get("/entries.ndjson", response_class=StreamingResponse, responses=_NDJSON)
    async def stream_ndjson(
        wanted: Annotated[Filter, Depends(get_filter)],
        database: ReadingDep,
        session: ReadingSessionDep,
        trail: TrailDep,
    ) -> StreamingResponse:
        """Stream all entries of a filter as lines of JSON. `X-Entries` says how many to expect, the last line how many
        there were.
        """
        headers = await _announced(session, trail, wanted, "GET /v1/audit/entries.ndjson")
        lines = search.as_ndjson(database, trail.log.signer.log, wanted)
        return StreamingResponse(lines, media_type=NDJSON, headers=headers)

    @router.get("/entries.csv", response_class=StreamingResponse, responses=_CSV)
    async def stream_csv(
        wanted: Annotated[Filter, Depends(get_filter)],
        database: ReadingDep,
        session: ReadingSessionDep,
        trail: TrailDep,
    ) -> StreamingResponse:
        """Stream the columns of all entries of a filter as CSV. `X-Entries` says how many lines to expect."""
        headers = await _announced(session, trail, wanted, "GET /v1/audit/entries.csv")
        return StreamingResponse(search.as_csv(database, wanted), media_type="text/csv", headers=headers)

    @router.get("/statistics")
    async def count_screenings(
        wanted: Annotated[Filter, Depends(get_filter)],
        session: ReadingSessionDep,
        trail: TrailDep,
        by: Annotated[list[Dimension], Query(max_length=4, description="What to count by.")],
    ) -> Statistics:
        """Count screenings by hour, post, decision or source; of the last day unless a time is given."""
        until = wanted.until or trail.clock()
        since = wanted.since or max(until, EARLIEST) - COUNTED_TIME
        counted = search_queries.counting(wanted, since, until)
        rows = await search_queries.count_by(session, counted, list(dict.fromkeys(by)), LINES + 1)
        await trail.append(
            trail.draft(EntryKind.REQUEST, "GET /v1/audit/statistics", {"lines": len(rows), "status": 200})
        )
        return Statistics(
            since=since,
            until=until,
            by=[dimension.value for dimension in dict.fromkeys(by)],
            items=[Count.model_validate(dict(row)) for row in rows[:LINES]],
            complete=len(rows) <= LINES,
        )

    @router.post("/search")
    async def search_entries(
        sent: SearchIn, reader: Annotated[Reader, Depends(get_reader)], session: ReadingSessionDep, trail: TrailDep
    ) -> EntryPage:
        """Find entries about a document, a person or a record. What was looked for and why is logged."""
        asked = search.asked_of(sent)
        wanted = Filter(reader, sent.since, sent.until)
        filtered = search_queries.about(wanted, trail.log.ring.every_digest(asked.forms), asked.record_id)
        page = await search.list_page(session, trail.log.signer.log, filtered, Page(sent.after, sent.limit))
        await search.log_search(trail, "POST /v1/audit/search", sent, len(page.items))
        return page

    @router.post("/subject-access", response_class=StreamingResponse, responses=_NDJSON)
    async def give_access(
        sent: SubjectIn,
        reader: Annotated[Reader, Depends(get_answerer)],
        database: ReadingDep,
        session: ReadingSessionDep,
        trail: TrailDep,
    ) -> StreamingResponse:
        """Give all that the log holds about a document, a person or a record, with payloads, as lines of JSON.

        For the bureau that answers a request for access. What was asked and why is logged, also about that subject.
        """
        asked = search.asked_of(sent)
        wanted = search_queries.about(Filter(reader), trail.log.ring.every_digest(asked.forms), asked.record_id)
        found = await search_queries.count_entries(session, wanted)
        await search.log_search(trail, "POST /v1/audit/subject-access", sent, found)
        head = {"made_at": instant(trail.clock()), "reason": sent.reason, "log": trail.log.signer.log}
        detailed = Detailed(database, trail.log.signer.log, reader, withhold)
        lines = search.subject_file(detailed, wanted, head)
        return StreamingResponse(lines, media_type=NDJSON, headers={"X-Entries": str(found)})

    return router


async def _announced(session: ReadingSessionDep, trail: TrailDep, wanted: Filter, subject: str) -> dict[str, str]:
    """Log a stream before it begins, and give the headers that say how long it is."""
    count = await search_queries.count_entries(session, wanted)
    await trail.append(trail.draft(EntryKind.REQUEST, subject, {"entries": count, "status": 200}))
    return {"X-Entries": str(count)}
