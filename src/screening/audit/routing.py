"""Routes of which every request leaves an entry in the log before its answer leaves."""

import json
import re
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request
from fastapi.responses import Response
from fastapi.routing import APIRoute

from screening import problems
from screening.audit.entries import EntryKind
from screening.audit.trail import Trail

UUID_FORM = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class StrictRequest(Request):
    """A request whose JSON names each field once: of two values one would go unseen."""

    async def json(self) -> Any:
        """Read the body as JSON; JSONDecodeError when an object names a field twice."""
        if not hasattr(self, "_json"):
            self._json = json.loads(await self.body(), object_pairs_hook=_each_once)
        return self._json


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise json.JSONDecodeError("An object names the same field twice", "", 0)
    return fields


Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class AuditedRoute(APIRoute):
    """Writes one entry for each request: a refusal, or a plain one where the service wrote no richer one."""

    def get_route_handler(self) -> Handler:
        """Wrap the handler of FastAPI."""
        handle = super().get_route_handler()
        subject = f"{min(self.methods or {'GET'})} {self.path_format}"

        async def audited(request: Request) -> Response:
            state = request.app.state
            trail = Trail(state.log, state.clock, request_id=request.state.request_id)
            request.state.trail = trail
            try:
                response = await handle(StrictRequest(request.scope, request.receive))
            except Exception as error:
                await _log_refusal(trail, _with_ids(subject, request), problems.of_exception(error))
                raise
            if not trail.written:
                outcome = {"status": response.status_code}
                await trail.append(trail.draft(EntryKind.REQUEST, _with_ids(subject, request), outcome))
            return response

        return audited


def _with_ids(subject: str, request: Request) -> str:
    """Put the ids that the path names into the template of a route; whatever is no id stays out of the log."""
    for name, value in request.path_params.items():
        if UUID_FORM.fullmatch(str(value)):
            subject = subject.replace(f"{{{name}}}", str(value))
    return subject


async def _log_refusal(trail: Trail, subject: str, problem: problems.Problem) -> None:
    slug, status, *_ = problem.kind.value
    outcome = {"problem": slug, "reason": problem.reason, "status": status}
    await trail.append(trail.draft(EntryKind.REFUSAL, subject, outcome))
