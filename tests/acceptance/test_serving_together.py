"""Several processes behind one socket, under load: killed, replaced one after the other, told to end."""

import asyncio
import functools
import itertools
import json
import os
import signal
import subprocess
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import httpx

from screening.audit import keyfile
from screening.audit.receipts import Receipt, Signer
from tests.processes import Installation, install

BODY = json.dumps({"documents": [{"type": "P", "number": "UT4471093", "issuing_state": "UTO"}]}).encode()


def pids(parent: "subprocess.Popen[bytes]") -> set[int]:
    """The processes that serve for a parent: its children that PostgreSQL is none of."""
    return set(map(int, Path(f"/proc/{parent.pid}/task/{parent.pid}/children").read_text().split()))


def connections(pid: int, port: int) -> int:
    """Count the connections to a port that a process has accepted."""
    accepted = {
        line.split()[9] for line in Path("/proc/net/tcp").read_text().splitlines() if f":{port:04X} " in line[:30]
    }
    links = [str(each.readlink()) for each in Path(f"/proc/{pid}/fd").iterdir() if each.is_symlink()]
    return sum(link.startswith("socket:[") and link[8:-1] in accepted for link in links) - 1  # the one that listens


@dataclass
class Terminal:
    """One border terminal: a connection kept alive, made anew where the service closed it."""

    address: httpx.URL
    head: bytes
    lost: int = 0
    _streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def screen(self, key: str) -> dict[str, Any] | None:
        """Screen, and give the answer; None when the connection broke."""
        if self._streams is None:
            self._streams = await asyncio.open_connection(self.address.host, self.address.port)
        reader, writer = self._streams
        try:
            writer.write(self.head + f"Idempotency-Key: {key}\r\n\r\n".encode() + BODY)
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
            body = await reader.readexactly(length)
        except (ConnectionError, asyncio.IncompleteReadError):
            self.close()
            self.lost += 1
            return None
        if b"connection: close" in head.lower():
            self.close()
        assert head.startswith(b"HTTP/1.1 200 "), (head, body)
        answer: dict[str, Any] = json.loads(body)
        return answer

    def close(self) -> None:
        """Hang up."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


@dataclass
class Load:
    """Terminals that screen without a pause; each act of screening is sent by two of them at once."""

    make: Callable[[], Terminal]
    pairs: list[tuple[Terminal, Terminal]]
    answers: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    _ended: bool = False
    _group: asyncio.TaskGroup = field(default_factory=asyncio.TaskGroup)

    async def _screen(self, terminal: Terminal, key: str) -> None:
        answer = await terminal.screen(key)
        while answer is None:
            answer = await terminal.screen(key)
        self.answers[key].append(answer)

    async def _run(self, pair: tuple[Terminal, Terminal], number: int) -> None:
        for count in itertools.count():
            if self._ended:
                return
            key = f"terminal-{number}-{count}"
            await asyncio.gather(*(self._screen(terminal, key) for terminal in pair))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Screen until the block ends, and then until every act has its answers."""
        async with self._group:
            for number, pair in enumerate(self.pairs):
                self._group.create_task(self._run(pair, number))
            yield
            self._ended = True
        for terminal in itertools.chain(*self.pairs):
            terminal.close()

    def join(self) -> None:
        """Let two more terminals screen."""
        self.pairs.append((self.make(), self.make()))
        self._group.create_task(self._run(self.pairs[-1], len(self.pairs)))

    @property
    def lost(self) -> int:
        """How many requests got no answer."""
        return sum(terminal.lost for terminal in itertools.chain(*self.pairs))

    async def more(self, acts: int) -> None:
        """Wait until so many more acts of screening were answered."""
        wanted = len(self.answers) + acts
        while len(self.answers) < wanted:
            await asyncio.sleep(0.01)


def load(installed: Installation, gate: dict[str, str], pairs: int) -> Load:
    """Make the terminals of a post."""
    head = (
        "POST /v1/screenings HTTP/1.1\r\nHost: gate\r\nContent-Type: application/json\r\n"
        f"Authorization: {gate['Authorization']}\r\nContent-Length: {len(BODY)}\r\n"
    ).encode()
    address = httpx.URL(installed.address)
    make = functools.partial(Terminal, address, head)
    return Load(make, [(make(), make()) for _ in range(pairs)])


