"""Kills the primary of three PostgreSQL servers while two service nodes screen, and tells what their clients saw.

Each client sends one submission after the other with an idempotency key of its own, half of them with a stolen
passport; what is refused goes to the other node half a second later, under the same key, until it is answered. First
the primary dies with its Patroni (SIGKILL), then the dead server comes back, then the lead is handed over in peace.

Needs etcd and Patroni: `apt-get install --no-install-recommends etcd-server patroni`.
"""

import asyncio
import itertools
import json
import os
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx

from benchmarks.failover import cluster
from benchmarks.failover.cluster import OWNER, SERVICE, Cluster
from benchmarks.loading import BUREAU, Installed, free_port, quantile

CLIENTS, PAUSE, AGAIN = 16, 0.1, 0.5
"""How many send at once, and seconds between an answer and the next submission, or a refusal and the next attempt."""

QUIET, BACK = 10.0, 15.0
"""Seconds of load before a blow, and after the service is back."""

STOLEN = 200


@dataclass(slots=True)
class Seen:
    """What the clients saw."""

    receipts: list[dict[str, str]] = field(default_factory=list)
    answered_at: list[float] = field(default_factory=list)
    spent: list[float] = field(default_factory=list)
    """Seconds of each submission, from its first attempt to its answer."""
    decisions: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    false_clears: int = 0
    submissions: int = 0
    answered: asyncio.Condition = field(default_factory=asyncio.Condition)

    def gap(self, since: float) -> float:
        """Give the longest time without any answer since then."""
        times = [since, *sorted(at for at in self.answered_at if at > since)]
        return max(later - earlier for earlier, later in itertools.pairwise(times))


def main() -> None:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="screening-failover-")))
        folder.chmod(0o711)
        servers = stack.enter_context(cluster.running(folder))
        nodes = [Installed(environment(folder, servers, name), folder) for name in ("one", "two")]
        nodes[0].command("migrate")
        gate = nodes[0].key("first_line", "--post", "UTO-AIR-1", "--mode", "air")
        report_stolen(nodes[0])
        for node in nodes:
            stack.enter_context(node.serving())
        print(f"{len(servers.nodes)} PostgreSQL servers, {len(nodes)} service nodes, {CLIENTS} clients")
        asyncio.run(drive(servers, [node.port for node in nodes], gate))


def environment(folder: Path, servers: Cluster, name: str) -> dict[str, str]:
    """Set a node up: keys are the same on all nodes, all else is its own."""
    port = str(free_port())
    keys = {"SIGNING_KEY": "signing.key", "SUBJECT_KEYS": "subject.keys", "REDRESS_KEY": "redress.key"}
    chosen = {f"SCREENING_{key}_FILE": str(folder / file) for key, file in keys.items()}
    chosen["SCREENING_DATABASE_URL"] = servers.url(SERVICE)
    chosen["SCREENING_DATABASE_OWNER_URL"] = servers.url(OWNER)
    chosen |= {"SCREENING_DATA_DIR": str(folder / name), "SCREENING_PORT": port, "SCREENING_LOG_LEVEL": "CRITICAL"}
    return os.environ | chosen | {"SCREENING_ANSWER_SLOT_SECONDS": "0"}


def report_stolen(node: Installed) -> None:
    """Import the stolen passports."""
    file = node.folder / "stolen.ndjson"
    facts = {"type": "PAS", "issuing_state": "UTO", "reason": "stolen", "theft_country": "UTO"}
    file.write_text("".join(json.dumps({"number": passport(n), **facts}) + "\n" for n in range(STOLEN)))
    node.command("import", str(file), "--format", "documents.ndjson", "--organisation", BUREAU[1])


def passport(number: int) -> str:
    """Number a stolen passport."""
    return f"U{number:08d}"


