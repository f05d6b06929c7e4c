"""Hits over HTTP: kept with their screening, seen by those whom they concern."""

import asyncio
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from screening import clock
from screening.access.permissions import Role
from tests.hits.cases import SUBMISSION, Persons, persons
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


async def listed(who: Persons, **wanted: str) -> list[str]:
    answer = await who.service.client.get("/v1/hits", params=wanted, headers=who.bureau)
    assert answer.status_code == 200, answer.text
    return [hit["id"] for hit in answer.json()["items"]]


async def test_cases_are_found_by_what_is_to_be_done_about_them(service: Service) -> None:
    who = await persons(service)
    record = await who.record()
    await service.client.post("/v1/documents", json=STOLEN, headers=who.owner)
    person = await who.found()
    document = (await service.screen(who.gate, documents=[PRESENTED]))["hits"][0]["id"]
    case = await who.happened(person, who.desk, "sent")
    client = case["events"][-1]["client_id"]
    await who.happened(person, who.desk, "assigned", assigned_to=client)
    assert await listed(who) == [document, person]
    assert await listed(who, status="sent") == await listed(who, source="notices") == [person]
    assert await listed(who, assigned_to=client) == [person]
    assert await listed(who, operation="NORTH-1") == []
    assert await listed(who, record_id=record["id"]) == [person]
    assert await listed(who, since=case["at"], until=case["at"]) == []
    assert await listed(who, since=case["at"]) == [document, person]
    assert await listed(who, until=case["at"]) == []
    assert await listed(who, overdue="true") == []
    wrong = await service.client.get("/v1/hits", params={"status": "lost"}, headers=who.bureau)
    assert wrong.status_code == 422


