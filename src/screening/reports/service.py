"""Who reads which report of an operation, and making it: all of it is of one moment of the log."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from screening import problems
from screening.access import service as access
from screening.access.actors import Actor
from screening.access.models import Organisation
from screening.access.permissions import Role
from screening.access.schemas import OrganisationKind
from screening.clock import Clock
from screening.db.database import Connection, Database
from screening.operations import queries as operations
from screening.operations.models import Operation
from screening.problems import FieldError, Kind, Problem
from screening.reports import counter, figures, presenting, queries, small_cells
from screening.reports.figures import Figures
from screening.reports.queries import Reader, Within
from screening.reports.schemas import About, Counted, Discreet, Period, Report
from screening.reports.tally import Ground, Post, Tally
from screening.reports.vocabulary import Part


@dataclass(frozen=True, slots=True)
class Standing:
    """As whom somebody reads the report of an operation."""

    organisations: frozenset[UUID] | None
    """In whose name; None for all, as auditors of the whole log read."""
    own_states: frozenset[str]
    """The States whose bureaus these are: what is done at their posts is their own part."""
    exact: bool
    """Whether small figures of others are told: to the coordinator, and to those who audit it."""
    reader: Reader


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to read."""

    part: Part = Part.WHOLE
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """How reports are made in one installation."""

    clock: Clock
    smallest_cell: int


async def find_standing(session: AsyncSession, actor: Actor, operation_id: UUID) -> tuple[Operation, Standing]:
    """Find an operation and as whom a client reads its report; 404 for those who do not take part."""
    found = await operations.find_operation(session, None, operation_id)
    if found is None:
        raise problems.not_found("operation")
    named = frozenset({actor.organisation_id})
    speaks_for = await access.get_audited(session, actor) if actor.role is Role.AUDITOR else named
    reader = Reader(actor.country, actor.organisation_id)
    if speaks_for is None:
        return found, Standing(None, frozenset(), exact=True, reader=Reader(None, None))
    exact = found.coordinator_id in speaks_for
    if not exact and speaks_for.isdisjoint(found.organisations):
        raise problems.not_found("operation")
    return found, Standing(speaks_for, await _states_of(session, speaks_for), exact, reader)


async def _states_of(session: AsyncSession, organisations: Collection[UUID]) -> frozenset[str]:
    query = select(Organisation.country).where(
        Organisation.id.in_(organisations), Organisation.kind == OrganisationKind.BUREAU
    )
    return frozenset(country for country in await session.scalars(query) if country)


async def make(  # noqa: PLR0913 - session and database beside who reads what by which rules
    session: AsyncSession, database: Database, actor: Actor, operation_id: UUID, wanted: Wanted, rules: Rules
) -> Report:
    """Make the report of an operation as an actor may see it.

    Raises Problem: 404 for those who do not take part, 403 where small figures could be told apart by narrowing, 422.
    """
    operation, standing = await find_standing(session, actor, operation_id)
    _check(wanted, standing)
    posts = await operations.read_posts(session, operation.posts)
    taking_part = {each.id: Post(each.id, each.code, each.country, each.mode) for each in posts.values()}
    async with (
        counter.connected(database.url) as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        read = await _read(connection, operation, taking_part, standing, wanted)
        discreet = await _discreet(connection, actor, operation, wanted)
        counted, waiting = await queries.find_position(connection)
    made = await asyncio.to_thread(_lay_out, read, rules)
    counts = presenting.counts(made, operation.crime_areas)
    return Report(
        **dict(counts),
        operation=About.model_validate(operation),
        part=wanted.part,
        period=Period(since=wanted.since, until=wanted.until),
        counted=Counted(entries=counted, waiting=waiting, made_at=rules.clock()),
        suppressed_below=rules.smallest_cell if _is_suppressed(wanted, standing) else None,
        discreet=discreet,
    )


def _is_suppressed(wanted: Wanted, standing: Standing) -> bool:
    return wanted.part is Part.WHOLE and not standing.exact


def _check(wanted: Wanted, standing: Standing) -> None:
    broken = [
        FieldError(where=f"query.{name}", message="Is a whole hour of UTC, as the report counts by hours")
        for name, at in (("from", wanted.since), ("until", wanted.until))
        if at is not None and at.timestamp() % 3600
    ]
    if wanted.since and wanted.until and wanted.until - wanted.since < timedelta(hours=1):
        broken.append(FieldError(where="query.until", message="Lies behind from"))
    if broken:
        raise problems.invalid(broken)
    if _is_suppressed(wanted, standing) and (wanted.since or wanted.until):
        detail = "The figures of others are told for the whole operation only; narrow your own part with part=own."
        raise Problem(Kind.FORBIDDEN, detail, reason="report:narrowed")


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read of the counts, before anything is made of it: no transaction waits for that."""

    tally: Tally
    known: Tally | None
    """The reader's own part, where the small figures of others are withheld."""
    ground: Ground


async def _read(
    connection: Connection, operation: Operation, posts: dict[UUID, Post], standing: Standing, wanted: Wanted
) -> _Read:
    whole = Within(operation.code, wanted.since, wanted.until)
    own_posts = [post.id for post in posts.values() if post.country in standing.own_states]
    own = replace(whole, organisations=standing.organisations, posts=own_posts)
    tally = await queries.tally(connection, own if wanted.part is Part.OWN else whole, posts, standing.reader)
    suppressed = _is_suppressed(wanted, standing)
    known = await queries.tally(connection, own, posts, standing.reader) if suppressed else None
    return _Read(tally, known, await _ground(connection, operation, posts, tally))


def _lay_out(read: _Read, rules: Rules) -> Figures:
    made = figures.lay_out(read.tally, read.ground)
    if read.known is None:
        return made
    return small_cells.suppress(made, figures.lay_out(read.known, read.ground), rules.smallest_cell)


async def _ground(connection: Connection, operation: Operation, posts: dict[UUID, Post], tally: Tally) -> Ground:
    searching = {UUID(row.partition("/")[0]) for table, row, _ in tally if table == "place"}
    return Ground(
        code=operation.code,
        posts=posts,
        countries=tuple(operation.countries),
        crime_areas=tuple(operation.crime_areas),
        seats=await queries.find_seats(connection, searching),
    )


async def _discreet(connection: Connection, actor: Actor, operation: Operation, wanted: Wanted) -> Discreet | None:
    """Count what an owner's bureau alone may know of; of an exercise owners are told nothing."""
    if actor.role is not Role.BUREAU or operation.kind == "exercise":
        return None
    within = Within(operation.code, wanted.since, wanted.until)
    return Discreet.model_validate(await queries.count_discreet(connection, within, actor.organisation_id))
