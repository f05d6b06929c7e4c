import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from screening.access.permissions import Role
from tests.journal.desks import REPORT, Desks


async def test_a_report_becomes_a_record(desks: Desks) -> None:
    headers = await desks.as_("UTO")
    sent = {"number": "l898-902 c3<", "issue_date": "2022-04-15", "expiry_date": "2032-04-14"}
    record = await desks.report(headers, **sent)
    assert record == {
        "id": record["id"],
        "owner": {"organisation_id": str((await desks.owner("UTO")).organisation_id), "country": "UTO"},
        "version": 1,
        "status": "active",
        "number": "L898902C3",
        "number_last": None,
        "type": "PAS",
        "issuing_state": "UTO",
        "reason": "stolen",
        "theft_date": None,
        "theft_country": "UTO",
        "issue_date": "2022-04-15",
        "expiry_date": "2032-04-14",
        "batch": None,
        "national_reference": None,
        "bureau_reference": None,
        "additional_information": None,
        "hidden_from": [],
        "retention_date": "2031-03-01",
        "created_at": "2026-03-01T09:00:00Z",
        "updated_at": "2026-03-01T09:00:00Z",
        "withdrawn_at": None,
        "withdrawal_reason": None,
    }
    read = await desks.client.get(f"/v1/documents/{record['id']}", headers=headers)
    assert read.json() == record


async def test_a_report_leaves_an_audit_entry_and_a_change_in_the_journal(desks: Desks) -> None:
    record = await desks.report(await desks.as_("UTO"))
    assert await desks.audited() == [("record", f"document:{record['id']}", {"operation": "created", "version": 1})]
    body = await desks.database.pool.fetchval("SELECT body->>'number' FROM record_changes")
    assert (await desks.journalled(), body) == ([("created", 1)], "L898902C3")


async def test_only_the_issuing_state_reports_and_a_refusal_is_logged(desks: Desks) -> None:
    answer = await desks.client.post("/v1/documents", json=REPORT, headers=await desks.as_("SWE"))
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/forbidden")
    outcome = {"problem": "forbidden", "reason": "not_owner", "status": 403}
    assert await desks.audited() == [("refusal", "POST /v1/documents", outcome)]
    assert await desks.journalled() == []


async def test_a_state_reports_what_was_issued_under_its_other_codes(desks: Desks) -> None:
    record = await desks.report(await desks.as_("GBR"), issuing_state="GBD")
    assert record["issuing_state"] == "GBD"


async def test_a_document_is_on_record_once(desks: Desks) -> None:
    headers = await desks.as_("UTO")
    await desks.report(headers)
    again = await desks.client.post("/v1/documents", json=REPORT | {"reason": "lost"}, headers=headers)
    assert again.status_code == 409
    assert "on record already" in again.json()["detail"]
    await desks.report(headers, type="DIP")


async def test_of_reports_at_the_same_moment_one_becomes_the_record(desks: Desks) -> None:
    headers = await desks.as_("UTO")
    answers = await asyncio.gather(
        *(desks.client.post("/v1/documents", json=REPORT, headers=headers) for _ in range(8))
    )
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
    assert await desks.journalled() == [("created", 1)]


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"number": "12-34"}, "body.number"),
        ({"theft_date": "2026-03-02"}, "body.theft_date"),
        ({"batch": "LOT 7"}, "body.batch"),
        ({"retention_date": "2031-03-02"}, "body.retention_date"),
        ({"retention_date": "2026-03-01"}, "body.retention_date"),
        ({"type": "P"}, "body.type"),
        ({"holder": "X"}, "body.holder"),
    ],
)
async def test_a_report_that_breaks_a_rule_is_told_where(desks: Desks, changed: dict[str, Any], where: str) -> None:
    answer = await desks.client.post("/v1/documents", json=REPORT | changed, headers=await desks.as_("UTO"))
    assert answer.status_code == 422
    assert [error["where"] for error in answer.json()["errors"]] == [where]


async def test_a_withdrawn_document_can_be_reported_again_as_a_new_record(desks: Desks) -> None:
    headers = await desks.as_("UTO")
    first = await desks.report(headers)
    path = f"/v1/documents/{first['id']}/withdrawal"
    withdrawn = await desks.client.post(path, json={"reason": "Found by its holder."}, headers=headers)
    assert withdrawn.status_code == 200
    assert {key: withdrawn.json()[key] for key in ("status", "version", "withdrawal_reason")} == {
        "status": "withdrawn",
        "version": 2,
        "withdrawal_reason": "Found by its holder.",
    }
    twice = await desks.client.post(path, json={"reason": "Found by its holder."}, headers=headers)
    assert twice.status_code == 409
    assert (await desks.report(headers))["id"] != first["id"]
    assert await desks.journalled() == [("created", 1), ("withdrawn", 2), ("created", 1)]


