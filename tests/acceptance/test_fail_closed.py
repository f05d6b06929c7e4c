"""The database freezes, dies, fills its disk; the clock goes back, the key goes away: no answer without its entry."""

import asyncio
import contextlib
import os
import signal
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from pydantic import SecretStr

from screening.access.permissions import Role
from screening.audit import sequencer
from screening.audit.sequencer import ONE_LEADER
from screening.db import database, embedded
from screening.db.database import Connection
from screening.db.embedded import Lease
from tests.audit.logs import until
from tests.processes import install
from tests.services import Service, running

SUBMISSION: dict[str, Any] = {
    "traveller": {"surname": "Lindqvist", "given_names": "Elsa", "date_of_birth": "1991-06-02", "nationality": "SWE"},
    "documents": [{"type": "P", "number": "AA6184203", "issuing_state": "SWE"}],
}
GATES = 4
HARD_LIMIT = 3.0
SLACK = 1.5
"""What a busy machine may add to the limit; a process that waits for the database takes at least twice as long."""


@asynccontextmanager
async def on_own_server(folder: Path) -> AsyncIterator[tuple[Service, Lease]]:
    """Run the service over a server of its own, which a test may hurt."""
    lease = await asyncio.to_thread(embedded.acquire, folder / "server")
    try:
        owner = SecretStr(lease.url)
        async with running(lease.service_url, folder / "data", database_owner_url=owner) as service:
            yield service, lease
    finally:
        await asyncio.to_thread(lease.release)


def processes(lease: Lease) -> list[int]:
    """The server's processes, the first of them first."""
    first = int((lease.directory / "postmaster.pid").read_text().split()[0])
    found = [first]
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if int(stat.read_text().rpartition(")")[2].split()[1]) == first:
                found.append(int(stat.parent.name))
    return found


@contextmanager
def frozen(lease: Lease) -> Iterator[None]:
    """Stop every process of the server, as a hanging disk or hypervisor would."""
    pids = processes(lease)
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


async def screen(service: Service, gate: dict[str, str]) -> httpx.Response:
    return await service.client.post("/v1/screenings", json=SUBMISSION, headers=gate)


async def screen_in_time(service: Service, gate: dict[str, str]) -> httpx.Response:
    async with asyncio.timeout(HARD_LIMIT + SLACK):
        return await screen(service, gate)


async def cleared(service: Service, gate: dict[str, str]) -> None:
    """Wait until a traveller is cleared again."""

    async def clear() -> bool:
        answer = await screen(service, gate)
        return answer.status_code == 200 and answer.json()["decision"] == "no_hit"

    await until(clear)


async def ready(service: Service) -> None:
    async def is_ready() -> bool:
        return (await service.client.get("/health/ready")).status_code == 200

    await until(is_ready)


async def causes(service: Service) -> set[str]:
    """What is wrong, as readiness says; metrics must say the same."""
    answer = (await service.client.get("/health/ready")).json()
    figures = (await service.client.get("/metrics")).text
    said = {trouble["cause"] for trouble in answer["troubles"]}
    assert {cause for cause in said if f'screening_trouble{{cause="{cause}"}} 1.0' in figures} == said
    return said


async def refusals(service: Service) -> list[str]:
    rows = await service.app.state.database.pool.fetch(
        "SELECT convert_from(envelope, 'UTF8')::json -> 'outcome' ->> 'status' AS status FROM audit_entries "
        "WHERE kind = 'refusal' AND subject = 'POST /v1/screenings' ORDER BY at, id"
    )
    return [row["status"] for row in rows]


async def owes_nothing(service: Service) -> None:
    async def paid() -> bool:
        return service.app.state.log.owed == 0 and service.app.state.log.trouble is None

    await until(paid)


@dataclass(slots=True)
class Border:
    """Gates that screen without pause, and the receipts that they were given."""

    service: Service
    gate: dict[str, str]
    receipts: list[str] = field(default_factory=list)
    refused: int = 0

    async def work(self) -> None:
        while True:
            with contextlib.suppress(httpx.TransportError):
                answer = await self.service.client.post("/v1/screenings", json=SUBMISSION, headers=self.gate)
                if answer.status_code == 200:
                    self.receipts.append(answer.json()["receipt"]["entry"])
                else:
                    assert answer.status_code == 503, answer.text
                    self.refused += 1

    async def more(self, count: int) -> None:
        wanted = len(self.receipts) + count

        async def reached() -> bool:
            return len(self.receipts) >= wanted

        await until(reached)

    async def nothing_is_lost(self) -> None:
        """Every answer that left has its entry, and every entry gets into the tree."""
        pool = self.service.app.state.database.pool

        async def integrated() -> bool:
            waiting = "SELECT EXISTS (SELECT id FROM audit_entries EXCEPT SELECT entry_id FROM audit_leaves)"
            return not await pool.fetchval(waiting)

        await until(integrated)  # what was on its way when the border stopped is logged and integrated too
        leaves = {str(row["entry_id"]) for row in await pool.fetch("SELECT entry_id FROM audit_leaves")}
        assert set(self.receipts) <= leaves


