"""Watching the sources of this process: who is concerned is told when one turns stale, and when it is current again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from screening import background
from screening.alerts import staleness
from screening.db.metadata import new_id
from screening.screenings import sources
from screening.screenings.sources import Checker
from screening.screenings.vocabulary import CoverageStatus

PASS_SECONDS = 5.0
LOOKS = 2
"""How often in a row a source is not current before it is told of: one late answer is no news."""

logger = structlog.stdlib.get_logger(__name__)


class Watch:
    """What one process saw of its sources lately."""

    def __init__(self, checker: Checker) -> None:
        self._checker = checker
        self._process = new_id()
        self._looks: dict[str, int] = {}

    async def run(self) -> None:
        """Look for ever; what fails is tried again."""
        while True:
            await asyncio.sleep(PASS_SECONDS)
            try:
                await self.look()
            except Exception as error:  # noqa: BLE001 - the database may be away; then nobody can be told
                logger.warning("sources not watched", error=type(error).__name__)

    async def look(self) -> None:
        """Look once, and tell of what changed."""
        states = {state.source.value: state for state in await sources.present(self._checker)}
        late = {source for source, state in states.items() if state.status is not CoverageStatus.ANSWERED}
        self._looks = {source: self._looks.get(source, 0) + 1 for source in late}
        stale = {source: states[source].as_of for source, looks in self._looks.items() if looks >= LOOKS}
        await staleness.say(self._checker.pool, self._process, stale, self._checker.now())


@asynccontextmanager
async def watching(checker: Checker) -> AsyncIterator[Watch]:
    """Watch for as long as the block lasts."""
    watch = Watch(checker)
    async with background.running(watch.run(), "source watch"):
        yield watch
