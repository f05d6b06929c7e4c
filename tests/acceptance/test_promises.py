"""Faults injected into a running service: whatever fails, nobody is cleared and nothing is answered unlogged."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from screening.access.permissions import Role
from screening.db import database
from screening.db.database import Connection
from tests.databases import Server
from tests.hits.cases import SUBMISSION as CASE
from tests.hits.cases import persons
from tests.services import Service, running

TRAVELLER = {"surname": "Lindqvist", "given_names": "Elsa", "date_of_birth": "1991-06-02", "nationality": "SWE"}
DOCUMENT = {"type": "P", "number": "AA6184203", "issuing_state": "SWE"}
SUBMISSION: dict[str, Any] = {"traveller": TRAVELLER, "documents": [DOCUMENT]}


@asynccontextmanager
async def locked(service: Service, table: str) -> AsyncIterator[Connection]:
    """Keep everybody else from a table, as a hanging disk or a runaway transaction would."""
    connection = await asyncpg.connect(service.app.state.database.owner_url)
    try:
        async with connection.transaction():
            await connection.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
            yield connection
    finally:
        await connection.close()


async def entries(service: Service) -> int:
    count: int = await service.app.state.database.pool.fetchval(
        "SELECT count(*) FROM audit_entries WHERE kind = 'screening'"
    )
    return count


@pytest.mark.parametrize(
    ("table", "source"), [("document_records", "sltd"), ("notice_documents", "tdawn"), ("notices", "tdawn")]
)
async def test_a_source_that_times_out_never_yields_no_hit(service: Service, table: str, source: str) -> None:
    gate = await service.as_(Role.FIRST_LINE)
    assert (await service.screen(gate, **SUBMISSION))["decision"] == "no_hit"
    async with locked(service, table):
        answer = await service.screen(gate, **SUBMISSION)
    assert answer["decision"] == "incomplete"
    assert {entry["source"]: entry["status"] for entry in answer["coverage"]}[source] == "timeout"
    assert answer["action"]["code"] == "ask_again"


async def test_a_redress_that_cannot_be_asked_for_spares_nobody(service: Service) -> None:
    who = await persons(service)
    await who.record()
    hit = await who.found()
    await who.denied(hit)
    await who.happened(hit, who.desk, "outcome_reported", outcomes=[{"outcome": "false_match"}])
    until = (datetime.now(UTC) + timedelta(days=90)).isoformat()
    await who.happened(hit, who.desk, "redress_proposed", until=until, comment="Namesake.")
    await who.happened(hit, who.bureau, "redress_approved")
    assert (await service.screen(who.gate, **CASE))["decision"] == "no_hit"
    async with locked(service, "redresses"):
        assert (await service.screen(who.gate, **CASE))["decision"] == "hit"


async def test_a_hit_in_one_source_is_told_although_another_times_out(service: Service) -> None:
    stolen = DOCUMENT | {"type": "PAS", "issuing_state": "UTO", "reason": "stolen", "theft_country": "UTO"}
    made = await service.client.post("/v1/documents", json=stolen, headers=await service.as_(Role.BUREAU))
    assert made.status_code == 201, made.text
    gate = await service.as_(Role.FIRST_LINE)
    async with locked(service, "notice_documents"):
        answer = await service.screen(gate, documents=[DOCUMENT | {"issuing_state": "UTO"}])
    assert (answer["decision"], answer["coverage"][1]["status"]) == ("hit", "timeout")


async def test_a_database_connection_lost_in_mid_request_never_yields_no_hit(service: Service) -> None:
    gate = await service.as_(Role.FIRST_LINE)
    await service.screen(gate, **SUBMISSION)
    async with locked(service, "document_records") as keeper:
        waiting = asyncio.create_task(service.client.post("/v1/screenings", json=SUBMISSION, headers=gate))
        kill = (
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
            "WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        async with asyncio.timeout(5):
            while not await keeper.fetchval(kill):
                await asyncio.sleep(0)
        answer = await waiting
    assert answer.json()["decision"] == "incomplete"
    assert answer.json()["coverage"][0]["status"] == "error"


async def test_a_database_that_is_gone_gives_no_answer_and_nobody_is_cleared(service: Service, server: Server) -> None:
    gate = await service.as_(Role.FIRST_LINE)
    await service.screen(gate, **SUBMISSION)
    name = await service.app.state.database.pool.fetchval("SELECT current_database()")
    keeper = await asyncpg.connect(server.url)
    try:
        await keeper.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        await keeper.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name)
        gone = [await service.client.post("/v1/screenings", json=SUBMISSION, headers=gate) for _ in range(3)]
        ready = await service.client.get("/health/ready")
        live = await service.client.get("/health/live")
    finally:
        await keeper.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
        await keeper.close()
    assert [answer.status_code for answer in gone] == [503, 503, 503]
    assert all(answer.headers["Retry-After"] for answer in gone)
    assert (ready.status_code, ready.json()["sources"]["sltd"], live.status_code) == (503, "error", 200)
    assert (await again(service, gate))["decision"] == "no_hit"


async def again(service: Service, gate: dict[str, str]) -> dict[str, Any]:
    """Wait until the service has found its database again."""
    async with asyncio.timeout(10):
        while True:
            answer = await service.client.post("/v1/screenings", json=SUBMISSION, headers=gate)
            if answer.status_code == httpx.codes.OK and answer.json()["decision"] != "incomplete":
                found: dict[str, Any] = answer.json()
                return found
            await asyncio.sleep(0.05)


async def test_a_name_index_that_cannot_be_confirmed_makes_the_source_stale(database_url: str, tmp_path: Path) -> None:
    moved = [datetime(2026, 11, 23, 12, tzinfo=UTC)]
    async with running(database_url, tmp_path, now=lambda: moved[0]) as service:
        gate = await service.as_(Role.FIRST_LINE)
        assert (await service.screen(gate, **SUBMISSION))["decision"] == "no_hit"
        async with locked(service, "record_changes"):
            moved[0] += timedelta(seconds=6)
            answer = await service.screen(gate, **SUBMISSION)
            ready = await service.client.get("/health/ready")
        assert answer["decision"] == "incomplete"
        assert answer["coverage"][2]["status"] == "stale"
        assert (ready.status_code, ready.json()["sources"]["notices"]) == (503, "stale")


async def test_an_answer_whose_entry_cannot_be_written_does_not_leave(service: Service) -> None:
    gate = await service.as_(Role.FIRST_LINE)
    async with database.as_owner(service.app.state.database) as owner:
        await owner.execute("ALTER TABLE audit_entries ADD CONSTRAINT refuse CHECK (kind <> 'screening')")
    answer = await service.client.post("/v1/screenings", json=SUBMISSION, headers=gate)
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/unavailable")
    assert "decision" not in answer.text


async def test_an_answer_whose_entry_waits_too_long_does_not_leave(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("screening.audit.log.COMMIT_SECONDS", 0.3)
    gate = await service.as_(Role.FIRST_LINE)
    await service.screen(gate, **SUBMISSION)
    async with locked(service, "audit_entries"):
        answer = await service.client.post("/v1/screenings", json=SUBMISSION, headers=gate)
    assert answer.status_code == 503
    assert await entries(service) == 1


async def test_every_refusal_and_every_answer_is_one_entry(service: Service) -> None:
    gate, bureau = await service.as_(Role.FIRST_LINE), await service.as_(Role.BUREAU)
    pool = service.app.state.database.pool
    before = await pool.fetchval("SELECT count(*) FROM audit_entries")
    calls = [
        ("POST", "/v1/screenings", gate, SUBMISSION, 200),
        ("POST", "/v1/screenings", gate, {"traveller": {}}, 422),
        ("POST", "/v1/screenings", {}, SUBMISSION, 401),
        ("POST", "/v1/documents", gate, {}, 403),
        ("GET", "/v1/sources", gate, None, 200),
        ("GET", "/v1/hits", bureau, None, 200),
        ("GET", "/v1/documents/00000000-0000-7000-8000-000000000000", bureau, None, 404),
    ]
    for number, (method, path, headers, body, status) in enumerate(calls, 1):
        answer = await service.client.request(method, path, json=body, headers=headers)
        assert answer.status_code == status, f"{method} {path}: {answer.text}"
        assert await pool.fetchval("SELECT count(*) FROM audit_entries") == before + number, f"{method} {path}"


async def test_a_change_of_a_record_its_journal_and_its_entry_are_one_transaction(service: Service) -> None:
    bureau = await service.as_(Role.BUREAU)
    stolen = DOCUMENT | {"type": "PAS", "issuing_state": "UTO", "reason": "stolen", "theft_country": "UTO"}
    pool = service.app.state.database.pool
    async with database.as_owner(service.app.state.database) as owner:
        await owner.execute("ALTER TABLE record_changes ADD CONSTRAINT refuse CHECK (kind <> 'document') NOT VALID")
    answer = await service.client.post("/v1/documents", json=stolen, headers=bureau)
    assert answer.status_code >= 500
    assert await pool.fetchval("SELECT count(*) FROM document_records") == 0
    assert await pool.fetchval("SELECT count(*) FROM audit_entries WHERE kind = 'record'") == 0
