"""Hits followed to their outcome, over HTTP: two bureaus, two persons, and the end of a false match."""

import json
from datetime import timedelta
from typing import Any

from screening import clock
from screening.access.permissions import Role
from tests.hits.cases import PASSPORT, SUBMISSION, TRAVELLER, persons
from tests.services import SECRETARIAT, Service

ARREST = [{"outcome": "arrested", "adults": 1, "minors": 0}, {"outcome": "document_seized", "amount": 2}]
FALSE = [{"outcome": "false_match"}]


def in_days(days: int) -> str:
    return (clock.system() + timedelta(days=days)).isoformat()


async def test_a_hit_is_sent_confirmed_and_closed_with_its_outcome_by_a_second_person(service: Service) -> None:
    who = await persons(service)
    await who.record()
    hit = await who.found()
    assert (await who.happened(hit, who.desk, "sent", officer="SWE-1"))["status"] == "sent"
    assert (await who.happened(hit, who.bureau, "confirmation_requested"))["status"] == "awaiting_confirmation"
    confirmed = await who.happened(hit, who.owner, "confirmed", comment="The warrant stands.")
    assert (confirmed["status"], confirmed["answer"]) == ("confirmed", "confirmed")
    reported = await who.happened(hit, who.desk, "outcome_reported", outcomes=ARREST, officer="SWE-1")
    assert (reported["status"], reported["outcomes"]) == ("confirmed", ARREST)
    alone = await who.tried(hit, who.desk, "closed")
    assert (alone.status_code, alone.json()["type"]) == (403, "/problems/forbidden")
    closed = await who.happened(hit, who.bureau, "closed", officer="SWE-2")
    assert (closed["status"], closed["due_at"], closed["overdue"]) == ("closed", None, False)
    steps = ["opened", "sent", "confirmation_requested", "confirmed", "outcome_reported", "closed"]
    assert [event["type"] for event in closed["events"]] == steps
    assert [event["version"] for event in closed["events"]] == [1, 2, 3, 4, 5, 6]


async def test_every_event_is_an_entry_of_the_log_whose_envelope_counts_and_quotes_nobody(service: Service) -> None:
    who = await persons(service)
    await who.record()
    hit = await who.found()
    await who.happened(hit, who.desk, "commented", comment="Spoke with Jane Roe.", officer="SWE-1")
    await who.happened(hit, who.owner, "confirmed")
    case = await who.happened(hit, who.desk, "outcome_reported", outcomes=ARREST)
    auditor = await service.as_(Role.AUDITOR, SECRETARIAT)
    entries = [
        (await service.client.get(f"/v1/audit/entries/{event['id']}", headers=auditor)).json()
        for event in case["events"][1:]
    ]
    told = [(each["envelope"]["outcome"]["event"], each["envelope"]["outcome"]["version"]) for each in entries]
    assert told == [("commented", 2), ("confirmed", 3), ("outcome_reported", 4)]
    assert entries[0]["payload"]["comment"] == "Spoke with Jane Roe."
    assert not any(word in json.dumps(each["envelope"]) for each in entries for word in ("Jane", "SWE-1"))
    assert entries[2]["envelope"]["outcome"]["outcomes"] == ARREST
    assert entries[2]["envelope"]["operation"] is None


async def spared(service: Service, headers: dict[str, str], **fields: Any) -> tuple[str, list[str], int]:
    answer = await service.screen(headers, **SUBMISSION | fields)
    return answer["decision"], [hit["desk"] for hit in answer["hits"]], len(answer["suppressed"])


async def test_a_false_match_gets_redress_until_the_record_changes(service: Service) -> None:
    who = await persons(service)
    record = await who.record()
    hit = await who.found()
    await who.denied(hit)
    await who.happened(hit, who.desk, "outcome_reported", outcomes=FALSE)
    await who.happened(hit, who.bureau, "closed")
    proposed = await who.happened(hit, who.desk, "redress_proposed", until=in_days(90), comment="Namesake.")
    assert proposed["redress"]["applies"] is False
    assert await spared(service, who.gate) == ("hit", ["first_line"], 0)
    assert (await who.happened(hit, who.bureau, "redress_approved"))["redress"]["applies"] is True

    assert await spared(service, who.gate) == ("no_hit", [], 0)
    assert await spared(service, who.desk) == ("no_hit", [], 1)
    assert (await spared(service, who.gate, documents=[PASSPORT | {"number": "U7654321"}]))[0] == "hit"
    assert (await spared(service, who.gate, documents=[]))[0] == "hit"

    await who.sent("PATCH", f"/v1/notices/{record['id']}", who.owner, {"cautions": ["May be armed"]})
    assert await spared(service, who.gate) == ("hit", ["first_line"], 0)
    assert (await who.told(hit, "record_changed"))["redress"] is None