async def test_a_document_whose_retention_is_over_can_be_reported_again(desks: Desks) -> None:
    headers = await desks.as_("UTO")
    first = await desks.report(headers, retention_date="2026-03-05")
    desks.clock.move(days=5)
    assert (await desks.client.get(f"/v1/documents/{first['id']}", headers=headers)).json()["status"] == "expired"
    patched = await desks.client.patch(f"/v1/documents/{first['id']}", json={"batch": None}, headers=headers)
    assert patched.status_code == 409
    assert (await desks.report(headers))["status"] == "active"
    ended = (await desks.client.get(f"/v1/documents/{first['id']}", headers=headers)).json()
    assert (ended["status"], ended["withdrawal_reason"]) == ("withdrawn", "retention_over")


async def test_a_change_makes_a_version_and_what_changes_nothing_makes_none(desks: Desks) -> None:
    headers = await desks.as_("UTO")
    record = await desks.report(headers, national_reference="UT-1")
    path = f"/v1/documents/{record['id']}"
    desks.clock.move(hours=1)
    changed = await desks.client.patch(
        path, json={"theft_date": "2026-02-10", "national_reference": None}, headers=headers
    )
    assert changed.json() == record | {
        "version": 2,
        "theft_date": "2026-02-10",
        "national_reference": None,
        "updated_at": "2026-03-01T10:00:00Z",
    }
    same = await desks.client.patch(path, json={"theft_date": "2026-02-10"}, headers=headers)
    assert same.json()["version"] == 2
    assert await desks.journalled() == [("created", 1), ("updated", 2)]


@pytest.mark.parametrize(
    ("patch", "where"),
    [
        ({"reason": "lost"}, "body"),
        ({"theft_country": None}, "body.theft_country"),
        ({"retention_date": None}, "body.retention_date"),
        ({"retention_date": "2030-01-01"}, "body.retention_reason"),
        ({"retention_date": "2040-01-01", "retention_reason": "purpose_not_achieved"}, "body.retention_date"),
        ({"theft_date": "2027-01-01"}, "body.theft_date"),
        ({"batch": "LOT 7"}, "body.batch"),
    ],
)
async def test_a_change_that_breaks_a_rule_is_told_where(desks: Desks, patch: dict[str, Any], where: str) -> None:
    headers = await desks.as_("UTO")
    record = await desks.report(headers)
    answer = await desks.client.patch(f"/v1/documents/{record['id']}", json=patch, headers=headers)
    assert answer.status_code == 422
    assert [error["where"] for error in answer.json()["errors"]] == [where]


async def test_retention_is_changed_for_its_reason(desks: Desks) -> None:
    headers = await desks.as_("UTO")
    record = await desks.report(headers)
    desks.clock.move(days=365)
    patch = {"retention_date": "2032-03-01", "retention_reason": "purpose_not_achieved"}
    answer = await desks.client.patch(f"/v1/documents/{record['id']}", json=patch, headers=headers)
    assert answer.json()["retention_date"] == "2032-03-01"


async def test_a_record_is_hidden_from_states_and_shown_to_them_again(desks: Desks) -> None:
    headers = await desks.as_("UTO")
    record = await desks.report(headers, hidden_from=["SWE", "NO", "SWE"])
    path = f"/v1/documents/{record['id']}"
    assert record["hidden_from"] == ["NOR", "SWE"]
    same = await desks.client.patch(path, json={"hidden_from": ["SWE", "NOR"]}, headers=headers)
    shown = await desks.client.patch(path, json={"hidden_from": None}, headers=headers)
    again = await desks.client.patch(path, json={"hidden_from": []}, headers=headers)
    versions = [(each.json()["version"], each.json()["hidden_from"]) for each in (same, shown, again)]
    assert versions == [(1, ["NOR", "SWE"]), (2, []), (2, [])]


async def test_a_record_is_not_hidden_from_its_own_state(desks: Desks) -> None:
    headers = await desks.as_("UTO")
    answer = await desks.client.post("/v1/documents", json=REPORT | {"hidden_from": ["UTO"]}, headers=headers)
    assert (answer.status_code, answer.json()["errors"][0]["where"]) == (422, "body.hidden_from")


