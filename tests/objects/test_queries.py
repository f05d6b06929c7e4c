"""What comes back for objects presented: each record once, judged at the moment of the question."""

from datetime import timedelta
from typing import Any

import pytest

from screening.objects import presenting, queries
from screening.objects.presenting import Presented
from screening.objects.queries import MOST, Found
from screening.objects.schemas import FIREARM, VEHICLE, VESSEL
from screening.objects.vocabulary import Agreement, ObjectKind
from tests.journal.desks import NOW, Desks


async def report(desks: Desks, plural: str, record: dict[str, Any], country: str = "UTO") -> None:
    answer = await desks.client.post(f"/v1/{plural}", json=record, headers=await desks.as_(country))
    assert answer.status_code == 201, answer.text


async def find(desks: Desks, *objects: Presented, days: int = 0) -> Found:
    return await queries.find(desks.database.pool, objects, at=NOW + timedelta(days=days), viewers=())


async def test_nothing_presented_asks_nothing(desks: Desks) -> None:
    assert await find(desks) == Found()


async def test_a_record_found_by_several_marks_comes_once_for_each_object(desks: Desks) -> None:
    await report(desks, "vehicles", VEHICLE)
    sent = {"vin": VEHICLE["vin"], "plate": VEHICLE["plate"], "plate_country": "UTO"}
    found = await find(desks, *(presenting.present(ObjectKind.VEHICLE, place, sent) for place in (0, 1)))
    assert [(match.presented.place, match.judged.agreement) for match in found.matches] == [
        (0, Agreement.EXACT),
        (1, Agreement.EXACT),
    ]


async def test_records_of_two_owners_both_come_back_and_name_their_owner(desks: Desks) -> None:
    for country in ("UTO", "SWE"):
        await report(desks, "firearms", FIREARM, country)
    found = await find(desks, presenting.present(ObjectKind.FIREARM, 0, {"serial": "A123456", "make": "Beretta"}))
    assert {(match.record.owner_country, match.record.owner_name) for match in found.matches} == {
        ("UTO", "Bureau of UTO"),
        ("SWE", "Bureau of SWE"),
    }


async def test_retention_is_judged_at_the_moment_of_the_question(desks: Desks) -> None:
    await report(desks, "vessels", VESSEL | {"retention_date": "2026-03-03"})
    ship = presenting.present(ObjectKind.VESSEL, 0, {"imo": "9074729"})
    assert [len((await find(desks, ship, days=days)).matches) for days in (0, 2, 3)] == [1, 1, 0]


@pytest.mark.parametrize(
    ("hidden_from", "viewers", "seen"),
    [
        ([], ["SWE"], True),
        (["SWE"], [], True),
        (["SWE"], ["NOR"], True),
        (["SWE"], ["SWE"], False),
        (["FIN", "SWE"], ["NOR", "SWE"], False),
    ],
)
async def test_a_record_is_not_found_by_a_state_that_it_is_hidden_from(
    desks: Desks, hidden_from: list[str], viewers: list[str], seen: bool
) -> None:
    await report(desks, "vessels", VESSEL | {"hidden_from": hidden_from})
    ship = presenting.present(ObjectKind.VESSEL, 0, {"imo": "9074729", "name": "Ocean Star"})
    assert len((await queries.find(desks.database.pool, [ship], at=NOW, viewers=viewers)).matches) == seen


async def test_hidden_records_do_not_crowd_out_the_others(desks: Desks) -> None:
    for number in range(3):
        await report(desks, "vehicles", VEHICLE | {"vin": None, "plate": f"UTXY{number}", "hidden_from": ["SWE"]})
    await report(desks, "vehicles", VEHICLE | {"vin": None, "plate": "UTXY9"})
    part = presenting.present(ObjectKind.VEHICLE, 0, {"plate": "UTXY*"})
    found = await queries.find(desks.database.pool, [part], at=NOW, viewers=["SWE"], most=1)
    assert ([match.record.body["plate"] for match in found.matches], found.truncated) == (["UTXY9"], frozenset())


async def test_a_number_of_one_kind_finds_nothing_of_another(desks: Desks) -> None:
    await report(desks, "vehicles", VEHICLE | {"engine_number": "A123456"})
    found = await find(desks, presenting.present(ObjectKind.FIREARM, 0, {"serial": "A123456"}))
    assert list(found.matches) == []


async def test_sister_ships_share_keys_and_do_not_crowd_each_other_out(desks: Desks) -> None:
    for number in range(MOST + 5):
        await report(desks, "vessels", {"name": f"Star {number}", "flag": "UTO", "reason": "stolen"})
    found = await find(desks, presenting.present(ObjectKind.VESSEL, 0, {"name": "Star 17", "flag": "UTO"}))
    assert [match.record.body["name"] for match in found.matches] == ["Star 17"]
    assert found.truncated == frozenset()
