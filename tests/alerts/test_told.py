"""Who is told of operations, grants and sources, and how long alerts are kept."""

import asyncio
import dataclasses
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from screening.access.permissions import Role
from screening.alerts import staleness, webhook_queries
from screening.alerts.housekeeping import Housekeeper, Kept
from screening.alerts.outbound import Answer, Failure
from screening.alerts.timetable import Due
from screening.db.database import Pool
from screening.db.metadata import new_id
from screening.screenings import sources
from screening.screenings.vocabulary import CoverageStatus
from screening.screenings.watching import Watch
from tests.operations.stories import HOUR, MISSION, NOON, Headers, Story, told
from tests.operations.test_routes import DAY, event, opened, planned
from tests.services import SECRETARIAT, SWEDEN

Told = list[tuple[str, dict[str, Any]]]
KEPT = Kept(alerts=timedelta(days=90), dead_letters=timedelta(days=180))


@pytest.fixture
async def story(database_url: str, tmp_path: Path) -> AsyncIterator[Story]:
    """Run the service, with two people of the bureau of Utopia and a clock that moves."""
    async with told(database_url, tmp_path) as running:
        yield running


async def heard(story: Story, headers: Headers, count: int, **parameters: str) -> Told:
    """Wait until somebody was told of so many things, and of no more, and give them with what is said of each."""
    pool = story.service.app.state.database.pool
    async with asyncio.timeout(10):
        while await pool.fetchval("SELECT EXISTS (SELECT FROM alerts WHERE position IS NULL)"):
            await asyncio.sleep(0.01)
    answer = await story.service.client.get("/v1/alerts", headers=headers, params=parameters)
    items = [(each["type"], each["data"]) for each in answer.json()["items"]]
    assert len(items) == count, items
    return items


def kinds(items: Told) -> list[str]:
    return [kind for kind, _ in items]


async def test_who_takes_part_is_told_what_becomes_of_an_operation(story: Story) -> None:
    sweden = await story.service.as_(Role.BUREAU, SWEDEN)
    stranger = await story.service.as_(Role.COORDINATOR, SECRETARIAT)
    operation = await opened(story, **event())
    path = f"/v1/operations/{operation['id']}"
    later = {"ends_at": (NOON + 3 * DAY).isoformat(), "reason": "It goes on."}
    await story.post(f"{path}/crisis", story.bureau, later)
    await story.post(f"{path}/closing", story.bureau, {"reason": "Done."})
    told_of = await heard(story, sweden, 3)
    assert kinds(told_of) == ["operation.opened", "operation.crisis", "operation.closed"]
    assert told_of[1][1] == {"operation": "SUNBIRD-3", "state": "extended", "until": "2026-11-26T12:00:00Z"}
    assert await heard(story, story.bureau, 3) == told_of
    await heard(story, stranger, 0)


async def test_an_operation_changes_in_parts_and_who_leaves_it_is_told_too(story: Story) -> None:
    sweden = await story.service.as_(Role.BUREAU, SWEDEN)
    operation = await opened(story)
    path, change = f"/v1/operations/{operation['id']}", {"version": 2, "reason": "The coast is quiet."}
    client = story.service.client

    async def patched(status: int, headers: Headers = story.bureau, **parts: Any) -> dict[str, Any]:
        answer = await client.patch(path, json=change | parts, headers=headers)
        assert answer.status_code == status, answer.text
        content: dict[str, Any] = answer.json()
        return content

    await patched(422)
    await patched(422, posts=["NOWHERE"])
    await patched(422, countries=["UTO"])  # a post of Sweden stays
    await patched(422, sites=["Arena"])
    await patched(409, version=1, objectives="Other ones.")
    await patched(403, sweden, objectives="Other ones.")
    await patched(404, await story.service.as_(Role.COORDINATOR, SECRETARIAT), objectives="Other ones.")
    changed = await patched(200, countries=["UTO"], posts=["UTO-AIR-1"], objectives="Find stolen passports.")
    same = {"id", "code", "kind", "name", "state", "coordinator_id", "crime_areas", "begins_at", "ends_at"}
    assert {name: changed[name] for name in same} == {name: operation[name] for name in same}
    assert (changed["version"], changed["countries"], changed["objectives"]) == (3, ["UTO"], "Find stolen passports.")
    assert [post["code"] for posts in changed["posts"].values() for post in posts] == ["UTO-AIR-1"]
    assert changed["organisations"] == [changed["coordinator_id"]]
    assert kinds(await heard(story, sweden, 2)) == ["operation.opened", "operation.changed"]
    [step] = [each for each in await story.outcomes("access") if each["operation"] == "change"]
    assert (step["state"], step["version"], step["countries"]) == ("open", 3, ["UTO"])
    assert [post["code"] for post in step["posts"]] == ["UTO-AIR-1"]


