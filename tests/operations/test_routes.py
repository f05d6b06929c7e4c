"""Operations over HTTP: planned, opened, extended, closed, and who searches under them."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from screening.access.permissions import Role
from screening.access.schemas import OrganisationKind
from screening.cli.keys import Place
from tests.operations.stories import HOUR, INNOCENT, MISSION, NOON, Headers, Story
from tests.services import SWEDEN, UTOPIA

DAY = timedelta(days=1)


def plan(**changed: Any) -> dict[str, Any]:
    return {
        "code": "SUNBIRD-3",
        "kind": "operation",
        "name": "Operation Sunbird",
        "countries": ["SWE", "UTO"],
        "posts": ["UTO-AIR-1", "SWE-SEA-1"],
        "crime_areas": ["terrorism"],
        "begins_at": NOON.isoformat(),
        "ends_at": (NOON + DAY).isoformat(),
    } | changed


def event(**changed: Any) -> dict[str, Any]:
    prepares_at = (NOON - 30 * DAY).isoformat()
    parts = {
        "kind": "major_event",
        "host": "UTO",
        "neighbours": ["SWE"],
        "sites": ["Arena"],
        "prepares_at": prepares_at,
    }
    return plan(begins_at=(NOON + DAY).isoformat(), ends_at=(NOON + 2 * DAY).isoformat()) | parts | changed


async def planned(story: Story, **changed: Any) -> dict[str, Any]:
    """Plan an operation of Utopia and Sweden, in which a post of each takes part."""
    await story.service.as_(Role.FIRST_LINE, SWEDEN)
    return await story.post("/v1/operations", story.bureau, plan(**changed))


async def opened(story: Story, **changed: Any) -> dict[str, Any]:
    operation = await planned(story, **changed)
    return await story.post(f"/v1/operations/{operation['id']}/opening", story.bureau)


async def test_an_operation_names_who_takes_part_and_its_posts_by_mode(story: Story) -> None:
    sweden = await story.service.as_(Role.BUREAU, SWEDEN)
    operation = await planned(story)
    assert (operation["state"], operation["version"], operation["over"]) == ("planned", 1, False)
    codes = {mode: [post["code"] for post in posts] for mode, posts in operation["posts"].items()}
    assert codes == {"land": [], "air": ["UTO-AIR-1"], "sea": ["SWE-SEA-1"]}
    assert len(operation["organisations"]) == 2
    for headers in (story.bureau, sweden, await story.service.as_(Role.FIRST_LINE, SWEDEN)):
        listed = (await story.service.client.get("/v1/operations", headers=headers)).json()
        assert listed == {"items": [operation], "next": None}
        read = await story.service.client.get(f"/v1/operations/{operation['id']}", headers=headers)
        assert read.json() == operation


async def test_an_operation_goes_through_its_states_and_each_is_logged(story: Story) -> None:
    operation = await opened(story)
    path = f"/v1/operations/{operation['id']}"
    assert (operation["state"], operation["version"]) == ("open", 2)
    later = {"ends_at": (NOON + 2 * DAY).isoformat(), "reason": "Routes moved to the coast."}
    extended = await story.post(f"{path}/extension", story.bureau, later)
    assert (extended["state"], extended["ends_at"]) == ("extended", "2026-11-25T12:00:00Z")
    closed = await story.post(f"{path}/closing", story.bureau, {"reason": "All objectives are met."})
    assert (closed["state"], closed["closed_at"]) == ("closed", "2026-11-23T12:00:00Z")
    await story.post(f"{path}/opening", story.bureau, expect=409)
    steps = [(each["operation"], each["state"]) for each in await story.outcomes("access") if "state" in each]
    assert steps == [("created", "planned"), ("open", "open"), ("extend", "extended"), ("close", "closed")]
    envelopes = await story.service.app.state.database.pool.fetchval(
        "SELECT string_agg(convert_from(envelope, 'UTF8'), '') FROM audit_entries"
    )
    assert "Routes moved" not in envelopes


async def test_a_post_searches_under_an_operation_while_it_is_open_and_no_longer(story: Story) -> None:
    gate = await story.service.as_(Role.FIRST_LINE)
    operation = await planned(story)
    named = {"operation": "SUNBIRD-3"}
    assert (await story.screened(gate, **named)).status_code == 403
    await story.post(f"/v1/operations/{operation['id']}/opening", story.bureau)
    story.forget()
    assert (await story.screened(gate, **named)).status_code == 200
    story.clock.at = NOON + DAY + timedelta(seconds=1)
    assert (await story.screened(gate, **named)).status_code == 403
    later = {"ends_at": (NOON + 3 * DAY).isoformat(), "reason": "It goes on."}
    await story.post(f"/v1/operations/{operation['id']}/extension", story.bureau, later)
    story.forget()
    assert (await story.screened(gate, **named)).status_code == 200
    await story.post(f"/v1/operations/{operation['id']}/closing", story.bureau, {"reason": "Done."})
    story.forget()
    assert (await story.screened(gate, **named)).status_code == 403
    assert (await story.screened(gate)).status_code == 200
    assert await story.refusals() == ["operation:not_open", "operation:over", "operation:closed"]


async def test_who_takes_no_part_searches_under_no_operation(story: Story) -> None:
    await opened(story)
    elsewhere = Place(UTOPIA.organisation, "UTO", OrganisationKind.BUREAU, "UTO-LAND-4")
    other_post = await story.service.as_(Role.FIRST_LINE, elsewhere)
    refused = [
        (await story.screened(other_post, operation="SUNBIRD-3")).json()["detail"],
        (await story.screened(other_post, operation="NOT-THERE")).json()["detail"],
    ]
    assert refused[0] == refused[1]
    assert await story.refusals() == ["operation:not_taking_part"] * 2


async def test_access_for_an_operation_is_for_searches_that_name_it(story: Story) -> None:
    await story.service.as_(Role.FIRST_LINE, MISSION)
    await opened(story, posts=["UTO-SEA-7"])
    gate = await story.service.as_(Role.FIRST_LINE, MISSION)
    grant = await story.granted(operation="SUNBIRD-3")
    assert (await story.screened(gate)).status_code == 403
    assert (await story.screened(gate, operation="SUNBIRD-3")).status_code == 200
    (entry,) = await story.outcomes("screening")
    assert entry["grant"] == grant["id"]
    named = await story.service.app.state.database.pool.fetchval(
        "SELECT convert_from(envelope, 'UTF8')::json ->> 'operation' FROM audit_entries WHERE kind = 'screening'"
    )
    assert named == "SUNBIRD-3"
    assert await story.refusals() == ["grant:other_operation"]


async def test_only_the_coordinator_changes_an_operation_and_strangers_do_not_see_it(story: Story) -> None:
    operation = await planned(story)
    path = f"/v1/operations/{operation['id']}"
    stranger = await story.service.as_(Role.BUREAU, Place("Bureau of Norway", "NOR"))
    await story.post(f"{path}/opening", await story.service.as_(Role.BUREAU, SWEDEN), expect=403)
    await story.post(f"{path}/opening", stranger, expect=404)
    assert (await story.service.client.get(path, headers=stranger)).status_code == 404
    assert (await story.service.client.get("/v1/operations", headers=stranger)).json()["items"] == []
    await story.post("/v1/operations", stranger, plan(), expect=409)


async def test_an_exercise_leaves_its_mark_and_tells_nobody_outside(story: Story) -> None:
    sweden = await story.service.as_(Role.BUREAU, SWEDEN)
    report = {"type": "PAS", "issuing_state": "SWE", "reason": "stolen", "theft_country": "SWE", "number": "AA1000001"}
    await story.post("/v1/documents", sweden, report)
    gate = await story.service.as_(Role.FIRST_LINE)
    await opened(story, kind="exercise")
    document = {"number": "AA1000001", "issuing_state": "SWE"}
    played = await story.screened(gate, documents=[document], operation="SUNBIRD-3")
    real = await story.screened(gate, documents=[document])
    assert [(each.json()["decision"], each.json()["exercise"]) for each in (played, real)] == [
        ("hit", True),
        ("hit", False),
    ]
    assert [outcome["exercise"] for outcome in await story.outcomes("screening")] == [True, False]
    for headers, seen in ((story.bureau, {True, False}), (sweden, {False})):
        hits = (await story.service.client.get("/v1/hits", headers=headers)).json()["items"]
        assert {hit["exercise"] for hit in hits} == seen
    played_hit = played.json()["hits"][0]["id"]
    assert (await story.service.client.get(f"/v1/hits/{played_hit}", headers=sweden)).status_code == 404


async def test_a_major_event_screens_in_advance_and_becomes_a_crisis_response(story: Story) -> None:
    await story.service.as_(Role.FIRST_LINE, SWEDEN)
    operation = await story.post("/v1/operations", story.bureau, event())
    path = f"/v1/operations/{operation['id']}"
    await story.post("/v1/documents", story.bureau, {
        "type": "PAS", "issuing_state": "UTO", "reason": "stolen", "theft_country": "UTO", "number": "UT4471093",
    })  # fmt: skip
    await story.service.current()
    passport = {"type": "P", "number": "UT4471093", "issuing_state": "UTO"}
    persons = [
        {"reference": "MEDIA-1", "traveller": INNOCENT},
        {"reference": "MEDIA-2", "traveller": INNOCENT, "documents": [passport]},
    ]
    kept = await story.post(f"{path}/accreditations", story.bureau, {"persons": persons})
    assert [(each["reference"], each["decision"]) for each in kept["items"]] == [
        ("MEDIA-1", "no_hit"),
        ("MEDIA-2", "hit"),
    ]
    listed = await story.service.client.get(f"{path}/accreditations", params={"limit": 1}, headers=story.second)
    assert listed.json() == {"items": kept["items"][:1], "next": kept["items"][0]["id"]}
    rest = {"limit": 1, "after": listed.json()["next"]}
    second = await story.service.client.get(f"{path}/accreditations", params=rest, headers=story.second)
    assert second.json()["items"] == kept["items"][1:]
    await accredited_by_nobody_else(story, path)
    await story.post(f"{path}/crisis", story.bureau, later(3), expect=409)
    await story.post(f"{path}/opening", story.bureau)
    crisis = await story.post(f"{path}/crisis", story.bureau, later(9))
    assert (crisis["state"], crisis["crisis"], crisis["ends_at"]) == ("extended", True, "2026-12-02T12:00:00Z")


async def test_a_long_list_is_screened_while_its_sender_goes_on_and_each_result_is_kept_once(story: Story) -> None:
    await story.service.as_(Role.FIRST_LINE, SWEDEN)
    report = {"type": "PAS", "issuing_state": "UTO", "reason": "stolen", "theft_country": "UTO", "number": "AA1000001"}
    await story.post("/v1/documents", story.bureau, report)
    operation = await story.post("/v1/operations", story.bureau, event())
    path = f"/v1/operations/{operation['id']}"
    stolen = {"type": "P", "number": "AA1000001", "issuing_state": "UTO"}
    persons = [{"reference": f"STAFF-{number}", "traveller": INNOCENT} for number in range(109)]
    body = {"persons": [*persons, {"reference": "STAFF-109", "documents": [stolen]}]}
    once = story.bureau | {"Idempotency-Key": "list-of-staff-1"}
    sent = await story.post(f"{path}/accreditation-lists", once, body)
    again = await story.post(f"{path}/accreditation-lists", once, body)
    assert (again["id"], sent["persons"]) == (sent["id"], 110)
    there = f"{path}/accreditation-lists/{sent['id']}"
    async with asyncio.timeout(60):
        progress = sent
        while progress["finished_at"] is None:
            await asyncio.sleep(0.05)
            progress = (await story.service.client.get(there, headers=story.bureau)).json()
    assert (progress["screened"], progress["failed"]) == (110, 0)
    kept = (await story.service.client.get(f"{path}/accreditations?limit=500", headers=story.second)).json()["items"]
    assert {each["reference"]: each["decision"] for each in kept} == {
        f"STAFF-{number}": "hit" if number == 109 else "no_hit" for number in range(110)
    }
    assert len(kept) == 110
    sweden = await story.service.as_(Role.BUREAU, SWEDEN)
    assert (await story.service.client.get(there, headers=sweden)).status_code == 404


def later(days: int) -> dict[str, str]:
    return {"ends_at": (NOON + days * DAY).isoformat(), "reason": "Something happened."}


async def accredited_by_nobody_else(story: Story, path: str) -> None:
    """Others of the event neither see the host's list nor does the database hold who is on it."""
    sweden = await story.service.as_(Role.BUREAU, SWEDEN)
    assert (await story.service.client.get(f"{path}/accreditations", headers=sweden)).json()["items"] == []
    rows = await story.service.app.state.database.pool.fetch("SELECT * FROM accreditations")
    assert "Lindqvist" not in str([dict(row) for row in rows])
    purposes = await story.service.app.state.database.pool.fetch(
        "SELECT DISTINCT convert_from(envelope, 'UTF8')::json ->> 'purpose' FROM audit_entries WHERE kind = 'screening'"
    )
    assert [row[0] for row in purposes] == ["accreditation"]


