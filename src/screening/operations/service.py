"""Making operations and moving them through their states. Each change writes its entry in the same transaction."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from screening import problems
from screening.access import queries as access
from screening.access.actors import Actor
from screening.access.permissions import Role
from screening.alerts import service as alerts
from screening.alerts.events import Alert, AlertType, OperationFacts
from screening.audit.entries import EntryKind, Json
from screening.audit.trail import Trail
from screening.db.metadata import new_id
from screening.operations import lifecycle, queries
from screening.operations.models import Operation
from screening.operations.queries import Viewer
from screening.operations.schemas import OperationIn, OperationPatch, Prolongation
from screening.operations.vocabulary import Kind, State, Verb
from screening.problems import FieldError, Problem
from screening.problems import Kind as ProblemKind

ALERTS = {
    Verb.OPEN: AlertType.OPERATION_OPENED,
    Verb.CHANGE: AlertType.OPERATION_CHANGED,
    Verb.EXTEND: AlertType.OPERATION_EXTENDED,
    Verb.CRISIS: AlertType.OPERATION_CRISIS,
    Verb.CLOSE: AlertType.OPERATION_CLOSED,
}


async def create(session: AsyncSession, trail: Trail, actor: Actor, wanted: OperationIn) -> Operation:
    """Plan an operation that the actor's organisation runs; answers 409 when its code is taken."""
    at = trail.clock()
    if wanted.ends_at <= at:
        raise problems.invalid([FieldError(where="body.ends_at", message="This has passed already")])
    parts = {"countries", "organisations", "posts"}
    operation = Operation(
        **wanted.model_dump(exclude=parts),
        id=new_id(),
        countries=sorted(set(wanted.countries)),
        organisations=await _organisations(session, actor.organisation_id, wanted.countries, wanted.organisations),
        posts=await _posts(session, wanted.countries, wanted.posts),
        state=State.PLANNED,
        crisis=False,
        coordinator_id=actor.organisation_id,
        version=1,
        created_at=at,
        updated_at=at,
    )
    session.add(operation)
    try:
        await session.flush()
    except IntegrityError:
        raise Problem(ProblemKind.CONFLICT, "There is an operation of this code already.") from None
    await _log(session, trail, operation, "created", described=await _described(session, operation))
    return operation


async def get(session: AsyncSession, actor: Actor, operation_id: UUID) -> Operation:
    """Give an operation to those who take part in it or run it; 404 to others."""
    return _there(await queries.find_operation(session, viewer_of(actor), operation_id))


def viewer_of(actor: Actor) -> Viewer | None:
    """Say which operations an actor sees: an administrator all of them."""
    return None if actor.role is Role.ADMINISTRATOR else Viewer(actor.organisation_id, actor.post_id)


async def open_(session: AsyncSession, trail: Trail, actor: Actor | None, operation_id: UUID) -> Operation:
    """Open an operation; its posts search under it from its beginning on. None acts for the command line."""
    operation = await _step(session, actor, operation_id, Verb.OPEN)
    return await _changed(session, trail, operation, Verb.OPEN)


async def change(
    session: AsyncSession, trail: Trail, actor: Actor, operation_id: UUID, wanted: OperationPatch
) -> Operation:
    """Replace parts of an operation; answers 409 when it changed since it was read."""
    operation = await _step(session, actor, operation_id, Verb.CHANGE)
    if operation.version != wanted.version:
        raise Problem(ProblemKind.CONFLICT, "The operation changed since you read it.", reason="version")
    before = await _concerned(session, operation)
    parts = wanted.model_fields_set - {"version", "reason"}
    _check_event(operation, wanted)
    if parts & {"countries", "organisations"}:
        await _replace_participants(session, operation, wanted)
    if parts & {"countries", "posts"}:
        await _replace_posts(session, operation, wanted.posts)
    for name in parts & {"name", "crime_areas", "objectives", "sites"}:
        setattr(operation, name, getattr(wanted, name))
    why: Json = {"reason": wanted.reason, "parts": sorted(parts)}
    return await _changed(session, trail, operation, Verb.CHANGE, why, also=before)