@asynccontextmanager
async def at_work(service: Service) -> AsyncIterator[Border]:
    border = Border(service, await service.as_(Role.FIRST_LINE))
    working = [asyncio.create_task(border.work()) for _ in range(GATES)]
    try:
        await border.more(20)
        yield border
    finally:
        for task in working:
            task.cancel()
        await asyncio.gather(*working, return_exceptions=True)


async def test_a_frozen_database_is_a_503_within_the_hard_limit_and_every_refusal_is_logged_afterwards(
    open_folder: Path,
) -> None:
    async with on_own_server(open_folder) as (service, lease):
        gate = await service.as_(Role.FIRST_LINE)
        await cleared(service, gate)
        with frozen(lease):
            answers = await asyncio.gather(*(screen_in_time(service, gate) for _ in range(3)))
            keyed = await screen_in_time(service, gate | {"Idempotency-Key": "the-same-key"})
            wrong = await causes(service)
        assert [answer.status_code for answer in (*answers, keyed)] == [503] * 4
        assert not any("decision" in answer.json() for answer in (*answers, keyed))
        assert "source" in wrong
        await ready(service)
        await owes_nothing(service)
        assert (await refusals(service)).count("503") >= 4
        await cleared(service, gate)


async def test_a_server_killed_at_once_loses_no_entry_that_was_answered_for(open_folder: Path) -> None:
    async with on_own_server(open_folder) as (service, lease):
        async with at_work(service) as border:
            os.kill(processes(lease)[0], signal.SIGQUIT)

            async def noticed() -> bool:
                return border.refused > 3

            await until(noticed)
            assert "database_unreachable" in await causes(service)
            again = await asyncio.to_thread(embedded.acquire, open_folder / "server")
            await border.more(20)
        await ready(service)
        await owes_nothing(service)
        await border.nothing_is_lost()
        cut_off = (await refusals(service)).count("503") - border.refused  # logged, and not counted when work ended
        assert cut_off in range(GATES + 1)
        await asyncio.to_thread(again.release)


async def test_connections_cut_in_mid_work_lose_no_entry_that_was_answered_for(service: Service) -> None:
    cut = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    async with at_work(service) as border:
        for _ in range(5):
            async with database.as_owner(service.app.state.database) as owner:
                await owner.execute(cut)
            await border.more(10)
    await ready(service)
    await owes_nothing(service)
    await border.nothing_is_lost()


@pytest.fixture
def small_disk(open_folder: Path) -> Iterator[Path]:
    """A disk of its own, large enough for a cluster and little else."""
    disk = open_folder / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=160m,mode=0755", "tmpfs", disk], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("only root can mount a small disk")
    yield disk
    subprocess.run(["umount", disk], check=True)


async def test_a_full_disk_clears_nobody_and_is_named_until_there_is_room(small_disk: Path) -> None:
    async with on_own_server(small_disk) as (service, _):
        gate = await service.as_(Role.FIRST_LINE)
        await cleared(service, gate)
        ballast = small_disk / "ballast"
        fill(ballast)
        refused = 0
        async with asyncio.timeout(60):
            while not {"disk_full", "database_unreachable"} & await causes(service):
                refused += (await screen(service, gate)).status_code == 503
        assert refused > 0
        assert (await screen(service, gate)).status_code == 503
        ballast.unlink()
        await cleared(service, gate)
        await ready(service)
        await owes_nothing(service)
        assert (await refusals(service)).count("503") >= refused


def fill(file: Path) -> None:
    """Write until nothing more fits."""
    with file.open("wb", buffering=0) as stream, contextlib.suppress(OSError):
        while True:
            stream.write(bytes(1 << 20))
    with file.open("ab", buffering=0) as stream, contextlib.suppress(OSError):
        while True:
            stream.write(bytes(512))


async def test_readers_that_use_up_the_pool_do_not_stop_the_log(service: Service) -> None:
    pool = service.app.state.database.pool
    async with contextlib.AsyncExitStack() as held:
        for _ in range(pool.get_max_size()):
            await held.enter_async_context(pool.acquire())
        refused = await service.client.get("/v1/sources")  # It needs no look-up, only its entry.
        assert refused.status_code == 401


async def test_while_the_clock_is_back_nobody_is_cleared_and_no_entry_is_older_than_the_one_before(
    service_url: str, tmp_path: Path
) -> None:
    noon = datetime(2026, 11, 23, 12, tzinfo=UTC)
    moved = [noon]
    async with running(service_url, tmp_path, now=lambda: moved[0]) as service:
        gate = await service.as_(Role.FIRST_LINE)
        await cleared(service, gate)
        moved[0] = noon - timedelta(seconds=0.5)
        await cleared(service, gate)  # a step this small is waited out: the time stands still
        moved[0] = noon - timedelta(hours=1)
        assert (await screen(service, gate)).status_code == 503
        assert "clock_went_back" in await causes(service)
        moved[0] = noon + timedelta(seconds=1)
        await cleared(service, gate)
        rows = await service.app.state.database.pool.fetch(
            "SELECT at, convert_from(envelope, 'UTF8')::json -> 'outcome' ->> 'reason' AS reason FROM audit_entries"
        )
    assert min(row["at"] for row in rows) >= noon
    assert "clock_went_back" in [row["reason"] for row in rows]


