"""The service as its clients see it: requests over HTTP with a key each, sent again where that is right."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx

TRIES = 5
PAUSE_SECONDS = 0.5
AGAIN = frozenset({httpx.codes.TOO_MANY_REQUESTS, httpx.codes.SERVICE_UNAVAILABLE})
PAGE = 500


class RefusedError(Exception):
    """The service said no: where, and its own words."""

    def __init__(self, answer: httpx.Response) -> None:
        self.status = answer.status_code
        path = answer.request.url.path
        super().__init__(f"{answer.request.method} {path}: {answer.status_code} {_detail(answer)}")


class Api:
    """A client of the service, whoever's key it sends."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def get(self, path: str, key: str, **parameters: Any) -> dict[str, Any]:
        """Read something."""
        return (await self._send("GET", path, key, params=parameters)).json()  # type: ignore[no-any-return]

    async def page(self, path: str, key: str) -> str:
        """Read something as a page for people."""
        return (await self._send("GET", path, key, headers={"Accept": "text/html"})).text

    async def post(self, path: str, key: str, body: Mapping[str, Any], *, once: str | None = None) -> dict[str, Any]:
        """Write something; `once` names it, so that it counts once however often it has to be sent."""
        headers = {"Idempotency-Key": once} if once else {}
        return (await self._send("POST", path, key, json=body, headers=headers)).json()  # type: ignore[no-any-return]

    async def pages(self, path: str, key: str, **parameters: Any) -> AsyncIterator[dict[str, Any]]:
        """Read a list to its end."""
        after: dict[str, Any] = {}
        while True:
            page = await self.get(path, key, limit=PAGE, **parameters, **after)
            for item in page["items"]:
                yield item
            if page["next"] is None:
                return
            after = {"after": page["next"]}

    async def _send(self, method: str, path: str, key: str, **content: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {key}"} | content.pop("headers", {})
        for attempt in range(1, TRIES + 1):
            try:
                answer = await self._client.request(method, path, headers=headers, **content)
            except httpx.TransportError:
                if attempt == TRIES:
                    raise
            else:
                if answer.is_success:
                    return answer
                if answer.status_code not in AGAIN or attempt == TRIES:
                    raise RefusedError(answer)
            await asyncio.sleep(PAUSE_SECONDS * attempt)
        raise AssertionError  # the last attempt returned or raised


def _detail(answer: httpx.Response) -> str:
    try:
        problem = answer.json()
    except ValueError:
        return ""
    errors = (f"{each['where']}: {each['message']}" for each in problem.get("errors") or ())
    return "; ".join([str(problem.get("detail", "")), *errors])