def _check_event(operation: Operation, wanted: OperationPatch) -> None:
    """Refuse what would take a major event from its host or its neighbours, or give sites to anything else."""
    if wanted.sites and operation.kind != Kind.MAJOR_EVENT:
        raise problems.invalid([FieldError(where="body.sites", message="Sites are for a major_event")])
    stay = {operation.host, *operation.neighbours} - {None}
    if wanted.countries is not None and not stay <= set(wanted.countries):
        message = "The host and its neighbours stay among the countries"
        raise problems.invalid([FieldError(where="body.countries", message=message)])


async def _replace_participants(session: AsyncSession, operation: Operation, wanted: OperationPatch) -> None:
    others = wanted.organisations
    if others is None:
        bureaus = {bureau.id for bureau in await queries.list_bureaus(session, operation.countries)}
        others = [each for each in operation.organisations if each not in bureaus]
    countries = operation.countries if wanted.countries is None else sorted(set(wanted.countries))
    operation.organisations = await _organisations(session, operation.coordinator_id, countries, others)
    operation.countries = countries


async def _replace_posts(session: AsyncSession, operation: Operation, codes: Sequence[str] | None) -> None:
    if codes is not None:
        operation.posts = await _posts(session, operation.countries, codes)
        return
    kept = (await queries.read_posts(session, operation.posts)).values()
    if not {post.country for post in kept} <= set(operation.countries):
        message = "Name the posts that stay: some stand in States that no longer take part"
        raise problems.invalid([FieldError(where="body.posts", message=message)])


async def extend(
    session: AsyncSession, trail: Trail, actor: Actor, operation_id: UUID, wanted: Prolongation
) -> Operation:
    """Give an operation a later end. Grants end as they did: each State's bureau extends its own."""
    operation = await _step(session, actor, operation_id, Verb.EXTEND)
    _prolong(operation, wanted.ends_at, trail.clock())
    return await _changed(session, trail, operation, Verb.EXTEND, {"reason": wanted.reason})


async def turn_into_crisis(
    session: AsyncSession, trail: Trail, actor: Actor, operation_id: UUID, wanted: Prolongation
) -> Operation:
    """Turn a major event into a crisis response, with a later end."""
    operation = await _step(session, actor, operation_id, Verb.CRISIS)
    _prolong(operation, wanted.ends_at, trail.clock())
    operation.crisis = True
    return await _changed(session, trail, operation, Verb.CRISIS, {"reason": wanted.reason})


async def close(session: AsyncSession, trail: Trail, actor: Actor | None, operation_id: UUID, reason: str) -> Operation:
    """Close an operation for good; nobody searches under it from a second later on. None acts for the command line."""
    operation = await _step(session, actor, operation_id, Verb.CLOSE)
    operation.closed_at = trail.clock()
    return await _changed(session, trail, operation, Verb.CLOSE, {"reason": reason})


async def _step(session: AsyncSession, actor: Actor | None, operation_id: UUID, verb: Verb) -> Operation:
    """Take a step with an operation that the actor's organisation runs; answers 403 to others who take part."""
    viewer = Viewer(actor.organisation_id, actor.post_id) if actor else None
    operation = _there(await queries.find_and_lock(session, viewer, operation_id))
    if actor is not None and operation.coordinator_id != actor.organisation_id:
        detail = "Only the organisation that coordinates an operation changes it."
        raise Problem(ProblemKind.FORBIDDEN, detail, reason="not_coordinator")
    state = lifecycle.after(Kind(operation.kind), State(operation.state), verb)
    if state is None:
        detail = f"There is no step {verb} for an operation of the kind {operation.kind} that is {operation.state}."
        raise Problem(ProblemKind.CONFLICT, detail, reason=f"{operation.state}:{verb}")
    operation.state = state
    return operation


def _prolong(operation: Operation, ends_at: datetime, now: datetime) -> None:
    if ends_at <= max(operation.ends_at, now):
        message = "Lies no later than the present end, or now"
        raise problems.invalid([FieldError(where="body.ends_at", message=message)])
    operation.ends_at = ends_at


