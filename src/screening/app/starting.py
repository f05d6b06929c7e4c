"""How long each step of a start took: a start that is slow shows where."""

import time

import structlog

logger = structlog.stdlib.get_logger(__name__)


class Steps:
    """The steps of one start, in seconds, in their order."""

    def __init__(self) -> None:
        self._began = self._at = time.perf_counter()
        self.seconds: dict[str, float] = {}

    def done(self, step: str) -> None:
        """Note that a step has ended here."""
        now = time.perf_counter()
        self.seconds[step] = round(now - self._at, 3)
        self._at = now

    def say(self, event: str) -> None:
        """Write them to the log."""
        logger.info(event, seconds=round(time.perf_counter() - self._began, 3), steps=self.seconds)
