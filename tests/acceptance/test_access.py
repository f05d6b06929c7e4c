"""Temporary access as bureaus, posts and auditors see it: opened, approved, used up, ended, extended, revoked."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from screening.access.permissions import Role
from screening.access.schemas import OrganisationKind
from screening.cli.keys import Place
from tests.operations.stories import HOUR, MISSION, NOON, Story, told
from tests.services import SECRETARIAT, SWEDEN, UTOPIA

SECOND = timedelta(seconds=1)


@pytest.fixture
async def story(database_url: str, tmp_path: Path) -> AsyncIterator[Story]:
    async with told(database_url, tmp_path) as running:
        yield running


async def test_access_is_opened_by_one_approved_by_another_and_ends_by_itself(story: Story) -> None:
    gate = await story.service.as_(Role.FIRST_LINE, MISSION)
    assert (await story.screened(gate)).status_code == 403
    wanted = {
        "posts": ["UTO-SEA-7"],
        "sources": ["sltd", "tdawn", "notices"],
        "purposes": ["border_control"],
        "ends_at": (NOON + HOUR).isoformat(),
    }
    grant = await story.post("/v1/grants", story.bureau, wanted)
    assert grant["state"] == "proposed"
    story.forget()
    assert (await story.screened(gate)).status_code == 403
    await story.approve(grant, story.bureau, expect=403)
    approved = await story.approve(grant, story.second)
    assert (approved["state"], approved["version"]) == ("active", 2)
    story.forget()
    assert (await story.screened(gate)).json()["decision"] == "no_hit"
    story.clock.at = NOON + HOUR - SECOND
    assert (await story.screened(gate)).status_code == 200
    story.clock.at = NOON + HOUR + SECOND
    refused = await story.screened(gate)
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/forbidden")
    assert "has ended" in refused.json()["detail"]
    reasons = ["grant:no_grant", "grant:not_approved", "grant:same_person", "grant:ended"]
    assert await story.refusals() == reasons
    assert {outcome["grant"] for outcome in await story.outcomes("screening")} == {grant["id"]}


async def test_an_extension_counts_once_a_second_person_approves_it(story: Story) -> None:
    gate = await story.service.as_(Role.FIRST_LINE, MISSION)
    grant = await story.granted()
    story.clock.at = NOON + HOUR
    assert (await story.screened(gate)).status_code == 403
    wanted = {"ends_at": (NOON + 3 * HOUR).isoformat(), "reason": "The ferry is late."}
    asked = await story.post(f"/v1/grants/{grant['id']}/extension", story.second, wanted)
    assert (asked["state"], asked["extension_reason"]) == ("ended", "The ferry is late.")
    await story.approve(asked, story.second, expect=403)
    story.forget()
    assert (await story.screened(gate)).status_code == 403
    extended = await story.approve(asked, story.bureau)
    assert (extended["state"], extended["extension_until"]) == ("active", None)
    await story.approve(extended, story.second, expect=409)
    story.forget()
    assert (await story.screened(gate)).status_code == 200
    story.clock.at = NOON + 3 * HOUR
    assert (await story.screened(gate)).status_code == 403


async def test_nobody_approves_what_they_did_not_look_at(story: Story) -> None:
    await story.service.as_(Role.FIRST_LINE, MISSION)
    grant = await story.granted()
    hours = [{"ends_at": (NOON + number * HOUR).isoformat(), "reason": "A little longer."} for number in (2, 9000)]
    looked_at = await story.post(f"/v1/grants/{grant['id']}/extension", story.bureau, hours[0])
    await story.post(f"/v1/grants/{grant['id']}/extension", story.bureau, hours[1])
    await story.approve(looked_at, story.second, expect=409)
    read = await story.service.client.get(f"/v1/grants/{grant['id']}", headers=story.second)
    assert (read.json()["ends_at"], read.json()["version"]) == ("2026-11-23T13:00:00Z", 4)


async def test_revoked_access_is_refused_within_a_second(story: Story) -> None:
    gate = await story.service.as_(Role.FIRST_LINE, MISSION)
    grant = await story.granted()
    assert (await story.screened(gate)).status_code == 200
    await story.post(f"/v1/grants/{grant['id']}/revocation", story.bureau, {"reason": "The post was closed."})
    revoked_at = time.monotonic()
    while (await story.screened(gate)).status_code == 200:
        assert time.monotonic() - revoked_at < 1
        await asyncio.sleep(0.02)
    assert (await story.refusals())[-1] == "grant:revoked"
    for verb, body in (("approval", {"version": 3}), ("revocation", {"reason": "Again."})):
        await story.post(f"/v1/grants/{grant['id']}/{verb}", story.second, body, expect=409)


async def test_a_limit_answers_429_with_the_time_to_wait_and_counts_anew_with_the_hour(story: Story) -> None:
    gate = await story.service.as_(Role.FIRST_LINE, MISSION)
    story.clock.at = NOON + timedelta(minutes=20)
    await story.granted(searches_an_hour=3, ends_at=(NOON + 9 * HOUR).isoformat())
    answers = [await story.screened(gate) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    last = answers[-1]
    assert (last.json()["type"], last.headers["Retry-After"]) == ("/problems/too-fast", "2400")
    assert await story.refusals() == ["grant:limit", "grant:limit"]
    story.clock.at = NOON + HOUR
    assert (await story.screened(gate)).status_code == 200


async def test_a_repeated_request_counts_once_and_ends_with_the_access(story: Story) -> None:
    gate = await story.service.as_(Role.FIRST_LINE, MISSION)
    await story.granted(searches_an_hour=1)
    retried = gate | {"Idempotency-Key": "one-and-the-same"}
    answers = [await story.screened(retried) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert len({answer.json()["id"] for answer in answers}) == 1
    story.clock.at = NOON + HOUR
    assert (await story.screened(retried)).status_code == 403


async def test_a_source_that_the_grant_does_not_open_is_denied_and_clears_nobody(story: Story) -> None:
    gate = await story.service.as_(Role.FIRST_LINE, MISSION)
    await story.granted(sources=["sltd", "tdawn"])
    document = {"type": "P", "number": "UT4471093", "issuing_state": "UTO"}
    both = (await story.screened(gate, documents=[document])).json()
    assert both["decision"] == "incomplete"
    statuses = {entry["source"]: (entry["status"], entry["required"]) for entry in both["coverage"]}
    assert statuses == {"sltd": ("answered", True), "tdawn": ("answered", True), "notices": ("denied", True)}
    assert (await story.screened(gate, traveller=None, documents=[document])).json()["decision"] == "no_hit"
    assert (await story.screened(gate)).status_code == 403
    assert await story.refusals() == ["grant:source"]


async def test_role_and_grant_allow_purposes(story: Story) -> None:
    gate = await story.service.as_(Role.FIRST_LINE, MISSION)
    desk = await story.service.as_(Role.SECOND_LINE, MISSION)
    await story.granted()
    assert (await story.screened(gate, purpose="investigation")).status_code == 403
    assert (await story.screened(desk, purpose="investigation")).status_code == 403
    assert (await story.screened(desk)).status_code == 200
    assert await story.refusals() == ["role:investigation", "grant:purpose"]


@pytest.mark.parametrize(
    ("holders", "where"),
    [
        ({"posts": ["SWE-SEA-1"]}, "body.posts.0"),
        ({"posts": ["UTO-SEA-7", "NOWHERE-1"]}, "body.posts.1"),
        ({"posts": [], "clients": ["0199d2c4-5a70-7cc1-a1de-3a7f4f8d2f11"]}, "body.clients.0"),
        ({"operation": "NOT-PLANNED"}, "body.operation"),
        ({"ends_at": NOON.isoformat()}, "body.ends_at"),
    ],
)
async def test_a_bureau_opens_access_in_its_own_state_alone(story: Story, holders: dict[str, Any], where: str) -> None:
    await story.service.as_(Role.FIRST_LINE, MISSION)
    await story.service.as_(Role.FIRST_LINE, SWEDEN)
    wanted = {"posts": ["UTO-SEA-7"], "sources": ["sltd"], "purposes": ["border_control"], "ends_at": None}
    problem = await story.post("/v1/grants", story.bureau, wanted | holders, expect=422)
    assert [error["where"] for error in problem["errors"]] == [where]


async def test_a_bureau_opens_no_access_for_its_clients_abroad(story: Story) -> None:
    await story.service.as_(Role.BUREAU, SWEDEN)
    abroad = Place(UTOPIA.organisation, "SWE", OrganisationKind.BUREAU, "UTO-AT-SWE")
    await story.service.as_(Role.FIRST_LINE, abroad)
    keys = (await story.service.client.get("/v1/keys", headers=story.bureau)).json()["items"]
    (client_id,) = [key["id"] for key in keys if key["role"] == "first_line"]
    wanted = {"clients": [client_id], "sources": ["sltd"], "purposes": ["border_control"], "ends_at": None}
    problem = await story.post("/v1/grants", story.bureau, wanted, expect=422)
    assert [error["where"] for error in problem["errors"]] == ["body.clients.0"]


@pytest.mark.parametrize("place", [SECRETARIAT, Place("Mission", "UTO", OrganisationKind.PARTNER)])
async def test_who_is_no_bureau_opens_no_access(story: Story, place: Place) -> None:
    other = await story.service.as_(Role.BUREAU, place)
    wanted = {"posts": ["UTO-AIR-1"], "sources": ["sltd"], "purposes": ["border_control"], "ends_at": None}
    await story.post("/v1/grants", other, wanted, expect=403)
    assert await story.refusals() == ["grant:not_a_bureau"]


async def test_the_grants_of_another_bureau_are_not_there(story: Story) -> None:
    await story.service.as_(Role.FIRST_LINE, MISSION)
    grant, sweden = await story.granted(), await story.service.as_(Role.BUREAU, SWEDEN)
    path = f"/v1/grants/{grant['id']}"
    later = {"ends_at": (NOON + 9 * HOUR).isoformat(), "reason": "Why not."}
    for verb, body in (("approval", {"version": 2}), ("extension", later), ("revocation", {"reason": "Why not."})):
        await story.post(f"{path}/{verb}", sweden, body, expect=404)
    assert (await story.service.client.get(path, headers=sweden)).status_code == 404
    listed = (await story.service.client.get("/v1/grants", headers=sweden)).json()["items"]
    assert grant["id"] not in {each["id"] for each in listed}


async def test_a_bureau_has_standing_access_at_its_own_posts_and_desks(story: Story) -> None:
    gate, desk = await story.service.as_(Role.FIRST_LINE), await story.service.as_(Role.SECOND_LINE, SECRETARIAT)
    assert [(await story.screened(who)).status_code for who in (gate, desk)] == [200, 200]
    listed = (await story.service.client.get("/v1/grants", headers=story.bureau)).json()["items"]
    assert [(each["state"], each["ends_at"], each["sources"]) for each in listed] == [("active", None, None)]
    story.clock.at = NOON + timedelta(days=3650)
    assert (await story.screened(gate)).status_code == 200


async def test_standing_access_ends_when_its_bureau_revokes_it(story: Story) -> None:
    gate = await story.service.as_(Role.FIRST_LINE)
    (standing,) = (await story.service.client.get("/v1/grants", headers=story.bureau)).json()["items"]
    await story.post(f"/v1/grants/{standing['id']}/revocation", story.bureau, {"reason": "Misuse."})
    assert (await story.screened(gate)).status_code == 403


async def test_a_post_abroad_has_no_access_but_what_the_state_opens_where_it_stands(story: Story) -> None:
    abroad = Place(SWEDEN.organisation, "UTO", OrganisationKind.BUREAU, "SWE-AT-UTO")
    await story.service.as_(Role.BUREAU, SWEDEN)
    gate = await story.service.as_(Role.FIRST_LINE, abroad)
    assert (await story.screened(gate)).status_code == 403
    await story.granted(posts=["SWE-AT-UTO"])
    story.forget()
    assert (await story.screened(gate)).status_code == 200


SWEDISH = {"type": "P", "issuing_state": "SWE"}


async def test_a_grant_shows_nothing_that_is_hidden_from_the_bureau_that_opened_it(story: Story) -> None:
    report = {"type": "PAS", "issuing_state": "SWE", "reason": "stolen", "theft_country": "SWE"}
    sweden = await story.service.as_(Role.BUREAU, SWEDEN)
    numbers = {"AA1000001": [], "AA1000002": ["UTO"], "AA1000003": ["NOR"]}
    for number, hidden_from in numbers.items():
        await story.post("/v1/documents", sweden, report | {"number": number, "hidden_from": hidden_from})
    abroad = Place(SWEDEN.organisation, "UTO", OrganisationKind.BUREAU, "SWE-AT-UTO")
    gates = {
        "own": await story.service.as_(Role.FIRST_LINE),
        "mission": await story.service.as_(Role.FIRST_LINE, MISSION),
        "abroad": await story.service.as_(Role.FIRST_LINE, abroad),
        "sweden": await story.service.as_(Role.FIRST_LINE, SWEDEN),
    }
    await story.granted(posts=["UTO-SEA-7", "SWE-AT-UTO"])
    found = {
        who: [
            (await story.screened(gate, traveller=None, documents=[SWEDISH | {"number": number}])).json()["decision"]
            for number in numbers
        ]
        for who, gate in gates.items()
    }
    seen_from_utopia = ["hit", "no_hit", "hit"]
    assert found == dict.fromkeys(("own", "mission", "abroad"), seen_from_utopia) | {"sweden": ["hit"] * 3}


async def test_a_carrier_learns_what_to_do_and_never_why(story: Story) -> None:
    report = {"type": "PAS", "issuing_state": "UTO", "reason": "stolen", "theft_country": "UTO", "number": "UT4471093"}
    await story.post("/v1/documents", story.bureau, report)
    red = {
        "kind": "notice",
        "colour": "red",
        "reference": "2026/1",
        "subject": {
            "names": [{"surname": "GRUBENTHALER", "given_names": "KONSTANTIN ALOIS"}],
            "dates_of_birth": ["1979-03-14"],
        },
    }
    await story.post("/v1/notices", story.bureau, red)
    discreet = red | {"reference": "2026/2", "discreet": True, "subject": {"names": [{"surname": "ZIMMERPFLANZ"}]}}
    await story.post("/v1/notices", story.bureau, discreet)
    made = await story.post("/v1/keys", story.bureau, {"name": "airline", "role": "carrier"})
    carrier = {"Authorization": f"Bearer {made['secret']}"}
    await story.granted(posts=[], clients=[made["id"]], purposes=["boarding"])
    await story.service.current()
    passport = {"type": "P", "number": "UT4471093", "issuing_state": "UTO"}
    wanted = {"surname": "Grubenthaler", "given_names": "Konstantin Alois", "date_of_birth": "1979-03-14"}
    submissions: dict[str, dict[str, Any]] = {
        "do_not_board": {"documents": [passport]},
        "refer": {"traveller": wanted},
        "board": {"documents": [{"type": "P", "number": "XR2093158", "issuing_state": "SWE"}]},
        "insufficient": {"documents": [passport | {"number": "?"}]},
    }
    for verdict, submission in submissions.items():
        answer = await story.post("/v1/boarding-checks", carrier, submission)
        assert (answer["verdict"], set(answer)) == (verdict, {"id", "verdict", "screened_at", "receipt"})
    silent = {"traveller": {"surname": "Zimmerpflanz"}}
    assert (await story.post("/v1/boarding-checks", story.bureau, silent))["verdict"] == "board"
    await story.post("/v1/screenings", carrier, {"documents": [passport]}, expect=403)


async def test_a_carrier_has_no_standing_access(story: Story) -> None:
    made = await story.post("/v1/keys", story.bureau, {"name": "airline", "role": "carrier"})
    carrier = {"Authorization": f"Bearer {made['secret']}"}
    await story.post("/v1/boarding-checks", carrier, {"documents": [{"number": "UT4471093"}]}, expect=403)
    assert await story.refusals() == ["grant:no_grant"]
