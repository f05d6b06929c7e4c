"""Files of vehicles, vessels and firearms."""

import json
from typing import Any

import pytest

from screening.objects.schemas import AIRCRAFT, CONTAINER, FIREARM, VEHICLE, VESSEL
from tests.journal.desks import Desks

EXAMPLES = {
    "vehicles": VEHICLE,
    "vessels": VESSEL,
    "firearms": FIREARM,
    "containers": CONTAINER,
    "aircraft": AIRCRAFT,
}


def lines(*records: dict[str, Any]) -> bytes:
    return "\n".join(map(json.dumps, records)).encode()


async def bring(desks: Desks, content: bytes, form: str = "vehicles.ndjson") -> tuple[int, ...]:
    imported = await desks.import_(await desks.as_("UTO"), form, content)
    return tuple(imported[name] for name in ("created", "updated", "unchanged", "rejected"))


@pytest.mark.parametrize("plural", EXAMPLES)
async def test_the_same_file_again_changes_nothing(desks: Desks, plural: str) -> None:
    content = lines(EXAMPLES[plural])
    assert await bring(desks, content, f"{plural}.ndjson") == (1, 0, 0, 0)
    desks.clock.move(days=30)
    assert await bring(desks, content, f"{plural}.ndjson") == (0, 0, 1, 0)
    assert await desks.journalled() == [("created", 1)]


async def test_a_line_replaces_what_may_change_and_keeps_the_retention(desks: Desks) -> None:
    await bring(desks, lines(VEHICLE))
    desks.clock.move(days=30)
    assert await bring(desks, lines(VEHICLE | {"colour": "blue", "model": None})) == (0, 1, 0, 0)
    [record] = (await desks.client.get("/v1/vehicles", headers=await desks.as_("UTO"))).json()["items"]
    assert (record["colour"], record["model"], record["version"], record["retention_date"]) == (
        "blue",
        None,
        2,
        "2031-03-01",
    )


async def test_a_file_that_does_not_speak_of_it_leaves_a_record_hidden(desks: Desks) -> None:
    async def hidden_from() -> list[str] | None:
        states: list[str] | None = await desks.database.pool.fetchval("SELECT hidden_from FROM object_records")
        return states

    assert await bring(desks, lines(VEHICLE | {"hidden_from": ["SWE", "NO"]})) == (1, 0, 0, 0)
    assert await bring(desks, lines(VEHICLE)) == (0, 0, 1, 0)
    assert await bring(desks, lines(VEHICLE | {"colour": "blue"})) == (0, 1, 0, 0)
    assert await hidden_from() == ["NOR", "SWE"]
    csv = b"vin,plate,plate_country,reason,hidden_from\n1M8GDM9AXKP042788,UT-AB 123,UTO,stolen,FI SE\n"
    assert await bring(desks, csv, "vehicles.csv") == (0, 1, 0, 0)
    assert await hidden_from() == ["FIN", "SWE"]
    assert await bring(desks, lines(VEHICLE | {"hidden_from": []})) == (0, 1, 0, 0)
    assert await hidden_from() is None
    assert await bring(desks, lines(VEHICLE | {"hidden_from": ["UTO"]})) == (0, 0, 0, 1)


async def test_lines_that_break_a_rule_are_refused_and_the_others_kept(desks: Desks) -> None:
    await bring(desks, lines(VEHICLE))
    later = VEHICLE | {"vin": "WVWZZZ1JZ3W386752", "theft_date": "2027-01-01"}
    content = lines({}, VEHICLE | {"reason": "lost"}, later, VEHICLE | {"vin": "WVWZZZ1JZ3W386000"})
    assert await bring(desks, content) == (1, 0, 0, 3)


async def test_a_file_never_brings_back_what_was_withdrawn_or_is_over(desks: Desks) -> None:
    headers = await desks.as_("UTO")
    record = (await desks.client.post("/v1/vehicles", json=VEHICLE, headers=headers)).json()
    path = f"/v1/vehicles/{record['id']}/withdrawal"
    assert (await desks.client.post(path, json={"reason": "Found."}, headers=headers)).status_code == 200
    short = VEHICLE | {"vin": "WVWZZZ1JZ3W386752", "retention_date": "2026-03-02"}
    assert await bring(desks, lines(VEHICLE, short)) == (1, 0, 0, 1)
    desks.clock.move(days=2)
    assert await bring(desks, lines(VEHICLE, VEHICLE | {"vin": "WVWZZZ1JZ3W386752"})) == (0, 0, 0, 2)


async def test_an_object_that_a_file_names_twice_is_written_twice_in_order(desks: Desks) -> None:
    blue = VEHICLE | {"colour": "blue"}
    assert await bring(desks, lines(VEHICLE, blue, blue)) == (1, 1, 1, 0)
    assert await desks.journalled() == [("created", 1), ("updated", 2)]


async def test_csv_names_its_columns_and_divides_lists_by_bars(desks: Desks) -> None:
    content = b"name;former_names;flag;reason\nSea Bird;Ocean Star|Northern Star;PA;stolen\n"
    assert await bring(desks, content, "vessels.csv") == (1, 0, 0, 0)
    [record] = (await desks.client.get("/v1/vessels", headers=await desks.as_("UTO"))).json()["items"]
    assert (record["former_names"], record["flag"]) == (["Ocean Star", "Northern Star"], "PAN")
