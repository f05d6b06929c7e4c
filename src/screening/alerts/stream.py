"""Alerts as a live stream of server-sent events (WHATWG HTML, 9.2), without gaps: each event's id is its cursor."""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping

import structlog
from fastapi.sse import format_sse_event
from starlette.responses import StreamingResponse
from starlette.types import Message, Send

from screening.alerts import queries
from screening.alerts.cursors import Cursors
from screening.alerts.events import Listener, Published
from screening.alerts.hub import Hub, Subscription
from screening.db.database import UNREACHABLE, Pool

PAGE = 200

CHECK_SECONDS = 1.0
"""How often a stream asks whether its key still holds: one that was revoked hears nothing a second later."""

HEARTBEAT_SECONDS = 15.0
"""How often an idle stream says something, so that nothing on the way takes it for dead."""

SLOW_SECONDS = 20.0
"""How long a client may leave what is sent to it unread before it is cut off; it may come back and go on."""

COME_BACK_MILLISECONDS = 1000

logger = structlog.stdlib.get_logger(__name__)

Holds = Callable[[], Awaitable[bool]]
"""Tells whether the key that a stream was opened with still holds."""


class Stream:
    """One client's stream, from a position on."""

    def __init__(  # noqa: PLR0913 - what a stream is made of
        self, hub: Hub, pool: Pool, listener: Listener, holds: Holds, *, cursors: Cursors, after: int | None
    ) -> None:
        self._hub = hub
        self._pool = pool
        self._listener = listener
        self._holds = holds
        self._cursors = cursors
        self._position = after
        self._checked_at = time.monotonic()
        self._spoke_at = time.monotonic()

    async def events(self) -> AsyncGenerator[bytes]:
        """Give the bytes of the stream: first what was missed, then what happens, until the key holds no more."""
        with self._hub.subscribed(self._listener) as subscription:
            if self._position is None:
                self._position = await queries.head(self._pool)
            yield format_sse_event(comment="connected", retry=COME_BACK_MILLISECONDS)
            async for event in self._missed(subscription):
                yield event
            while await self._goes_on():
                for alert in await subscription.take(CHECK_SECONDS):
                    if alert.position > self._position:
                        yield self._event(alert)
                if subscription.behind:
                    async for event in self._missed(subscription):
                        yield event
                if time.monotonic() - self._spoke_at > HEARTBEAT_SECONDS:
                    self._spoke_at = time.monotonic()
                    yield format_sse_event(comment="still here")

    async def _missed(self, subscription: Subscription) -> AsyncIterator[bytes]:
        """Read from the database what is not in memory; meanwhile what happens is collected again."""
        subscription.restart()
        while await self._goes_on():
            assert self._position is not None
            page = await queries.list_alerts(self._pool, self._listener, after=self._position, limit=PAGE)
            for alert in page:
                yield self._event(alert)
            if len(page) < PAGE:
                return

    def _event(self, alert: Published) -> bytes:
        self._position = alert.position
        self._spoke_at = time.monotonic()
        return format_sse_event(data_str=alert.body, event=alert.type, id=self._cursors.write(alert.position))

    async def _goes_on(self) -> bool:
        if self._hub.closed:
            return False
        if time.monotonic() - self._checked_at >= CHECK_SECONDS:
            self._checked_at = time.monotonic()
            return await self._holds()
        return True


class EventStream(StreamingResponse):
    """An answer that does not end, to a client that must keep reading."""

    media_type = "text/event-stream"

    def __init__(self, events: AsyncGenerator[bytes], headers: Mapping[str, str]) -> None:
        super().__init__(events, headers=headers)
        self._events = events

    async def stream_response(self, send: Send) -> None:
        """Send what comes, and let go of a client that leaves it unread."""

        async def bounded(message: Message) -> None:
            async with asyncio.timeout(SLOW_SECONDS):
                await send(message)

        try:
            await super().stream_response(bounded)
        except UNREACHABLE as error:  # The client left it unread, or the database went away: it comes back and goes on.
            logger.info("stream ended", error=type(error).__name__)
        finally:
            await self._events.aclose()