async def until_serving(installed: Installation, processes: int) -> None:
    """Wait until so many processes serve."""
    async with httpx.AsyncClient(base_url=installed.address) as client, asyncio.timeout(60):
        while (await client.get("/health/ready")).json()["processes"]["serving"] != processes:
            await asyncio.sleep(0.05)


async def test_processes_are_killed_replaced_and_ended_under_load_and_every_answer_stands(
    database_url: str, open_folder: Path
) -> None:
    """A start of the service takes longer than all that happens to it, so one story tells it all."""
    installed = install(open_folder, database_url=database_url, workers="2", answer_slot_seconds="0", grace_seconds="2")
    gate = installed.key("first_line", "--post", "UTO-AIR-1", "--mode", "air")
    with installed.serving() as parent:
        await until_serving(installed, 2)
        run = load(installed, gate, pairs=6)
        async with run.running():
            await run.more(20)
            await kill_one(installed, parent, run)
            lost = run.lost
            assert lost, "nobody noticed that a process was killed"
            await replace_all(installed, parent, run)
            parent.send_signal(signal.SIGTERM)
            async with httpx.AsyncClient(base_url=installed.address) as balancer:
                while (await balancer.get("/health/ready")).status_code == httpx.codes.OK:
                    await run.more(1)
        assert await asyncio.to_thread(parent.wait, 30) == 0
    assert run.lost == lost, "requests failed without need"
    await check_log(database_url, installed, run)


async def spread(processes: Collection[int], port: int, run: Load) -> None:
    """Give a process without connections some: whichever is awake first may take all that come at once."""
    busy = [pid for pid in processes if connections(pid, port)]
    if len(busy) == len(processes):
        return
    for pid in busy:
        os.kill(pid, signal.SIGSTOP)
    try:
        run.join()
        async with asyncio.timeout(20):
            while not all(connections(pid, port) for pid in processes):
                await asyncio.sleep(0.01)
    finally:
        for pid in busy:
            os.kill(pid, signal.SIGCONT)


async def kill_one(installed: Installation, parent: "subprocess.Popen[bytes]", run: Load) -> None:
    """Kill the process with fewer connections, and wait until another serves in its place."""
    port = httpx.URL(installed.address).port or 0
    await spread(pids(parent), port, run)
    counts = {pid: connections(pid, port) for pid in pids(parent)}
    assert all(counts.values()), "one process has every connection"
    os.kill(min(counts, key=counts.__getitem__), signal.SIGKILL)
    await run.more(20)
    await until_serving(installed, 2)
    counted = await metric(installed, 'screening_requests_total{method="POST",route="/v1/screenings",status="200"}')
    assert counted >= 2 * 40, "what the killed process counted is gone"


async def replace_all(installed: Installation, parent: "subprocess.Popen[bytes]", run: Load) -> None:
    """Have each process replaced by another."""
    before = pids(parent)
    parent.send_signal(signal.SIGHUP)
    while pids(parent) & before:
        await run.more(5)
    await until_serving(installed, 2)
    await run.more(20)


async def metric(installed: Installation, name: str) -> float:
    """Read one of the figures."""
    async with httpx.AsyncClient(base_url=installed.address) as client:
        lines = (await client.get("/metrics")).text.splitlines()
    return next(float(line.removeprefix(name)) for line in lines if line.startswith(name))


async def check_log(url: str, installed: Installation, run: Load) -> None:
    """Check that each act of screening has one answer, one entry, and a receipt that verifies."""
    key = keyfile.load(Path(installed.environment["SCREENING_DATA_DIR"], "signing.key"))
    public = Signer.of("screening.local/audit", key).public
    answers = {}
    for both in run.answers.values():
        assert both == [both[0], both[0]]
        answers[both[0]["id"]] = both[0]["receipt"]
    assert all(public.verifies(Receipt(**receipt)) for receipt in answers.values())
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch("SELECT id, leaf_hash FROM audit_entries WHERE kind = 'screening'")
    finally:
        await connection.close()
    assert {str(row["id"]): row["leaf_hash"].hex() for row in rows} == {
        name: receipt["leaf_hash"] for name, receipt in answers.items()
    }
