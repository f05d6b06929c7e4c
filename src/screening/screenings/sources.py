"""Asking every source at the same time, each within the deadline, and saying honestly what became of it."""

import asyncio
import time
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from screening.clock import Clock
from screening.db.database import Pool
from screening.nominals.index import NameIndex
from screening.screenings import lookups, sparing
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
    slot_seconds: float
    """Answers leave at multiples of this."""


class Checker:
    """All sources of one process."""

    def __init__(  # noqa: PLR0913 - what sources are made of
        self,
        pool: Pool,
        names: NameIndex,
        now: Clock,
        settings: Settings,
        policy: Policy = STANDARD,
        *,
        redress_secret: bytes,
    ) -> None:
        self.pool = pool
        self.names = names
        self.now = now
        self.policy = policy
        self.limits = Limits(settings.deadline_seconds, settings.freshness_seconds, settings.answer_slot_seconds)
        self._redress_secret = redress_secret

    async def check(self, reading: Reading, at: datetime) -> list[Result]:
        """Ask every source at once. It takes no longer than the deadline, and never raises for what a source does."""
        began = time.monotonic()
        results = await asyncio.gather(
            self._ask_documents(Source.SLTD, lookups.find_documents(self.pool, reading, at), reading, at),
            self._ask_documents(Source.TDAWN, lookups.find_notice_documents(self.pool, reading, at), reading, at),
            self._ask_names(reading, at),
        )
        left = self.limits.deadline_seconds - (time.monotonic() - began)
        return await self._with_redress(results, reading, at, left)

    def document_keys(self, reading: Reading) -> dict[int, bytes]:
        """Hash the documents that were read with certainty, as redress knows them."""
        return sparing.document_keys(self._redress_secret, reading)

    async def _with_redress(
        self, results: Sequence[Result], reading: Reading, at: datetime, seconds: float
    ) -> list[Result]:
        """Mark what was found false before between these documents and these records."""
        keys = self.document_keys(reading)
        matches = [match for result in results for match in result.matches]
        standing = await sparing.find_redress(self.pool, keys, matches, at=at, seconds=seconds)
        return [replace(result, matches=sparing.marked(result.matches, keys, standing)) for result in results]

    async def _ask_documents(self, source: Source, asking: Awaitable[Found], reading: Reading, at: datetime) -> Result:
        required = source in self.policy.required(documents=reading.documents_given, names=False)
        status, found = await self._within_deadline(source, asking)
        if status is CoverageStatus.ANSWERED and not reading.documents_given:
            status = CoverageStatus.NOT_ASKED
        if status is CoverageStatus.ANSWERED and not reading.documents_readable:
            status = CoverageStatus.INSUFFICIENT
        complete_to = at if status in ASKED else None
        return Result(source, status, required, complete_to, None, found.matches)

    async def _ask_names(self, reading: Reading, at: datetime) -> Result:
        required = Source.NOTICES in self.policy.required(documents=False, names=reading.names_given)
        # before the search: it may see more, never less
        as_of, position, age = self.names.as_of, self.names.position, self.names.age(at)
        status, found = await self._within_deadline(
            Source.NOTICES, lookups.find_persons(self.pool, self.names, reading, at, self.policy)
        )
        if status is CoverageStatus.ANSWERED:
            status = self._status_of_names(reading, age)
        return Result(Source.NOTICES, status, required, as_of, position, found.matches)

    def _status_of_names(self, reading: Reading, age: timedelta | None) -> CoverageStatus:
        if not reading.names_given:
            return CoverageStatus.NOT_ASKED
        if not reading.names_readable:
            return CoverageStatus.INSUFFICIENT
        return CoverageStatus.ANSWERED if self.is_fresh(age) else CoverageStatus.STALE

    def is_fresh(self, age: timedelta | None) -> bool:
        """Tell whether a name index that was known to be complete so long ago still counts as current."""
        return age is not None and age <= timedelta(seconds=self.limits.freshness_seconds)

    async def _within_deadline(self, source: Source, asking: Awaitable[Found]) -> tuple[CoverageStatus, Found]:
        try:
            async with asyncio.timeout(self.limits.deadline_seconds):
                found = await asking
        except TimeoutError:
            return CoverageStatus.TIMEOUT, Found()
        except Exception as error:  # noqa: BLE001 - whatever fails in a source is a gap, never a clear
            logger.warning("source failed", source=source, error=type(error).__name__)
            return CoverageStatus.ERROR, Found()
        return CoverageStatus.ANSWERED if found.complete else CoverageStatus.TOO_MANY, found


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
    names = CoverageStatus.ANSWERED if checker.is_fresh(checker.names.age(at)) else CoverageStatus.STALE
    return [
        State(Source.SLTD, database, as_of, None, None),
        State(Source.TDAWN, database, as_of, None, None),
        State(Source.NOTICES, names, checker.names.as_of, checker.names.position, checker.names.size),
    ]
