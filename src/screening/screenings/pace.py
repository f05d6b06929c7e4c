"""Whose turn it is when lists and live screenings meet: live ones go first, and lists still get on.

A list is thousands of screenings at once, and nobody stands waiting for any of them. Where live screenings are about,
those of lists go one at a time, and each lets live ones pass first; where live ones never end, for so long only.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

PATIENCE_SECONDS = 0.025
"""How long one of a list lets live screenings pass."""

CALM_SECONDS = 0.1
"""How long after a live screening the next one is to be expected: officers and gates come in bursts."""


class Pace:
    """Knows how many live screenings a process has under way, and when the last one ended."""

    def __init__(self) -> None:
        self._live = 0
        self._ended_at = float("-inf")
        self._quiet = asyncio.Event()
        self._quiet.set()
        self._next = asyncio.Lock()

    @contextmanager
    def live(self) -> Iterator[None]:
        """Be a live screening for as long as the block lasts."""
        self._live += 1
        self._quiet.clear()
        try:
            yield
        finally:
            self._live -= 1
            self._ended_at = asyncio.get_running_loop().time()
            if not self._live:
                self._quiet.set()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Be one of a list for as long as the block lasts; it begins when its turn comes."""
        if self._is_calm():
            yield
            return
        async with self._next:
            with suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE_SECONDS):
                    await self._quiet.wait()
            yield

    def _is_calm(self) -> bool:
        return not self._live and asyncio.get_running_loop().time() - self._ended_at >= CALM_SECONDS
