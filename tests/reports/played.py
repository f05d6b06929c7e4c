"""A small operation played through the API: hits of every kind, and their cases brought to an end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from screening.access.permissions import Role
from screening.reports import queries
from tests.hits.cases import PASSPORT, TRAVELLER, WANTED, Persons
from tests.operations.stories import INNOCENT, MISSION, NOON, Headers, Story, told
from tests.services import SWEDEN, UTOPIA

CODE = "SUNBIRD-3"
HOUR = timedelta(hours=1)
STOLEN = {"type": "PAS", "number": "X99887766", "issuing_state": "SWE", "reason": "stolen", "theft_country": "SWE"}
VEHICLE = {"vin": "WVWZZZ1JZ3W386752", "make": "VW", "reason": "stolen", "theft_country": "SWE"}
MISSING = WANTED | {
    "colour": "yellow",
    "reference": "2026/90002",
    "subject": {
        "names": [{"kind": "primary", "surname": "ABERNATHYSON", "given_names": "PHILIPPA ROSALIND"}],
        "dates_of_birth": ["2012-05-02"],
        "sex": "F",
        "nationalities": ["GBR"],
    },
    "crime_areas": ["trafficking_in_persons"],
}
CHILD = {"surname": "Abernathyson", "given_names": "Philippa Rosalind", "date_of_birth": "2012-05-02", "sex": "F"}
WATCHED = WANTED | {
    "colour": "blue",
    "reference": "2026/90003",
    "discreet": True,
    "subject": {
        "names": [{"kind": "primary", "surname": "QUILLENBERG", "given_names": "THEODORE MAXIMILIAN"}],
        "dates_of_birth": ["1970-10-20"],
        "sex": "M",
    },
}
FOLLOWED = {"surname": "Quillenberg", "given_names": "Theodore Maximilian", "date_of_birth": "1970-10-20", "sex": "M"}


@dataclass(slots=True)
class Play:
    """A running operation."""

    story: Story
    operation: dict[str, Any]
    airport: Headers
    harbour: Headers
    pier: Headers
    partner: Headers
    coordinator: Headers
    sweden: Headers
    who: Persons

    async def moved(self, step: timedelta) -> None:
        """Let time pass, until the sources are fresh again."""
        self.story.clock.at += step
        self.story.forget()
        async with asyncio.timeout(5):
            while True:
                sources = (await self.story.service.client.get("/v1/sources", headers=self.sweden)).json()["items"]
                if all(each["status"] == "answered" for each in sources):
                    return
                await asyncio.sleep(0.01)

    async def searched(self, headers: Headers, **submission: Any) -> list[str]:
        """Screen under the operation, and give the ids of the hits."""
        body = {"traveller": INNOCENT} | submission | {"operation": CODE}
        screened = await self.story.service.screen(headers, **body)
        return [hit["id"] for hit in screened["hits"]]

    async def counted(self) -> None:
        """Wait until every entry is in the tree and counted."""
        pool = self.story.service.app.state.database.pool
        async with asyncio.timeout(10):
            while (await queries.find_position(pool))[1]:
                await asyncio.sleep(0.02)

    async def report(
        self,
        headers: Headers,
        *,
        expect: int = 200,
        part: str = "whole",
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> dict[str, Any]:
        """Read the report, once everything is counted."""
        await self.counted()
        times = {name: at.isoformat() for name, at in (("from", since), ("until", until)) if at}
        path = f"/v1/operations/{self.operation['id']}/report"
        answer = await self.story.service.client.get(path, params={"part": part} | times, headers=headers)
        assert answer.status_code == expect, answer.text
        report: dict[str, Any] = answer.json()
        return report


@asynccontextmanager
async def opened(database_url: str, folder: Path, **changed: Any) -> AsyncIterator[Play]:
    """Open the operation of Utopia, in which Sweden and a partner with a pier in Utopia take part."""
    async with told(database_url, folder) as story:
        service = story.service
        harbour, pier = await service.as_(Role.FIRST_LINE, SWEDEN), await service.as_(Role.FIRST_LINE, MISSION)
        airport = await service.as_(Role.FIRST_LINE, UTOPIA)
        partner = await service.as_(Role.BUREAU, MISSION)
        [mission] = [
            row["id"]
            for row in await service.app.state.database.pool.fetch(
                "SELECT id FROM organisations WHERE kind = 'partner'"
            )
        ]
        plan: dict[str, Any] = {
            "code": CODE,
            "kind": "operation",
            "name": "Operation Sunbird",
            "countries": ["SWE", "UTO"],
            "organisations": [str(mission)],
            "posts": ["UTO-AIR-1", "SWE-SEA-1", "UTO-SEA-7"],
            "crime_areas": ["terrorism", "travel_document_crime"],
            "begins_at": NOON.isoformat(),
            "ends_at": (NOON + 48 * HOUR).isoformat(),
        }
        sweden = await service.as_(Role.BUREAU, SWEDEN)
        operation = await story.post("/v1/operations", story.bureau, plan | changed)
        await story.post(f"/v1/operations/{operation['id']}/opening", story.bureau)
        await story.granted(operation=CODE, ends_at=(NOON + 48 * HOUR).isoformat())
        story.forget()
        who = Persons(
            service,
            gate=harbour,
            desk=await service.as_(Role.SECOND_LINE, SWEDEN),
            bureau=sweden,
            colleague=await service.as_(Role.BUREAU, SWEDEN),
            owner=story.bureau,
            second_owner=story.second,
        )
        coordinator = await service.as_(Role.COORDINATOR, UTOPIA)
        yield Play(story, operation, airport, harbour, pier, partner, coordinator, sweden, who)


async def played(play: Play) -> None:
    """Play two hours: 14 searches, 7 hits that are seen and a discreet one, and their cases.

    Red: found twice, confirmed in Sweden, arrested; left open in Utopia. Yellow: confirmed, a minor protected. A stolen
    document: its owner says no. A vehicle: seized with goods. The discreet one: a silent report. A name like the red
    one's: dismissed at the gate. One for which the owner does not answer.
    """
    who, story = play.who, play.story
    await play.moved(timedelta(minutes=30))
    for record, path, headers in (
        (WANTED, "/v1/notices", story.bureau),
        (MISSING, "/v1/notices", story.bureau),
        (WATCHED, "/v1/notices", story.bureau),
        (VEHICLE, "/v1/vehicles", story.bureau),
        (STOLEN, "/v1/documents", play.sweden),
    ):
        await who.sent("POST", path, headers, record)
    for headers in (play.airport, play.airport, play.harbour, play.pier):
        assert await play.searched(headers) == []
    [red] = await play.searched(play.harbour, traveller=TRAVELLER, documents=[PASSPORT])
    [vehicle] = await play.searched(play.harbour, vehicles=[{"vin": VEHICLE["vin"]}])
    [unanswered] = await play.searched(play.harbour, vehicles=[{"vin": VEHICLE["vin"]}])
    assert await play.searched(play.harbour, traveller=FOLLOWED) == []
    [stolen] = await play.searched(play.airport, documents=[{"number": "X99887766", "issuing_state": "SWE"}])
    await play.moved(timedelta(minutes=40))
    [left_open] = await play.searched(play.pier, traveller=TRAVELLER)
    [child] = await play.searched(play.harbour, traveller=CHILD)
    assert await play.searched(play.harbour) == []

    for hit in (red, vehicle, unanswered):
        await who.happened(hit, who.desk, "sent", officer="SWE-1")
        await who.happened(hit, who.bureau, "confirmation_requested")
    await play.moved(timedelta(minutes=20))
    for hit in (red, vehicle, child):
        await who.happened(hit, who.owner, "confirmed")
    arrest = [{"outcome": "arrested", "adults": 1}, {"outcome": "document_seized", "amount": 2}]
    await who.happened(red, who.desk, "outcome_reported", outcomes=arrest, officer="SWE-1")
    await who.happened(red, who.bureau, "closed", officer="SWE-2")
    seized = [
        {"outcome": "vehicle_seized", "kind": "car"},
        {"outcome": "goods_seized", "kind": "medicines", "amount": 1624.5, "unit": "kilogram"},
        {"outcome": "firearm_seized", "kind": "pistol", "amount": 3},
    ]
    await who.happened(vehicle, who.desk, "outcome_reported", outcomes=seized)
    protected = [{"outcome": "victim_protected", "adults": 1, "minors": 1}]
    await who.happened(child, who.desk, "outcome_reported", outcomes=protected)
    denied = [{"outcome": "false_match"}]
    await who.happened(stolen, play.sweden, "not_confirmed")
    await who.happened(stolen, story.second, "outcome_reported", outcomes=denied)
    [discreet] = [
        each["id"]
        for each in (await story.service.client.get("/v1/hits", headers=who.owner)).json()["items"]
        if each["desk"] == "silent"
    ]
    await who.happened(discreet, who.owner, "confirmed")
    await who.happened(discreet, who.owner, "outcome_reported", outcomes=[{"outcome": "silent_report"}])
    await play.moved(13 * HOUR)
    for hit in (unanswered, left_open):
        await who.told(hit, "escalated")
    await who.happened(unanswered, who.bureau, "no_reply")
