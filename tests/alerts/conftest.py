"""A receiver, and connections, for each test."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from screening.db.database import Pool
from tests.alerts.receiving import Receiver, receiving


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """A receiver of webhooks."""
    async with receiving() as made:
        yield made


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[Pool]:
    """Connections to a database of the test's own."""
    async with asyncpg.create_pool(database_url, min_size=1, max_size=6) as opened:
        yield opened
