"""The routes of vehicles, vessels and firearms: the same five for each kind."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from screening.access.permissions import Role
from screening.objects.kinds import KINDS
from screening.objects.schemas import AIRCRAFT, CONTAINER, FIREARM, VEHICLE, VESSEL
from tests.journal.desks import Desks

EXAMPLES = {
    "vehicles": VEHICLE,
    "vessels": VESSEL,
    "firearms": FIREARM,
    "containers": CONTAINER,
    "aircraft": AIRCRAFT,
}
KIND_OF = {each.plural: each.kind.value for each in KINDS}
FIXED = {
    "vehicles": {"vin": "WVWZZZ1JZ3W386752"},
    "vessels": {"imo": "7625811"},
    "firearms": {"serial": "B7654321"},
    "containers": {"number": "MSKU0000006"},
    "aircraft": {"registration": "OH-LVC"},
}
every_kind = pytest.mark.parametrize("plural", EXAMPLES)


async def report(desks: Desks, headers: dict[str, str], plural: str, **changed: Any) -> dict[str, Any]:
    answer = await desks.client.post(f"/v1/{plural}", json=EXAMPLES[plural] | changed, headers=headers)
    assert answer.status_code == 201, answer.text
    record: dict[str, Any] = answer.json()
    return record


async def marks(desks: Desks) -> int:
    count: int = await desks.database.pool.fetchval("SELECT count(*) FROM object_marks")
    return count


async def test_a_report_becomes_a_record(desks: Desks) -> None:
    headers = await desks.as_("UTO")
    record = await report(desks, headers, "vehicles", vin="im8gdm9a-xkp-o42788", crime_areas=["organised_crime"])
    assert record == {
        "id": record["id"],
        "owner": {"organisation_id": str((await desks.owner("UTO")).organisation_id), "country": "UTO"},
        "version": 1,
        "status": "active",
        "vin": "1M8GDM9AXKP042788",
        "plate": "UTAB123",
        "plate_country": "UTO",
        "engine_number": None,
        "gearbox_number": None,
        "make": "MCI",
        "model": "MC-9",
        "colour": "white",
        "year": 1989,
        "reason": "stolen",
        "theft_date": "2026-02-11",
        "theft_country": "UTO",
        "crime_areas": ["organised_crime"],
        "national_reference": "UT-2026-V-0042",
        "bureau_reference": None,
        "additional_information": None,
        "hidden_from": [],
        "retention_date": "2031-03-01",
        "created_at": "2026-03-01T09:00:00Z",
        "updated_at": "2026-03-01T09:00:00Z",
        "withdrawn_at": None,
        "withdrawal_reason": None,
    }
    assert (await desks.client.get(f"/v1/vehicles/{record['id']}", headers=headers)).json() == record


@every_kind
async def test_a_report_leaves_an_entry_and_a_change_and_has_the_crime_area_of_its_kind(
    desks: Desks, plural: str
) -> None:
    record = await report(desks, await desks.as_("UTO"), plural)
    subject = f"{KIND_OF[plural]}:{record['id']}"
    assert await desks.audited() == [("record", subject, {"operation": "created", "version": 1})]
    row = await desks.database.pool.fetchrow("SELECT kind, operation FROM record_changes")
    assert tuple(row or ()) == (KIND_OF[plural], "created")
    assert record["crime_areas"] == [plural if plural in {"vehicles", "vessels", "firearms"} else "other"]


@every_kind
async def test_an_object_is_on_record_once_for_an_owner(desks: Desks, plural: str) -> None:
    headers, others = await desks.as_("UTO"), await desks.as_("SWE")
    answers = await asyncio.gather(
        *(desks.client.post(f"/v1/{plural}", json=EXAMPLES[plural], headers=headers) for _ in range(4))
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    await report(desks, others, plural)


@pytest.mark.parametrize(
    ("plural", "changed", "where"),
    [
        ("vehicles", {"vin": None, "plate": None}, "body"),
        ("vehicles", {"vin": "\u04161234"}, "body.vin"),
        ("vehicles", {"year": 1700}, "body.year"),
        ("vehicles", {"theft_date": "2026-03-02"}, "body.theft_date"),
        ("vehicles", {"retention_date": "2031-03-02"}, "body.retention_date"),
        ("vehicles", {"owner_name": "X"}, "body.owner_name"),
        ("vehicles", {"hidden_from": ["SWE", "UT", "UTO"]}, "body.hidden_from.1"),
        ("vehicles", {"hidden_from": ["SWE", "UTO"]}, "body.hidden_from"),
        ("vessels", {"imo": "9074728"}, "body.imo"),
        ("vessels", {"mmsi": "23012345"}, "body.mmsi"),
        ("vessels", {"former_names": ["x"] * 11}, "body.former_names"),
        ("firearms", {"make": None}, "body.make"),
        ("containers", {"number": "CSQU3054384"}, "body.number"),
        ("aircraft", {"registration": None, "make": None}, "body"),
        ("firearms", {"reason": "revoked"}, "body.reason"),
    ],
)
async def test_a_report_that_breaks_a_rule_is_told_where(
    desks: Desks, plural: str, changed: dict[str, Any], where: str
) -> None:
    answer = await desks.client.post(f"/v1/{plural}", json=EXAMPLES[plural] | changed, headers=await desks.as_("UTO"))
    assert answer.status_code == 422
    assert [error["where"] for error in answer.json()["errors"]] == [where]


@every_kind
async def test_a_withdrawn_object_has_no_marks_and_can_be_reported_again(desks: Desks, plural: str) -> None:
    headers = await desks.as_("UTO")
    first = await report(desks, headers, plural)
    path = f"/v1/{plural}/{first['id']}/withdrawal"
    withdrawn = await desks.client.post(path, json={"reason": "Found."}, headers=headers)
    assert (withdrawn.json()["status"], withdrawn.json()["version"]) == ("withdrawn", 2)
    assert await marks(desks) == 0
    assert (await desks.client.post(path, json={"reason": "Found."}, headers=headers)).status_code == 409
    assert (await report(desks, headers, plural))["id"] != first["id"]
    assert await desks.journalled() == [("created", 1), ("withdrawn", 2), ("created", 1)]


async def test_an_object_whose_retention_is_over_can_be_reported_again(desks: Desks) -> None:
    headers = await desks.as_("UTO")
    first = await report(desks, headers, "firearms", retention_date="2026-03-05")
    desks.clock.move(days=5)
    path = f"/v1/firearms/{first['id']}"
    assert (await desks.client.get(path, headers=headers)).json()["status"] == "expired"
    assert (await desks.client.patch(path, json={"type": "rifle"}, headers=headers)).status_code == 409
    assert (await report(desks, headers, "firearms"))["status"] == "active"
    assert (await desks.client.get(path, headers=headers)).json()["withdrawal_reason"] == "retention_over"


async def test_a_change_makes_a_version_and_what_changes_nothing_makes_none(desks: Desks) -> None:
    headers = await desks.as_("UTO")
    record = await report(desks, headers, "vessels")
    path = f"/v1/vessels/{record['id']}"
    desks.clock.move(hours=1)
    patch = {"name": "Sea Bird", "former_names": ["Ocean Star", "Northern Star"], "hin": "GB-ABC00042-A3-99"}
    changed = await desks.client.patch(path, json=patch | {"mmsi": None}, headers=headers)
    assert changed.json() == record | patch | {
        "version": 2,
        "hin": "GBABC00042A399",
        "mmsi": None,
        "updated_at": "2026-03-01T10:00:00Z",
    }
    assert (await desks.client.patch(path, json={"name": "Sea Bird"}, headers=headers)).json()["version"] == 2
    values = await desks.database.pool.fetch("SELECT value FROM object_marks WHERE mark = 'mmsi' OR mark = 'hin'")
    assert [row["value"] for row in values] == ["GBABC00042A399"]
    assert await desks.journalled() == [("created", 1), ("updated", 2)]


@every_kind
async def test_what_identifies_an_object_is_not_replaced(desks: Desks, plural: str) -> None:
    headers = await desks.as_("UTO")
    record = await report(desks, headers, plural)
    answer = await desks.client.patch(f"/v1/{plural}/{record['id']}", json=FIXED[plural], headers=headers)
    assert answer.status_code == 422
    assert [error["where"] for error in answer.json()["errors"]] == [f"body.{next(iter(FIXED[plural]))}"]


@pytest.mark.parametrize(
    ("patch", "where"),
    [
        ({"reason": "lost"}, "body.reason"),
        ({"theft_date": "2027-01-01"}, "body.theft_date"),
        ({"hidden_from": ["UTO"]}, "body.hidden_from"),
        ({"retention_date": "2030-01-01"}, "body.retention_reason"),
        ({"retention_date": "2040-01-01", "retention_reason": "purpose_not_achieved"}, "body.retention_date"),
        ({"vin": None, "plate": None, "plate_country": None}, "body"),
    ],
)
async def test_a_change_that_breaks_a_rule_is_told_where(desks: Desks, patch: dict[str, Any], where: str) -> None:
    headers = await desks.as_("UTO")
    record = await report(desks, headers, "vehicles")
    answer = await desks.client.patch(f"/v1/vehicles/{record['id']}", json=patch, headers=headers)
    assert answer.status_code == 422
    assert [error["where"] for error in answer.json()["errors"]] == [where]


async def test_a_number_that_becomes_known_may_be_added_unless_it_is_on_record_elsewhere(desks: Desks) -> None:
    headers = await desks.as_("UTO")
    await report(desks, headers, "vehicles", plate=None, plate_country=None)
    by_plate = await report(desks, headers, "vehicles", vin=None)
    path = f"/v1/vehicles/{by_plate['id']}"
    assert (await desks.client.patch(path, json={"vin": VEHICLE["vin"]}, headers=headers)).status_code == 409
    added = await desks.client.patch(path, json={"vin": "WVWZZZ1JZ3W386752"}, headers=headers)
    assert (added.status_code, added.json()["vin"]) == (200, "WVWZZZ1JZ3W386752")


async def test_retention_is_changed_for_its_reason(desks: Desks) -> None:
    headers = await desks.as_("UTO")
    record = await report(desks, headers, "vehicles")
    desks.clock.move(days=365)
    patch = {"retention_date": "2032-03-01", "retention_reason": "purpose_not_achieved"}
    answer = await desks.client.patch(f"/v1/vehicles/{record['id']}", json=patch, headers=headers)
    assert answer.json()["retention_date"] == "2032-03-01"


@every_kind
async def test_a_record_is_hidden_from_states_and_shown_to_them_again(desks: Desks, plural: str) -> None:
    headers = await desks.as_("UTO")
    record = await report(desks, headers, plural, hidden_from=["SWE", "NO", "SWE"])
    path = f"/v1/{plural}/{record['id']}"
    assert record["hidden_from"] == ["NOR", "SWE"]
    patches: list[dict[str, Any]] = [{"hidden_from": ["SWE", "NOR"]}, {"hidden_from": None}, {"hidden_from": []}]
    answers = [await desks.client.patch(path, json=patch, headers=headers) for patch in patches]
    versions = [(each.json()["version"], each.json()["hidden_from"]) for each in answers]
    assert versions == [(1, ["NOR", "SWE"]), (2, []), (2, [])]


@every_kind
async def test_another_bureau_neither_reads_nor_writes_a_record(desks: Desks, plural: str) -> None:
    record = await report(desks, await desks.as_("UTO"), plural)
    path, other = f"/v1/{plural}/{record['id']}", await desks.as_("SWE")
    answers = (
        await desks.client.get(path, headers=other),
        await desks.client.patch(path, json={"additional_information": None}, headers=other),
        await desks.client.post(f"{path}/withdrawal", json={"reason": "Not ours."}, headers=other),
        await desks.client.get(f"/v1/{plural}", headers=other),
    )
    assert [answer.status_code for answer in answers] == [404, 403, 403, 200]
    assert answers[3].json() == {"items": [], "next": None}
    reasons = [outcome["reason"] for kind, _, outcome in await desks.audited() if kind == "refusal"]
    assert reasons == ["not_owner"] * 3


@every_kind
async def test_an_unknown_record_is_not_there_nor_one_of_another_kind(desks: Desks, plural: str) -> None:
    headers = await desks.as_("UTO")
    other = await report(desks, headers, next(each for each in EXAMPLES if each != plural))
    for record_id in (uuid4(), other["id"]):
        path = f"/v1/{plural}/{record_id}"
        answers = (
            await desks.client.get(path, headers=headers),
            await desks.client.patch(path, json={}, headers=headers),
            await desks.client.post(f"{path}/withdrawal", json={"reason": "Found."}, headers=headers),
        )
        assert [answer.status_code for answer in answers] == [404] * 3


async def test_pages_give_every_record_once_in_order_and_are_narrowed(desks: Desks) -> None:
    headers = await desks.as_("UTO")
    made = [
        (await report(desks, headers, "vehicles", vin=f"WVWZZZ1JZ3W38675{number}", plate=None))["id"]
        for number in range(7)
    ]
    lost = await report(desks, headers, "vehicles", reason="misappropriated", vin="WVWZZZ1JZ3W386000")
    ended = await desks.client.post(f"/v1/vehicles/{made[0]}/withdrawal", json={"reason": "Found."}, headers=headers)
    assert ended.status_code == 200

    async def listed(**params: str) -> dict[str, Any]:
        page: dict[str, Any] = (await desks.client.get("/v1/vehicles", params=params, headers=headers)).json()
        return page

    seen: list[str] = []
    after: str | None = ""
    while after is not None:
        page = await listed(limit="3", **({"after": after} if after else {}))
        seen += [item["id"] for item in page["items"]]
        after = page["next"]
    assert seen == [*made, lost["id"]]
    assert [item["id"] for item in (await listed(reason="misappropriated"))["items"]] == [lost["id"]]
    assert [item["id"] for item in (await listed(status="withdrawn"))["items"]] == [made[0]]
    assert len((await listed(status="active"))["items"]) == 7
    assert (await listed(status="expired"))["items"] == []


@every_kind
@pytest.mark.parametrize("method", ["POST", "GET", "GET one", "PATCH", "withdrawal"])
async def test_records_are_for_those_who_may(desks: Desks, plural: str, method: str) -> None:
    one = f"/v1/{plural}/{uuid4()}"
    verb, path, body = {
        "POST": ("POST", f"/v1/{plural}", EXAMPLES[plural]),
        "GET": ("GET", f"/v1/{plural}", None),
        "GET one": ("GET", one, None),
        "PATCH": ("PATCH", one, {}),
        "withdrawal": ("POST", f"{one}/withdrawal", {"reason": "Found."}),
    }[method]
    assert (await desks.client.request(verb, path)).status_code == 401
    officer = await desks.as_("UTO", Role.FIRST_LINE)
    assert (await desks.client.request(verb, path, json=body, headers=officer)).status_code == 403


@every_kind
async def test_every_example_can_be_sent_as_it_stands(desks: Desks, plural: str) -> None:
    headers = await desks.as_("UTO")
    schemas, name = desks.app.openapi()["components"]["schemas"], KIND_OF[plural].capitalize()
    record = await report(desks, headers, plural, **schemas[f"{name}In"]["examples"][0])
    path = f"/v1/{plural}/{record['id']}"
    patched = await desks.client.patch(path, json=schemas[f"{name}Patch"]["examples"][0], headers=headers)
    assert patched.status_code == 200
    withdrawal = schemas["ObjectWithdrawal"]["examples"][0]
    assert (await desks.client.post(f"{path}/withdrawal", json=withdrawal, headers=headers)).status_code == 200
