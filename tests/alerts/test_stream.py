"""The live stream over a real socket: nothing missed, nothing twice, and no longer than its key holds."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from starlette.types import Message

from screening.access.permissions import Role
from screening.alerts import hub, stream
from screening.alerts.cursors import Cursors
from screening.alerts.events import Listener, Published
from screening.alerts.hub import Subscription
from screening.alerts.publisher import Publisher
from screening.alerts.stream import EventStream, Stream
from screening.db.database import Pool
from tests.alerts.receiving import MovedClock, hit_alert, tell
from tests.alerts.test_events import published
from tests.hits.test_routes import screened
from tests.services import SWEDEN, Service

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
OURS = UUID(int=1)
CURSORS = Cursors(bytes(32))


@dataclass(slots=True)
class Events:
    """The events of one stream, as they come in."""

    lines: AsyncIterator[str]

    async def next(self) -> dict[str, str]:
        """Wait for an event, and give its fields."""
        fields: dict[str, str] = {}
        async with asyncio.timeout(20):
            async for line in self.lines:
                if not line and "data" in fields:
                    return fields
                name, _, value = line.partition(": ")
                fields[name] = value
        raise EOFError

    async def opened(self) -> None:
        """Wait until the stream says that it is open."""
        async with asyncio.timeout(20):
            async for line in self.lines:
                if line.startswith("retry"):
                    return


@asynccontextmanager
async def opened(service: Service, headers: dict[str, str], **params: str) -> AsyncIterator[Events]:
    async with service.client.stream("GET", "/v1/alerts/stream", headers=headers, params=params) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        events = Events(answer.aiter_lines())
        await events.opened()
        yield events


async def told(service: Service, count: int, **changed: Any) -> list[str]:
    """Tell of hits of the one organisation that there is, and give their ids."""
    pool = service.app.state.database.pool
    [organisation] = await pool.fetch("SELECT id FROM organisations")
    alerts = [hit_alert(frozenset({organisation["id"]}), at=AT, **changed) for _ in range(count)]
    await tell(pool, *alerts)
    return sorted(str(alert.id) for alert in alerts)


async def test_a_hit_comes_in_while_it_happens_and_says_what_the_list_says(service: Service) -> None:
    bureau = await service.as_(Role.BUREAU, SWEDEN)
    async with opened(service, bureau) as events:
        hit = (await screened(service))["hits"][0]
        event = await events.next()
    assert event["event"] == "hit.opened"
    [item] = (await service.client.get("/v1/alerts", headers=bureau)).json()["items"]
    told = json.loads(event["data"])
    assert (told["id"], told["data"], event["id"]) == (hit["id"], item["data"], item["cursor"])


async def test_after_a_break_it_goes_on_where_it_was(service: Service) -> None:
    bureau = await service.as_(Role.BUREAU)
    seen: list[str] = []
    async with opened(service, bureau) as events:
        wanted = await told(service, 3)
        for _ in range(2):
            event = await events.next()
            seen.append(json.loads(event["data"])["id"])
    wanted += await told(service, 500)  # more than one page, and more than waits in memory
    async with opened(service, bureau | {"Last-Event-ID": event["id"]}) as events:
        wanted += await told(service, 3)
        while len(seen) < len(wanted):
            seen.append(json.loads((await events.next())["data"])["id"])
    assert len(set(seen)) == len(seen)
    assert sorted(seen) == sorted(wanted)


async def test_it_ends_when_its_key_is_revoked(service: Service) -> None:
    bureau, other = await service.as_(Role.BUREAU), await service.as_(Role.BUREAU)
    keys = (await service.client.get("/v1/keys", headers=other)).json()["items"]
    async with opened(service, bureau) as events:
        answer = await service.client.post(f"/v1/keys/{keys[0]['id']}/revocation", headers=other)
        assert answer.json()["revoked_at"]
        with pytest.raises(EOFError):
            await events.next()
    answer = await service.client.get("/v1/alerts/stream", headers=bureau)
    assert answer.status_code == 401


async def test_a_key_is_checked_again_however_its_scheme_is_written(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "CHECK_SECONDS", 0.0)
    bureau = await service.as_(Role.BUREAU)
    async with opened(service, {"Authorization": bureau["Authorization"].replace("Bearer", "bearer")}) as events:
        [wanted] = await told(service, 1)
        assert json.loads((await events.next())["data"])["id"] == wanted


async def test_it_ends_when_the_service_stops_listening(service: Service) -> None:
    async with opened(service, await service.as_(Role.BUREAU)) as events:
        service.app.state.alerts.close()
        with pytest.raises(EOFError):
            await events.next()


@pytest.mark.parametrize("role", [Role.FIRST_LINE, Role.AUDITOR, Role.CARRIER])
async def test_roles_that_hear_of_nothing_are_refused(service: Service, role: Role) -> None:
    headers = await service.as_(role)
    for path in ("/v1/alerts", "/v1/alerts/stream"):
        assert (await service.client.get(path, headers=headers)).status_code == 403


async def test_who_may_not_hear_an_alert_does_not_get_it_between_two_that_are_heard(service: Service) -> None:
    coordinator = await service.as_(Role.COORDINATOR)
    async with opened(service, coordinator) as events:
        first = await told(service, 1)
        await told(service, 1, silent=True)
        await told(service, 1, exercise=True, operation="X")
        last = await told(service, 1)
        heard = [json.loads((await events.next())["data"])["id"] for _ in range(2)]
    assert heard == first + last


async def test_an_exercise_is_streamed_to_who_asks_for_its_operation(service: Service) -> None:
    async with opened(service, await service.as_(Role.BUREAU), operation="X") as events:
        await told(service, 1)
        [wanted] = await told(service, 1, exercise=True, operation="X")
        assert json.loads((await events.next())["data"])["id"] == wanted


async def test_streams_do_not_take_all_sockets(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "MOST_STREAMS", 1)
    bureau = await service.as_(Role.BUREAU)
    async with opened(service, bureau):
        answer = await service.client.get("/v1/alerts/stream", headers=bureau)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")


@pytest.mark.parametrize("value", ["1", "x", "0" * 32, "z" * 32, Cursors(b"another key, of 32 bytes as well").write(1)])
async def test_a_cursor_that_is_none_is_refused(service: Service, value: str) -> None:
    headers = await service.as_(Role.BUREAU) | {"Last-Event-ID": value}
    assert (await service.client.get("/v1/alerts/stream", headers=headers)).status_code == 422
    answer = await service.client.get("/v1/alerts", headers=headers, params={"after": value})
    assert answer.status_code == 422


def offered(count: int) -> list[Published]:
    return [published(hit_alert(frozenset({OURS}), at=AT), position) for position in range(1, count + 1)]


async def test_what_does_not_fit_in_memory_is_left_to_the_database() -> None:
    subscription = Subscription(Listener.in_role(OURS, Role.BUREAU))
    alerts = offered(hub.BUFFER + 2)
    for alert in alerts[:-2]:
        subscription.offer(alert)
    assert not subscription.behind
    subscription.offer(alerts[-2])
    subscription.offer(alerts[-1])
    assert subscription.behind
    assert await subscription.take(1) == []
    subscription.restart()
    subscription.offer(alerts[-1])
    assert await subscription.take(1) == [alerts[-1]]


async def test_a_listener_who_fell_behind_misses_nothing(pool: Pool) -> None:
    """The hub hands on more than fits while the stream is not read; then it is read to the end."""
    reader = hub.Hub()
    listener = Listener.in_role(OURS, Role.BUREAU)

    async def holds() -> bool:
        return True

    events = Stream(reader, pool, listener, holds, cursors=CURSORS, after=None).events()
    assert b"connected" in await anext(events)
    await tell(pool, *[hit_alert(frozenset({OURS}), at=AT) for _ in range(hub.BUFFER + 10)])
    publisher = Publisher(pool, MovedClock())
    while await publisher.publish():
        pass
    async with pool.acquire() as connection:
        await reader._catch_up(connection)  # type: ignore[arg-type]  # what it does when it is told
    wanted = [f"id: {CURSORS.write(position)}\n".encode() for position in range(1, hub.BUFFER + 11)]
    for line in wanted:
        assert line in await anext(events)
    await events.aclose()


async def test_a_client_that_does_not_read_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "SLOW_SECONDS", 0.01)
    ended: list[bool] = []

    async def events() -> AsyncGenerator[bytes]:
        try:
            while True:
                yield b"data: x\n\n"
        finally:
            ended.append(True)

    async def send(message: Message) -> None:
        if message["type"] == "http.response.body":
            await asyncio.sleep(3600)

    async def receive() -> Message:
        return await asyncio.sleep(3600, {"type": "http.disconnect"})

    scope = {"type": "http", "asgi": {"spec_version": "2.3"}}
    async with asyncio.timeout(20):
        await EventStream(events(), {})(scope, receive, send)
    assert ended == [True]