async def test_of_two_who_act_on_the_same_version_one_is_told_that_the_case_moved_on(service: Service) -> None:
    who = await persons(service)
    await who.record()
    hit = await who.found()
    event = {"type": "commented", "version": 1, "comment": "Seen."}
    path = f"/v1/hits/{hit}/events"
    answers = await asyncio.gather(
        *(service.client.post(path, json=event, headers=each) for each in (who.desk, who.bureau, who.owner))
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
    assert [each["type"] for each in (await who.case(hit, who.desk))["events"]] == ["opened", "commented"]


async def test_events_are_never_changed(service: Service) -> None:
    who = await persons(service)
    await who.record()
    await who.happened(await who.found(), who.desk, "commented", comment="Seen.")
    pool = service.app.state.database.pool
    for statement in ("UPDATE hit_events SET comment = ''", "DELETE FROM hit_events", "TRUNCATE hit_events"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await pool.execute(statement)


async def test_a_stranger_the_first_line_and_a_coordinator_write_nothing(service: Service) -> None:
    who = await persons(service)
    await who.record()
    hit = await who.found()
    event = {"type": "commented", "version": 1, "comment": "Seen."}
    stranger = await service.as_(Role.BUREAU, SWEDEN.__class__("Bureau of Norway", "NOR"))
    coordinator = await service.as_(Role.COORDINATOR, SWEDEN)
    answers = [
        await service.client.post(f"/v1/hits/{hit}/events", json=event, headers=headers)
        for headers in (stranger, who.gate, coordinator, {})
    ]
    assert [answer.status_code for answer in answers] == [404, 403, 403, 401]


@pytest.mark.parametrize(
    "event",
    [
        {"type": "escalated"},
        {"type": "commented"},
        {"type": "commented", "comment": "x" * 2001},
        {"type": "outcome_reported", "outcomes": []},
        {"type": "sent", "outcomes": [{"outcome": "arrested"}]},
        {"type": "assigned", "assigned_to": "019a0000-0000-7000-8000-000000000000"},
        {"type": "redress_proposed", "until": "2026-03-01T00:00:00", "comment": "No zone."},
    ],
)
async def test_what_is_no_event_is_refused(service: Service, event: dict[str, Any]) -> None:
    who = await persons(service)
    await who.record()
    hit = await who.found()
    answer = await service.client.post(f"/v1/hits/{hit}/events", json=event | {"version": 1}, headers=who.desk)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid")


async def test_a_case_is_assigned_within_the_own_organisation_only(service: Service) -> None:
    who = await persons(service)
    await who.record()
    hit = await who.found()
    theirs = (await who.happened(hit, who.owner, "commented", comment="Seen."))["events"][-1]["client_id"]
    assert (await who.tried(hit, who.desk, "assigned", assigned_to=theirs)).status_code == 422
    assert (await who.happened(hit, who.owner, "assigned", assigned_to=theirs))["assigned_to"] == theirs
    assert (await who.happened(hit, who.owner, "assigned", assigned_to=None))["assigned_to"] is None


async def test_who_acted_is_named_to_the_own_organisation_only(service: Service) -> None:
    who = await persons(service)
    await who.record()
    hit = await who.found(officer={"reference": "SWE-1"})
    await who.happened(hit, who.desk, "sent", officer="SWE-2")
    officers = [
        [event["officer"] for event in (await who.case(hit, headers))["events"]] for headers in (who.bureau, who.owner)
    ]
    assert officers == [["SWE-1", "SWE-2"], [None, None]]


async def test_a_new_word_of_the_owner_undoes_what_was_built_on_the_last(service: Service) -> None:
    who = await persons(service)
    await who.record()
    hit = await who.found()
    await who.denied(hit)
    await who.happened(hit, who.desk, "outcome_reported", outcomes=[{"outcome": "false_match"}])
    until = (clock.system() + timedelta(days=90)).isoformat()
    await who.happened(hit, who.desk, "redress_proposed", until=until, comment="Namesake.")
    await who.happened(hit, who.bureau, "redress_approved")
    case = await who.happened(hit, who.owner, "confirmed", comment="It is him after all.")
    assert (case["outcomes"], case["redress"], case["answer"]) == ([], None, "confirmed")
    assert (await service.screen(who.gate, **SUBMISSION))["decision"] == "hit"


async def test_a_closed_case_is_opened_again_with_a_reason(service: Service) -> None:
    who = await persons(service)
    await who.record()
    hit = await who.found()
    await who.happened(hit, who.owner, "confirmed")
    await who.happened(hit, who.desk, "outcome_reported", outcomes=[{"outcome": "person_located"}])
    await who.happened(hit, who.desk, "closed")
    assert (await who.tried(hit, who.owner, "confirmed")).status_code == 409
    assert (await who.tried(hit, who.desk, "reopened", comment="Seen again.")).status_code == 403
    case = await who.happened(hit, who.bureau, "reopened", comment="Seen again.")
    assert (case["status"], case["answer"], case["outcomes"]) == ("sent", None, [])
    assert case["due_at"] is not None


@pytest.mark.parametrize("days", [-1, 3 * 365 + 1])
async def test_a_redress_ends_in_the_future_and_within_three_years(service: Service, days: int) -> None:
    who = await persons(service)
    await who.record()
    hit = await who.found()
    await who.denied(hit)
    await who.happened(hit, who.desk, "outcome_reported", outcomes=[{"outcome": "false_match"}])
    until = (clock.system() + timedelta(days=days)).isoformat()
    answer = await who.tried(hit, who.desk, "redress_proposed", until=until, comment="Namesake.")
    assert (answer.status_code, answer.json()["errors"][0]["where"]) == (422, "body.until")


async def test_the_document_on_record_itself_gets_no_redress(service: Service) -> None:
    who = await persons(service)
    await service.client.post("/v1/documents", json=STOLEN, headers=who.owner)
    hit = (await service.screen(who.gate, documents=[PRESENTED]))["hits"][0]["id"]
    await who.denied(hit)
    await who.happened(hit, who.desk, "outcome_reported", outcomes=[{"outcome": "false_match"}])
    until = (clock.system() + timedelta(days=90)).isoformat()
    answer = await who.tried(hit, who.desk, "redress_proposed", until=until, comment="The holder found it.")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/conflict")


async def test_no_document_is_kept_in_clear(service: Service) -> None:
    who = await persons(service)
    await who.record()
    await who.found()
    row = await service.app.state.database.pool.fetchrow("SELECT * FROM hits")
    assert len(row["document_key"]) == 32
    assert "U1234567" not in repr(dict(row))
