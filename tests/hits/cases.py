"""A case as two bureaus work on it: Sweden's post finds whom Utopia's record wants."""

import asyncio
from dataclasses import dataclass
from typing import Any

from screening.access.permissions import Role
from tests.services import SWEDEN, Service

WANTED: dict[str, Any] = {
    "kind": "notice",
    "colour": "red",
    "reference": "2026/90001",
    "subject": {
        "names": [{"kind": "primary", "surname": "GRUBENTHALER", "given_names": "KONSTANTIN ALOIS"}],
        "dates_of_birth": ["1979-03-14"],
        "sex": "M",
        "nationalities": ["AUT"],
    },
}
TRAVELLER = {
    "surname": "Grubenthaler",
    "given_names": "Konstantin Alois",
    "date_of_birth": "1979-03-14",
    "sex": "M",
    "nationality": "AUT",
}
PASSPORT = {"type": "P", "number": "U1234567", "issuing_state": "AUT"}
SUBMISSION: dict[str, Any] = {"traveller": TRAVELLER, "documents": [PASSPORT]}


@dataclass(frozen=True, slots=True)
class Persons:
    """Who takes part, each with a key of their own."""

    service: Service
    gate: dict[str, str]
    desk: dict[str, str]
    bureau: dict[str, str]
    colleague: dict[str, str]
    owner: dict[str, str]
    second_owner: dict[str, str]

    async def record(self, **fields: Any) -> dict[str, Any]:
        """Let the owner issue the notice."""
        return await self.sent("POST", "/v1/notices", self.owner, WANTED | fields)

    async def found(self, **fields: Any) -> str:
        """Let the traveller be found, and give the id of the hit."""
        answer = await self.service.screen(self.gate, **SUBMISSION | fields)
        assert answer["hits"], answer
        hit_id: str = answer["hits"][0]["id"]
        return hit_id

    async def sent(self, method: str, path: str, headers: dict[str, str], body: Any) -> dict[str, Any]:
        """Send something that is accepted, and wait until the name index knows it."""
        answer = await self.service.client.request(method, path, json=body, headers=headers)
        assert answer.status_code in (200, 201), answer.text
        await self.service.current()
        given: dict[str, Any] = answer.json()
        return given

    async def case(self, hit_id: str, headers: dict[str, str]) -> dict[str, Any]:
        """Read a case."""
        answer = await self.service.client.get(f"/v1/hits/{hit_id}", headers=headers)
        assert answer.status_code == 200, answer.text
        case: dict[str, Any] = answer.json()
        return case

    async def tried(self, hit_id: str, headers: dict[str, str], event: str, **fields: Any) -> Any:
        """Try to let something happen, and give the answer."""
        version = (await self.case(hit_id, headers))["version"]
        body = {"type": event, "version": version} | fields
        return await self.service.client.post(f"/v1/hits/{hit_id}/events", json=body, headers=headers)

    async def happened(self, hit_id: str, headers: dict[str, str], event: str, **fields: Any) -> dict[str, Any]:
        """Let something happen, and give the case."""
        answer = await self.tried(hit_id, headers, event, **fields)
        assert answer.status_code == 201, answer.text
        case: dict[str, Any] = answer.json()
        return case

    async def denied(self, hit_id: str) -> None:
        """Bring a new case to where the owner said that this is somebody else."""
        await self.happened(hit_id, self.desk, "sent")
        await self.happened(hit_id, self.bureau, "confirmation_requested")
        await self.happened(hit_id, self.owner, "not_confirmed", comment="Born elsewhere.")

    async def told(self, hit_id: str, event: str, *, times: int = 1) -> dict[str, Any]:
        """Wait until the service itself wrote an event."""
        async with asyncio.timeout(5):
            while True:
                case = await self.case(hit_id, self.owner)
                if [each["type"] for each in case["events"]].count(event) >= times:
                    return case
                await asyncio.sleep(0.02)


async def persons(service: Service) -> Persons:
    """Make the keys of all who take part."""
    return Persons(
        service,
        gate=await service.as_(Role.FIRST_LINE, SWEDEN),
        desk=await service.as_(Role.SECOND_LINE, SWEDEN),
        bureau=await service.as_(Role.BUREAU, SWEDEN),
        colleague=await service.as_(Role.BUREAU, SWEDEN),
        owner=await service.as_(Role.BUREAU),
        second_owner=await service.as_(Role.BUREAU),
    )
