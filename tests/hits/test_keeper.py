"""What happens to cases by itself: overdue steps, and records that change while nobody looks."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest

from screening import clock
from screening.audit.log import Companion
from screening.hits import keeper
from screening.hits.events import CaseEvent, Cases
from tests.hits.cases import SUBMISSION, Persons, persons
from tests.services import Service, running


class Moving:
    """The time of this machine, and what a test adds to it."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return clock.system() + self.ahead


@pytest.fixture
def moving() -> Moving:
    return Moving()


@pytest.fixture
async def service(database_url: str, tmp_path: Path, moving: Moving) -> AsyncIterator[Service]:
    async with running(database_url, tmp_path, now=moving) as started:
        yield started


END_KEEPER = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE application_name = 'screening-keeper' AND datname = current_database()
"""


async def listed(who: Persons, **wanted: str) -> list[str]:
    answer = await who.service.client.get("/v1/hits", params=wanted, headers=who.desk)
    assert answer.status_code == 200, answer.text
    return [hit["id"] for hit in answer.json()["items"]]


async def test_a_step_that_is_overdue_is_shown_at_once_and_escalated_once(service: Service, moving: Moving) -> None:
    who = await persons(service)
    await who.record()
    hit = await who.found()
    assert (await listed(who, overdue="true"), await listed(who, overdue="false")) == ([], [hit])
    moving.ahead += timedelta(hours=1)  # the first step of an urgent hit
    assert await listed(who, overdue="true") == [hit]
    case = await who.told(hit, "escalated")
    assert (case["status"], case["overdue"], case["events"][-1]["organisation_id"]) == ("new", True, None)
    later = await who.happened(hit, who.desk, "sent")
    assert later["overdue"] is False
    assert [event["type"] for event in later["events"]] == ["opened", "escalated", "sent"]
    moving.ahead += timedelta(hours=1)
    assert [event["type"] for event in (await who.told(hit, "escalated", times=2))["events"]][-1] == "escalated"


async def test_a_bureau_notes_that_there_was_no_reply_once_the_owner_had_the_time(
    service: Service, moving: Moving
) -> None:
    who = await persons(service)
    await who.record()
    hit = await who.found()
    await who.happened(hit, who.desk, "sent")
    await who.happened(hit, who.bureau, "confirmation_requested")
    assert (await who.tried(hit, who.bureau, "no_reply")).status_code == 409
    moving.ahead += timedelta(hours=12)
    await who.told(hit, "escalated")
    assert (await who.happened(hit, who.bureau, "no_reply"))["status"] == "no_reply"


async def test_cases_are_told_of_what_happened_while_nobody_kept_them(
    database_url: str, tmp_path: Path, service: Service
) -> None:
    who = await persons(service)
    record = await who.record()
    hit, closed = await who.found(), await who.found()
    for each in (hit, closed):
        await who.happened(each, who.owner, "confirmed")
    await who.happened(closed, who.desk, "outcome_reported", outcomes=[{"outcome": "person_located"}])
    await who.happened(closed, who.desk, "closed")
    pool = service.app.state.database.pool
    other = await asyncpg.connect(database_url)
    try:
        taking = asyncio.create_task(other.execute("SELECT pg_advisory_lock($1)", keeper.ONE_KEEPER))
        async with asyncio.timeout(10):
            while not taking.done():  # another session takes the keeper's place, and keeps nothing
                await pool.execute(END_KEEPER)
                await asyncio.sleep(0.02)
        for caution in ("One", "Two"):
            await who.sent("PATCH", f"/v1/notices/{record['id']}", who.owner, {"cautions": [caution]})
        await who.sent("POST", f"/v1/notices/{record['id']}/withdrawal", who.owner, {"reason": "In error."})
        assert [each["type"] for each in (await who.case(hit, who.owner))["events"]] == ["opened", "confirmed"]
    finally:
        await other.close()
    case = await who.told(hit, "record_withdrawn")
    assert [each["record_version"] for each in case["events"][2:]] == [4]
    assert "record_withdrawn" not in [each["type"] for each in (await who.case(closed, who.owner))["events"]]


async def test_two_services_tell_a_case_once(
    database_url: str, tmp_path: Path, service: Service, moving: Moving
) -> None:
    who = await persons(service)
    record = await who.record()
    hits = [await who.found() for _ in range(5)]
    key = tmp_path / "signing.key"
    async with running(database_url, tmp_path / "second", now=moving, signing_key_file=key):
        await who.sent("POST", f"/v1/notices/{record['id']}/withdrawal", who.owner, {"reason": "In error."})
        for hit in hits:
            await who.told(hit, "record_withdrawn")
    for hit in hits:
        events = [each["type"] for each in (await who.case(hit, who.owner))["events"]]
        assert events == ["opened", "record_withdrawn"]


def noting(event: CaseEvent) -> list[Companion]:
    sql = "INSERT INTO noted (hit_id, version, type, status) VALUES ($1, $2, $3, $4)"
    return [Companion(sql, [event.hit_id, event.version, event.type, event.status])]


async def test_others_are_told_in_the_transaction_of_what_happened(service: Service, moving: Moving) -> None:
    who = await persons(service)
    pool = service.app.state.database.pool
    await pool.execute("CREATE TABLE noted (hit_id uuid, version bigint, type text, status text)")
    service.app.state.cases = service.app.state.keeper.cases = Cases(notify=noting)
    record = await who.record()
    hit = await who.found()
    assert (await who.tried(hit, who.bureau, "confirmation_requested")).status_code == 409
    await who.happened(hit, who.desk, "sent")
    moving.ahead += timedelta(hours=1)
    await who.told(hit, "escalated")
    await who.sent("POST", f"/v1/notices/{record['id']}/withdrawal", who.owner, {"reason": "In error."})
    await who.told(hit, "record_withdrawn")
    noted = await pool.fetch("SELECT version, type, status FROM noted WHERE hit_id = $1 ORDER BY version", UUID(hit))
    assert [tuple(row) for row in noted] == [
        (1, "opened", "new"),
        (2, "sent", "sent"),
        (3, "escalated", "sent"),
        (4, "record_withdrawn", "sent"),
    ]


async def test_where_others_cannot_be_told_nothing_happened(service: Service) -> None:
    who = await persons(service)
    await who.record()
    hit = await who.found()
    service.app.state.cases = service.app.state.keeper.cases = Cases(notify=noting)  # the table is not there
    assert (await who.tried(hit, who.desk, "sent")).status_code == 500
    answer = await service.client.post("/v1/screenings", json=SUBMISSION, headers=who.gate)
    assert answer.status_code == 503
    assert [each["version"] for each in (await who.case(hit, who.desk))["events"]] == [1]
    assert await listed(who) == [hit]
