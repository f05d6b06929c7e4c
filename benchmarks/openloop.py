"""A load generator of its own process: requests leave when they are due, whether or not earlier ones were answered.

A generator that waits for answers slows down with the service and never sees what callers see in overload. Times count
from when a request was due. It reads phases from standard input and writes what came out to standard output, as JSON.
"""

import asyncio
import itertools
import json
import subprocess
import sys
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import uvloop

MOST = 1000
"""Connections at most: a request that finds none free waits for one, and that counts."""

TICK_SECONDS = 0.001


@dataclass(frozen=True, slots=True)
class Phase:
    """So many requests a second for some time; as many as the connections can take when the rate is 0."""

    rate: float
    seconds: float
    connections: int = MOST


@dataclass(frozen=True, slots=True)
class Outcome:
    """One request: when it was due since the phase began, what it took, and its status; 0 when the connection broke."""

    due: float
    seconds: float
    status: int


@dataclass
class Sender:
    """The requests of one phase, and what came of them."""

    port: int
    requests: Sequence[bytes]
    began: float = 0.0
    outcomes: list[tuple[float, float, int]] = field(default_factory=list)
    idle: list["Line"] = field(default_factory=list)
    waiting: deque[float] = field(default_factory=deque)
    lines: int = 0

    def __post_init__(self) -> None:
        self._next = itertools.cycle(self.requests)
        self._opening: set[asyncio.Task[Any]] = set()

    def due(self, at: float) -> None:
        """Send a request, or let it wait for a free connection."""
        if self.idle:
            self.idle.pop().send(next(self._next), at)
        else:
            self.waiting.append(at)

    def free(self, line: "Line") -> None:
        """Use a connection again."""
        if self.waiting:
            line.send(next(self._next), self.waiting.popleft())
        else:
            self.idle.append(line)

    async def run(self, phase: Phase) -> list[tuple[float, float, int]]:
        """Send what is due until the phase is over, and wait for the rest."""
        self.began = time.perf_counter()
        self.outcomes, sent = [], 0
        loop = asyncio.get_running_loop()
        while (now := time.perf_counter() - self.began) < phase.seconds:
            missing = min(phase.connections - self.lines, max(len(self.waiting), not phase.rate and MOST))
            for _ in range(missing):
                self.lines += 1
                opening = loop.create_task(loop.create_connection(lambda: Line(self), "127.0.0.1", self.port))
                self._opening.add(opening)
                opening.add_done_callback(self._opening.discard)
            if phase.rate:
                while sent < now * phase.rate:
                    self.due(self.began + sent / phase.rate)
                    sent += 1
            else:
                while self.idle:
                    self.due(time.perf_counter())
            await asyncio.sleep(TICK_SECONDS)
        self.waiting.clear()
        await self._until_answered()
        return self.outcomes

    async def _until_answered(self) -> None:
        until = time.perf_counter() + 10
        while len(self.idle) < self.lines and time.perf_counter() < until:  # noqa: ASYNC110 - each line would set it
            await asyncio.sleep(0.01)


class Line(asyncio.Protocol):
    """One connection with one request at a time."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender
        self._buffer = b""
        self._due: float | None = None

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._sender.free(self)

    def send(self, request: bytes, due: float) -> None:
        self._due = due
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, body = self._buffer.partition(b"\r\n\r\n")
        if not found:
            return
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        if len(body) >= length:
            self._buffer = b""
            self._note(int(head[9:12]))
            self._sender.free(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._sender.lines -= 1
        if self in self._sender.idle:
            self._sender.idle.remove(self)
        self._note(0)

    def _note(self, status: int) -> None:
        if self._due is not None:
            sender, now = self._sender, time.perf_counter()
            sender.outcomes.append((self._due - sender.began, now - self._due, status))
            self._due = None


def drive(port: int, key: str, submissions: Sequence[dict[str, Any]], phases: Sequence[Phase]) -> list[list[Outcome]]:
    """Run phases one after the other in a process of their own; gives what came of each request."""
    plan = {"port": port, "key": key, "submissions": submissions, "phases": [asdict(phase) for phase in phases]}
    run = subprocess.run(
        [sys.executable, "-m", "benchmarks.openloop"],
        input=json.dumps(plan),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return [[Outcome(*each) for each in outcomes] for outcomes in json.loads(run.stdout)]


def main() -> None:
    plan = json.load(sys.stdin)
    head = (
        "POST /v1/screenings HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {plan['key']}\r\nContent-Length: "
    )
    bodies = (json.dumps(submission) for submission in plan["submissions"])
    sender = Sender(plan["port"], [f"{head}{len(body)}\r\n\r\n{body}".encode() for body in bodies])

    async def run() -> list[list[tuple[float, float, int]]]:
        return [await sender.run(Phase(**phase)) for phase in plan["phases"]]

    json.dump(uvloop.run(run()), sys.stdout)


if __name__ == "__main__":
    main()
