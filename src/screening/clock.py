"""The time, from one place, so that tests can move it."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Gives the present instant, in UTC."""


def system() -> datetime:
    """Read the clock of this machine."""
    return datetime.now(UTC)
