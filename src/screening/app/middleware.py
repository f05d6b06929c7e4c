"""What happens around each request, as plain ASGI: an id, and figures. (`BaseHTTPMiddleware` would cost 233 us.)"""

import re
import time
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import cast

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from screening.alerts.webhook_queries import Backlog
from screening.app.health import Cause
from screening.audit.log import Log
from screening.audit.sequencer import Role, State
from screening.audit.witnessing import State as WitnessState
from screening.db.metadata import new_id

REQUEST_ID = "X-Request-Id"
_REQUEST_ID_FORM = re.compile(r"[A-Za-z0-9._-]{1,64}")
"""What a caller's id may be, so that it can stand in logs; any other is replaced."""

BUCKETS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 3.0)


class Figures:
    """What `/metrics` tells; labels are of closed sets and never name anybody."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "screening_requests", "Requests answered", ["method", "route", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "screening_request_seconds", "Time to answer", ["route"], buckets=BUCKETS, registry=self.registry
        )
        self.tree_size = Gauge("screening_audit_tree_size", "Leaves that are signed", registry=self.registry)
        self.tree_trouble = Gauge(
            "screening_audit_tree_trouble", "1 while something is wrong with the tree", registry=self.registry
        )
        self.tree_leader = Gauge("screening_audit_tree_leader", "1 in the process that leads", registry=self.registry)
        self.owed = Gauge("screening_audit_owed", "Refusals whose entries wait to be written", registry=self.registry)
        self.forgotten = Gauge(
            "screening_audit_forgotten", "Refusals without entry: too many waited", registry=self.registry
        )
        self.witnessed = Gauge(
            "screening_witness_size", "Leaves that a witness cosigned", ["witness"], registry=self.registry
        )
        self.unpublished = Gauge(
            "screening_alerts_unpublished", "Alerts that are in no order yet", registry=self.registry
        )
        self.deliveries = Gauge(
            "screening_deliveries", "Deliveries to webhooks that are not made", ["state"], registry=self.registry
        )
        self.oldest_delivery = Gauge(
            "screening_delivery_oldest_seconds", "Age of the delivery that waits longest", registry=self.registry
        )
        self.trouble = Gauge("screening_trouble", "1 while something is wrong", ["cause"], registry=self.registry)

    def show_tree(self, state: State) -> None:
        """Take over how the tree over the audit log stands."""
        self.tree_size.set(state.size)
        self.tree_trouble.set(state.trouble is not None)
        self.tree_leader.set(state.role is Role.LEADER)

    def show_log(self, log: Log) -> None:
        """Take over what the log owes."""
        self.owed.set(log.owed)
        self.forgotten.set(log.forgotten)

    def show_witnesses(self, states: Collection[WitnessState]) -> None:
        """Take over how far each witness cosigned."""
        for state in states:
            self.witnessed.labels(state.name).set(state.size)

    def show_backlog(self, backlog: Backlog, at: datetime) -> None:
        """Take over what waits to be told."""
        self.unpublished.set(backlog.unpublished)
        for state in ("waiting", "failed", "dead"):
            self.deliveries.labels(state).set(getattr(backlog, state))
        self.oldest_delivery.set((at - backlog.oldest).total_seconds() if backlog.oldest else 0)

    def show_causes(self, causes: Collection[Cause]) -> None:
        """Take over what is wrong now."""
        for cause in Cause:
            self.trouble.labels(cause.value).set(cause in causes)


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
