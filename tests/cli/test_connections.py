"""Clients that hold a connection for nothing: slow heads, slow bodies, answers that nobody reads, and too many."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

import pytest
from pydantic import SecretStr

from screening.cli.connections import BODY_SECONDS, HEAD_BYTES, HEAD_SECONDS, READ_SECONDS, Doorway
from tests.services import Service, running

SCREEN = b"POST /v1/screenings HTTP/1.1\r\nHost: gate\r\nContent-Type: application/json\r\n"
LIVE = b"GET /health/live HTTP/1.1\r\nHost: gate\r\n\r\n"


@asynccontextmanager
async def client(service: Service) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", service.client.base_url.port)
    yield reader, writer
    writer.close()


async def taken(service: Service, connections: int) -> None:
    """Wait until the server has so many connections."""
    async with asyncio.timeout(5):
        while len(service.server.server_state.connections) != connections:
            await asyncio.sleep(0.005)


async def after(service: Service, seconds: float) -> None:
    """Let the server look at its connections as it will after so many seconds."""
    await asyncio.sleep(0.05)  # what was sent arrives
    service.server.look_at_connections(asyncio.get_running_loop().time() + seconds)


@pytest.mark.parametrize("sent", [b"", b"GET /hea", SCREEN])
async def test_a_head_that_does_not_end_is_not_waited_for(service: Service, sent: bytes) -> None:
    async with client(service) as (reader, writer):
        writer.write(sent)
        await taken(service, 1)
        await after(service, HEAD_SECONDS - 1)
        assert len(service.server.server_state.connections) == 1
        await after(service, HEAD_SECONDS + 1)
        answer = await reader.read()
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"/problems/too-slow" in answer


async def test_a_body_that_comes_too_slowly_is_not_waited_for_and_takes_nobody_s_place(
    service_url: str, database_url: str, tmp_path: Path
) -> None:
    """One request at a time is served here: the one whose body does not come is not it."""
    owner = SecretStr(database_url)
    async with (
        running(service_url, tmp_path, database_owner_url=owner, in_flight=1) as service,
        client(service) as (reader, writer),
    ):
        writer.write(SCREEN + b"Content-Length: 1000\r\n\r\n{")
        await taken(service, 1)
        assert (await service.client.post("/v1/screenings", json={})).status_code == 401
        await after(service, BODY_SECONDS + 1)
        answer = await reader.read()
    assert answer.startswith(b"HTTP/1.1 408 ")


async def test_a_head_without_end_is_refused(service: Service) -> None:
    async with client(service) as (reader, writer):
        writer.write(b"GET /health/live HTTP/1.1\r\n")
        line = b"X-Filler: " + b"x" * 1000 + b"\r\n"
        for _ in range(2 * HEAD_BYTES // len(line)):
            writer.write(line)
        answer = await reader.read(4096)
    assert answer.startswith(b"HTTP/1.1 431 ")


async def test_an_answer_that_nobody_reads_is_given_up(service: Service) -> None:
    """Each page of documentation is larger than a request for it: soon they fill every buffer on the way."""
    _, writer = await asyncio.open_connection("127.0.0.1", service.client.base_url.port, limit=1)
    cast("asyncio.Transport", writer.transport).pause_reading()
    await taken(service, 1)
    (connection,) = service.server.server_state.connections
    while not connection.transport.get_write_buffer_size():
        writer.write(b"GET /openapi.json HTTP/1.1\r\nHost: gate\r\n\r\n")
        await asyncio.sleep(0.005)
    now = asyncio.get_running_loop().time()
    service.server.look_at_connections(now)
    service.server.look_at_connections(now + READ_SECONDS - 1)
    assert not connection.transport.is_closing()
    service.server.look_at_connections(now + READ_SECONDS + 1)
    await taken(service, 0)
    writer.close()


async def test_more_connections_than_allowed_are_refused_and_said_to_be(
    service_url: str, database_url: str, tmp_path: Path
) -> None:
    owner = SecretStr(database_url)
    async with running(service_url, tmp_path, database_owner_url=owner, connections_per_address=2) as service:
        async with client(service) as one, client(service), client(service) as third:
            assert (await third[0].read()).startswith(b"HTTP/1.1 503 ")
            one[1].write(LIVE)
            assert (await one[0].readline()).startswith(b"HTTP/1.1 200 ")
        await taken(service, 0)
        async with client(service) as (reader, writer):
            writer.write(LIVE)
            assert (await reader.readline()).startswith(b"HTTP/1.1 200 ")


def test_a_doorway_counts_all_and_each() -> None:
    doorway = Doorway(most=3, most_of_one=2)
    assert [doorway.enter(address) for address in ("a", "a", "a", "b", "c")] == [True, True, False, True, False]
    doorway.leave("a")
    assert (doorway.enter("c"), doorway.inside) == (True, 3)
