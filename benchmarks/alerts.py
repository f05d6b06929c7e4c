"""How long after the commit of a hit its webhook and its stream have it, and what telling of it costs the commit.

Run `python -m benchmarks.alerts [seconds] [events a second]`. It works on a server of its own in a temporary folder,
with fsync on. Hits are kept as the service does it, with an entry of the log in the group commit, at an even pace; one
webhook goes to a receiver in this process, and one listener follows the stream's hub. A delay runs from the moment that
the commit is known to the one that the receiver has read the request.
"""

import asyncio
import contextlib
import json
import statistics
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Network
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from benchmarks.audit import SIGNER, draft
from benchmarks.loading import quantile
from screening import clock
from screening.access.permissions import Role
from screening.alerts import hub, sealing, worker
from screening.alerts.events import AlertType, Listener
from screening.alerts.housekeeping import Kept
from screening.alerts.hub import Hub
from screening.alerts.sealing import Sealer
from screening.alerts.stream import Stream
from screening.audit import log
from screening.audit.log import Log
from screening.db import database, embedded, migrations
from screening.db.database import Database
from screening.db.metadata import new_id
from screening.hits import service as hits
from screening.hits.events import Cases
from screening.hits.queries import OPENED
from screening.hits.service import NewHit

SECONDS, RATE = 20.0, 50
COMMITS = 400
BUREAU = new_id()
CASES = Cases()
LOOPBACK = (IPv4Network("127.0.0.0/8"),)


def hit() -> NewHit:
    return NewHit(
        id=new_id(),
        screening_id=new_id(),
        at=datetime.now(UTC),
        organisation_id=BUREAU,
        post_id=new_id(),
        client_id=new_id(),
        officer=None,
        operation=None,
        exercise=False,
        source="sltd",
        record_id=new_id(),
        record_version=1,
        owner_id=BUREAU,
        label="stolen",
        crime_areas=(),
        strength="exact",
        desk="first_line",
        score=1.0,
        document_key=None,
    )


@asynccontextmanager
async def receiver(seen: dict[UUID, float]) -> AsyncIterator[str]:
    """Run a receiver that notes when it has read which webhook."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
                fields = dict(line.split(": ", 1) for line in head.split("\r\n")[1:-2])
                await reader.readexactly(int(fields["content-length"]))
                seen.setdefault(UUID(fields["webhook-id"]), time.perf_counter())
                writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    server.close()


async def make_webhook(opened: Database, sealer: Sealer, url: str) -> None:
    """Make an organisation with one webhook."""
    webhook_id = new_id()
    await opened.pool.execute(
        "INSERT INTO organisations (id, name, kind, created_at) VALUES ($1, 'Bureau', 'partner', now())", BUREAU
    )
    await opened.pool.execute(
        "INSERT INTO webhooks (id, organisation_id, role, url, types, posts, secret, created_at) "
        "VALUES ($1, $2, 'bureau', $3, $4, '{}', $5, now())",
        webhook_id,
        BUREAU,
        url,
        [AlertType.HIT_OPENED],
        sealer.seal(webhook_id, sealing.mint()),
    )


async def listen(followed: Hub, opened: Database, sealer: Sealer, seen: dict[UUID, float]) -> None:
    """Note when a stream gives which alert to its connection."""

    async def holds() -> bool:
        return True

    stream = Stream(
        followed, opened.pool, Listener.in_role(BUREAU, Role.BUREAU), holds, cursors=sealer.cursors, after=None
    )
    async for event in stream.events():
        fields = dict(line.split(": ", 1) for line in event.decode().splitlines() if ": " in line)
        if "data" in fields:
            seen[UUID(json.loads(fields["data"])["id"])] = time.perf_counter()


async def find_hits(written: Log, seconds: float, rate: float) -> dict[UUID, float]:
    """Keep hits at an even pace, and note when each was committed."""
    committed = dict[UUID, float]()

    async def keep() -> None:
        found = hit()
        await written.append(draft(), attached={OPENED: [hits.opened(found, CASES)]})
        committed[found.id] = time.perf_counter()

    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number in range(int(seconds * rate)):
            await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
            group.create_task(keep())
    return committed


async def measure_delays(opened: Database, written: Log, folder: Path, seconds: float, rate: float) -> None:
    by_webhook, by_stream = dict[UUID, float](), dict[UUID, float]()
    sealer = sealing.load_or_make(folder / "webhooks.key")
    async with (
        receiver(by_webhook) as url,
        hub.listening(opened.url) as followed,
        worker.working(opened.url, sealer, LOOPBACK, clock.system, Kept(timedelta(days=90), timedelta(days=180))),
    ):
        await make_webhook(opened, sealer, url)
        listening = asyncio.create_task(listen(followed, opened, sealer, by_stream))
        await find_hits(written, 2.0, rate)  # warm: connections, prepared statements
        committed = await find_hits(written, seconds, rate)
        async with asyncio.timeout(60):
            while not committed.keys() <= by_webhook.keys() & by_stream.keys():  # noqa: ASYNC110 - two clocks to watch
                await asyncio.sleep(0.05)
        listening.cancel()
    for name, seen in (("webhook", by_webhook), ("stream", by_stream)):
        delays = [(seen[each] - at) * 1000 for each, at in committed.items()]
        print(
            f"{name:>8}: {len(delays):,} hits at {rate:.0f} a second; p50 {quantile(delays, 0.5):.0f} ms, "
            f"p99 {quantile(delays, 0.99):.0f} ms, most {max(delays):.0f} ms"
        )


async def measure_commits(opened: Database, written: Log) -> None:
    """Take turns between commits that tell of their hit and such that do not: the machine's moods even out."""
    spent: dict[str, list[float]] = {"told of": [], "not told of": []}
    for turn in range(8):
        name, action = ("told of", "ENABLE") if turn % 2 else ("not told of", "DISABLE")
        await opened.pool.execute(f"ALTER TABLE hits {action} TRIGGER tell_of_hits")
        for _ in range(COMMITS // 4):
            attached = {OPENED: [hits.opened(hit(), CASES)]}
            began = time.perf_counter()
            await written.append(draft(), attached=attached)
            spent[name].append((time.perf_counter() - began) * 1000)
    for name, times in spent.items():
        print(f"commit of an entry with a hit {name:>11}, alone: p50 {statistics.median(times):.2f} ms")


async def main(url: str, folder: Path, seconds: float, rate: float) -> None:
    async with (
        database.connected(url, pool_size=4) as opened,
        log.writing(opened, SIGNER, attachments=(OPENED,)) as written,
    ):
        await measure_commits(opened, written)
        await measure_delays(opened, written, folder, seconds, rate)


if __name__ == "__main__":
    wanted_seconds = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    wanted_rate = float(sys.argv[2]) if len(sys.argv) > 2 else RATE
    with TemporaryDirectory(prefix="screening-bench-") as name:
        Path(name).chmod(0o711)
        with embedded.acquire(Path(name, "data")) as lease:
            migrations.upgrade(lease.url)
            asyncio.run(main(lease.url, Path(name), wanted_seconds, wanted_rate))
