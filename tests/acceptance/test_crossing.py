"""Whole stories of crossings with vehicles, vessels and firearms, over HTTP."""

from typing import Any

import pytest

from screening.access.permissions import Role
from screening.access.schemas import Mode, OrganisationKind
from screening.cli.keys import Place
from screening.cli.sandbox import RECORDS, STOLEN_CAR
from screening.db import database
from screening.objects.schemas import AIRCRAFT, CONTAINER
from screening.screenings.schemas import Submission
from tests.services import SWEDEN, UTOPIA, Service

LAND = Place("Bureau of Utopia", "UTO", OrganisationKind.BUREAU, "UTO-LAND-1", Mode.LAND)
CAR = {"vin": "5GZCZ43D13S812715", "plate": "UT-SV 903", "plate_country": "UTO"}
PAPERS = {
    "number": "UTZB40011",
    "type": "VRD",
    "issuing_state": "UTO",
    "reason": "stolen_blank",
    "theft_country": "UTO",
}
INNOCENT = {"surname": "Lindqvist", "given_names": "Elsa", "date_of_birth": "1991-06-02", "nationality": "SWE"}


async def post(service: Service, path: str, record: dict[str, Any], place: Place = UTOPIA) -> dict[str, Any]:
    headers = await service.as_(Role.BUREAU, place)
    answer = await service.client.post(path, json=record, headers=headers)
    assert answer.status_code == 201, answer.text
    await service.current()
    created: dict[str, Any] = answer.json()
    return created


async def withdraw(service: Service, path: str, record: dict[str, Any]) -> None:
    headers = await service.as_(Role.BUREAU)
    answer = await service.client.post(f"{path}/{record['id']}/withdrawal", json={"reason": "Found."}, headers=headers)
    assert answer.status_code == 200


async def everything(service: Service) -> None:
    for path, record in (*RECORDS, ("/v1/documents", PAPERS)):
        await post(service, path, record)


def statuses(answer: dict[str, Any]) -> dict[str, str]:
    return {entry["source"]: entry["status"] for entry in answer["coverage"]}


def strengths(answer: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(hit["source"], hit["strength"], hit["desk"]) for hit in answer["hits"]]


async def test_one_crossing_with_everything_is_one_decision_with_each_hit_in_its_source(service: Service) -> None:
    await everything(service)
    answer = await service.screen(
        await service.as_(Role.FIRST_LINE, LAND),
        traveller={"surname": "Grubenthaler", "given_names": "Konstantin", "date_of_birth": "1979-03-14"},
        documents=[
            {"type": "P", "number": "UT4471093", "issuing_state": "UTO"},
            {"type": "VRD", "number": "UTZB40011", "issuing_state": "UTO"},
        ],
        vehicles=[CAR, {"vin": "1M8GDM9AXKP042788"}],
        vessels=[{"hin": "GBABC00042A399", "name": "Other Name"}],
        firearms=[{"serial": "UT-771243", "make": "Beretta", "calibre": "9 mm Luger"}],
        crossing={"direction": "exit", "mode": "land"},
    )
    assert (answer["decision"], answer["desk"]) == ("hit", "first_line")
    assert {(hit["source"], hit["kind"], hit["document"], hit["object"]) for hit in answer["hits"]} == {
        ("sltd", "document", 0, None),
        ("administrative_documents", "document", 1, None),
        ("notices", "person", None, None),
        ("vehicles", "vehicle", None, 0),
        ("vessels", "vessel", None, 0),
        ("firearms", "firearm", None, 0),
    }
    assert statuses(answer) == dict.fromkeys(
        ["sltd", "administrative_documents", "tdawn", "notices", "vehicles", "vessels", "firearms"], "answered"
    )
    assert all(entry["required"] and entry["as_of"] for entry in answer["coverage"])


async def test_a_stolen_car_stops_at_the_first_line_with_what_to_compare_and_whom_to_call(service: Service) -> None:
    await post(service, "/v1/vehicles", STOLEN_CAR)
    answer = await service.screen(await service.as_(Role.FIRST_LINE, LAND), traveller=INNOCENT, vehicles=[CAR])
    [hit] = answer["hits"]
    assert (hit["strength"], hit["record"]["reason"], hit["record"]["crime_areas"]) == ("exact", "stolen", ["vehicles"])
    assert hit["record"]["description"] == (
        "silver Saturn Vue 2003, vin 5GZCZ43D13S812715, plate UTSV903, plate country UTO"
    )
    assert hit["record"]["owner"]["name"] == UTOPIA.organisation
    assert hit["record"]["details"] is None
    assert (hit["action"]["code"], answer["action"]) == ("hold_vehicle_stolen", hit["action"])
    assert "bureau" in hit["action"]["text"]


