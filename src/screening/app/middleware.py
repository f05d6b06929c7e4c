"""What happens around each request, as plain ASGI: an id, a limit, figures. (`BaseHTTPMiddleware` costs 233 us.)"""

import re
import time
from collections.abc import Mapping
from typing import cast

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from screening.app.figures import Figures
from screening.db.metadata import new_id

REQUEST_ID = "X-Request-Id"
_REQUEST_ID_FORM = re.compile(r"[A-Za-z0-9._-]{1,64}")
"""What a caller's id may be, so that it can stand in logs; any other is replaced."""


class RequestIds:
    """Gives each request an id, the caller's own if it is fit to be logged, and sends it back."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(REQUEST_ID, "")
        request_id = given if _REQUEST_ID_FORM.fullmatch(given) else str(new_id())
        scope.setdefault("state", {})["request_id"] = request_id

        async def with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[REQUEST_ID] = request_id
            await send(message)

        await self._app(scope, receive, with_id)


class Limited:
    """Refuses a body that is larger than any request has reason to be, before it is held in memory."""

    def __init__(self, app: ASGIApp, *, largest: int, others: Mapping[str, int | None]) -> None:
        self._app = app
        self._largest = largest
        self._others = others
        """How paths begin that have another limit, or none here because they keep one of their own."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        largest = self._largest_of(scope["path"]) if scope["type"] == "http" else None
        if largest is None:
            await self._app(scope, receive, send)
            return
        left = largest

        async def counted() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            if left < 0:
                raise HTTPException(413)
            return message

        await self._app(scope, counted, send)

    def _largest_of(self, path: str) -> int | None:
        return next((own for start, own in self._others.items() if path.startswith(start)), self._largest)


class Measured:
    """Counts requests and their time by route template, never by path: a path may hold an id."""

    def __init__(self, app: ASGIApp, figures: Figures) -> None:
        self._app = app
        self._figures = figures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        status = "500"

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = str(message["status"])
            await send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            route = cast("str", getattr(scope.get("route"), "path", "unmatched"))
            self._figures.requests.labels(scope["method"], route, status).inc()
            self._figures.seconds.labels(route).observe(time.perf_counter() - began)
