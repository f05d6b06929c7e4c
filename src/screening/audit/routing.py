"""Routes of which every request leaves an entry in the log before its answer leaves.

A refusal whose entry cannot be written leaves as a 503, and the log owes its entry.
"""

import asyncio
import json
import math
import re
import time
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from typing import Any, TypeVar

from fastapi import Request
from fastapi.responses import Response
from fastapi.routing import APIRoute

from screening import problems
from screening.audit.entries import EntryKind
from screening.audit.log import unavailable
from screening.audit.trail import CLOCK_TOLERANCE, Trail
from screening.clock import Clock, Steady
from screening.db import failures
from screening.problems import Problem

ANSWER_SECONDS = 2.5
"""How long a prompt route may take to decide and log; with what a refusal may take it makes 3 s."""

PROMPT_SHARE = 0.9
"""How much of the time that a caller gives may pass before it is refused: the refusal needs some, too."""

REFUSAL_SECONDS = 0.4
"""How long a refusal waits for its entry."""

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


T = TypeVar("T")
Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class AuditedRoute(APIRoute):
    """Writes one entry for each request: a refusal, or a plain one where the service wrote no richer one."""

    def get_route_handler(self) -> Handler:
        """Wrap the handler of FastAPI."""
        return self._audited(_committing(super().get_route_handler()))

    def _audited(self, handle: Handler) -> Handler:
        subject = f"{min(self.methods or {'GET'})} {self.path_format}"

        async def audited(request: Request) -> Response:
            state = request.app.state
            trail = Trail(state.log, state.clock, request_id=request.state.request_id)
            request.state.trail = trail
            try:
                _check_clock(state.clock)
                response = await handle(StrictRequest(request.scope, request.receive))
            except Exception as error:
                await _log_refusal(trail, _with_ids(subject, request), failures.problem_of(error))
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


def _committing(handle: Handler) -> Handler:
    """Let a handler's dependencies end, and its session commit, before it returns.

    FastAPI would end them outside of the route class; a commit that fails there would leave no entry.
    """

    async def committed(request: Request) -> Response:
        async with AsyncExitStack() as stack:
            request.scope["fastapi_function_astack"] = stack
            return await handle(request)

    return committed


def until_of(request: Request) -> float:
    """Give when the caller stops waiting, by `time.monotonic`; never, if it did not say."""
    return float(getattr(request.state, "until", math.inf))


class PromptRoute(AuditedRoute):
    """Answers within three seconds, or as soon as the caller wants, whatever the database does: if need be by a 503."""

    def get_route_handler(self) -> Handler:
        """Wrap the handler."""
        handle = self.handler()

        async def prompt(request: Request) -> Response:
            left = max(until_of(request) - time.monotonic(), 0.0)
            return await within(min(ANSWER_SECONDS, left * PROMPT_SHARE), handle(request))

        return self._audited(prompt)

    def handler(self) -> Handler:
        """Give the handler of FastAPI."""
        return _committing(APIRoute.get_route_handler(self))


async def within(seconds: float, work: Coroutine[Any, Any, T]) -> T:
    """Await some work for some time, then leave it alone and raise TimeoutError.

    `asyncio.timeout` would wait for the work to take notice of being cancelled, and asyncpg does not before the server
    has: one that is frozen keeps us waiting.
    """
    task = asyncio.ensure_future(work)
    task.add_done_callback(_ignore)
    try:
        await asyncio.wait({task}, timeout=seconds)
        if task.done():
            return task.result()
        raise TimeoutError
    finally:
        task.cancel()


def _ignore(task: "asyncio.Task[Any]") -> None:
    if not task.cancelled():
        task.exception()


def _check_clock(clock: Clock) -> None:
    if isinstance(clock, Steady) and clock.behind > CLOCK_TOLERANCE:
        problem = problems.unavailable("The clock of this machine went back, so nothing can be dated or judged.")
        problem.reason = "clock_went_back"
        raise problem


async def _log_refusal(trail: Trail, subject: str, problem: Problem) -> None:
    slug, status, *_ = problem.kind.value
    draft = trail.draft(EntryKind.REFUSAL, subject, {"problem": slug, "reason": problem.reason, "status": status})
    try:
        async with asyncio.timeout(REFUSAL_SECONDS):
            await trail.append(draft)
    except (TimeoutError, Problem):
        trail.log.owe(draft)
        raise unavailable() from None
