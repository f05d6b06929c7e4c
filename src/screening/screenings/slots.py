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
    """Let the block end no earlier than at the next multiple of a slot; at once where that is 0 seconds long."""
    began = time.perf_counter()
    yield
    if seconds:
        passed = time.perf_counter() - began
        await asyncio.sleep(math.ceil(passed / seconds) * seconds - passed)