async def test_the_entry_of_a_screening_names_the_redress_that_kept_a_record_from_alarming(service: Service) -> None:
    who = await persons(service)
    record = await who.record()
    hit = await who.found()
    await who.denied(hit)
    await who.happened(hit, who.desk, "outcome_reported", outcomes=FALSE)
    case = await who.happened(hit, who.desk, "redress_proposed", until=in_days(90), comment="Namesake.")
    await who.happened(hit, who.owner, "redress_approved")
    answer = await service.screen(who.gate, **SUBMISSION)
    auditor = await service.as_(Role.AUDITOR, SECRETARIAT)
    entry = (await service.client.get(f"/v1/audit/entries/{answer['id']}", headers=auditor)).json()
    [told] = entry["envelope"]["outcome"]["suppressed"]
    assert told == {"record": record["id"], "redress": case["redress"]["id"], "source": "notices", "version": 1}


async def test_a_withdrawn_record_tells_its_open_cases_once(service: Service) -> None:
    who = await persons(service)
    record = await who.record()
    hit, other = await who.found(), await who.found()
    seen = await who.case(hit, who.desk)
    await who.sent("POST", f"/v1/notices/{record['id']}/withdrawal", who.owner, {"reason": "Entered in error."})
    case = await who.told(hit, "record_withdrawn")
    assert case["record_withdrawn_at"] == case["events"][-1]["at"]
    assert (case["status"], case["events"][-1]["record_version"]) == ("new", 2)
    assert (await who.told(other, "record_withdrawn"))["events"][-1]["type"] == "record_withdrawn"
    late = {"type": "sent", "version": seen["version"]}
    answer = await service.client.post(f"/v1/hits/{hit}/events", json=late, headers=who.desk)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/conflict")


async def test_a_corrected_record_does_not_alarm_on_its_old_name_before_the_index_has_seen_it(
    service: Service,
) -> None:
    who = await persons(service)
    record = await who.record()
    corrected = {"names": [{"kind": "primary", "surname": "OYELARAN", "given_names": "FOLASADE"}], "sex": "F"}
    body = json.dumps({"subject": corrected})
    pool = service.app.state.database.pool
    await pool.execute(  # as a change does, but without the journal: the index goes on with the old name
        "UPDATE notices SET body = body || $2::jsonb, updated_at = now() WHERE id = $1", record["id"], body
    )
    answer = await service.screen(who.gate, traveller=TRAVELLER)
    assert (answer["decision"], answer["hits"]) == ("no_hit", [])


async def test_a_discreet_hit_answers_in_the_bytes_of_a_no_hit_while_its_bureau_has_a_case(service: Service) -> None:
    who = await persons(service)
    await who.record(discreet=True)
    client = service.client
    answers = [
        await client.post("/v1/screenings", json={"traveller": traveller}, headers=who.gate)
        for traveller in (TRAVELLER, TRAVELLER | {"given_names": "Maximilian Otto", "surname": "Hollenstedter"})
    ]
    silent, clear = answers
    assert len(silent.content) == len(clear.content)
    assert [*silent.headers] == [*clear.headers]
    assert [len(value) for value in silent.headers.values()] == [len(value) for value in clear.headers.values()]
    changing = {"id", "screened_at", "receipt", "coverage", "took_ms"}
    first, second = silent.json(), clear.json()
    assert {k: v for k, v in first.items() if k not in changing} == {
        k: v for k, v in second.items() if k not in changing
    }
    [case] = (await client.get("/v1/hits", headers=who.owner)).json()["items"]
    assert (case["desk"], case["screening_id"]) == ("silent", first["id"])
    assert (await client.get("/v1/hits", headers=who.bureau)).json()["items"] == []
    assert (await client.get(f"/v1/hits/{case['id']}", headers=who.bureau)).status_code == 404


async def test_the_owners_bureau_brings_a_discreet_case_to_its_end(service: Service) -> None:
    who = await persons(service)
    await who.record(discreet=True)
    await service.screen(who.gate, **SUBMISSION)
    [hit] = [each["id"] for each in (await service.client.get("/v1/hits", headers=who.owner)).json()["items"]]
    await who.happened(hit, who.owner, "confirmed")
    await who.happened(hit, who.owner, "outcome_reported", outcomes=[{"outcome": "silent_report"}])
    assert (await who.happened(hit, who.owner, "closed"))["status"] == "closed"
