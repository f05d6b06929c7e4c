"""Routes that screen answer without FastAPI's resolution of dependencies, which costs as much as the screening itself.

What is declared stays the contract: documentation and the test of permissions read it, and a request that does not fit
it takes FastAPI's way, which says what is wrong.
"""

import json
import math
from collections.abc import Sequence
from typing import Any, get_type_hints

from fastapi import Request
from fastapi.responses import Response
from fastapi.security import SecurityScopes
from pydantic import BaseModel, TypeAdapter, ValidationError

from screening.access import dependencies
from screening.audit.routing import Handler, PromptRoute, until_of
from screening.screenings.service import Means


class ScreeningRoute(PromptRoute):
    """A route of which the endpoint takes a submission, an actor, means and an idempotency key, and gives a model."""

    def handler(self) -> Handler:
        """Answer at once what fits, and let FastAPI answer the rest."""
        ordinary, screen = super().handler(), self.endpoint
        declared = get_type_hints(screen, include_extras=True)
        model: type[BaseModel] = declared["submission"]
        key_form: TypeAdapter[str | None] = TypeAdapter(declared["idempotency_key"])
        scopes = SecurityScopes(list(self._scopes()))

        async def direct(request: Request) -> Response:
            if not _says_json(request) or _says_no_time(request):
                return await ordinary(request)
            try:
                submission = model.model_validate(await request.json())
                key = key_form.validate_python(request.headers.get("idempotency-key"))
            except (json.JSONDecodeError, UnicodeDecodeError, ValidationError):
                return await ordinary(request)
            actor = await _actor(request, scopes)
            answer: BaseModel = await screen(submission, actor, _means(request), key)
            return Response(answer.model_dump_json(by_alias=True), media_type="application/json")

        return direct

    def _scopes(self) -> Sequence[str]:
        """Give the permissions that the endpoint's actor needs."""
        actor = next(each for each in self.dependant.dependencies if each.name == "actor")
        return actor.own_oauth_scopes or ()


def _says_json(request: Request) -> bool:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == "application/json"


def _says_no_time(request: Request) -> bool:
    return "x-request-timeout" in request.headers and until_of(request) == math.inf


async def _actor(request: Request, scopes: SecurityScopes) -> Any:
    trail, clock = request.state.trail, request.app.state.clock
    return await dependencies.get_actor(request, scopes, trail, clock, await dependencies.bearer(request))


def _means(request: Request) -> Means:
    state = request.app.state
    return Means(state.checker, state.gate, request.state.trail, state.cases, until_of(request))
