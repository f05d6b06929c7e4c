"""HTTP routes of alerts: the list, the live stream."""

from typing import Annotated, cast

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import StreamingResponse

from screening import problems
from screening.access import secrets
from screening.access.actors import Actor, Directory
from screening.access.dependencies import AlertReaderDep, ClockDep
from screening.access.permissions import Permission
from screening.alerts import queries
from screening.alerts.cursors import CursorError
from screening.alerts.events import Listener
from screening.alerts.hub import Hub
from screening.alerts.schemas import AlertOut, AlertPage, Cursor, OperationCode
from screening.alerts.service import Outward, OutwardDep
from screening.alerts.stream import EventStream, Stream
from screening.audit.routing import AuditedRoute
from screening.clock import Clock
from screening.db.database import DatabaseDep
from screening.problems import FieldError, Problem

router = APIRouter(
    prefix="/v1/alerts",
    tags=["alerts"],
    route_class=AuditedRoute,
    responses=problems.EVERYWHERE,
)

After = Annotated[Cursor | None, Query(description="The `next` of the page before, or any `cursor`.")]
Operation = Annotated[
    OperationCode | None,
    Query(description="Alerts of this operation alone; those of an exercise come in no other way."),
]


@router.get("")
async def list_alerts(  # noqa: PLR0913 - a route's parameters are its contract
    actor: AlertReaderDep,
    database: DatabaseDep,
    outward: OutwardDep,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    after: After = None,
    operation: Operation = None,
) -> AlertPage:
    """List the alerts for your organisation in their order, oldest first."""
    listener = Listener.in_role(actor.organisation_id, actor.role, operation=operation)
    position = _read(outward, "query.after", after) or 0
    alerts = await queries.list_alerts(database.pool, listener, after=position, limit=limit)
    full = len(alerts) == limit
    items = [AlertOut.of(alert, outward.sealer.cursors) for alert in alerts]
    return AlertPage(items=items, next=items[-1].cursor if full else None)


@router.get(
    "/stream",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "Server-sent events: `id` is the cursor, `event` the type, `data` the alert as JSON. The "
            "stream ends when the key is revoked. Come back with `Last-Event-ID`, and nothing is missed.",
            "content": {"text/event-stream": {"schema": {"type": "string"}}},
        }
    },
)
async def stream_alerts(  # noqa: PLR0913 - a route's parameters are its contract
    request: Request,
    actor: AlertReaderDep,
    database: DatabaseDep,
    clock: ClockDep,
    outward: OutwardDep,
    operation: Operation = None,
    last_event_id: Annotated[
        Cursor | None,
        Header(description="The last `id` that you saw; without it, what happens from now on."),
    ] = None,
) -> EventStream:
    """Follow the alerts for your organisation as they happen."""
    after = _read(outward, "header.last-event-id", last_event_id)
    hub = cast("Hub", request.app.state.alerts)
    if hub.full:
        raise problems.unavailable("This process has as many streams open as it can serve.", retry_after=5)
    directory = cast("Directory", request.app.state.directory)
    listener = Listener.in_role(actor.organisation_id, actor.role, operation=operation)
    key = secrets.digest(request.headers["Authorization"].partition(" ")[2].strip())

    async def holds() -> bool:
        return _holds(await _find(directory, key), clock)

    stream = Stream(hub, database.pool, listener, holds, cursors=outward.sealer.cursors, after=after)
    return EventStream(stream.events(), headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})


def _read(outward: Outward, where: str, cursor: str | None) -> int | None:
    """Read a cursor; answers 422 for one that this installation did not give."""
    if cursor is None:
        return None
    try:
        return outward.sealer.cursors.read(cursor)
    except CursorError as error:
        raise problems.invalid([FieldError(where=where, message=str(error))]) from None


async def _find(directory: Directory, digest: bytes) -> Actor | None:
    """Find the client of a key again; one that cannot be checked counts as none."""
    try:
        return await directory.find(digest)
    except Problem:
        return None


def _holds(actor: Actor | None, clock: Clock) -> bool:
    return (
        actor is not None
        and actor.may(Permission.READ_ALERTS)
        and (actor.expires_at is None or actor.expires_at > clock())
    )
