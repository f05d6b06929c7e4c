"""The worker as a process of its own: killed in the middle of a delivery it loses nothing, told to stop it ends."""

import asyncio
import json
import signal
from pathlib import Path
from typing import Any

import asyncpg
import httpx

from screening.access.permissions import Role
from tests.alerts.receiving import LOOPBACK, Receiver, receiving
from tests.hits.test_routes import PRESENTED, STOLEN
from tests.processes import install, json_lines
from tests.services import Service, running

HITS = 5

STALE = "UPDATE pgqueuer.pgqueuer SET heartbeat = heartbeat - interval '1 hour' WHERE status = 'picked'"
"""As if time had passed since the worker that holds the jobs died."""


async def screened(service: Service, url: str) -> tuple[str, set[str]]:
    """Let hits be found; gives the secret of a webhook that is to tell of them, and their ids."""
    bureau, gate = await service.as_(Role.BUREAU), await service.as_(Role.FIRST_LINE)
    webhook = (await service.client.post("/v1/webhooks", json={"url": url}, headers=bureau)).json()
    assert (await service.client.post("/v1/documents", json=STOLEN, headers=bureau)).status_code == 201
    answers = [await service.screen(gate, documents=[PRESENTED]) for _ in range(HITS)]
    return webhook["secret"], {answer["hits"][0]["id"] for answer in answers}


async def execute(url: str, statement: str) -> Any:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


async def delivered(database_url: str, count: int) -> None:
    async with asyncio.timeout(30):
        while await execute(database_url, "SELECT count(*) FROM webhook_deliveries WHERE status = 'delivered'") < count:
            await asyncio.sleep(0.05)


async def test_a_worker_killed_in_the_middle_of_a_delivery_loses_nothing(database_url: str, open_folder: Path) -> None:
    installed = install(open_folder, database_url=database_url, webhook_networks="127.0.0.0/8")
    async with receiving() as receiver:
        idle = running(database_url, open_folder / "data", deliver_alerts=False, webhook_networks=LOOPBACK)
        async with idle as service:
            secret, hits = await screened(service, receiver.url)
        assert await execute(database_url, "SELECT count(position) FROM alerts") == 0
        receiver.answers = [204, *[-1] * (HITS - 1)]
        with installed.working() as first:
            await receiver.wait(HITS)
            await delivered(database_url, 1)
            first.send_signal(signal.SIGKILL)
            await asyncio.to_thread(first.wait)
        await execute(database_url, STALE)
        with installed.working() as second:
            await delivered(database_url, HITS)
            second.send_signal(signal.SIGTERM)
            assert await asyncio.to_thread(second.wait, 30) == 0
        check(receiver, secret, hits)
    assert "Traceback" not in "".join(installed.said)
    json_lines(installed.said[-1])


def check(receiver: Receiver, secret: str, hits: set[str]) -> None:
    """All hits came, each one verifies, and those that came twice carry the id that tells so."""
    for received in receiver.received:
        assert received.verified(secret) == json.loads(received.body)
    assert {received.id for received in receiver.received} == hits
    assert HITS < len(receiver.received) <= 2 * HITS


async def test_a_serving_process_ends_at_once_while_streams_are_open(database_url: str, open_folder: Path) -> None:
    installed = install(open_folder, database_url=database_url)
    bureau = installed.key("bureau")
    with installed.serving() as process:
        async with (
            httpx.AsyncClient(base_url=installed.address, timeout=20) as client,
            client.stream("GET", "/v1/alerts/stream", headers=bureau) as answer,
        ):
            lines = answer.aiter_lines()
            assert await anext(lines) == ": connected"
            process.send_signal(signal.SIGTERM)
            assert [line async for line in lines][-1] == ""
        await asyncio.to_thread(process.wait, 30)
    assert "timeout graceful shutdown exceeded" not in "".join(installed.said)
