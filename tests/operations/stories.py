"""What stories of operations and access have in common: a clock that moves, bureaus, posts, and grants in force."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from screening.access.permissions import Role
from screening.access.schemas import Mode, OrganisationKind
from screening.cli.keys import Place
from tests.services import UTOPIA, Service, running

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)

MISSION = Place("Border Mission", "UTO", OrganisationKind.PARTNER, "UTO-SEA-7", Mode.SEA)
"""A partner with a post in Utopia: it has no access but what the bureau of Utopia opens."""

INNOCENT = {"surname": "Lindqvist", "given_names": "Elsa Margareta", "date_of_birth": "1991-06-02"}

Headers = dict[str, str]


@dataclass(slots=True)
class Hands:
    """A clock that a story moves."""

    at: datetime = NOON

    def __call__(self) -> datetime:
        return self.at


@dataclass(slots=True)
class Story:
    """The running service, its clock, and two people of the bureau of Utopia."""

    service: Service
    clock: Hands
    bureau: Headers
    second: Headers

    async def post(self, path: str, headers: Headers, body: Any = None, *, expect: int | None = None) -> dict[str, Any]:
        """Send a request and give its answer."""
        answer = await self.service.client.post(path, json=body, headers=headers)
        assert expect is None or answer.status_code == expect, answer.text
        assert expect is not None or answer.status_code < 300, answer.text
        content: dict[str, Any] = answer.json()
        return content

    def forget(self) -> None:
        """Let what is remembered of keys, grants and operations be read anew, as it is within a second."""
        state = self.service.app.state
        for remembering in (state.directory, state.gate.operations):
            remembering._remembered.clear()

    async def screened(self, headers: Headers, **submission: Any) -> httpx.Response:
        """Screen somebody of whom nothing is on record."""
        body = {"traveller": INNOCENT} | submission
        await self.service.current()
        return await self.service.client.post("/v1/screenings", json=body, headers=headers)

    async def granted(self, **wanted: Any) -> dict[str, Any]:
        """Open a grant as one person of the bureau and approve it as another."""
        body = {"posts": ["UTO-SEA-7"], "sources": ["sltd", "tdawn", "notices"], "purposes": ["border_control"]}
        until = {"ends_at": (self.clock.at + HOUR).isoformat()}
        grant = await self.post("/v1/grants", self.bureau, body | until | wanted)
        return await self.approve(grant, self.second)

    async def approve(self, grant: dict[str, Any], headers: Headers, *, expect: int | None = None) -> dict[str, Any]:
        """Approve what was read of a grant."""
        seen = {"version": grant["version"]}
        return await self.post(f"/v1/grants/{grant['id']}/approval", headers, seen, expect=expect)

    async def outcomes(self, kind: str) -> list[dict[str, Any]]:
        """Give the outcomes of the entries of a kind, in order."""
        rows = await self.service.app.state.database.pool.fetch(
            "SELECT convert_from(envelope, 'UTF8')::json -> 'outcome' AS outcome FROM audit_entries "
            "WHERE kind = $1 ORDER BY id",
            kind,
        )
        return [httpx.Response(200, text=row["outcome"]).json() for row in rows]

    async def refusals(self) -> list[str]:
        """Give why requests were refused, in order."""
        return [outcome["reason"] for outcome in await self.outcomes("refusal")]


@asynccontextmanager
async def told(database_url: str, folder: Path) -> AsyncIterator[Story]:
    """Run the service for a story."""
    clock = Hands()
    async with running(database_url, folder, now=clock) as service:
        yield Story(service, clock, await service.as_(Role.BUREAU, UTOPIA), await service.as_(Role.BUREAU, UTOPIA))
