"""Lists over HTTP: each person screened, answered to whoever may know what, and nothing lost on the way."""

import asyncio
import json
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from screening.access.permissions import Role
from screening.manifests import lists, runner
from screening.manifests.schemas import EXAMPLE
from tests.manifests.messages import HEADER, message, person
from tests.services import SWEDEN, Service, running

STOLEN = {
    "number": "SE4471093",
    "type": "PAS",
    "issuing_state": "SWE",
    "reason": "stolen",
    "theft_date": "2026-02-11",
    "theft_country": "SWE",
}
VOYAGE = {"carrier": "UT", "journey": "UT123", "mode": "air", "legs": [{"departure_at": "2031-05-01T10:20"}]}
EDIFACT = {"content-type": "application/edifact", "accept": "application/edifact"}


def listed(reference: str, *, number: str = "AB1234567", expiry: str = "2041-04-15") -> dict[str, Any]:
    """Make a person of a list."""
    return {
        "reference": reference,
        "traveller": {
            "surname": "Lindqvist",
            "given_names": "Karin",
            "date_of_birth": "1974-08-12",
            "sex": "F",
            "nationality": "SWE",
        },
        "documents": [{"type": "P", "number": number, "issuing_state": "SWE", "expiry_date": expiry}],
    }


async def send(service: Service, headers: dict[str, str], *persons: Any, **manifest: Any) -> dict[str, Any]:
    """Send a list, and give the answer once all are done."""
    body = {"voyage": VOYAGE, "persons": list(persons), **manifest}
    answer = await service.client.post("/v1/manifests?wait=20", json=body, headers=headers)
    assert answer.status_code == 207, answer.text
    sent: dict[str, Any] = answer.json()
    return sent


async def report_stolen(service: Service) -> None:
    """Put a stolen passport on record."""
    headers = await service.as_(Role.BUREAU, SWEDEN)
    assert (await service.client.post("/v1/documents", json=STOLEN, headers=headers)).status_code == 201


async def read(service: Service, headers: dict[str, str], manifest_id: str, **query: Any) -> dict[str, Any]:
    """Read a list again."""
    answer = await service.client.get(f"/v1/manifests/{manifest_id}", params=query, headers=headers)
    assert answer.status_code in {202, 207}, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_each_person_is_screened_and_a_damaged_one_spoils_no_other(service: Service) -> None:
    await report_stolen(service)
    headers = await service.as_(Role.FIRST_LINE)
    damaged = listed("2B") | {"traveller": {"surname": "Secretname", "date_of_birth": "someday"}}
    expired = listed("4D", expiry="2012-04-15")
    answer = await send(service, headers, listed("1A"), damaged, listed("3C", number="SE4471093"), expired)
    told = [(each["reference"], each["status"], each["verdict"], each["decision"]) for each in answer["items"]]
    assert told == [
        ("1A", "screened", "board", "no_hit"),
        ("2B", "damaged", "insufficient", None),
        ("3C", "screened", "do_not_board", "hit"),
        ("4D", "screened", "refer", "no_hit"),
    ]


async def test_a_person_that_is_no_object_is_refused_with_the_list(service: Service) -> None:
    headers = await service.as_(Role.FIRST_LINE)
    answer = await service.client.post("/v1/manifests", json={"persons": ["nobody"]}, headers=headers)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["where"] == "body.persons.0"


async def test_a_damaged_person_is_named_without_what_was_sent(service: Service) -> None:
    headers = await service.as_(Role.FIRST_LINE)
    damaged = listed("2B") | {"traveller": {"surname": "Secretname", "date_of_birth": "someday"}}
    (only,) = (await send(service, headers, damaged))["items"]
    assert only["position"] == "persons.0"
    assert "traveller.date_of_birth" in only["reason"]
    assert "someday" not in only["reason"]


async def test_every_person_leaves_an_entry_that_names_the_screening(service: Service) -> None:
    headers = await service.as_(Role.FIRST_LINE)
    answer = await send(service, headers, listed("1A"), listed("2B"))
    for each in answer["items"]:
        found = await service.client.get(f"/v1/screenings/{each['screening']}", headers=headers)
        assert found.json()["decision"] == "no_hit"
    subjects = await service.app.state.database.pool.fetch(
        "SELECT subject FROM audit_entries WHERE subject LIKE 'screening:%' OR subject LIKE 'manifest:%'"
    )
    assert f"manifest:{answer['id']}" in {row["subject"] for row in subjects}
    kept = await service.app.state.database.pool.fetchval(
        "SELECT count(*) FROM manifest_persons WHERE submission IS NOT NULL"
    )
    assert kept == 0


