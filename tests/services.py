"""The whole service on a real socket, with bureaus, posts and keys, for tests that use it as its users do."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from screening import clock
from screening.access.permissions import Role
from screening.access.schemas import Mode, OrganisationKind
from screening.app.build import create_app
from screening.audit.trail import Trail
from screening.cli.keys import Place, make_key
from screening.cli.serving import Server
from screening.clock import Clock
from screening.db.database import transaction
from screening.settings import Settings

UTOPIA = Place("Bureau of Utopia", "UTO", OrganisationKind.BUREAU, "UTO-AIR-1", Mode.AIR)
SWEDEN = Place("Bureau of Sweden", "SWE", OrganisationKind.BUREAU, "SWE-SEA-1", Mode.SEA)
SECRETARIAT = Place("General Secretariat", None, OrganisationKind.GENERAL_SECRETARIAT)

SPECIMEN = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"


@dataclass(frozen=True, slots=True)
class Service:
    """A running service, and a client to use it with."""

    app: FastAPI
    client: httpx.AsyncClient
    server: Server

    async def key(self, role: Role, place: Place = UTOPIA) -> str:
        """Make a key of a role."""
        trail = Trail(self.app.state.log, self.app.state.clock)
        async with transaction(self.app.state.database) as session:
            return (await make_key(session, trail, place, name=f"test {role}", role=role))[1]

    async def as_(self, role: Role, place: Place = UTOPIA) -> dict[str, str]:
        """Give the headers of a new client of a role."""
        return {"Authorization": f"Bearer {await self.key(role, place)}"}

    async def screen(self, headers: dict[str, str], **submission: Any) -> dict[str, Any]:
        """Screen, and give the answer."""
        answer = await self.client.post("/v1/screenings", json=submission, headers=headers)
        assert answer.status_code == 200, answer.text
        screened: dict[str, Any] = answer.json()
        return screened

    async def current(self) -> None:
        """Wait until the name index has seen every change made so far."""
        checker, database = self.app.state.checker, self.app.state.database
        head = await database.pool.fetchval(
            "SELECT coalesce(max(position), 0) FROM record_changes WHERE kind = 'notice'"
        )
        async with asyncio.timeout(5):
            while checker.names.position < head:
                await asyncio.sleep(0.005)


@asynccontextmanager
async def running(
    database_url: str, data_dir: Path, *, now: Clock = clock.system, **settings: Any
) -> AsyncIterator[Service]:
    """Run the service on a free port of this machine."""
    small: dict[str, Any] = {"pool_size": 4} | settings
    chosen = Settings(database_url=SecretStr(database_url), data_dir=data_dir, port=0, **small)
    app = create_app(chosen, now=now)
    server = Server(app, chosen)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        assert not serving.done(), "the service did not start"
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{port}",
        timeout=10,
        verify=False,  # no TLS here, and reading certificates takes longer than a test
    ) as client:
        yield Service(app, client, server)
    server.should_exit = True
    await serving


@pytest.fixture
async def service(database_url: str, service_url: str, tmp_path: Path) -> AsyncIterator[Service]:
    """Run the whole service on a real socket, over a database of its own, under the role of the service."""
    async with running(service_url, tmp_path, database_owner_url=SecretStr(database_url)) as started:
        yield started