async def test_another_bureau_neither_reads_nor_writes_a_record(desks: Desks) -> None:
    record = await desks.report(await desks.as_("UTO"))
    path, other = f"/v1/documents/{record['id']}", await desks.as_("SWE")
    answers = (
        await desks.client.get(path, headers=other),
        await desks.client.patch(path, json={"batch": None}, headers=other),
        await desks.client.post(f"{path}/withdrawal", json={"reason": "Not ours."}, headers=other),
        await desks.client.get("/v1/documents", headers=other),
    )
    assert [answer.status_code for answer in answers] == [404, 404, 404, 200]
    assert answers[3].json() == {"items": [], "next": None}
    reasons = [outcome["reason"] for kind, _, outcome in await desks.audited() if kind == "refusal"]
    assert reasons == ["not_owner"] * 3


async def test_an_unknown_record_is_not_there(desks: Desks) -> None:
    headers = await desks.as_("UTO")
    path = f"/v1/documents/{uuid4()}"
    answers = (
        await desks.client.get(path, headers=headers),
        await desks.client.patch(path, json={}, headers=headers),
        await desks.client.post(f"{path}/withdrawal", json={"reason": "Found."}, headers=headers),
        await desks.client.get("/v1/documents", params={"after": str(uuid4())}, headers=headers),
    )
    assert [answer.status_code for answer in answers] == [404] * 4


async def test_pages_give_every_record_once_in_order(desks: Desks) -> None:
    headers = await desks.as_("UTO")
    made = []
    for number in range(7):
        made.append((await desks.report(headers, number=f"L000{number:04d}"))["id"])
        desks.clock.move(seconds=number % 2)
    seen: list[str] = []
    after: str | None = ""
    while after is not None:
        params = {"limit": "3"} | ({"after": after} if after else {})
        page = (await desks.client.get("/v1/documents", params=params, headers=headers)).json()
        seen += [item["id"] for item in page["items"]]
        after = page["next"]
    assert seen == made


async def test_a_list_is_narrowed_by_reason_state_and_status(desks: Desks) -> None:
    headers = await desks.as_("GBR")
    stolen = await desks.report(headers, issuing_state="GBR", number="AA11111")
    lost = await desks.report(headers, issuing_state="GBD", number="AA22222", reason="lost")
    short = await desks.report(headers, issuing_state="GBR", number="AA33333", retention_date="2026-03-02")
    path = f"/v1/documents/{lost['id']}/withdrawal"
    assert (await desks.client.post(path, json={"reason": "Found."}, headers=headers)).status_code == 200
    desks.clock.move(days=2)

    async def listed(**params: str) -> list[str]:
        page = await desks.client.get("/v1/documents", params=params, headers=headers)
        return [item["id"] for item in page.json()["items"]]

    assert await listed(reason="lost") == [lost["id"]]
    assert await listed(issuing_state="GBD") == [lost["id"]]
    assert await listed(status="withdrawn") == [lost["id"]]
    assert await listed(status="expired") == [short["id"]]
    assert await listed(status="active", reason="stolen") == [stolen["id"]]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/documents"),
        ("GET", "/v1/documents"),
        ("GET", f"/v1/documents/{UUID(int=0)}"),
        ("PATCH", f"/v1/documents/{UUID(int=0)}"),
        ("POST", f"/v1/documents/{UUID(int=0)}/withdrawal"),
    ],
)
async def test_records_are_for_those_who_may(desks: Desks, method: str, path: str) -> None:
    assert (await desks.client.request(method, path)).status_code == 401
    officer = await desks.as_("UTO", Role.FIRST_LINE)
    body = REPORT if path == "/v1/documents" else {"reason": "Found."} if "withdrawal" in path else {}
    refused = await desks.client.request(method, path, json=body, headers=officer)
    assert refused.status_code == 403


async def test_every_example_can_be_sent_as_it_stands(desks: Desks) -> None:
    headers = await desks.as_("UTO")
    schemas = desks.app.openapi()["components"]["schemas"]
    created = await desks.client.post("/v1/documents", json=schemas["DocumentIn"]["examples"][0], headers=headers)
    assert created.status_code == 201
    path = f"/v1/documents/{created.json()['id']}"
    patched = await desks.client.patch(path, json=schemas["DocumentPatch"]["examples"][0], headers=headers)
    assert patched.status_code == 200
    withdrawal = schemas["DocumentWithdrawal"]["examples"][0]
    assert (await desks.client.post(f"{path}/withdrawal", json=withdrawal, headers=headers)).status_code == 200