async def test_a_carrier_is_told_the_verdict_and_never_why(service: Service) -> None:
    await report_stolen(service)
    headers = await service.as_(Role.CARRIER)
    answer = await send(service, headers, listed("1A"), listed("2B", number="SE4471093"))
    assert [each["verdict"] for each in answer["items"]] == ["board", "do_not_board"]
    assert {each[name] for each in answer["items"] for name in ("screening", "decision", "desk", "reason")} == {None}


async def test_a_list_sent_again_with_its_key_is_screened_once(service: Service) -> None:
    headers = await service.as_(Role.FIRST_LINE) | {"Idempotency-Key": "list-4711"}
    first = await send(service, headers, listed("1A"))
    again = await send(service, headers, listed("1A"))
    assert again == first
    body = {"voyage": VOYAGE, "persons": [listed("2B")]}
    other = await service.client.post("/v1/manifests", json=body, headers=headers)
    assert (other.status_code, other.json()["type"]) == (422, "/problems/idempotency-key-reused")


async def test_the_same_list_at_the_same_time_is_kept_once(service: Service) -> None:
    headers = await service.as_(Role.FIRST_LINE) | {"Idempotency-Key": "list-4711"}
    answers = await asyncio.gather(*(send(service, headers, listed("1A"), listed("2B")) for _ in range(4)))
    assert len({answer["id"] for answer in answers}) == 1


async def test_a_cancelled_person_is_withdrawn_from_the_list_before(service: Service) -> None:
    headers = await service.as_(Role.CARRIER)
    first = await send(service, headers, listed("1A"), listed("2B"))
    cancelled = await send(service, headers, listed("2B"), action="cancel")
    assert [each["status"] for each in cancelled["items"]] == ["withdrawn"]
    now = await read(service, headers, first["id"])
    assert [each["status"] for each in now["items"]] == ["screened", "withdrawn"]
    assert now["counts"]["withdrawn"] == 1


async def test_a_changed_person_replaces_the_one_before_and_is_screened_again(service: Service) -> None:
    await report_stolen(service)
    headers = await service.as_(Role.CARRIER)
    first = await send(service, headers, listed("1A"))
    changed = await send(service, headers, listed("1A", number="SE4471093"), action="change")
    assert [each["verdict"] for each in changed["items"]] == ["do_not_board"]
    assert [each["status"] for each in (await read(service, headers, first["id"]))["items"]] == ["replaced"]


async def test_lists_of_another_voyage_or_organisation_are_left_alone(service: Service) -> None:
    headers, other = await service.as_(Role.CARRIER), await service.as_(Role.CARRIER, SWEDEN)
    first = await send(service, headers, listed("1A"))
    await send(service, headers, listed("1A"), action="cancel", voyage=VOYAGE | {"journey": "UT124"})
    await send(service, headers, listed("1A"), action="cancel", voyage={})
    await send(service, other, listed("1A"), action="cancel")
    assert [each["status"] for each in (await read(service, headers, first["id"]))["items"]] == ["screened"]


async def test_another_organisation_cannot_read_a_list(service: Service) -> None:
    first = await send(service, await service.as_(Role.FIRST_LINE), listed("1A"))
    other = await service.as_(Role.FIRST_LINE, SWEDEN)
    assert (await service.client.get(f"/v1/manifests/{first['id']}", headers=other)).status_code == 404


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.DATA_OWNER, Role.COORDINATOR])
async def test_lists_are_for_those_who_may(service: Service, role: Role) -> None:
    headers = await service.as_(role)
    assert (await service.client.post("/v1/manifests", json=EXAMPLE, headers=headers)).status_code == 403