async def test_a_grant_is_told_to_who_approves_it_and_then_to_who_holds_it(story: Story) -> None:
    await story.service.as_(Role.FIRST_LINE, MISSION)
    mission = await story.service.as_(Role.COORDINATOR, MISSION)
    grant = await story.granted(ends_at=(NOON + 40 * HOUR).isoformat())
    path = f"/v1/grants/{grant['id']}"
    later = {"ends_at": (NOON + 80 * HOUR).isoformat(), "reason": "It goes on."}
    await story.approve(await story.post(f"{path}/extension", story.second, later), story.bureau)
    await story.post(f"{path}/revocation", story.bureau, {"reason": "It is over."})
    at_home = await heard(story, story.bureau, 5)
    of_holder = [kind for kind in kinds(at_home) if kind != "grant.proposed"]
    assert sorted(kinds(at_home)) == sorted(["grant.proposed", "grant.proposed", *of_holder])
    assert sorted(of_holder) == ["grant.extended", "grant.opened", "grant.revoked"]
    assert sorted(kinds(await heard(story, mission, 3))) == sorted(of_holder)
    said = {"grant": grant["id"], "operation": None, "until": "2026-11-25T04:00:00Z"}
    assert [data for kind, data in at_home if kind == "grant.opened"] == [said]


async def test_an_end_of_a_grant_is_told_before_and_after_and_each_once(story: Story) -> None:
    await story.service.as_(Role.FIRST_LINE, MISSION)
    grant = await story.granted(ends_at=(NOON + 40 * HOUR).isoformat())
    pool = story.service.app.state.database.pool
    housekeeper = Housekeeper(pool, story.clock, KEPT)
    for hours in (0, 29, 31, 32, 39, 40, 41):
        story.clock.at = NOON + hours * HOUR
        await housekeeper.remind()
    rows = await pool.fetch("SELECT type, at FROM alerts WHERE type LIKE 'grant.end%' ORDER BY at")
    assert [(row["type"], row["at"]) for row in rows] == [
        ("grant.ending", NOON + 31 * HOUR),
        ("grant.ended", NOON + 40 * HOUR),
    ]
    later = {"ends_at": (NOON + 90 * HOUR).isoformat(), "reason": "It goes on."}
    await story.approve(await story.post(f"/v1/grants/{grant['id']}/extension", story.bureau, later), story.second)
    story.clock.at = NOON + 91 * HOUR
    await housekeeper.remind()
    assert await pool.fetchval("SELECT count(*) FROM alerts WHERE type = 'grant.ended'") == 2


async def test_of_an_exercise_only_those_hear_who_ask_for_it(story: Story) -> None:
    sweden = await story.service.as_(Role.BUREAU, SWEDEN)
    await story.service.as_(Role.FIRST_LINE, MISSION)
    await opened(story, kind="exercise")
    await story.granted(operation="SUNBIRD-3")
    await heard(story, sweden, 0)
    await heard(story, story.bureau, 0)
    assert kinds(await heard(story, sweden, 1, operation="SUNBIRD-3")) == ["operation.opened"]
    await heard(story, story.bureau, 3, operation="SUNBIRD-3")