async def test_the_second_line_sees_date_and_reference_of_the_theft(service: Service) -> None:
    await post(service, "/v1/vehicles", STOLEN_CAR | {"national_reference": "UT-7"})
    answer = await service.screen(await service.as_(Role.SECOND_LINE), vehicles=[CAR])
    details = answer["hits"][0]["record"]["details"]
    assert (details["theft_date"], details["theft_country"], details["references"]) == ("2026-01-30", "UTO", ["UT-7"])


@pytest.mark.parametrize(
    ("vehicle", "expected", "said"),
    [
        ({"vin": "5GZCZ43D13S8I2715"}, ("vehicles", "strong", "first_line"), "I cannot stand there"),
        ({"vin": "5GZCZ43D13S8127I5"}, ("vehicles", "strong", "first_line"), "read as 1, character 16"),
        ({"vin": "5GZCZ43D13S8L2715"}, ("vehicles", "possible", "second_line"), "1 where L was read, character 13"),
        ({"vin": "SGZCZ43D13S812715"}, ("vehicles", "possible", "second_line"), "5 where S was read, character 1"),
        ({"plate": "UTSV*", "plate_country": "UTO"}, ("vehicles", "possible", "second_line"), "signs that were read"),
        (
            {"plate": "UT SV 9O3", "plate_country": "UTO", "make": "SATURN"},
            ("vehicles", "possible", "second_line"),
            "0 where O was read",
        ),
        ({"plate": "UT SV 903"}, ("vehicles", "possible", "second_line"), "Plate agrees"),
    ],
)
async def test_a_misread_or_partial_number_is_found_and_says_what_differs(
    service: Service, vehicle: dict[str, str], expected: tuple[str, str, str], said: str
) -> None:
    await post(service, "/v1/vehicles", STOLEN_CAR)
    answer = await service.screen(await service.as_(Role.FIRST_LINE, LAND), vehicles=[vehicle])
    assert strengths(answer) == [expected]
    assert any(said in part["text"] for part in answer["hits"][0]["evidence"])


@pytest.mark.parametrize(
    ("submitted", "expected"),
    [
        ({"vessels": [{"name": "S/Y Morning Tyde", "flag": "UTO"}]}, [("vessels", "possible", "second_line")]),
        ({"vessels": [{"name": "Morning Tide"}]}, [("vessels", "possible", "second_line")]),
        ({"vessels": [{"name": "Morning Tide", "flag": "UTO"}]}, [("vessels", "strong", "first_line")]),
        ({"firearms": [{"serial": "UT771243"}]}, [("firearms", "possible", "second_line")]),
        ({"firearms": [{"serial": "UT771243", "make": "Glock"}]}, [("firearms", "possible", "second_line")]),
        ({"firearms": [{"serial": "UT771243", "calibre": "9 mm Para"}]}, [("firearms", "strong", "first_line")]),
    ],
)
async def test_a_name_or_serial_alone_is_referred_to_the_second_line(
    service: Service, submitted: dict[str, Any], expected: list[tuple[str, str, str]]
) -> None:
    await everything(service)
    answer = await service.screen(await service.as_(Role.FIRST_LINE), **submitted)
    assert strengths(answer) == expected


@pytest.mark.parametrize(
    ("submitted", "expected", "said"),
    [
        (
            {"containers": [{"number": "csqu 305438 3"}]},
            ("containers", "exact", "first_line"),
            "Container number agrees",
        ),
        ({"containers": [{"number": "CSQU3O54383"}]}, ("containers", "strong", "first_line"), "O cannot stand there"),
        ({"containers": [{"number": "CSOU3054383"}]}, ("containers", "possible", "second_line"), "Q where O was read"),
        ({"aircraft": [{"registration": "oh-lvb"}]}, ("aircraft", "exact", "first_line"), "Registration agrees"),
        ({"aircraft": [{"serial": "172S8042"}]}, ("aircraft", "possible", "second_line"), "Serial number agrees"),
        (
            {"aircraft": [{"registration": "OH-LV8", "make": "Cessna"}]},
            ("aircraft", "possible", "second_line"),
            "B where 8 was read, character 5",
        ),
    ],
)
async def test_containers_and_aircraft_are_found_by_their_numbers(
    service: Service, submitted: dict[str, Any], expected: tuple[str, str, str], said: str
) -> None:
    await post(service, "/v1/containers", CONTAINER)
    await post(service, "/v1/aircraft", AIRCRAFT)
    answer = await service.screen(await service.as_(Role.FIRST_LINE), **submitted)
    assert strengths(answer) == [expected]
    assert any(said in part["text"] for part in answer["hits"][0]["evidence"])
    assert answer["hits"][0]["kind"] == answer["hits"][0]["record"]["kind"] in {"container", "aircraft"}


