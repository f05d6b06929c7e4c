"""Asking every source at the same time, each within the deadline, and saying honestly what became of it."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from screening.clock import Clock
from screening.db.database import Pool
from screening.identifiers.document_types import Family
from screening.nominals.index import NameIndex
from screening.screenings import lookups, object_lookups, objects, sparing
from screening.screenings.decide import Coverage, Match
from screening.screenings.lookups import Found, Question, Records
from screening.screenings.pace import Pace
from screening.screenings.policy import POLICIES
from screening.screenings.reading import Reading
from screening.screenings.record import MatchedRecord
from screening.screenings.vocabulary import CoverageStatus, Source
from screening.settings import Settings

READY_SECONDS = 1.0
ANSWERING_TOGETHER = frozenset({Source.SLTD, Source.ADMINISTRATIVE_DOCUMENTS})
"""One question serves both."""
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

    def __init__(self, pool: Pool, names: NameIndex, now: Clock, settings: Settings, *, redress_secret: bytes) -> None:
        self.pool = pool
        self._records = Records(pool)
        self.names = names
        self.now = now
        self.policy = POLICIES[settings.policy]
        self.limits = Limits(settings.deadline_seconds, settings.freshness_seconds, settings.answer_slot_seconds)
        self.pace = Pace()
        self._redress_secret = redress_secret

    async def check(self, question: Question, opened: Collection[Source]) -> list[Result]:
        """Ask every source that is open to the client at once. It takes no longer than the deadline.

        It never raises for what a source does; a source that is not open counts as denied.
        """
        began = time.monotonic()
        reading = question.reading
        asked = await asyncio.gather(*self._asking(question, opened))
        answered = {result.source: result for results in asked for result in results if result.source in opened}
        results = [answered.get(source) or self._denied(source, reading) for source in _listed(reading)]
        left = self.limits.deadline_seconds - (time.monotonic() - began)
        return await self._with_redress(results, reading, question.at, left)

    def _asking(self, question: Question, opened: Collection[Source]) -> Iterator[Awaitable[Sequence[Result]]]:
        """Give the questions that are asked: those that an open source answers."""
        if not ANSWERING_TOGETHER.isdisjoint(opened):
            yield self._ask_reported(question)
        if Source.TDAWN in opened:
            yield self._ask_associated(question)
        if Source.NOTICES in opened:
            yield self._ask_names(question)
        yield self._ask_objects(question, opened)

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

    def wanted(self, reading: Reading) -> frozenset[Source]:
        """Name the sources that know of what was submitted."""
        papers = {Source.ADMINISTRATIVE_DOCUMENTS} if _may_be_administrative(reading) else set[Source]()
        things = {objects.SOURCES[kind] for kind in objects.kinds_in(reading.objects)}
        required = self.policy.required(documents=reading.documents_given, names=reading.names_given)
        return required | papers | things

    def _denied(self, source: Source, reading: Reading) -> Result:
        return Result(source, CoverageStatus.DENIED, source in self.wanted(reading), None, None)

    async def _ask_reported(self, question: Question) -> list[Result]:
        documents = await self._ask_documents(Source.SLTD, lookups.find_documents, question)
        return _by_class(documents, question.reading)

    async def _ask_associated(self, question: Question) -> list[Result]:
        return [await self._ask_documents(Source.TDAWN, lookups.find_notice_documents, question)]

    async def _ask_documents(
        self, source: Source, find: Callable[[Records, Question], Awaitable[Found]], question: Question
    ) -> Result:
        reading = question.reading
        required = source in self.policy.required(documents=reading.documents_given, names=False)
        status, found = await self._within_deadline(source, find(self._records, question))
        if status is CoverageStatus.ANSWERED and not reading.documents_given:
            status = CoverageStatus.NOT_ASKED
        if status is CoverageStatus.ANSWERED and not reading.documents_readable:
            status = CoverageStatus.INSUFFICIENT
        complete_to = question.at if status in ASKED else None
        return Result(source, status, required, complete_to, None, found.matches)

    async def _ask_objects(self, question: Question, opened: Collection[Source]) -> list[Result]:
        """Ask for all objects at once, and tell what became of it for each kind that was submitted."""
        reading, at = question.reading, question.at
        kinds = objects.kinds_in(reading.objects)
        if not kinds:
            return []
        presented = tuple(each for each in reading.objects if objects.SOURCES[each.kind] in opened)
        status, found = await self._within_deadline(
            "objects", object_lookups.find_objects(self.pool, presented, question)
        )
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

    async def _ask_names(self, question: Question) -> list[Result]:
        reading, at = question.reading, question.at
        required = Source.NOTICES in self.policy.required(documents=False, names=reading.names_given)
        # before the search: it may see more, never less
        as_of, position, age = self.names.as_of, self.names.position, self.names.age(at)
        status, found = await self._within_deadline(
            Source.NOTICES, lookups.find_persons(self._records, self.names, question, self.policy)
        )
        if status is CoverageStatus.ANSWERED:
            status = self._status_of_names(reading, age)
        return [Result(Source.NOTICES, status, required, as_of, position, found.matches)]

    def _status_of_names(self, reading: Reading, age: timedelta | None) -> CoverageStatus:
        if not reading.names_given:
            return CoverageStatus.NOT_ASKED
        if not reading.names_readable:
            return CoverageStatus.INSUFFICIENT
        return CoverageStatus.ANSWERED if self.is_fresh(age) else CoverageStatus.STALE

    def is_fresh(self, age: timedelta | None) -> bool:
        """Tell whether a name index that was known to be complete so long ago still counts as current."""
        return age is not None and age <= timedelta(seconds=self.limits.freshness_seconds)

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


def _listed(reading: Reading) -> list[Source]:
    """Name the sources that an answer lists, in its order."""
    papers = [Source.ADMINISTRATIVE_DOCUMENTS] if _may_be_administrative(reading) else []
    things = [objects.SOURCES[kind] for kind in objects.kinds_in(reading.objects)]
    return [Source.SLTD, *papers, Source.TDAWN, Source.NOTICES, *things]


def _by_class(documents: Result, reading: Reading) -> list[Result]:
    """Answer for administrative documents as a source of its own, where one may have been submitted."""
    source = Source.ADMINISTRATIVE_DOCUMENTS
    if not _may_be_administrative(reading):
        return [documents]
    administrative = [match for match in documents.matches if match.source is source]
    travel = [match for match in documents.matches if match.source is not source]
    return [replace(documents, matches=travel), replace(documents, source=source, matches=administrative)]


def _may_be_administrative(reading: Reading) -> bool:
    return any(number.family in (Family.OTHER, None) for number in reading.numbers)


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
        *(State(source, database, as_of, None, None) for source in Source if source is not Source.NOTICES),
        State(Source.NOTICES, names, checker.names.as_of, checker.names.position, checker.names.size),
    ]
