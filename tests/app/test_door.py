"""Requests beyond what can be done: refused early and clearly, and never at the cost of what is under way."""

import asyncio
import json
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from pydantic import SecretStr

from screening.access.permissions import Role
from screening.app.admission import Lane
from screening.app.door import lane_of
from screening.audit import log
from tests.services import Service, running

PASSPORT = {"documents": [{"type": "P", "number": "UT4471093", "issuing_state": "UTO"}]}
LOCK = "LOCK TABLE audit_entries IN EXCLUSIVE MODE"
"""Stops the log's writer; readers go on."""

WAITS = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'audit_entries'::regclass"


@pytest.mark.parametrize(
    ("path", "lane"),
    [
        ("/v1/screenings", Lane.LIVE),
        ("/v1/boarding-checks", Lane.LIVE),
        ("/v1/documents", Lane.USUAL),
        ("/docs", Lane.USUAL),
        ("/v1/imports", Lane.HEAVY),
        ("/v1/audit/export", Lane.HEAVY),
        ("/v1/audit/entries.csv", Lane.HEAVY),
        ("/v1/audit/entries/0199d2c4-5a70-7cc1-a1de-3a7f4f8d2f11", Lane.USUAL),
        ("/v1/operations/0199d2c4-5a70-7cc1-a1de-3a7f4f8d2f11/report", Lane.HEAVY),
        ("/health/ready", None),
        ("/metrics", None),
        ("/v1/alerts/stream", None),
    ],
)
def test_how_urgent_a_request_is_follows_from_its_path(path: str, lane: Lane | None) -> None:
    assert lane_of(path) is lane


async def test_beyond_what_can_be_done_requests_are_refused_before_they_are_looked_at(
    service_url: str, database_url: str, tmp_path: Path
) -> None:
    owner = await asyncpg.connect(database_url)
    async with running(service_url, tmp_path, database_owner_url=SecretStr(database_url), in_flight=1) as service:
        gate = await service.as_(Role.FIRST_LINE)
        async with owner.transaction():
            await owner.execute(LOCK)
            under_way = asyncio.create_task(service.client.post("/v1/screenings", json=PASSPORT, headers=gate))
            while not await owner.fetchval(WAITS):
                await asyncio.sleep(0.005)
            refused = await service.client.post("/v1/screenings", content=b"no key, no JSON")
            ready = await service.client.get("/health/live")
        assert (await under_way).json()["decision"] == "no_hit"
        after = await service.client.post("/v1/screenings", json=PASSPORT, headers=gate)
        figures = (await service.client.get("/metrics")).text
    await owner.close()
    assert (refused.headers["retry-after"], refused.headers["content-type"]) == ("1", "application/problem+json")
    assert refused.json()["type"] == "/problems/overloaded"
    assert (ready.status_code, after.status_code) == (200, 200)
    assert 'screening_refused_total{lane="live",reason="late"} 1.0' in figures


async def test_a_full_queue_of_the_log_is_a_refusal_that_says_when_to_come_again(
    service_url: str, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "QUEUE", 1)
    owner = await asyncpg.connect(database_url)
    async with running(service_url, tmp_path, database_owner_url=SecretStr(database_url)) as service:
        gate = await service.as_(Role.FIRST_LINE)
        async with owner.transaction():
            await owner.execute(LOCK)
            sent = {
                asyncio.create_task(service.client.post("/v1/screenings", json=PASSPORT, headers=gate))
                for _ in range(5)
            }
            refused, _ = await asyncio.wait(sent, return_when=asyncio.FIRST_COMPLETED)
        answers = [await task for task in sent]
    await owner.close()
    assert {answer.status_code for answer in answers} == {200, 503}
    for task in refused:
        assert (task.result().json()["type"], task.result().headers["retry-after"]) == ("/problems/unavailable", "1")


@pytest.mark.parametrize("locked", ["document_records", "audit_entries"])
async def test_a_caller_gets_an_answer_within_the_time_that_it_gives(
    service_url: str, database_url: str, tmp_path: Path, locked: str
) -> None:
    """While a source, or the log, does not answer, who is in a hurry is told before who is not, and never a clear."""
    owner = await asyncpg.connect(database_url)
    bounds: dict[str, Any] = {"database_owner_url": SecretStr(database_url), "deadline_seconds": 2}
    async with running(service_url, tmp_path, **bounds) as service:
        gate = await service.as_(Role.FIRST_LINE)
        async with owner.transaction():
            await owner.execute(f"LOCK TABLE {locked} IN ACCESS EXCLUSIVE MODE")
            patient = asyncio.create_task(service.client.post("/v1/screenings", json=PASSPORT, headers=gate))
            headers = gate | {"X-Request-Timeout": "800"}
            hurried = await service.client.post("/v1/screenings", json=PASSPORT, headers=headers)
            assert not patient.done()
        assert hurried.json().get("decision", hurried.status_code) in {"incomplete", 503}
        assert (await patient).json()["decision"] == "no_hit"
    await owner.close()


@pytest.mark.parametrize("given", ["0", "soon", "-5", "0.5"])
async def test_a_time_that_is_none_is_refused(service: Service, given: str) -> None:
    gate = await service.as_(Role.FIRST_LINE) | {"X-Request-Timeout": given}
    answer = await service.client.post("/v1/screenings", content=json.dumps(PASSPORT), headers=gate)
    assert (answer.status_code, answer.json()["errors"][0]["where"]) == (422, "header.x-request-timeout")
