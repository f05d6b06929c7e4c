"""Notices over HTTP: their owners write, read, change and withdraw them, and nobody else does."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from screening.nominals.schemas import EXAMPLE
from tests.nominals.conftest import Desk

MISSING = "0199d2c4-5a70-7cc1-a1de-3a7f4f8d2f11"


async def created(desk: Desk, **fields: Any) -> dict[str, Any]:
    answer = await desk.client.post("/v1/notices", json=EXAMPLE | fields, headers=desk.bureau)
    assert answer.status_code == 201, answer.text
    notice: dict[str, Any] = answer.json()
    return notice


async def journal(desk: Desk, record_id: str) -> list[tuple[int, str]]:
    rows = await desk.database.pool.fetch(
        "SELECT version, operation FROM record_changes WHERE record_id = $1 ORDER BY position", UUID(record_id)
    )
    return [(row["version"], row["operation"]) for row in rows]


async def test_the_example_can_be_sent_as_it_stands(desk: Desk) -> None:
    notice = await created(desk)
    assert notice == {
        **EXAMPLE,
        "subject": notice["subject"],
        "id": notice["id"],
        "owner": {"organisation_id": str(desk.owner.organisation_id), "country": "UTO"},
        "version": 1,
        "status": "valid",
        "conditions_of_use": None,
        "hidden_from": [],
        "remarks": None,
        "valid_from": "2026-03-01T09:00:00Z",
        "valid_until": "2031-03-01T09:00:00Z",
        "created_at": "2026-03-01T09:00:00Z",
        "updated_at": "2026-03-01T09:00:00Z",
        "withdrawn_at": None,
        "withdrawal_reason": None,
    }
    read = await desk.client.get(f"/v1/notices/{notice['id']}", headers=desk.bureau)
    assert read.json() == notice


async def test_a_reference_is_present_once_an_owner(desk: Desk) -> None:
    await created(desk)
    again = await desk.client.post("/v1/notices", json=EXAMPLE, headers=desk.bureau)
    elsewhere = await desk.client.post("/v1/notices", json=EXAMPLE, headers=desk.other_bureau)
    assert (again.status_code, elsewhere.status_code) == (409, 201)
    assert again.json()["type"] == "/problems/conflict"


async def test_a_withdrawn_reference_can_be_issued_anew(desk: Desk) -> None:
    first = await created(desk)
    await desk.client.post(f"/v1/notices/{first['id']}/withdrawal", json={"reason": "found"}, headers=desk.bureau)
    second = await created(desk)
    assert second["id"] != first["id"]


async def test_changing_replaces_fields_and_makes_a_version(desk: Desk) -> None:
    notice = await created(desk)
    desk.clock.forward(timedelta(days=1))
    patch = {"cautions": [], "conditions_of_use": "Ask first.", "purpose": None, "offences": [{"code": "PD"}]}
    answer = await desk.client.patch(f"/v1/notices/{notice['id']}", json=patch, headers=desk.bureau)
    assert answer.status_code == 200, answer.text
    assert answer.json() == notice | {
        "version": 2,
        "cautions": [],
        "conditions_of_use": "Ask first.",
        "purpose": None,
        "offences": [{"code": "PD", "text": None, "warrant_issued_by": None}],
        "crime_areas": ["travel_document_crime", "drugs"],
        "valid_until": "2031-03-02T09:00:00Z",
        "updated_at": "2026-03-02T09:00:00Z",
    }
    assert await journal(desk, notice["id"]) == [(1, "created"), (2, "updated")]


async def test_a_change_of_nothing_makes_no_version(desk: Desk) -> None:
    notice = await created(desk)
    answer = await desk.client.patch(
        f"/v1/notices/{notice['id']}", json={"cautions": EXAMPLE["cautions"]}, headers=desk.bureau
    )
    assert answer.json() == notice
    assert await journal(desk, notice["id"]) == [(1, "created")]


async def test_withdrawing_ends_a_notice_for_good(desk: Desk) -> None:
    notice = await created(desk)
    path = f"/v1/notices/{notice['id']}"
    answer = await desk.client.post(f"{path}/withdrawal", json={"reason": "Found."}, headers=desk.bureau)
    assert answer.status_code == 200
    assert answer.json() | {"updated_at": None} == notice | {
        "version": 2,
        "status": "withdrawn",
        "withdrawn_at": "2026-03-01T09:00:00Z",
        "withdrawal_reason": "Found.",
        "updated_at": None,
    }
    again = await desk.client.post(f"{path}/withdrawal", json={"reason": "Found."}, headers=desk.bureau)
    changed = await desk.client.patch(path, json={"purpose": "x"}, headers=desk.bureau)
    assert (again.status_code, changed.status_code) == (409, 409)
    assert await journal(desk, notice["id"]) == [(1, "created"), (2, "withdrawn")]


@pytest.mark.parametrize(
    ("status", "valid_from", "valid_until"),
    [
        ("valid", None, None),
        ("not_yet_valid", "2026-04-01T00:00:00Z", None),
        ("expired", "2020-01-01T00:00:00Z", "2026-01-01T00:00:00Z"),
    ],
)
async def test_a_list_filters_by_status(
    desk: Desk, status: str, valid_from: str | None, valid_until: str | None
) -> None:
    notice = await created(desk, valid_from=valid_from, valid_until=valid_until)
    assert notice["status"] == status
    for asked in ("valid", "not_yet_valid", "expired", "withdrawn"):
        answer = await desk.client.get("/v1/notices", params={"status": asked}, headers=desk.bureau)
        assert [each["id"] for each in answer.json()["items"]] == ([notice["id"]] if asked == status else [])


async def test_a_list_has_pages_and_filters_and_only_own_records(desk: Desk) -> None:
    red = [await created(desk, reference=f"2026/{number}") for number in range(3)]
    blue = await created(desk, reference="2026/9", colour="blue", kind="diffusion")
    await desk.client.post("/v1/notices", json=EXAMPLE, headers=desk.other_bureau)

    async def listed(**params: Any) -> tuple[list[str], str | None]:
        answer = await desk.client.get("/v1/notices", params=params, headers=desk.bureau)
        return [each["id"] for each in answer.json()["items"]], answer.json()["next"]

    ids = [notice["id"] for notice in red]
    assert await listed(limit=2) == (ids[:2], ids[1])
    assert await listed(limit=2, after=ids[1]) == ([ids[2], blue["id"]], None)
    assert await listed(colour="blue") == ([blue["id"]], None)
    assert await listed(kind="notice") == (ids, None)
    assert await listed(status="withdrawn") == ([], None)


async def test_the_notices_of_others_are_not_there(desk: Desk) -> None:
    notice = await created(desk)
    path = f"/v1/notices/{notice['id']}"
    answers = [
        await desk.client.get(path, headers=desk.other_bureau),
        await desk.client.patch(path, json={"purpose": "mine now"}, headers=desk.other_bureau),
        await desk.client.post(f"{path}/withdrawal", json={"reason": "mine now"}, headers=desk.other_bureau),
        await desk.client.get(f"/v1/notices/{MISSING}", headers=desk.bureau),
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    refusals = await desk.database.pool.fetch(
        "SELECT convert_from(envelope, 'utf8') FROM audit_entries WHERE kind = 'refusal'"
    )
    assert len(refusals) == 4


async def test_an_expired_notice_is_not_revived_by_a_change(desk: Desk) -> None:
    notice = await created(desk, valid_until="2026-04-01T00:00:00Z")
    path = f"/v1/notices/{notice['id']}"
    desk.clock.forward(timedelta(days=60))
    for patch in ({"purpose": "Still wanted."}, {"valid_until": "2027-04-01T00:00:00Z"}):
        answer = await desk.client.patch(path, json=patch, headers=desk.bureau)
        assert (answer.status_code, "expired" in answer.json()["detail"]) == (409, True)
    assert await journal(desk, notice["id"]) == [(1, "created")]
    withdrawn = await desk.client.post(f"{path}/withdrawal", json={"reason": "Over."}, headers=desk.bureau)
    assert withdrawn.status_code == 200
    assert (await created(desk))["status"] == "valid"


@pytest.mark.parametrize(
    ("organisation", "may"),
    [("bureau", {"notice", "diffusion"}), ("general_secretariat", {"notice", "un_special"}), ("partner", set())],
)
async def test_who_issues_which_kind_depends_on_what_the_organisation_is(
    desk: Desk, organisation: str, may: set[str]
) -> None:
    await desk.database.pool.execute(
        "UPDATE organisations SET kind = $1 WHERE id = $2", organisation, desk.owner.organisation_id
    )
    for kind in ("notice", "diffusion", "un_special"):
        sent = EXAMPLE | {"kind": kind, "colour": "un" if kind == "un_special" else "red", "reference": kind}
        answer = await desk.client.post("/v1/notices", json=sent, headers=desk.bureau)
        assert answer.status_code == (201 if kind in may else 403), answer.text


async def test_a_notice_is_not_hidden_from_its_own_state(desk: Desk) -> None:
    sent = EXAMPLE | {"hidden_from": ["SWE", "UTO"]}
    answer = await desk.client.post("/v1/notices", json=sent, headers=desk.bureau)
    assert (answer.status_code, answer.json()["errors"][0]["where"]) == (422, "body.hidden_from")
    notice = await created(desk)
    patched = await desk.client.patch(f"/v1/notices/{notice['id']}", json={"hidden_from": ["UTO"]}, headers=desk.bureau)
    assert patched.status_code == 422


ROUTES = [
    ("POST", ""),
    ("GET", ""),
    ("GET", f"/{MISSING}"),
    ("PATCH", f"/{MISSING}"),
    ("POST", f"/{MISSING}/withdrawal"),
]


@pytest.mark.parametrize(("method", "path"), ROUTES)
async def test_no_route_answers_without_a_key_or_the_permission(desk: Desk, method: str, path: str) -> None:
    body = {"reason": "a reason"} if path.endswith("withdrawal") else EXAMPLE if method == "POST" else {}
    without = await desk.client.request(method, f"/v1/notices{path}", json=body)
    first_line = await desk.client.request(method, f"/v1/notices{path}", json=body, headers=desk.first_line)
    assert (without.status_code, first_line.status_code) == (401, 403)


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (EXAMPLE | {"colour": "un"}, "body"),
        (EXAMPLE | {"unheard": 1}, "body.unheard"),
        (EXAMPLE | {"subject": None}, "body"),
        (EXAMPLE | {"purpose": "nul \x00"}, "body.purpose"),
    ],
)
async def test_what_does_not_fit_is_422_with_the_place(desk: Desk, body: dict[str, Any], where: str) -> None:
    answer = await desk.client.post("/v1/notices", json=body, headers=desk.bureau)
    assert answer.status_code == 422
    assert [error["where"] for error in answer.json()["errors"]] == [where]


@pytest.mark.parametrize(
    ("patch", "where"),
    [
        ({"reference": "2026/2"}, "body.reference"),
        ({"colour": "blue"}, "body.colour"),
        ({"subject": None}, "body"),
        ({"valid_from": "2026-05-01T00:00:00Z", "valid_until": "2026-04-01T00:00:00Z"}, "body"),
        ({"discreet": None}, "body.discreet"),
    ],
)
async def test_a_change_that_does_not_fit_is_422(desk: Desk, patch: dict[str, Any], where: str) -> None:
    notice = await created(desk)
    answer = await desk.client.patch(f"/v1/notices/{notice['id']}", json=patch, headers=desk.bureau)
    assert answer.status_code == 422
    assert [error["where"] for error in answer.json()["errors"]] == [where]
    assert await journal(desk, notice["id"]) == [(1, "created")]


async def test_each_change_is_in_the_log_without_personal_data_in_its_envelope(desk: Desk) -> None:
    notice = await created(desk)
    rows = await desk.database.pool.fetch(
        "SELECT convert_from(envelope, 'utf8') AS envelope, convert_from(payload, 'utf8') AS payload "
        "FROM audit_entries JOIN audit_payloads ON entry_id = id WHERE subject = $1",
        f"notice:{notice['id']}",
    )
    (row,) = rows
    assert "MORGENROTH" not in row["envelope"]
    assert "MORGENROTH" in row["payload"]
    assert '"operation":"created"' in row["envelope"]
