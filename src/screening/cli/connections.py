"""Connections as uvicorn's HTTP protocol keeps them, with bounds: how many, how long a head, how slow a client.

uvicorn waits for ever for a request that comes a byte at a time, for a body that does not come, and for a client that
does not read its answer. Nothing here is done for each request but to note when it began; once a second a server looks
at its connections and hangs up on those that are overdue.
"""

import asyncio
import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from screening.problems import MEDIA_TYPE, Kind

HEAD_SECONDS = 10.0
"""How long a request line with its headers may take, also the first one of a connection."""

HEAD_BYTES = 64 << 10

BODY_SECONDS = 10.0
"""How long a body may take in any case …"""

BODY_RATE = 4096
"""… and beyond that only while so many bytes a second come on average."""

READ_SECONDS = 30.0
"""How long an answer may wait for its client to read on: asyncio's 48 KiB between full and writable again, at least."""

IDLE_SECONDS = 75
"""How long a connection may be idle: longer than load balancers keep theirs, so that none sends into a closed one."""


@dataclass(slots=True)
class Doorway:
    """How many connections there are, in all and from each address."""

    most: int
    most_of_one: int
    inside: int = 0
    _from: Counter[str] = field(default_factory=Counter)

    def enter(self, address: str) -> bool:
        """Count a connection; false when it is one too many."""
        if self.inside >= self.most or self._from[address] >= self.most_of_one:
            return False
        self.inside += 1
        self._from[address] += 1
        return True

    def leave(self, address: str) -> None:
        """Count one less."""
        self.inside -= 1
        self._from[address] -= 1
        if not self._from[address]:
            del self._from[address]


def _bare(kind: Kind, *headers: str) -> bytes:
    """Write a whole response that says why the connection ends."""
    slug, status, title, remedy = kind.value
    problem = {"type": f"/problems/{slug}", "title": title, "status": status, "detail": remedy}
    body = json.dumps(problem, separators=(",", ":")).encode()
    head = [
        f"HTTP/1.1 {status} {title}",
        f"content-type: {MEDIA_TYPE}",
        f"content-length: {len(body)}",
        *headers,
        "connection: close",
    ]
    return "\r\n".join([*head, "", ""]).encode() + body


CROWDED = _bare(Kind.OVERLOADED, "retry-after: 2")
TOO_SLOW = _bare(Kind.TOO_SLOW)
TOO_LONG = _bare(Kind.HEAD_TOO_LARGE)


class Connection(HttpToolsProtocol):
    """One connection, which its client may not hold for nothing."""

    def __init__(self, *args: Any, doorway: Doorway, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._doorway = doorway
        self._address: str | None = None
        self._began = 0.0
        self._in_head = True
        self._head_bytes = 0
        self._body_bytes = 0
        self._unread_since: float | None = None
        self._hung_up = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take the connection, or say that there are too many."""
        super().connection_made(transport)
        self._began = self.loop.time()
        address = self.client[0] if self.client else ""
        if self._doorway.enter(address):
            self._address = address
        else:
            self._hang_up(CROWDED)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget it."""
        if self._address is not None:
            self._doorway.leave(self._address)
            self._address = None
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, unless the head of the request has no end."""
        if self.transport.is_closing():
            return
        if self._in_head:
            self._head_bytes += len(data)
        super().data_received(data)
        if self._in_head and self._head_bytes > HEAD_BYTES:
            self._hang_up(TOO_LONG)

    def on_message_begin(self) -> None:
        """Note when a request begins."""
        self._began = self.loop.time()
        self._in_head = True
        self._head_bytes = self._body_bytes = 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Begin to serve the request."""
        self._in_head = False
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Take a part of the body."""
        self._body_bytes += len(body)
        super().on_body(body)

    def resume_writing(self) -> None:
        """Write on: the client has read most of what waited for it."""
        self._unread_since = None
        super().resume_writing()

    def look(self, now: float) -> None:
        """Hang up if the client is overdue."""
        if self._hung_up or self._reads_too_slowly(now):
            self.transport.abort()
        elif self.transport.is_closing():
            return
        elif self._sends_too_slowly(now - self._began):
            self._hang_up(TOO_SLOW)

    def _reads_too_slowly(self, now: float) -> bool:
        if not self.transport.get_write_buffer_size():
            self._unread_since = None
        elif self._unread_since is None:
            self._unread_since = now
        return self._unread_since is not None and now - self._unread_since > READ_SECONDS

    def _sends_too_slowly(self, seconds: float) -> bool:
        if self._in_head:
            return seconds > HEAD_SECONDS
        cycle = self._cycle
        if cycle is None or cycle.response_complete:
            return self.timeout_keep_alive_task is None and seconds > IDLE_SECONDS
        waits = cycle.more_body and not self.flow.read_paused
        return waits and seconds > BODY_SECONDS and self._body_bytes < seconds * BODY_RATE

    @property
    def _cycle(self) -> RequestResponseCycle | None:
        """The newest request; there is none before the first, whatever uvicorn's annotation says."""
        return self.cycle

    def _hang_up(self, saying: bytes) -> None:
        """Say why, where no answer has begun, and close."""
        self._hung_up = True
        cycle = self._cycle
        if cycle is None or not cycle.response_started or cycle.response_complete:
            self.transport.write(saying)
        self.transport.close()