async def test_a_source_is_told_of_when_it_turns_and_by_the_last_process_that_saw_it(story: Story) -> None:
    pool, first, second = story.service.app.state.database.pool, new_id(), new_id()
    await staleness.say(pool, first, {}, NOON)
    await staleness.say(pool, first, {"notices": NOON}, NOON)
    await staleness.say(pool, second, {"notices": NOON}, NOON)
    await staleness.say(pool, first, {}, NOON + HOUR / 60)
    said = {"source": "notices", "as_of": "2026-11-23T12:00:00Z"}
    assert await heard(story, story.bureau, 1) == [("source.stale", said)]
    await staleness.say(pool, first, {}, NOON + HOUR)  # the second one is gone, and so is its word
    assert kinds(await heard(story, story.bureau, 2)) == ["source.stale", "source.fresh"]


async def test_a_source_that_is_late_twice_in_a_row_is_told_of(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    watch = Watch(story.service.app.state.checker)
    present = sources.present
    late = CoverageStatus.STALE

    async def stale(checker: sources.Checker) -> list[sources.State]:
        return [
            dataclasses.replace(state, status=late) for state in await present(checker) if state.source == "notices"
        ]

    monkeypatch.setattr(sources, "present", stale)
    await watch.look()
    await heard(story, story.bureau, 0)
    await watch.look()
    await watch.look()
    assert kinds(await heard(story, story.bureau, 1)) == ["source.stale"]
    late = CoverageStatus.ANSWERED
    await watch.look()
    assert kinds(await heard(story, story.bureau, 2)) == ["source.stale", "source.fresh"]


async def test_alerts_are_forgotten_in_time_but_for_the_newest_and_those_of_dead_letters(story: Story) -> None:
    pool: Pool = story.service.app.state.database.pool
    await planned(story)
    webhook = await pool.fetchval(
        "INSERT INTO webhooks (id, organisation_id, role, url, types, posts, secret, created_at) "
        "SELECT gen_random_uuid(), id, 'bureau', 'https://x.example', '{}', '{}', '', $1 FROM organisations LIMIT 1 "
        "RETURNING id",
        NOON,
    )
    alerts = [await _published(pool, position, NOON) for position in (1, 2, 3, 4)]
    for alert, failure in ((alerts[0], None), (alerts[1], Failure.REJECTED)):
        await pool.execute(
            "INSERT INTO webhook_deliveries (webhook_id, alert_id, position, status, replays, attempts, created_at) "
            "VALUES ($1, $2, 1, 'pending', 0, 1, $3)",
            webhook,
            alert,
            NOON,
        )
        await webhook_queries.settle(pool, Due(webhook, alert), Answer(500, failure), at=NOON, wait=None)
    assert dataclasses.astuple(await webhook_queries.read_backlog(pool)) == (0, 0, 0, 1, None)

    async def left_after(days: int) -> list[int]:
        story.clock.at = NOON + days * DAY
        await Housekeeper(pool, story.clock, KEPT).forget()
        return [row["position"] for row in await pool.fetch("SELECT position FROM alerts ORDER BY position")]

    assert await left_after(89) == [1, 2, 3, 4]
    assert await left_after(91) == [2, 4]
    assert await left_after(181) == [4]
    assert await pool.fetchval("SELECT array_agg(DISTINCT position) FROM alert_recipients") == [4]
    metrics = (await story.service.client.get("/metrics")).text
    assert 'screening_deliveries{state="dead"} 0.0' in metrics
    assert "screening_delivery_oldest_seconds 0.0" in metrics


async def _published(pool: Pool, position: int, at: datetime) -> Any:
    return await pool.fetchval(
        "WITH told AS (INSERT INTO alerts (id, position, type, at, recipients, exercise, silent, data) "
        "SELECT gen_random_uuid(), $1, 'source.fresh', $2, array_agg(id), false, false, "
        """'{"source": "sltd", "as_of": null}' FROM organisations RETURNING id, position, recipients), """
        "listed AS (INSERT INTO alert_recipients SELECT DISTINCT unnest(recipients), position FROM told) "
        "SELECT id FROM told",
        position,
        at,
    )
