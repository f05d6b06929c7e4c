"""The outermost layer of every request, as plain ASGI: who is leaving asks its callers to come back elsewhere."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from screening.app.crew import Crew

CLOSE = (b"connection", b"close")


class Door:
    """Answers as always while the process is leaving, and closes each connection with its answer."""

    def __init__(self, app: ASGIApp, crew: Crew) -> None:
        self._app = app
        self._crew = crew

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http" and self._crew.leaving:
            send = _closing(send)
        await self._app(scope, receive, send)


def _closing(send: Send) -> Send:
    async def closing(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), CLOSE]
        await send(message)

    return closing
