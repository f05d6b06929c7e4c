"""Making operations and moving them through their states. Each change writes its entry in the same transaction."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from screening import problems
from screening.access import queries as access
from screening.access.actors import Actor
from screening.access.models import Post
from screening.access.permissions import Role
from screening.audit.entries import EntryKind, Json
from screening.audit.trail import Trail
from screening.db.metadata import new_id
from screening.operations import lifecycle, queries
from screening.operations.models import Operation
from screening.operations.queries import Viewer
from screening.operations.schemas import OperationIn, Prolongation
from screening.operations.vocabulary import Kind, State, Verb
from screening.problems import FieldError, Problem
from screening.problems import Kind as ProblemKind


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
        organisations=await _organisations(session, actor, wanted),
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
    posts = await queries.read_posts(session, operation.posts)
    await _log(session, trail, operation, "created", described=_described(operation, posts.values()))
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


async def _organisations(session: AsyncSession, actor: Actor, wanted: OperationIn) -> list[UUID]:
    """Name everybody who takes part: the bureaus of the States, the others that were named, and who runs it."""
    bureaus = await queries.list_bureaus(session, wanted.countries)
    present = {bureau.country for bureau in bureaus}
    named = await queries.list_present(session, wanted.organisations)
    broken = [
        FieldError(where=f"body.countries.{place}", message="No bureau of this State is known")
        for place, country in enumerate(wanted.countries)
        if country not in present
    ]
    broken += [
        FieldError(where=f"body.organisations.{place}", message="There is no such organisation")
        for place, organisation_id in enumerate(wanted.organisations)
        if organisation_id not in named
    ]
    if broken:
        raise problems.invalid(broken)
    return list(dict.fromkeys([actor.organisation_id, *(bureau.id for bureau in bureaus), *wanted.organisations]))


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


async def _changed(
    session: AsyncSession, trail: Trail, operation: Operation, verb: Verb, why: Json | None = None
) -> Operation:
    operation.version += 1
    operation.updated_at = trail.clock()
    await _log(session, trail, operation, verb, why)
    return operation


def _described(operation: Operation, posts: Iterable[Post]) -> Json:
    """Say where the operation takes place: its report can then be counted again from the log alone."""
    return {
        "countries": list(operation.countries),
        "crime_areas": list(operation.crime_areas),
        "id": str(operation.id),
        "kind": operation.kind,
        "posts": [
            {"code": post.code, "country": post.country, "id": str(post.id), "mode": post.mode} for post in posts
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
