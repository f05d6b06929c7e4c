"""A story, for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.operations.stories import Story, told


@pytest.fixture
async def story(database_url: str, tmp_path: Path) -> AsyncIterator[Story]:
    """Run the service, with two people of the bureau of Utopia and a clock that moves."""
    async with told(database_url, tmp_path) as running:
        yield running
