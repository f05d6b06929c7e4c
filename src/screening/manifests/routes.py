"""HTTP routes of manifests."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Annotated, Any, ParamSpec, cast
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response, StreamingResponse
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from screening import problems
from screening.access.actors import Actor
from screening.access.dependencies import ClockDep, ManifestSenderDep
from screening.access.permissions import Role
from screening.access.vocabulary import Purpose
from screening.audit.routing import AuditedRoute
from screening.audit.trail import TrailDep
from screening.db.database import DatabaseDep, transaction
from screening.manifests import cusres, queries, reading, service
from screening.manifests.lists import PassengerList, UnreadableListError
from screening.manifests.models import ManifestPerson, ManifestRow
from screening.manifests.runner import Runner
from screening.manifests.schemas import EXAMPLE, Counts, Manifest, ManifestIn, PersonOut, VoyageIn
from screening.manifests.service import Received
from screening.manifests.vocabulary import Action, PersonStatus
from screening.problems import FieldError, Kind, Problem, responses
from screening.screenings.routes import IdempotencyKey
from screening.screenings.schemas import OperationCode, Reference
from screening.screenings.vocabulary import Mode

P = ParamSpec("P")
LINES = "application/x-ndjson"
LONGEST_WAIT = 30.0
DONE, UNDER_WAY = 207, 202

router = APIRouter(prefix="/v1/manifests", tags=["manifests"], route_class=AuditedRoute, responses=problems.EVERYWHERE)


async def get_runner(request: Request) -> Runner:
    """Give a route the runner of its application."""
    return cast("Runner", request.app.state.manifests)


RunnerDep = Annotated[Runner, Depends(get_runner)]
Wait = Annotated[
    float, Query(ge=0, le=LONGEST_WAIT, description="Seconds to wait for all results before answering with some.")
]
Limit = Annotated[int, Query(ge=1, le=1000)]

MESSAGE = (
    "UNA:+.? '\r\n"
    "UNB+UNOA:4+UTAIR+BORDER+310501:0930+000001'\r\n"
    "UNH+1+PAXLST:D:02B:UN:IATA'\r\n"
    "BGM+745'\r\n"
    "TDT+20+UT123+4++UT'\r\n"
    "LOC+125+UTP'\r\n"
    "DTM+189:3105011020:201'\r\n"
    "LOC+87+UTQ'\r\n"
    "NAD+FL+++ERIKSSON:ANNA:MARIA'\r\n"
    "ATT+2++F'\r\n"
    "DTM+329:740812'\r\n"
    "NAT+2+UTO'\r\n"
    "RFF+ABO:1A'\r\n"
    "DOC+P:110:111+L898902C3'\r\n"
    "LOC+91+UTO'\r\n"
    "CNT+42:1'\r\n"
    "UNT+15+1'\r\n"
    "UNZ+1+000001'\r\n"
)
BODIES = {
    "requestBody": {
        "required": True,
        "content": {
            reading.JSON: {"schema": {"$ref": "#/components/schemas/ManifestIn"}, "example": EXAMPLE},
            reading.CSV: {
                "schema": {"type": "string"},
                "example": "reference,surname,given_names,date_of_birth,document_type,document_number,issuing_state\n"
                "1A,Eriksson,Anna Maria,1974-08-12,P,L898902C3,UTO\n",
            },
            reading.EDIFACT: {"schema": {"type": "string"}, "example": MESSAGE},
        },
    }
}
ANSWERS: dict[int | str, dict[str, Any]] = {
    DONE: {"model": Manifest, "description": "Every person has a result of its own."},
    UNDER_WAY: {"model": Manifest, "description": "Some persons still wait: ask again."},
}


@router.post(
    "",
    status_code=DONE,
    responses=ANSWERS | responses(Kind.INVALID, Kind.KEY_REUSED, Kind.TOO_LARGE, Kind.UNSUPPORTED_MEDIA),
    openapi_extra=BODIES,
    response_model=Manifest,
)
async def send_manifest(  # noqa: PLR0913 - the parameters are the contract
    request: Request,
    actor: ManifestSenderDep,
    database: DatabaseDep,
    trail: TrailDep,
    runner: RunnerDep,
    clock: ClockDep,
    idempotency_key: IdempotencyKey = None,
    wait: Wait = 2.0,
    action: Annotated[Action, Query(description="For CSV: what the list does.")] = Action.LIST,
    carrier: Annotated[Reference | None, Query(description="For CSV.")] = None,
    journey: Annotated[Reference | None, Query(description="For CSV: the number of the flight or sailing.")] = None,
    mode: Annotated[Mode | None, Query(description="For CSV.")] = None,
    purpose: Annotated[Purpose, Query(description="For CSV and PAXLST.")] = Purpose.BORDER_CONTROL,
    operation: Annotated[OperationCode | None, Query(description="For CSV and PAXLST.")] = None,
) -> Response:
    """Screen a list of passengers or crew: JSON, CSV, or UN/EDIFACT PAXLST (D.02B, D.05B).

    Each person is screened like a traveller and has a result of its own; one who cannot be read spoils no other.
    `Accept` chooses the answer: JSON, a stream of lines as persons are done, or CUSRES for carriers.
    """
    body = await request.body()
    match _media_type(request):
        case reading.JSON:
            sent = _manifest(await _json(request))
            listed, purpose, operation = reading.of_json(sent), sent.purpose, sent.operation
        case reading.CSV:
            voyage = VoyageIn(carrier=carrier, journey=journey, mode=mode)
            listed = await _readable(reading.of_csv, body, action, voyage)
        case reading.EDIFACT:
            listed = await _readable(reading.of_edifact, body, clock().date())
        case _:
            known = f"{reading.JSON}, {reading.CSV} or {reading.EDIFACT}"
            raise Problem(Kind.UNSUPPORTED_MEDIA, f"A list is {known}; say which in Content-Type.")
    received = Received(actor, listed, body, purpose, operation, idempotency_key)
    manifest_id = await service.receive(received, database, trail, runner)
    return await _answer(request, database, actor, manifest_id, wait=wait)


@router.get(
    "/{manifest_id}",
    responses=ANSWERS | responses(Kind.NOT_FOUND),
    response_model=Manifest,
    status_code=DONE,
)
async def get_manifest(  # noqa: PLR0913 - the parameters are the contract
    request: Request,
    manifest_id: UUID,
    actor: ManifestSenderDep,
    database: DatabaseDep,
    wait: Wait = 0.0,
    after: Annotated[int | None, Query(ge=0, description="The `next` of the page before.")] = None,
    limit: Limit = 1000,
) -> Response:
    """Tell how far a list is, and what came of each person; `Accept` as for sending one."""
    return await _answer(request, database, actor, manifest_id, wait=wait, after=after, limit=limit)


async def _answer(  # noqa: PLR0913 - what an answer depends on
    request: Request,
    database: DatabaseDep,
    actor: Actor,
    manifest_id: UUID,
    *,
    wait: float,
    after: int | None = None,
    limit: int = 1000,
) -> Response:
    accepted = request.headers.get("accept", "")
    if LINES in accepted:
        await service.get(database, actor, manifest_id)
        return StreamingResponse(_lines(database, actor, manifest_id), DONE, media_type=LINES)
    manifest = await service.wait(database, actor, manifest_id, wait)
    status = UNDER_WAY if manifest.finished_at is None else DONE
    async with transaction(database) as session:
        if reading.EDIFACT in accepted:
            told = await queries.list_told(session, manifest_id)
            text = await asyncio.to_thread(cusres.compose, manifest, told, request.app.state.clock())
            return Response(text, status, media_type=reading.EDIFACT, headers=_location(manifest))
        shown = await _shown(session, manifest, actor, after=after, limit=limit)
    return Response(shown.model_dump_json(), status, media_type=reading.JSON, headers=_location(manifest))


def _location(manifest: ManifestRow) -> dict[str, str]:
    return {"Location": f"/v1/manifests/{manifest.id}"}


async def _shown(
    session: AsyncSession, manifest: ManifestRow, actor: Actor, *, after: int | None, limit: int
) -> Manifest:
    counted = await queries.counts(session, manifest.id)
    page = await queries.list_persons(session, manifest.id, after=after, limit=limit)
    return Manifest(
        id=manifest.id,
        action=Action(manifest.action),
        received_at=manifest.received_at,
        finished_at=manifest.finished_at,
        remarks=manifest.remarks,
        counts=Counts(total=sum(counted.values()), **{status.value: counted.get(status, 0) for status in PersonStatus}),
        items=[_person(person, actor) for person in page],
        next=page[-1].place if len(page) == limit else None,
    )


def _person(person: ManifestPerson, actor: Actor) -> PersonOut:
    told = actor.role is not Role.CARRIER
    return PersonOut.model_validate(
        {
            "place": person.place,
            "position": person.position,
            "reference": person.reference,
            "status": person.status,
            "verdict": person.verdict,
            "reason": person.reason,
            "screening": person.screening_id if told else None,
            "decision": person.decision if told else None,
            "desk": person.desk if told else None,
        }
    )


async def _lines(database: DatabaseDep, actor: Actor, manifest_id: UUID) -> AsyncIterator[str]:
    async for person in service.stream(database, actor, manifest_id):
        yield _person(person, actor).model_dump_json() + "\n"


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", reading.JSON).partition(";")[0].strip().lower()


async def _json(request: Request) -> Any:
    try:
        return await request.json()
    except (json.JSONDecodeError, UnicodeDecodeError):
        raise problems.invalid([FieldError(where="body", message="is not JSON that names each field once")]) from None


def _manifest(sent: Any) -> ManifestIn:
    try:
        return ManifestIn.model_validate(sent)
    except ValidationError as error:
        raise RequestValidationError([{**each, "loc": ("body", *each["loc"])} for each in error.errors()]) from None


async def _readable(read: Callable[P, PassengerList], *arguments: P.args, **options: P.kwargs) -> PassengerList:
    """Read in a thread: thousands of persons take a second, and others want to be answered meanwhile."""
    try:
        return await asyncio.to_thread(read, *arguments, **options)
    except UnreadableListError as error:
        raise problems.invalid([FieldError(where="body", message=str(error))]) from None