async def test_nobody_is_accredited_for_an_operation_or_before_the_preparation(story: Story) -> None:
    operation = await planned(story)
    body = {"persons": [{"reference": "MEDIA-1", "traveller": INNOCENT}]}
    await story.post(f"/v1/operations/{operation['id']}/accreditations", story.bureau, body, expect=409)
    early = await story.post(
        "/v1/operations", story.bureau, event(code="GAMES-31", prepares_at=(NOON + HOUR).isoformat())
    )
    await story.post(f"/v1/operations/{early['id']}/accreditations", story.bureau, body, expect=403)
    assert (await story.refusals())[-1] == "operation:not_begun"


async def test_who_has_neither_name_nor_document_cannot_be_screened_in_advance(story: Story) -> None:
    await story.service.as_(Role.FIRST_LINE, SWEDEN)
    operation = await story.post("/v1/operations", story.bureau, event())
    nobody = {"persons": [{"reference": "MEDIA-1", "traveller": {"place_of_birth": "Zenith"}}]}
    problem = await story.post(f"/v1/operations/{operation['id']}/accreditations", story.bureau, nobody, expect=422)
    assert problem["errors"][0]["where"] == "body.persons.0"


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"countries": ["UTO", "NOR"]}, ["body.countries.1"]),
        ({"posts": ["UTO-AIR-1", "NOR-AIR-1"]}, ["body.posts.1"]),
        ({"countries": ["UTO"]}, ["body.posts.1"]),
        ({"organisations": ["0199d2c4-5a70-7cc1-a1de-3a7f4f8d2f11"]}, ["body.organisations.0"]),
        ({"ends_at": (NOON - HOUR).isoformat()}, ["body"]),
        ({"begins_at": (NOON - DAY).isoformat(), "ends_at": NOON.isoformat()}, ["body.ends_at"]),
        ({"host": "UTO"}, ["body"]),
        ({"kind": "major_event"}, ["body"]),
        ({"kind": "major_event", "host": "NOR"}, ["body"]),
        ({"kind": "major_event", "host": "UTO", "neighbours": ["NOR"]}, ["body"]),
        ({"kind": "major_event", "host": "UTO", "prepares_at": (NOON + HOUR).isoformat()}, ["body"]),
    ],
)
async def test_a_plan_that_does_not_fit_is_422_with_the_place(
    story: Story, changed: dict[str, Any], where: list[str]
) -> None:
    await story.service.as_(Role.FIRST_LINE, SWEDEN)
    problem = await story.post("/v1/operations", story.bureau, plan(**changed), expect=422)
    assert [error["where"] for error in problem["errors"]] == where


async def test_a_list_comes_in_pages(story: Story) -> None:
    await story.service.as_(Role.FIRST_LINE, SWEDEN)
    codes = [f"SUNBIRD-{number}" for number in range(3)]
    for code in codes:
        await story.post("/v1/operations", story.bureau, plan(code=code))

    async def page(headers: Headers, **params: Any) -> tuple[list[str], str | None]:
        answer = (await story.service.client.get("/v1/operations", params=params, headers=headers)).json()
        return [item["code"] for item in answer["items"]], answer["next"]

    first, after = await page(story.bureau, limit=2)
    assert (first, await page(story.bureau, limit=2, after=after)) == (codes[:2], (codes[2:], None))
