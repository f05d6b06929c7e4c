"""Asking every source at the same time, each within the deadline, and saying honestly what became of it."""

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from screening.clock import Clock
from screening.db.database import Pool
from screening.identifiers.document_types import Family
from screening.nominals.index import NameIndex
from screening.screenings import lookups, object_lookups, objects
from screening.screenings.decide import Coverage, Match
from screening.screenings.lookups import Found
from screening.screenings.policy import STANDARD, Policy
from screening.screenings.reading import Reading
from screening.screenings.record import MatchedRecord
from screening.screenings.vocabulary import CoverageStatus, Source
from screening.settings import Settings

READY_SECONDS = 1.0
ASKED = (CoverageStatus.ANSWERED, CoverageStatus.INSUFFICIENT, CoverageStatus.TOO_MANY)

logger = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Result:
    """What one source contributed."""

    source: Source
    status: CoverageStatus
    required: bool
    as_of: datetime | None
    position: int | None
    matches: Sequence[Match[MatchedRecord]] = ()

    @property
    def coverage(self) -> Coverage:
        """The part that decides."""
        return Coverage(self.source, self.status, self.required)


@dataclass(frozen=True, slots=True)
class State:
    """A source as it is, whatever is asked of it."""

    source: Source
    status: CoverageStatus
    as_of: datetime | None
    position: int | None
    records: int | None


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a source may take, and how old it may be."""

    deadline_seconds: float
    freshness_seconds: float


class Checker:
    """All sources of one process."""

    def __init__(self, pool: Pool, names: NameIndex, now: Clock, settings: Settings, policy: Policy = STANDARD) -> None:
        self.pool = pool
        self.names = names
        self.now = now
        self.policy = policy
        self.limits = Limits(settings.deadline_seconds, settings.freshness_seconds)

    async def check(self, reading: Reading, at: datetime) -> list[Result]:
        """Ask every source at once. It takes no longer than the deadline, and never raises for what a source does."""
        documents, associated, names, things = await asyncio.gather(
            self._ask_documents(Source.SLTD, lookups.find_documents(self.pool, reading, at), reading, at),
            self._ask_documents(Source.TDAWN, lookups.find_notice_documents(self.pool, reading, at), reading, at),
            self._ask_names(reading, at),
            self._ask_objects(reading, at),
        )
        return [*_by_class(documents, reading), associated, names, *things]

    async def _ask_documents(self, source: Source, asking: Awaitable[Found], reading: Reading, at: datetime) -> Result:
        required = source in self.policy.required(documents=reading.documents_given, names=False)
        status, found = await self._within_deadline(source, asking)
        if status is CoverageStatus.ANSWERED and not reading.documents_given:
            status = CoverageStatus.NOT_ASKED
        if status is CoverageStatus.ANSWERED and not reading.documents_readable:
            status = CoverageStatus.INSUFFICIENT
        complete_to = at if status in ASKED else None
        return Result(source, status, required, complete_to, None, found.matches)

    async def _ask_objects(self, reading: Reading, at: datetime) -> list[Result]:
        """Ask for all objects at once, and tell what became of it for each kind that was submitted."""
        kinds = [kind for kind in objects.SOURCES if any(each.kind is kind for each in reading.objects)]
        if not kinds:
            return []
        asking = object_lookups.find_objects(self.pool, reading.objects, at)
        status, found = await self._within_deadline("objects", asking)
        results = []
        for kind in kinds:
            source, of_kind = objects.SOURCES[kind], status
            if status is CoverageStatus.ANSWERED and source in found.truncated:
                of_kind = CoverageStatus.TOO_MANY
            elif status is CoverageStatus.ANSWERED and objects.unreadable(reading.objects, kind):
                of_kind = CoverageStatus.INSUFFICIENT
            matches = [match for match in found.matches if match.source is source]
            required = source in self.policy.for_objects
            results.append(Result(source, of_kind, required, at if of_kind in ASKED else None, None, matches))
        return results

    async def _ask_names(self, reading: Reading, at: datetime) -> Result:
        required = Source.NOTICES in self.policy.required(documents=False, names=reading.names_given)
        as_of, position = self.names.as_of, self.names.position  # before the search: it may see more, never less
        status, found = await self._within_deadline(
            Source.NOTICES, lookups.find_persons(self.pool, self.names, reading, at, self.policy)
        )
        if status is CoverageStatus.ANSWERED:
            status = self._status_of_names(reading, at, as_of)
        return Result(Source.NOTICES, status, required, as_of, position, found.matches)

    def _status_of_names(self, reading: Reading, at: datetime, as_of: datetime | None) -> CoverageStatus:
        if not reading.names_given:
            return CoverageStatus.NOT_ASKED
        if not reading.names_readable:
            return CoverageStatus.INSUFFICIENT
        return CoverageStatus.ANSWERED if self.is_fresh(as_of, at) else CoverageStatus.STALE

    def is_fresh(self, as_of: datetime | None, at: datetime) -> bool:
        """Tell whether a name index that was known to be complete at `as_of` still counts as current."""
        return as_of is not None and at - as_of <= timedelta(seconds=self.limits.freshness_seconds)

    async def _within_deadline(self, source: str, asking: Awaitable[Found]) -> tuple[CoverageStatus, Found]:
        try:
            async with asyncio.timeout(self.limits.deadline_seconds):
                found = await asking
        except TimeoutError:
            return CoverageStatus.TIMEOUT, Found()
        except Exception as error:  # noqa: BLE001 - whatever fails in a source is a gap, never a clear
            logger.warning("source failed", source=source, error=type(error).__name__)
            return CoverageStatus.ERROR, Found()
        return CoverageStatus.ANSWERED if found.complete else CoverageStatus.TOO_MANY, found


def _by_class(documents: Result, reading: Reading) -> list[Result]:
    """Answer for administrative documents as a source of its own, where one may have been submitted."""
    source = Source.ADMINISTRATIVE_DOCUMENTS
    if not any(number.family in (Family.OTHER, None) for number in reading.numbers):
        return [documents]
    administrative = [match for match in documents.matches if match.source is source]
    travel = [match for match in documents.matches if match.source is not source]
    return [replace(documents, matches=travel), replace(documents, source=source, matches=administrative)]


async def present(checker: Checker) -> list[State]:
    """Tell how each source is now."""
    at = checker.now()
    try:
        async with asyncio.timeout(READY_SECONDS):
            await checker.pool.fetchval("SELECT 1")
        database = CoverageStatus.ANSWERED
    except Exception:  # noqa: BLE001 - whatever it is, the sources in the database cannot answer
        database = CoverageStatus.ERROR
    as_of = at if database is CoverageStatus.ANSWERED else None
    names = CoverageStatus.ANSWERED if checker.is_fresh(checker.names.as_of, at) else CoverageStatus.STALE
    return [
        *(State(source, database, as_of, None, None) for source in Source if source is not Source.NOTICES),
        State(Source.NOTICES, names, checker.names.as_of, checker.names.position, checker.names.size),
    ]
