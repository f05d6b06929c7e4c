"""A receiver of webhooks on this machine, and what tests of alerts share."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Network
from uuid import UUID

from standardwebhooks import Webhook

from screening.alerts import queries
from screening.alerts.events import Alert, AlertType, HitFacts
from screening.db.database import Connection, Pool
from screening.db.metadata import new_id

LOOPBACK = (IPv4Network("127.0.0.0/8"),)


@dataclass(frozen=True, slots=True)
class Received:
    """One request that came in."""

    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    def verified(self, secret: str) -> object:
        """Check the signature as a receiver does, with the library's own verifier."""
        return Webhook(secret).verify(self.body, self.headers)


@dataclass(slots=True)
class Receiver:
    """Takes what it gets, and answers as it is told."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    """Statuses of the next answers; then 204. 0 hangs up, -1 never answers."""
    received: list[Received] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    location: str = ""

    async def wait(self, count: int) -> list[Received]:
        """Wait until so many requests came in."""
        async with asyncio.timeout(20):
            while len(self.received) < count:
                self.arrived.clear()
                await self.arrived.wait()
        return self.received

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take the requests of one connection."""
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                lines = head.decode().split("\r\n")[1:-2]
                headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
                body = await reader.readexactly(int(headers["content-length"]))
                self.received.append(Received(headers, body))
                self.arrived.set()
                status = self.answers.pop(0) if self.answers else 204
                if status < 0:
                    await asyncio.sleep(3600)
                if status == 0:
                    return
                extra = f"Location: {self.location}\r\n" if self.location else ""
                writer.write(f"HTTP/1.1 {status} Status\r\n{extra}Content-Length: 0\r\n\r\n".encode())
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def receiving(tls: ssl.SSLContext | None = None) -> AsyncIterator[Receiver]:
    """Run a receiver for as long as the block lasts."""
    receiver = Receiver()
    connections: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(receiver.answer(reader, writer))
        connections.add(task)
        task.add_done_callback(connections.discard)

    server = await asyncio.start_server(accept, "127.0.0.1", 0, ssl=tls)
    receiver.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.sockets[0].getsockname()[1]}/alerts"
    try:
        yield receiver
    finally:
        server.close()
        for task in connections:
            task.cancel()
        await asyncio.gather(*connections, return_exceptions=True)


class MovedClock:
    """A clock that stands until a test moves it."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, by: timedelta) -> None:
        """Let time pass."""
        self.now += by


def hit_alert(to: frozenset[UUID], *, at: datetime, **changed: object) -> Alert:
    """Make an alert about a hit."""
    organisation = min(to)
    facts = HitFacts(
        hit=new_id(),
        status="new",
        desk="first_line",
        source="sltd",
        label="stolen",
        post=None,
        organisation=organisation,
        owner=organisation,
        operation=None,
    )
    return Alert(id=new_id(), type=AlertType.HIT_OPENED, at=at, to=to, facts=facts, **changed)  # type: ignore[arg-type]


async def tell(connection: Connection | Pool, *alerts: Alert) -> None:
    """Tell of events as the group commit does."""
    for alert in alerts:
        await connection.execute(queries.TELL, *queries.tell_arguments(alert))
