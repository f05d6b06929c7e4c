"""The HTTP route of reports: one address, written as the reader asks for it."""

from typing import Annotated, Any, assert_never, cast
from uuid import UUID

from fastapi import APIRouter, Header, Query, Request, Response

from screening import problems
from screening.access.dependencies import ClockDep, ReportReaderDep
from screening.access.grant_schemas import Instant
from screening.audit.routing import AuditedRoute
from screening.db.database import ReadingDep, SessionDep
from screening.problems import Kind, responses
from screening.reports import negotiation, page, service, tabular
from screening.reports.schemas import Report
from screening.reports.service import Rules, Wanted
from screening.reports.vocabulary import Form, Part
from screening.settings import Settings

router = APIRouter(
    prefix="/v1/operations",
    tags=["operations"],
    route_class=AuditedRoute,
    responses=problems.EVERYWHERE,
)

From = Annotated[Instant | None, Query(alias="from", description="Count from this hour on.")]
Until = Annotated[Instant | None, Query(description="Count before this hour.")]


WRITTEN: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/csv": {"schema": {"type": "string"}}, "text/html": {"schema": {"type": "string"}}}}
}


@router.get(
    "/{operation_id}/report", response_model=Report, responses=WRITTEN | responses(Kind.NOT_FOUND, Kind.INVALID)
)
async def give_report(  # noqa: PLR0913 - a route's parameters are its contract
    operation_id: UUID,
    actor: ReportReaderDep,
    request: Request,
    session: SessionDep,
    database: ReadingDep,
    clock: ClockDep,
    part: Annotated[Part, Query(description="The whole operation, or what was done at your posts.")] = Part.WHOLE,
    since: From = None,
    until: Until = None,
    form: Annotated[Form | None, Query(alias="format", description="Instead of the Accept header.")] = None,
    accept: Annotated[str, Header(include_in_schema=False)] = "*/*",
) -> Report | Response:
    """Give the figures of an operation, as JSON, as CSV, or as a page to read and print."""
    settings = cast("Settings", request.app.state.settings)
    rules = Rules(clock, settings.report_smallest_cell)
    report = await service.make(session, database, actor, operation_id, Wanted(part, since, until), rules)
    return _written(report, form or negotiation.preferred(accept))


def _written(report: Report, form: Form) -> Report | Response:
    name = f"{report.operation.code}-{report.counted.made_at:%Y%m%dT%H%M}"
    match form:
        case Form.JSON:
            return report
        case Form.CSV:
            headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
            return Response(tabular.write(report), media_type="text/csv; charset=utf-8", headers=headers)
        case Form.HTML:
            headers = {"Content-Security-Policy": page.POLICY, "X-Content-Type-Options": "nosniff"}
            return Response(page.write(report), media_type="text/html; charset=utf-8", headers=headers)
        case _:
            assert_never(form)
