"""Answers leave at even times, so that how long one took does not tell what it does not say.

A discreet hit costs a little more work than none: a record to read again, evidence to write down. Whoever may not know
of it gets an answer of the same bytes, at the same time: at the next multiple of a slot since the request came. A slot
hides only what fits into it, so it follows the load: short while answers are quick, and never longer than is set (ADR
34).
"""

import asyncio
import math
import time
from bisect import bisect_left
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from enum import StrEnum

SHARES = (8, 4, 2, 1)
"""The slots that there are, as shares of the longest."""

REMEMBERED = 200
"""Answers by which a slot is chosen: a fifth of a second under load, so that one search more or less weighs nothing."""

FITTING = 0.9
"""How many of them have to fit, all that a discreet hit would have taken included."""

ROOM = 1.6
"""How much longer than a no-hit a discreet hit may take; measured are 1.2 to 1.4 (`python -m benchmarks discreet`)."""


class Asked(StrEnum):
    """What an answer's time goes by: each has a slot of its own, lest quick answers shorten that of slow ones."""

    PERSON = "person"
    NO_PERSON = "no_person"
    EARLIER = "earlier"


class Slots:
    """The slots of one process for one kind of request."""

    def __init__(self, longest: float) -> None:
        self._steps = tuple(longest / share for share in SHARES)
        self._recent: deque[int] = deque()
        self._fits = [0] * (len(SHARES) + 1)
        """How many of the recent answers need each slot, at least; the last are those that none is enough for."""
        self.current = longest

    @asynccontextmanager
    async def even(self) -> AsyncIterator[None]:
        """Let the block end at the next multiple of a slot; at once where a slot is 0 seconds long."""
        began, slot = time.perf_counter(), self.current
        yield
        passed = time.perf_counter() - began
        self.note(passed)
        await asyncio.sleep(wait(passed, slot))

    def note(self, passed: float) -> None:
        """Take over how long an answer took, and choose the slot of those that come next."""
        needed = bisect_left(self._steps, passed * ROOM)
        self._recent.append(needed)
        self._fits[needed] += 1
        if len(self._recent) > REMEMBERED:
            self._fits[self._recent.popleft()] -= 1
            self.current = _shortest(self._steps, self._fits)


def _shortest(steps: Sequence[float], fits: Sequence[int]) -> float:
    """Choose the shortest slot that most answers fit into; the longest where none is long enough."""
    fitting = 0
    for step, more in zip(steps, fits, strict=False):
        fitting += more
        if fitting >= FITTING * REMEMBERED:
            return step
    return steps[-1]


def wait(passed: float, slot: float) -> float:
    """Give how long is left of the slot that has begun.

    >>> wait(0.004, 0.01), wait(0.0125, 0.01), wait(0.004, 0)
    (0.006, 0.0075, 0.0)
    """
    return math.ceil(passed / slot) * slot - passed if slot else 0.0
