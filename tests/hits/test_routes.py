"""Hits over HTTP: kept with their screening, seen by those whom they concern."""

from typing import Any

from screening.access.permissions import Role
from tests.services import SWEDEN, Service

STOLEN = {"number": "UT4471093", "type": "PAS", "issuing_state": "UTO", "reason": "stolen", "theft_country": "UTO"}
PRESENTED = {"number": "UT4471093", "type": "P", "issuing_state": "UTO"}


async def screened(service: Service) -> dict[str, Any]:
    """Let a Swedish post find a passport that Utopia reported."""
    made = await service.client.post("/v1/documents", json=STOLEN, headers=await service.as_(Role.BUREAU))
    assert made.status_code == 201
    return await service.screen(await service.as_(Role.FIRST_LINE, SWEDEN), documents=[PRESENTED])


async def test_a_hit_is_kept_with_what_found_it_and_whose_record_it_is(service: Service) -> None:
    answer = await screened(service)
    finder = await service.as_(Role.SECOND_LINE, SWEDEN)
    [hit] = (await service.client.get("/v1/hits", headers=finder)).json()["items"]
    shown = answer["hits"][0]
    assert (hit["id"], hit["screening_id"], hit["record_id"]) == (shown["id"], answer["id"], shown["record"]["id"])
    assert (hit["source"], hit["label"], hit["strength"], hit["desk"]) == ("sltd", "stolen", "exact", "first_line")
    assert (hit["owner_id"], hit["status"]) == (shown["record"]["owner"]["id"], "new")
    case = (await service.client.get(f"/v1/hits/{hit['id']}", headers=finder)).json()
    assert hit.items() <= case.items()
    assert [(event["type"], event["version"]) for event in case["events"]] == [("opened", 1)]


async def test_the_owner_of_the_record_sees_the_hit_and_a_third_organisation_does_not(service: Service) -> None:
    answer = await screened(service)
    third = SWEDEN.__class__("Bureau of Norway", "NOR")
    path = f"/v1/hits/{answer['hits'][0]['id']}"
    owner = await service.client.get(path, headers=await service.as_(Role.BUREAU))
    stranger = await service.client.get(path, headers=await service.as_(Role.BUREAU, third))
    assert (owner.status_code, stranger.status_code) == (200, 404)


async def test_hits_come_in_pages_newest_first(service: Service) -> None:
    await screened(service)
    gate = await service.as_(Role.FIRST_LINE, SWEDEN)
    ids = [(await service.screen(gate, documents=[PRESENTED]))["hits"][0]["id"] for _ in range(3)]
    finder = await service.as_(Role.SECOND_LINE, SWEDEN)
    first = (await service.client.get("/v1/hits", params={"limit": "2"}, headers=finder)).json()
    second = (await service.client.get("/v1/hits", params={"after": first["next"]}, headers=finder)).json()
    assert [hit["id"] for hit in first["items"]] == [ids[2], ids[1]]
    assert second["items"][0]["id"] == ids[0]
    assert second["next"] is None
