"""Screening the persons of lists in the background: fair among lists, gentle to live screenings, taken over at a crash.

Each person lets live screenings pass first. A list belongs to the process that received it for as long as that one
renews its lease; after that any other goes on with it. Each person has an idempotency key in the log, so that a person
screened just before a crash keeps one entry.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from screening import background
from screening.access.actors import Actor, Directory
from screening.access.gate import Gate
from screening.access.permissions import Role
from screening.audit.log import Log
from screening.audit.trail import Trail
from screening.clock import Clock
from screening.db.database import Database, transaction
from screening.hits.events import Cases
from screening.manifests import queries
from screening.manifests.models import ManifestPerson, ManifestRow
from screening.manifests.queries import Done
from screening.manifests.vocabulary import PersonStatus
from screening.problems import Kind, Problem
from screening.screenings import boarding, disclose
from screening.screenings import service as screenings
from screening.screenings.schemas import Submission
from screening.screenings.service import Means
from screening.screenings.sources import Checker
from screening.screenings.vocabulary import BoardingVerdict

AT_ONCE = 8
"""Persons of all lists that a process screens at the same time while no live screenings are about: the first of those
that comes after a calm waits for few others."""

PAGE = 32
"""Persons between two looks at the table; also how many results are written together."""

LEASE = timedelta(seconds=15)
RENEW_SECONDS = 3.0
TRIES = 5
PAUSE_SECONDS = 1.0
KEEP = timedelta(days=7)
"""How long a list can be asked for once it is done; seven days cover a voyage and its questions."""

TAKEN_AT_ONCE = 20

logger = structlog.stdlib.get_logger(__name__)


Keep = Callable[[AsyncSession, ManifestRow, Sequence[ManifestPerson], Sequence[Done]], Awaitable[None]]
"""What else is kept of persons who are done, in the transaction that says so; it may happen twice."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of the application that screening takes."""

    database: Database
    checker: Checker
    gate: Gate
    log: Log
    cases: Cases
    directory: Directory
    clock: Clock
    keep: Keep

    def means(self, manifest_id: UUID, actor: Actor) -> Means:
        """Give what one person is screened with."""
        trail = Trail(self.log, self.clock, request_id=str(manifest_id), party=actor.party)
        return Means(self.checker, self.gate, trail, self.cases)


class Runner:
    """Runs the lists of one process."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._running: dict[UUID, asyncio.Task[None]] = {}

    def start(self, manifest_id: UUID, client_id: UUID) -> None:
        """Begin, or go on with, a list."""
        if manifest_id not in self._running:
            task = asyncio.create_task(self._run(manifest_id, client_id), name="manifest")
            self._running[manifest_id] = task
            task.add_done_callback(lambda _: self._running.pop(manifest_id, None))

    async def watch(self) -> None:
        """Renew leases, take over what others left, forget what is old; for as long as the process runs."""
        while True:
            try:
                await self._look_after()
            except Exception as error:  # noqa: BLE001 - the database may be away; the next look finds it back
                logger.warning("manifests wait", error=type(error).__name__)
            await asyncio.sleep(RENEW_SECONDS)

    async def stop(self) -> None:
        """Let go of every list; the next process goes on with them once their leases end."""
        tasks = list(self._running.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _look_after(self) -> None:
        now = self._parts.clock()
        async with transaction(self._parts.database) as session:
            await queries.lease(session, list(self._running), now + LEASE)
            left = await queries.take_over(session, now, now + LEASE, limit=TAKEN_AT_ONCE)
            await queries.forget(session, now - KEEP)
        for manifest in left:
            self.start(manifest.id, manifest.client_id)

    async def _run(self, manifest_id: UUID, client_id: UUID) -> None:
        try:
            actor = await self._parts.directory.find_client(client_id)
            await self._screen_all(manifest_id, actor)
        except Exception as error:  # noqa: BLE001 - the lease ends, and the list is taken up again
            logger.warning("manifest interrupted", error=type(error).__name__)

    async def _screen_all(self, manifest_id: UUID, actor: Actor | None) -> None:
        database = self._parts.database
        async with transaction(database) as session:
            manifest = await session.get_one(ManifestRow, manifest_id)
            turn = await queries.last_turn(session, manifest_id)
        while True:
            async with transaction(database) as session:
                page = await queries.list_pending(session, manifest_id, limit=PAGE)
            if not page:
                break
            done = await asyncio.gather(*(self._screen_one(manifest_id, person, actor) for person in page))
            turn += 1
            async with transaction(database) as session:
                await queries.finish(session, manifest_id, done, turn=turn)
                await self._parts.keep(session, manifest, page, done)
        async with transaction(database) as session:
            await queries.close(session, manifest_id, self._parts.clock())

    async def _screen_one(self, manifest_id: UUID, person: ManifestPerson, actor: Actor | None) -> Done:
        if actor is None:
            return _failed(person, "the key that sent the list is revoked")
        request = screenings.Request(
            Submission.model_validate(person.submission), actor, f"manifest:{manifest_id}:{person.place}"
        )
        for attempt in range(TRIES):
            try:
                async with self._slots, self._parts.checker.pace.turn():
                    screened = await screenings.screen(request, self._parts.means(manifest_id, actor))
            except Problem as problem:
                if problem.kind is not Kind.UNAVAILABLE:
                    return _failed(person, problem.detail)
                await asyncio.sleep(PAUSE_SECONDS * attempt)
                continue
            told = disclose.disclose(screened, Role.CARRIER, actor.organisation_id)  # whoever reads the list later
            return Done(
                place=person.place,
                status=PersonStatus.SCREENED,
                verdict=boarding.verdict(told),
                screening_id=told.id,
                decision=told.decision,
                desk=told.desk,
            )
        return _failed(person, "the service could not screen now; send the person again")


def _failed(person: ManifestPerson, reason: str) -> Done:
    return Done(person.place, PersonStatus.FAILED, BoardingVerdict.INSUFFICIENT, reason)


@asynccontextmanager
async def running(parts: Parts) -> AsyncIterator[Runner]:
    """Run lists for as long as the block lasts."""
    runner = Runner(parts)
    try:
        async with background.running(runner.watch(), "manifests"):
            yield runner
    finally:
        await runner.stop()
