"""The outermost layer of every request, as plain ASGI: who is let in, and who is asked to come back elsewhere.

It comes before the audited routes: a request that is refused here was not looked at, nobody knows whose it was, and it
is counted rather than logged.
"""

import asyncio
import functools
import json
import math
import re
import time
from collections.abc import Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from screening.app.admission import BUSY_SECONDS, Admission, Lane, Refused, Waiting
from screening.app.crew import Crew
from screening.app.figures import Figures
from screening.problems import MEDIA_TYPE, Kind

CLOSE = (b"connection", b"close")

TIMEOUT_HEADER = b"x-request-timeout"
_MILLISECONDS = re.compile(rb"[1-9][0-9]{0,5}")

LIVE = ("/v1/screenings", "/v1/boarding-checks")
OPEN = ("/health/", "/metrics", "/v1/alerts/stream")
"""Never refused here: who watches the service must see it when it is busy, and streams keep a limit of their own."""

HEAVY = (
    "/v1/imports",
    "/v1/manifests",
    "/v1/audit/entries.",
    "/v1/audit/export",
    "/v1/audit/misuse",
    "/v1/audit/search",
    "/v1/audit/statistics",
    "/v1/audit/subject-access",
)
"""These read or write much, and can wait. Their bodies are read as they come, and not held here."""

RETRY_AFTER = {Lane.LIVE: 1, Lane.USUAL: 2, Lane.HEAVY: 10}


def lane_of(path: str) -> Lane | None:
    """Tell how urgent a request is; None for those that are always let in."""
    if path.startswith(LIVE):
        return Lane.LIVE
    if path.startswith(OPEN):
        return None
    return Lane.HEAVY if path.startswith(HEAVY) or path.endswith("/report") else Lane.USUAL


class Door:
    """Lets requests in; while the process is leaving, closes each connection with its answer."""

    def __init__(self, app: ASGIApp, *, crew: Crew, figures: Figures, limits: Mapping[Lane, int], held: int) -> None:
        self._app = app
        self._crew = crew
        self._figures = figures
        self._admission = Admission(limits)
        self._held = held
        """Bytes of a body that are waited for before its request is let in: a slow client takes nobody's place."""
        self._keeping_time = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if self._crew.leaving:
            send = _closing(send)
        lane = lane_of(scope["path"])
        if lane is None:
            await self._app(scope, receive, send)
        else:
            await self._let_in(lane, scope, receive, send)

    async def _let_in(self, lane: Lane, scope: Scope, receive: Receive, send: Send) -> None:
        until = _until(scope)
        if lane is not Lane.HEAVY:
            received = await _read(receive, self._held)
            if received is None:
                return
            receive = _replayed(received, receive)
        refused = await self._turn(lane, until)
        if refused is not None:
            self._figures.refused.labels(lane, refused).inc()
            await _refuse(lane, send)
            return
        began = time.monotonic()
        try:
            await self._app(scope, receive, send)
        finally:
            self._admission.leave(lane, time.monotonic(), began)

    async def _turn(self, lane: Lane, until: float) -> Refused | None:
        """Wait for one's turn; gives why it does not come."""
        now = time.monotonic()
        if self._admission.enter(lane, now):
            return None
        loop = asyncio.get_running_loop()
        told: asyncio.Future[Refused | None] = loop.create_future()
        if not self._admission.wait(lane, Waiting(functools.partial(_tell, told), now, until)):
            return Refused.CROWDED
        if not self._keeping_time:
            self._keeping_time = True
            loop.call_later(BUSY_SECONDS, self._keep_time)
        return await told

    def _keep_time(self) -> None:
        """Refuse in time those whose turn does not come, also while nobody leaves."""
        self._admission.advance(time.monotonic())
        self._keeping_time = any(map(self._admission.waiting, Lane))
        if self._keeping_time:
            asyncio.get_running_loop().call_later(BUSY_SECONDS, self._keep_time)


def _until(scope: Scope) -> float:
    """Note until when the caller waits, if it says so: milliseconds from now."""
    for name, value in scope["headers"]:
        if name == TIMEOUT_HEADER and _MILLISECONDS.fullmatch(value):  # the route refuses what is no time
            until = time.monotonic() + int(value) / 1000
            scope.setdefault("state", {})["until"] = until
            return until
    return math.inf


async def _read(receive: Receive, most: int) -> list[Message] | None:
    """Read a body, or so much of it that somebody will refuse it; None when the client left."""
    received = []
    while most >= 0:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        received.append(message)
        most -= len(message.get("body", b""))
        if not message.get("more_body", False):
            break
    return received


def _replayed(received: list[Message], receive: Receive) -> Receive:
    messages = iter(received)

    async def replayed() -> Message:
        message = next(messages, None)
        return await receive() if message is None else message

    return replayed


def _tell(told: "asyncio.Future[Refused | None]", refused: Refused | None) -> None:
    if not told.done():
        told.set_result(refused)


def _answer(lane: Lane) -> tuple[Message, Message]:
    slug, status, title, remedy = Kind.OVERLOADED.value
    problem = {"type": f"/problems/{slug}", "title": title, "status": status, "detail": remedy}
    body = json.dumps(problem, separators=(",", ":")).encode()
    headers = [
        (b"content-type", MEDIA_TYPE.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"retry-after", str(RETRY_AFTER[lane]).encode()),
    ]
    return {"type": "http.response.start", "status": status, "headers": headers}, {
        "type": "http.response.body",
        "body": body,
    }


ANSWERS = {lane: _answer(lane) for lane in Lane}
"""Ready-made: refusing must cost less than anything else here."""


async def _refuse(lane: Lane, send: Send) -> None:
    start, body = ANSWERS[lane]
    await send(dict(start))
    await send(body)


def _closing(send: Send) -> Send:
    async def closing(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), CLOSE]
        await send(message)

    return closing