async def test_a_misread_registration_alone_may_be_of_any_aircraft(service: Service) -> None:
    await post(service, "/v1/aircraft", AIRCRAFT)
    answer = await service.screen(await service.as_(Role.FIRST_LINE), aircraft=[{"registration": "OH-LV8"}])
    assert (answer["decision"], answer["hits"]) == ("no_hit", [])


async def test_nothing_on_record_is_no_hit_and_lists_what_was_asked(service: Service) -> None:
    await everything(service)
    answer = await service.screen(
        await service.as_(Role.FIRST_LINE), vehicles=[{"vin": "1M8GDM9AXKP042788"}], firearms=[{"serial": "ZZ1"}]
    )
    assert (answer["decision"], answer["desk"], answer["findings"]) == ("no_hit", None, [])
    assert statuses(answer) == {
        "sltd": "not_asked",
        "tdawn": "not_asked",
        "notices": "not_asked",
        "vehicles": "answered",
        "firearms": "answered",
    }


async def test_a_withdrawn_record_is_silent_at_once_and_one_whose_retention_is_over_too(service: Service) -> None:
    for path, record in RECORDS[2:]:
        await withdraw(service, path, await post(service, path, record))
    pool = service.app.state.database.pool
    await post(service, "/v1/vehicles", STOLEN_CAR)
    await pool.execute("UPDATE object_records SET retention_until = '2020-01-01' WHERE withdrawn_at IS NULL")
    answer = await service.screen(
        await service.as_(Role.FIRST_LINE),
        vehicles=[CAR],
        vessels=[{"hin": "GBABC00042A399"}],
        firearms=[{"serial": "UT771243", "make": "Beretta"}],
    )
    assert answer["decision"] == "no_hit"


HIDDEN = {
    "vehicles": [CAR, {"vin": "5GZCZ43D13S8L2715"}, {"plate": "UTSV*"}],
    "vessels": [{"hin": "GBABC00042A399"}, {"name": "Morning Tyde", "flag": "UTO"}],
    "firearms": [{"serial": "UT771243", "make": "Beretta"}],
}
"""Each kind by its number; misread, in part, by name."""


async def test_what_an_owner_hides_from_a_state_is_not_there_for_its_posts(service: Service) -> None:
    made = {path: await post(service, path, record | {"hidden_from": ["SE"]}) for path, record in RECORDS[2:]}
    gate, sweden = await service.as_(Role.FIRST_LINE), await service.as_(Role.SECOND_LINE, SWEDEN)
    hits = (await service.screen(gate, **HIDDEN))["hits"]
    assert sorted((hit["source"], hit["object"]) for hit in hits) == [
        ("firearms", 0),
        *(("vehicles", place) for place in range(3)),
        *(("vessels", place) for place in range(2)),
    ]
    nothing = await service.screen(sweden, **HIDDEN)
    assert (nothing["decision"], nothing["hits"], set(statuses(nothing).values())) == (
        "no_hit",
        [],
        {"answered", "not_asked"},
    )
    cases = await service.client.get("/v1/hits", headers=sweden)
    assert cases.json()["items"] == []
    bureau = await service.as_(Role.BUREAU)
    for path, record in made.items():
        shown = await service.client.patch(f"{path}/{record['id']}", json={"hidden_from": None}, headers=bureau)
        assert shown.status_code == 200
    assert len((await service.screen(sweden, **HIDDEN))["hits"]) == len(hits)
    hidden = await service.client.patch(
        f"/v1/vehicles/{made['/v1/vehicles']['id']}", json={"hidden_from": ["SWE"]}, headers=bureau
    )
    assert hidden.status_code == 200
    assert {hit["source"] for hit in (await service.screen(sweden, **HIDDEN))["hits"]} == {"vessels", "firearms"}


async def test_a_mark_left_behind_by_a_withdrawn_record_finds_nothing(service: Service) -> None:
    """The row decides, at the moment of the question; that marks go with a withdrawal only saves room."""
    await post(service, "/v1/vehicles", STOLEN_CAR)
    await service.app.state.database.pool.execute("UPDATE object_records SET withdrawn_at = now()")
    answer = await service.screen(await service.as_(Role.FIRST_LINE), vehicles=[CAR])
    assert answer["decision"] == "no_hit"


@pytest.mark.parametrize(
    ("submitted", "source"),
    [
        ({"vehicles": [{"vin": "???"}]}, "vehicles"),
        ({"vehicles": [{"plate": "A*", "vin": "1M8GDM9AXKP042788"}]}, "vehicles"),
        ({"vessels": [{"name": "---"}]}, "vessels"),
        ({"firearms": [{"serial": "\u0416123"}]}, "firearms"),
    ],
)
async def test_an_object_that_cannot_be_asked_for_clears_nobody(
    service: Service, submitted: dict[str, Any], source: str
) -> None:
    answer = await service.screen(await service.as_(Role.FIRST_LINE), traveller=INNOCENT, **submitted)
    assert (answer["decision"], statuses(answer)[source]) == ("incomplete", "insufficient")
    assert [finding["code"] for finding in answer["findings"]] == ["number_unreadable"]


