"""Answers leave at even times, so that how long one took does not tell what it does not say.

A discreet hit costs a little more work than none: a record to read again, evidence to write down. Whoever may not know
of it gets an answer of the same bytes, at the same time: at the next multiple of a slot since the request came.
"""

import asyncio
import math
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


@asynccontextmanager
async def even(seconds: float) -> AsyncIterator[None]:
    """Let the block end at the next multiple of a slot; at once where a slot is 0 seconds long."""
    began = time.perf_counter()
    yield
    await asyncio.sleep(wait(time.perf_counter() - began, seconds))


def wait(passed: float, slot: float) -> float:
    """Give how long is left of the slot that has begun.

    >>> wait(0.004, 0.01), wait(0.0125, 0.01), wait(0.004, 0)
    (0.006, 0.0075, 0.0)
    """
    return math.ceil(passed / slot) * slot - passed if slot else 0.0
