"""An application with the routes of records, for each test."""

from collections.abc import AsyncIterator

import pytest

from tests.journal.desks import Desks, opened


@pytest.fixture
async def desks(database_url: str) -> AsyncIterator[Desks]:
    """Open the routes of records over a database of their own."""
    async with opened(database_url) as started:
        yield started