async def test_the_answer_to_a_message_is_a_message(service: Service) -> None:
    await report_stolen(service)
    headers = await service.as_(Role.CARRIER) | EDIFACT
    people = (person("1A"), person("2B", number="SE4471093"), person("3C").replace("329:74", "329:ZZ"))
    answer = await service.client.post("/v1/manifests?wait=20", content=message(*people), headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (207, "application/edifact")
    segments = answer.text.split("'")
    assert segments[0].startswith("UNB+UNOA:4+SCREENING+UTAIR+")
    assert segments[1:-4] == [
        "UNH+1+CUSRES:D:05B:UN:IATA",
        "BGM+962",
        "RFF+TN:TX4711",
        "TDT+20+UT123",
        "ERP+1",
        "ERC+0",
        *("ERP+2", "RFF+AVF:BOOK1", "RFF+ABO:1A", "ERC+0Z", "FTX+AAP+++OK TO BOARD"),
        *("ERP+2", "RFF+AVF:BOOK1", "RFF+ABO:2B", "ERC+1Z", "FTX+AAP+++DO NOT BOARD"),
        *("ERP+2", "RFF+AVF:BOOK1", "RFF+ABO:3C", "ERC+4Z"),
    ]
    assert segments[-4].startswith("FTX+AAP+++INSUFFICIENT")
    assert segments[-3] == "UNT+22+1"


async def test_a_service_that_has_not_answered_never_lets_anybody_board(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service.app.state.manifests, "start", lambda *_: None)
    headers = await service.as_(Role.CARRIER) | EDIFACT
    answer = await service.client.post("/v1/manifests?wait=0", content=message(person("1A")), headers=headers)
    assert answer.status_code == 202
    assert "ERC+4Z" in answer.text
    assert "0Z" not in answer.text


async def test_results_stream_as_they_are_done(service: Service) -> None:
    headers = await service.as_(Role.FIRST_LINE) | {"accept": "application/x-ndjson"}
    body = {"voyage": VOYAGE, "persons": [listed(str(place)) for place in range(70)]}
    async with service.client.stream("POST", "/v1/manifests", json=body, headers=headers, timeout=60) as answer:
        lines = [json.loads(line) async for line in answer.aiter_lines()]
    assert {line["status"] for line in lines} == {"screened"}
    assert sorted(int(line["reference"]) for line in lines) == list(range(70))


async def test_a_list_as_csv(service: Service) -> None:
    headers = await service.as_(Role.FIRST_LINE) | {"content-type": "text/csv"}
    text = (
        "reference,surname,given_names,date_of_birth,document_number\n1A,Lindqvist,Karin,1974-08-12,AB1234567\n2B,,,,\n"
    )
    answer = await service.client.post("/v1/manifests?wait=20&carrier=UT&journey=7", content=text, headers=headers)
    told = [(each["position"], each["status"], each["reason"]) for each in answer.json()["items"]]
    assert told == [("line 2", "screened", None), ("line 3", "damaged", "names nobody, and shows no document")]


async def test_pages_hold_each_person_once(service: Service) -> None:
    headers = await service.as_(Role.FIRST_LINE)
    sent = await send(service, headers, *(listed(str(place)) for place in range(5)))
    first = await read(service, headers, sent["id"], limit=3)
    rest = await read(service, headers, sent["id"], limit=3, after=first["next"])
    assert [each["place"] for each in first["items"] + rest["items"]] == [0, 1, 2, 3, 4]
    assert rest["next"] is None


@pytest.mark.parametrize(
    ("content", "media_type", "status"),
    [
        ("{", "application/json", 422),
        ('{"persons": [], "persons": []}', "application/json", 422),
        ("colour\nred\n", "text/csv", 422),
        ("hello", "application/edifact", 422),
        (HEADER.replace("PAXLST", "CUSRES"), "application/edifact", 422),
        ("x", "text/plain", 415),
    ],
)
async def test_what_is_no_list_is_a_problem(service: Service, content: str, media_type: str, status: int) -> None:
    headers = await service.as_(Role.FIRST_LINE) | {"content-type": media_type}
    answer = await service.client.post("/v1/manifests", content=content, headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


@pytest.mark.parametrize(
    ("media_type", "content"),
    [
        ("application/edifact", message(person("1A"), person("2B"), person("3C"))),
        ("text/csv", "reference,surname\n1A,Lindqvist\n2B,Asplund\n3C,Ek\n"),
    ],
)
async def test_a_list_with_too_many_persons_is_refused_whole(
    service: Service, monkeypatch: pytest.MonkeyPatch, media_type: str, content: str
) -> None:
    monkeypatch.setattr(lists, "MOST_PERSONS", 2)
    headers = await service.as_(Role.CARRIER) | {"content-type": media_type}
    answer = await service.client.post("/v1/manifests", content=content, headers=headers)
    assert answer.status_code == 422
    problem = {"where": "body", "message": "A list has at most 2 persons; send it in parts."}
    assert answer.json()["errors"] == [problem]
    assert await service.app.state.database.pool.fetchval("SELECT count(*) FROM manifests") == 0


async def test_a_list_as_json_has_the_same_limit(service: Service) -> None:
    headers = await service.as_(Role.CARRIER)
    body: dict[str, Any] = {"persons": [{}] * (lists.MOST_PERSONS + 1)}
    answer = await service.client.post("/v1/manifests", json=body, headers=headers)
    assert (answer.status_code, answer.json()["errors"][0]["where"]) == (422, "body.persons")


def test_nothing_is_read_behind_the_first_person_who_is_too_many() -> None:
    endless = (lists.Damaged(f"line {number}", "") for number in count())
    with pytest.raises(lists.UnreadableListError, match="at most 10000 persons"):
        lists.limited(endless)
    assert next(endless).position == f"line {lists.MOST_PERSONS + 1}"


async def test_another_process_goes_on_with_what_one_left(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "RENEW_SECONDS", 0.05)
    async with running(database_url, tmp_path) as left:
        monkeypatch.setattr(left.app.state.manifests, "start", lambda *_: None)
        headers = await left.as_(Role.FIRST_LINE)
        body = {"voyage": VOYAGE, "persons": [listed("1A"), listed("2B")]}
        sent = (await left.client.post("/v1/manifests?wait=0", json=body, headers=headers)).json()
        assert sent["counts"]["pending"] == 2
    connection = await asyncpg.connect(database_url)
    await connection.execute("UPDATE manifests SET leased_until = now() - interval '1 minute'")
    await connection.close()
    async with running(database_url, tmp_path) as taking:
        found = await read(taking, headers, sent["id"], wait=20)
    assert [each["status"] for each in found["items"]] == ["screened", "screened"]


async def test_a_person_screened_before_a_crash_keeps_one_entry(service: Service) -> None:
    headers = await service.as_(Role.FIRST_LINE)
    sent = await send(service, headers, listed("1A"))
    pool = service.app.state.database.pool
    entries = "SELECT count(*) FROM audit_entries WHERE kind = 'screening'"
    before = await pool.fetchval(entries)
    log = await pool.fetchrow(
        "SELECT payload FROM audit_payloads p JOIN audit_entries e ON e.id = p.entry_id WHERE kind = 'screening'"
    )
    submission = json.dumps(json.loads(log["payload"])["submission"])
    await pool.execute(
        "UPDATE manifest_persons SET status = 'pending', submission = $2 WHERE manifest_id = $1",
        UUID(sent["id"]),
        submission,
    )
    await pool.execute("UPDATE manifests SET finished_at = NULL WHERE id = $1", UUID(sent["id"]))
    client = await pool.fetchval("SELECT client_id FROM manifests WHERE id = $1", UUID(sent["id"]))
    service.app.state.manifests.start(UUID(sent["id"]), client)
    again = await read(service, headers, sent["id"], wait=20)
    assert again["items"] == sent["items"]
    assert await pool.fetchval(entries) == before


async def test_a_revoked_key_ends_its_lists(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    start = service.app.state.manifests.start
    monkeypatch.setattr(service.app.state.manifests, "start", lambda *_: None)
    headers = await service.as_(Role.FIRST_LINE)
    body = {"persons": [listed("1A")]}
    sent = (await service.client.post("/v1/manifests?wait=0", json=body, headers=headers)).json()
    pool = service.app.state.database.pool
    client = await pool.fetchval("UPDATE keys SET revoked_at = now() WHERE role = 'first_line' RETURNING id")
    start(UUID(sent["id"]), client)
    reader = await service.as_(Role.SECOND_LINE)
    found = await read(service, reader, sent["id"], wait=20)
    assert [(each["status"], each["verdict"]) for each in found["items"]] == [("failed", "insufficient")]


async def test_the_examples_can_be_sent_as_they_stand(service: Service) -> None:
    headers = await service.as_(Role.FIRST_LINE)
    contract = (await service.client.get("/openapi.json")).json()
    content = contract["paths"]["/v1/manifests"]["post"]["requestBody"]["content"]
    for media_type, described in content.items():
        example = described["example"]
        text = json.dumps(example) if media_type == "application/json" else example
        answer = await service.client.post(
            "/v1/manifests?wait=20", content=text, headers=headers | {"content-type": media_type}
        )
        assert answer.status_code == 207, answer.text
        assert {each["status"] for each in answer.json()["items"]} == {"screened"}
