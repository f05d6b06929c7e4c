"""A played operation, for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.reports.played import Play, opened


@pytest.fixture
async def play(database_url: str, tmp_path: Path) -> AsyncIterator[Play]:
    """Open an operation with a clock that moves."""
    async with opened(database_url, tmp_path) as running:
        yield running