async def drive(servers: Cluster, ports: list[int], gate: str) -> None:
    """Load the service, strike, and report."""
    seen, ended = Seen(), asyncio.Event()
    clients = [asyncio.create_task(client(number, ports, gate, seen, ended)) for number in range(CLIENTS)]
    await asyncio.sleep(QUIET)
    before = len(seen.receipts)
    print(f"before: {before / QUIET:.0f} answers a second, p99 {quantile(seen.spent, 0.99) * 1000:.0f} ms\n")

    dead = await asyncio.to_thread(servers.primary)
    struck = time.monotonic()
    await asyncio.to_thread(dead.die)
    await answered_again(seen, struck, "the primary is killed")
    dead.start()
    returned = time.monotonic()
    await asyncio.to_thread(servers.wait_until_whole)
    print(f"    the dead server is a standby again {time.monotonic() - returned:.1f} s after its start")

    struck = time.monotonic()
    await asyncio.to_thread(servers.switch_over)
    await answered_again(seen, struck, "the lead is handed over")

    ended.set()
    await asyncio.gather(*clients)
    print(f"\n{seen.submissions:,} submissions, all answered in the end: {dict(seen.decisions)}")
    print(f"attempts refused meanwhile: {dict(seen.refused)}")
    print(f"stolen passports answered no_hit: {seen.false_clears}")
    await compare(servers, seen)


async def answered_again(seen: Seen, struck: float, what: str) -> None:
    """Wait until answers flow again; says how long there were none, and what was the worst a client waited."""
    refused = seen.refused.total()
    await asyncio.sleep(3.0)
    async with seen.answered:
        await seen.answered.wait()
    await asyncio.sleep(BACK)
    waited = [spent for at, spent in zip(seen.answered_at, seen.spent, strict=True) if at > struck]
    print(f"{what}: {seen.gap(struck):.1f} s without an answer, {seen.refused.total() - refused} attempts refused")
    print(f"    the longest submission took {max(waited):.1f} s with its retries")


async def client(number: int, ports: list[int], gate: str, seen: Seen, ended: asyncio.Event) -> None:
    """Send submissions until the end, each until it is answered."""
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {gate}"}, timeout=5.0) as http:
        count = number
        while not ended.is_set():
            stolen = count % 2 == 0
            await submit(http, ports, count, passport(count % STOLEN if stolen else STOLEN + count), seen)
            count += CLIENTS + 1
            await asyncio.sleep(PAUSE)


async def submit(http: httpx.AsyncClient, ports: list[int], turn: int, shown: str, seen: Seen) -> None:
    """Send one submission, to one node and the other in turn, until one answers."""
    body = {"documents": [{"type": "PAS", "number": shown, "issuing_state": "UTO"}]}
    headers, began = {"Idempotency-Key": str(uuid4())}, time.monotonic()
    seen.submissions += 1
    while True:
        url = f"http://127.0.0.1:{ports[turn % len(ports)]}/v1/screenings"
        try:
            answer = await http.post(url, json=body, headers=headers)
            reason = f"{answer.status_code}"
        except httpx.TransportError as error:
            answer, reason = None, type(error).__name__
        if answer is not None and answer.is_success:
            note(answer.json(), shown, began, seen)
            async with seen.answered:
                seen.answered.notify_all()
            return
        seen.refused[reason] += 1
        turn += 1
        await asyncio.sleep(AGAIN)


def note(answer: dict[str, Any], shown: str, began: float, seen: Seen) -> None:
    """Keep what an answer says."""
    now = time.monotonic()
    seen.receipts.append(answer["receipt"])
    seen.answered_at.append(now)
    seen.spent.append(now - began)
    seen.decisions[answer["decision"]] += 1
    seen.false_clears += answer["decision"] == "no_hit" and int(shown[1:]) < STOLEN


async def compare(servers: Cluster, seen: Seen) -> None:
    """Look for each receipt's entry on whichever server leads now."""
    connection = await asyncpg.connect(servers.url(OWNER))
    rows = await connection.fetch(
        "SELECT id::text, encode(leaf_hash, 'hex') AS leaf_hash FROM audit_entries WHERE kind = 'screening'"
    )
    await connection.close()
    kept = {(row["id"], row["leaf_hash"]) for row in rows}
    promised = {(receipt["entry"], receipt["leaf_hash"]) for receipt in seen.receipts}
    print(f"receipts: {len(promised):,}, without their entry in the log: {len(promised - kept)}")
    print(f"entries that no client has a receipt of: {len(kept - promised)}")


if __name__ == "__main__":
    main()
