"""New alerts, read once per process and handed to everybody who listens there.

A listener who does not keep up is told nothing more from memory: what it missed it reads from the database, in its own
time. So memory is bounded, and nothing is lost.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator, Iterator

import asyncpg
import structlog

from screening import background
from screening.alerts import queries
from screening.alerts.events import Listener, Published
from screening.db.database import CONNECT_SECONDS, Connection

POLL_SECONDS = 1.0
"""How often it is asked even when nobody told of anything."""

ANSWER_SECONDS = 5.0
RETRY_SECONDS = 0.5
PAGE = 500

BUFFER = 256
"""Alerts that wait in memory for one listener at most."""

MOST_STREAMS = 500
"""Streams of one process: each holds a socket, and screenings need some too."""

logger = structlog.stdlib.get_logger(__name__)


class Subscription:
    """The alerts that wait for one listener."""

    def __init__(self, listener: Listener) -> None:
        self.listener = listener
        self.behind = False
        """Whether something did not fit: what follows must be read from the database."""
        self._waiting: deque[Published] = deque()
        self._something = asyncio.Event()

    def offer(self, alert: Published) -> None:
        """Let an alert wait here, if it is for this listener and there is room."""
        if self.behind or not self.listener.hears(alert):
            return
        if len(self._waiting) >= BUFFER:
            self.behind = True
            self._waiting.clear()
        else:
            self._waiting.append(alert)
        self._something.set()

    def wake(self) -> None:
        """Let whoever waits look around."""
        self._something.set()

    def restart(self) -> None:
        """Begin to collect again, before what was missed is read."""
        self.behind = False
        self._waiting.clear()

    async def take(self, seconds: float) -> list[Published]:
        """Wait for something at most so long, and give what there is."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._something.wait(), seconds)
        self._something.clear()
        taken = list(self._waiting)
        self._waiting.clear()
        return taken


class Hub:
    """One process's reader of new alerts."""

    def __init__(self) -> None:
        self._subscriptions: set[Subscription] = set()
        self._told = asyncio.Event()
        self.position = 0
        """The newest alert that was handed on."""
        self.closed = False

    @contextlib.contextmanager
    def subscribed(self, listener: Listener) -> Iterator[Subscription]:
        """Collect a listener's alerts for as long as the block lasts."""
        subscription = Subscription(listener)
        self._subscriptions.add(subscription)
        try:
            yield subscription
        finally:
            self._subscriptions.discard(subscription)

    @property
    def full(self) -> bool:
        """Whether no further listener can be served here."""
        return len(self._subscriptions) >= MOST_STREAMS

    def close(self) -> None:
        """End all streams: their clients come back to another process, and go on from where they were."""
        self.closed = True
        for subscription in self._subscriptions:
            subscription.wake()

    async def run(self, url: str) -> None:
        """Read for ever, on a connection of its own; what fails is tried again."""
        while True:
            try:
                await self._follow(url)
            except Exception as error:  # noqa: BLE001 - whatever it was: streams wait, and go on without a gap
                logger.warning("alerts not readable", error=type(error).__name__)
            await asyncio.sleep(RETRY_SECONDS)

    async def _follow(self, url: str) -> None:
        connection: Connection = await asyncpg.connect(url, timeout=CONNECT_SECONDS, command_timeout=ANSWER_SECONDS)
        try:
            await connection.add_listener(queries.CHANNEL, lambda *_: self._told.set())
            if not self.position:
                self.position = await queries.head(connection)
            while True:
                await self._catch_up(connection)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._told.wait(), POLL_SECONDS)
        finally:
            connection.terminate()

    async def _catch_up(self, connection: Connection) -> None:
        while True:
            self._told.clear()
            alerts = await queries.read_alerts(connection, after=self.position, limit=PAGE)
            for alert in alerts:
                self.position = alert.position
                for subscription in self._subscriptions:
                    subscription.offer(alert)
            if len(alerts) < PAGE:
                return


@contextlib.asynccontextmanager
async def listening(url: str) -> AsyncIterator[Hub]:
    """Run a hub for as long as the block lasts."""
    hub = Hub()
    async with background.running(hub.run(url), "alerts hub"):
        try:
            yield hub
        finally:
            hub.close()
