"""The routes of records alone, in an application of their own, with bureaus and keys: for tests over HTTP."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from screening import problems
from screening.access import secrets
from screening.access.actors import Directory, Owner
from screening.access.permissions import Role
from screening.app.formats import FORMATS
from screening.audit import log
from screening.audit.receipts import Signer
from screening.audit.trail import Trail
from screening.db import database
from screening.db.database import Database
from screening.db.metadata import new_id
from screening.documents import routes as documents_routes
from screening.journal import routes as imports_routes
from screening.objects import routes as objects_routes
from screening.problems import Problem

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)

REPORT: dict[str, Any] = {
    "number": "L898902C3",
    "type": "PAS",
    "issuing_state": "UTO",
    "reason": "stolen",
    "theft_country": "UTO",
}


class RequestIds:
    """Stands in for the middleware of the whole service."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("state", {})["request_id"] = "test"
        await self._app(scope, receive, send)


@dataclass(slots=True)
class MovableClock:
    """A clock that a test moves."""

    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at

    def move(self, **by: int) -> None:
        """Move it on."""
        self.at += timedelta(**by)


@dataclass(slots=True)
class Desks:
    """The application with its database, and who works with it."""

    client: httpx.AsyncClient
    database: Database
    trail: Trail
    clock: MovableClock
    app: FastAPI
    owners: dict[str, Owner] = field(default_factory=dict)

    async def owner(self, country: str) -> Owner:
        """Give the bureau of a State; it is made when it is first asked for."""
        if country not in self.owners:
            self.owners[country] = Owner(new_id(), country)
            await self.database.pool.execute(
                "INSERT INTO organisations (id, name, kind, country, created_at) VALUES ($1, $2, 'bureau', $3, $4)",
                self.owners[country].organisation_id,
                f"Bureau of {country}",
                country,
                NOW,
            )
        return self.owners[country]

    async def as_(self, country: str, role: Role = Role.BUREAU) -> dict[str, str]:
        """Give the headers of a new client of a bureau."""
        owner, minted = await self.owner(country), secrets.mint()
        await self.database.pool.execute(
            "INSERT INTO keys (id, organisation_id, name, role, hint, digest, created_at) "
            "VALUES ($1, $2, 'test', $3, $4, $5, $6)",
            new_id(),
            owner.organisation_id,
            role,
            minted.hint,
            minted.digest,
            NOW,
        )
        return {"Authorization": f"Bearer {minted.text}"}

    async def report(self, headers: Mapping[str, str], **changed: Any) -> dict[str, Any]:
        """Report a document, and give its record."""
        answer = await self.client.post("/v1/documents", json=REPORT | changed, headers=headers)
        assert answer.status_code == 201, answer.text
        record: dict[str, Any] = answer.json()
        return record

    async def import_(self, headers: Mapping[str, str], kind: str, content: bytes) -> dict[str, Any]:
        """Import a file, and give what became of it."""
        answer = await self.client.post(
            "/v1/imports", params={"format": kind}, content=content, headers={**headers, "Content-Type": "text/csv"}
        )
        assert answer.status_code == 201, answer.text
        imported: dict[str, Any] = answer.json()
        return imported

    async def audited(self) -> list[tuple[str, str, dict[str, Any]]]:
        """Give kind, subject and outcome of each entry of the log."""
        rows = await self.database.pool.fetch("SELECT kind, subject, envelope FROM audit_entries ORDER BY id")
        return [(row["kind"], row["subject"], json.loads(row["envelope"])["outcome"]) for row in rows]

    async def journalled(self) -> list[tuple[str, int]]:
        """Give operation and version of each change in the journal, in order."""
        rows = await self.database.pool.fetch("SELECT operation, version FROM record_changes ORDER BY position")
        return [(row["operation"], row["version"]) for row in rows]


async def _answer(request: Request, error: Exception) -> JSONResponse:
    return problems.response(problems.of_exception(error), request)


@asynccontextmanager
async def opened(database_url: str, *, largest: int = imports_routes.LARGEST) -> AsyncIterator[Desks]:
    """Open the desks over a database."""
    signer = Signer.of("test.local/audit", Ed25519PrivateKey.generate())
    app = FastAPI()
    app.state.clock = clock = MovableClock()
    for router in (documents_routes.router, *objects_routes.ROUTERS):
        app.include_router(router)
    app.include_router(imports_routes.build(FORMATS, largest=largest))
    app.add_middleware(RequestIds)
    for expected in (Problem, RequestValidationError):
        app.add_exception_handler(expected, _answer)
    async with (
        database.connected(database_url, pool_size=4) as app.state.database,
        log.writing(app.state.database.pool, signer) as app.state.log,
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://desks") as client,
    ):
        app.state.directory = Directory(app.state.database.pool)
        yield Desks(client, app.state.database, Trail(app.state.log, clock), clock, app)