async def test_a_source_of_objects_that_cannot_answer_clears_nobody(service: Service) -> None:
    async with database.as_owner(service.app.state.database) as owner:
        await owner.execute("DROP TABLE object_marks")
    gate = await service.as_(Role.FIRST_LINE)
    answer = await service.screen(gate, traveller=INNOCENT, vehicles=[CAR])
    assert (answer["decision"], statuses(answer)["vehicles"]) == ("incomplete", "error")
    assert (await service.screen(gate, traveller=INNOCENT))["decision"] == "no_hit"


async def test_part_of_a_plate_that_fits_too_many_clears_nobody(service: Service) -> None:
    for number in range(21):
        plated = {"plate": f"UTXY{number:03d}", "plate_country": "UTO", "reason": "stolen"}
        await post(service, "/v1/vehicles", plated)
    answer = await service.screen(await service.as_(Role.FIRST_LINE), vehicles=[{"plate": "UTXY*"}])
    assert (answer["decision"], statuses(answer)["vehicles"]) == ("hit", "too_many")


@pytest.mark.parametrize(
    ("submitted", "code", "severity"),
    [
        ({"vehicles": [{"vin": "1M8GDM9AXKP042789"}]}, "vin_check_digit_failed", "refer"),
        ({"vehicles": [{"vin": "12345678", "year": 1999}]}, "unexpected_vin", "refer"),
        ({"vehicles": [{"vin": "12345678", "year": 1965}]}, "unexpected_vin", "info"),
        ({"vehicles": [{"plate": "AB123", "plate_country": "QQQ"}]}, "unknown_state", "refer"),
        ({"vessels": [{"imo": "9074728"}]}, "imo_check_digit_failed", "refer"),
        ({"vessels": [{"imo": "2041999"}]}, "imo_check_digit_failed", "refer"),
        ({"vessels": [{"mmsi": "230123450", "flag": "LBR"}]}, "mmsi_flag_mismatch", "refer"),
        ({"vessels": [{"mmsi": "111123450"}]}, "unexpected_mmsi", "refer"),
        ({"vessels": [{"call_sign": "1234567890"}]}, "unexpected_call_sign", "info"),
        ({"vessels": [{"hin": "12345"}]}, "unexpected_hull_number", "info"),
        ({"containers": [{"number": "CSQU3054384"}]}, "container_check_digit_failed", "refer"),
        ({"containers": [{"number": "12345"}]}, "unexpected_container_number", "info"),
        ({"aircraft": [{"registration": "00-XYZ"}]}, "unexpected_registration", "refer"),
    ],
)
async def test_what_is_odd_about_a_number_is_a_finding_and_refuses_nobody(
    service: Service, submitted: dict[str, Any], code: str, severity: str
) -> None:
    answer = await service.screen(await service.as_(Role.FIRST_LINE), **submitted)
    assert [(finding["code"], finding["severity"]) for finding in answer["findings"]] == [(code, severity)]
    assert (answer["decision"], answer["desk"]) == ("no_hit", "second_line" if severity == "refer" else None)


async def test_papers_of_a_vehicle_are_a_source_of_their_own(service: Service) -> None:
    await post(service, "/v1/documents", PAPERS)
    answer = await service.screen(
        await service.as_(Role.FIRST_LINE), documents=[{"type": "VRD", "number": "UTZB40011", "issuing_state": "UTO"}]
    )
    assert strengths(answer) == [("administrative_documents", "exact", "first_line")]
    other = await service.screen(
        await service.as_(Role.FIRST_LINE), documents=[{"type": "P", "number": "UT0000001", "issuing_state": "UTO"}]
    )
    assert "administrative_documents" not in statuses(other)


async def test_a_hit_on_an_object_is_in_the_owners_list_and_in_the_log(service: Service) -> None:
    record = await post(service, "/v1/vehicles", STOLEN_CAR, SWEDEN)
    answer = await service.screen(await service.as_(Role.FIRST_LINE, LAND), vehicles=[CAR])
    row = await service.app.state.database.pool.fetchrow("SELECT source, record_id::text, label, strength FROM hits")
    assert tuple(row) == ("vehicles", record["id"], "stolen", "exact")
    again = await service.client.get(f"/v1/screenings/{answer['id']}", headers=await service.as_(Role.FIRST_LINE))
    assert again.json() == answer


async def test_the_example_of_a_land_crossing_hits_in_the_sandbox(service: Service) -> None:
    await everything(service)
    example = Submission.model_json_schema()["examples"][1]
    answer = await service.screen(await service.as_(Role.FIRST_LINE, LAND), **example)
    assert strengths(answer) == [("vehicles", "exact", "first_line")]