async def test_a_start_with_a_clock_behind_the_log_leaves_an_entry_that_says_so(
    service_url: str, tmp_path: Path
) -> None:
    noon = datetime(2026, 11, 23, 12, tzinfo=UTC)
    async with running(service_url, tmp_path, now=lambda: noon) as service:
        await service.as_(Role.FIRST_LINE)
    async with running(service_url, tmp_path, now=lambda: noon - timedelta(hours=1)) as service:
        envelope = await service.app.state.database.pool.fetchval(
            "SELECT convert_from(envelope, 'UTF8')::json -> 'outcome' ->> 'behind_seconds' FROM audit_entries "
            "WHERE subject = 'clock'"
        )
    assert float(envelope) == 3600


async def test_a_key_file_that_goes_away_is_reported_while_answers_go_on(service: Service) -> None:
    gate = await service.as_(Role.FIRST_LINE)
    file: Path = service.app.state.settings.key_file
    kept = file.read_bytes()
    file.unlink()
    await cleared(service, gate)
    answer = await service.client.get("/health/ready")
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert await causes(service) == {"key_file"}
    file.write_bytes(kept)
    assert await causes(service) == set()


@pytest.mark.parametrize("missing", [True, False])
def test_a_log_that_is_signed_does_not_start_without_its_key(
    database_url: str, open_folder: Path, missing: bool
) -> None:
    file = open_folder / "signing.key"
    installed = install(open_folder, database_url=database_url, signing_key_file=str(file))
    with installed.serving():
        pass
    file.unlink()
    if not missing:
        file.mkdir()  # It cannot be read, not even by root.
    installed.command("serve", status=3)
    assert ("is missing" if missing else "cannot be read") in installed.said[-1]
    assert not file.is_file()


async def test_while_no_entry_enters_the_tree_answers_go_on_and_readiness_says_so(
    service_url: str, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sequencer, "STALLED_SECONDS", 0.2)
    monkeypatch.setattr(sequencer, "RETRY_SECONDS", 0.05)
    holder: Connection = await asyncpg.connect(database_url)
    await holder.execute("SELECT pg_advisory_lock($1)", ONE_LEADER)
    async with running(service_url, tmp_path) as service, at_work(service) as border:

        async def noticed() -> bool:
            return "audit_tree" in await causes(service)

        await until(noticed)
        await border.more(20)
        monkeypatch.setattr(sequencer, "STALLED_SECONDS", 10.0)
        await holder.close()
        await ready(service)
    # The service is gone; what it wrote is all in the tree, or the next one will bring it there.
    async with running(service_url, tmp_path) as service:
        border.service = service
        await border.nothing_is_lost()


async def test_our_own_mistake_is_a_500_that_names_the_request(service: Service) -> None:
    bureau = await service.as_(Role.BUREAU)
    async with database.as_owner(service.app.state.database) as owner:
        await owner.execute("ALTER TABLE document_records RENAME COLUMN batch TO lot")
    answer = await service.client.get("/v1/documents", headers=bureau | {"X-Request-Id": "request-1"})
    assert (answer.status_code, answer.json()["type"]) == (500, "/problems/internal")
    assert (answer.headers["X-Request-Id"], answer.json()["request_id"]) == ("request-1", "request-1")


async def test_a_commit_that_fails_after_the_handler_is_a_503_with_an_entry_of_its_own(service: Service) -> None:
    """The connection breaks at the very end: neither the record nor its entry stays, and the refusal is logged."""
    async with database.as_owner(service.app.state.database) as owner:
        await owner.execute(
            "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS "
            "'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END'"
        )
        await owner.execute(
            "CREATE CONSTRAINT TRIGGER die AFTER INSERT ON document_records DEFERRABLE INITIALLY DEFERRED "
            "FOR EACH ROW EXECUTE FUNCTION die()"
        )
    stolen = {"type": "PAS", "number": "UT4471093", "issuing_state": "UTO", "reason": "stolen", "theft_country": "UTO"}
    answer = await service.client.post("/v1/documents", json=stolen, headers=await service.as_(Role.BUREAU))
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/unavailable")
    pool = service.app.state.database.pool
    assert await pool.fetchval("SELECT count(*) FROM document_records") == 0
    logged = await pool.fetch("SELECT kind, envelope FROM audit_entries WHERE subject = 'POST /v1/documents'")
    assert [row["kind"] for row in logged] == ["refusal"]
    assert b'"reason":"database_unreachable","status":503' in logged[0]["envelope"]
