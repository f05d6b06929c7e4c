"""A small application of the notices' routes on a real database, with two bureaus and their keys."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from screening import problems
from screening.access import secrets
from screening.access.actors import Directory, Owner
from screening.access.models import Key, Organisation
from screening.access.permissions import Role
from screening.audit import log
from screening.audit.receipts import Signer
from screening.db.database import Database, connected, transaction
from screening.db.metadata import new_id
from screening.nominals import routes
from screening.problems import Problem

BEGIN = datetime(2026, 3, 1, 9, tzinfo=UTC)


class Hands:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.now = BEGIN

    def __call__(self) -> datetime:
        return self.now

    def forward(self, step: timedelta) -> None:
        self.now += step


@dataclass(frozen=True, slots=True)
class Desk:
    """What a test of the routes needs."""

    client: httpx.AsyncClient
    database: Database
    clock: Hands
    bureau: dict[str, str]
    other_bureau: dict[str, str]
    first_line: dict[str, str]
    owner: Owner
    other_owner: Owner


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with connected(database_url, pool_size=4) as database:
        yield database


async def add_organisation(database: Database, name: str, country: str) -> Owner:
    organisation = Organisation(id=new_id(), name=name, kind="bureau", country=country, created_at=BEGIN)
    async with transaction(database) as session:
        session.add(organisation)
    return Owner(organisation.id, country)


async def add_key(database: Database, organisation_id: UUID, role: Role) -> dict[str, str]:
    minted = secrets.mint()
    async with transaction(database) as session:
        session.add(
            Key(
                id=new_id(),
                organisation_id=organisation_id,
                post_id=None,
                name="test",
                role=role,
                hint=minted.hint,
                digest=minted.digest,
                created_at=BEGIN,
                expires_at=None,
                revoked_at=None,
            )
        )
    return {"Authorization": f"Bearer {minted.text}"}


@pytest.fixture
async def owner(database: Database) -> Owner:
    return await add_organisation(database, "Bureau of Utopia", "UTO")


def application() -> FastAPI:
    app = FastAPI()
    app.include_router(routes.router)

    @app.middleware("http")
    async def named(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        request.state.request_id = "request-1"
        return await call_next(request)

    async def answer(request: Request, error: Exception) -> Response:
        return problems.response(problems.of_exception(error), request)

    for kind in (Problem, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, answer)
    return app


@pytest.fixture
async def desk(database: Database, clock: Hands, owner: Owner) -> AsyncIterator[Desk]:
    app = application()
    signer = Signer.of("test/audit", Ed25519PrivateKey.generate())
    async with log.writing(database, signer) as written:
        app.state.database, app.state.clock, app.state.log = database, clock, written
        app.state.directory = Directory(database.pool)
        other = await add_organisation(database, "Bureau of Sweden", "SWE")
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            yield Desk(
                client,
                database,
                clock,
                bureau=await add_key(database, owner.organisation_id, Role.BUREAU),
                other_bureau=await add_key(database, other.organisation_id, Role.BUREAU),
                first_line=await add_key(database, owner.organisation_id, Role.FIRST_LINE),
                owner=owner,
                other_owner=other,
            )