def _there(found: Operation | None) -> Operation:
    if found is None:
        raise problems.not_found("operation")
    return found


async def _organisations(
    session: AsyncSession, coordinator_id: UUID, countries: Sequence[str], others: Sequence[UUID]
) -> list[UUID]:
    """Name everybody who takes part: the bureaus of the States, the others that were named, and who runs it."""
    bureaus = await queries.list_bureaus(session, countries)
    present = {bureau.country for bureau in bureaus}
    named = await queries.list_present(session, others)
    broken = [
        FieldError(where=f"body.countries.{place}", message="No bureau of this State is known")
        for place, country in enumerate(countries)
        if country not in present
    ]
    broken += [
        FieldError(where=f"body.organisations.{place}", message="There is no such organisation")
        for place, organisation_id in enumerate(others)
        if organisation_id not in named
    ]
    if broken:
        raise problems.invalid(broken)
    return list(dict.fromkeys([coordinator_id, *(bureau.id for bureau in bureaus), *others]))


async def _posts(session: AsyncSession, countries: Collection[str], codes: Sequence[str]) -> list[UUID]:
    found = await access.find_posts(session, countries, codes)
    broken = [
        FieldError(where=f"body.posts.{place}", message="Names no post, or more than one, of the States that take part")
        for place, code in enumerate(codes)
        if len(found.get(code, ())) != 1
    ]
    if broken:
        raise problems.invalid(broken)
    return [found[code][0].id for code in dict.fromkeys(codes)]


async def _changed(  # noqa: PLR0913 - what changed, why, and who is told beside those who take part now
    session: AsyncSession,
    trail: Trail,
    operation: Operation,
    verb: Verb,
    why: Json | None = None,
    also: frozenset[UUID] = frozenset(),
) -> Operation:
    operation.version += 1
    operation.updated_at = trail.clock()
    described = await _described(session, operation) if verb is Verb.CHANGE else None
    await _log(session, trail, operation, verb, why, described)
    await _tell(session, operation, verb, also)
    return operation


async def _concerned(session: AsyncSession, operation: Operation) -> frozenset[UUID]:
    """Name everybody who takes part, and whose posts do."""
    posts = await queries.read_posts(session, operation.posts)
    return frozenset({*operation.organisations, *(post.organisation_id for post in posts.values())})


async def _tell(session: AsyncSession, operation: Operation, verb: Verb, also: frozenset[UUID]) -> None:
    """Tell those concerned; of an exercise those alone who ask for it by its code."""
    alert = Alert(
        id=new_id(),
        type=ALERTS[verb],
        at=operation.updated_at,
        to=also | await _concerned(session, operation),
        facts=OperationFacts(operation=operation.code, state=operation.state, until=operation.ends_at),
        operation=operation.code,
        exercise=operation.kind == Kind.EXERCISE,
    )
    await alerts.tell(session, [alert])


async def _described(session: AsyncSession, operation: Operation) -> Json:
    """Say where the operation takes place: its report can then be counted again from the log alone."""
    posts = await queries.read_posts(session, operation.posts)
    return {
        "countries": list(operation.countries),
        "crime_areas": list(operation.crime_areas),
        "id": str(operation.id),
        "kind": operation.kind,
        "posts": [
            {"code": post.code, "country": post.country, "id": str(post.id), "mode": post.mode}
            for post in posts.values()
        ],
    }


async def _log(  # noqa: PLR0913 - session and trail beside the parts of an entry
    session: AsyncSession,
    trail: Trail,
    operation: Operation,
    step: str,
    why: Json | None = None,
    described: Json | None = None,
) -> None:
    """Write the entry; a reason in free words goes into the payload, which can be erased."""
    outcome = {"operation": step, "state": operation.state, "version": operation.version, **(described or {})}
    subject = f"operation:{operation.id}"
    draft = trail.draft(EntryKind.ACCESS, subject, outcome, operation=operation.code, payload=why)
    await trail.append_within(session, draft)
