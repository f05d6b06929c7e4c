"""How fast entries become durable and enter the tree, how fast a proof is made, and how fast an export is verified.

Run `python -m benchmarks.audit [seconds] [leaves]`. It works on a server of its own in a temporary folder, with fsync
on. Appends come from as many tasks as are in flight, each waiting for its receipt; the sequencer runs in the same
process, as in the service. The integration lag of an entry is the time from its commit, as its writer sees it, to the
commit of the checkpoint that covers it. Each figure is the median of three runs.
"""

import asyncio
import hashlib
import random
import statistics
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from screening import clock
from screening.audit import export, log, notes, proofs, sequencer, tiles, tree, tree_queries, verify
from screening.audit.entries import Draft, EntryKind, Party
from screening.audit.export import Scope
from screening.audit.log import Log
from screening.audit.memory import Memory
from screening.audit.notes import Checkpoint
from screening.audit.receipts import Signer
from screening.audit.tree_queries import StoredCheckpoint
from screening.audit.verify import Question, Receipts
from screening.db import database, embedded, migrations
from screening.db.database import Connection, Database
from screening.db.metadata import new_id

RUNS = 3
SECONDS = 5.0
LEAVES = 1_000_000
IN_FLIGHT = (64, 128, 256)
PROOFS = 1000
ENTRIES = 200_000
COPY_ROWS = 256 * 400
SIGNER = Signer.of("benchmark.local/audit", Ed25519PrivateKey.generate())
PARTY = Party(new_id(), new_id(), "first_line", new_id(), "UTO")
PAYLOAD = {"submission": {"documents": [{"mrz": "P<UTO" + "X" * 83}]}, "answer": {"hits": [], "text": "x" * 900}}


def draft() -> Draft:
    entry_id = new_id()
    return Draft(
        id=entry_id,
        kind=EntryKind.SCREENING,
        at=datetime.now(UTC),
        party=PARTY,
        subject=f"screening:{entry_id}",
        outcome={"coverage": {"notices": "answered", "sltd": "answered"}, "decision": "no_hit", "policy": "standard-1"},
        request_id=str(entry_id),
        purpose="border_control",
        payload=PAYLOAD,
    )


@asynccontextmanager
async def workplace(url: str, folder: Path) -> AsyncIterator[tuple[Database, Log]]:
    async with (
        database.connected(url, pool_size=4) as opened,
        log.writing(opened, SIGNER) as written,
        sequencer.running(url, SIGNER, Memory(folder), clock.system),
    ):
        yield opened, written


async def append(written: Log, in_flight: int, seconds: float, committed: dict[UUID, float]) -> float:
    """Append for some seconds; gives the rate."""
    ends = time.perf_counter() + seconds

    async def write() -> None:
        while time.perf_counter() < ends:
            made = draft()
            await written.append(made)
            committed[made.id] = time.time()

    began, before = time.perf_counter(), len(committed)
    await asyncio.gather(*(write() for _ in range(in_flight)))
    return (len(committed) - before) / (time.perf_counter() - began)


async def watch(opened: Database, seen: list[tuple[int, float]]) -> None:
    """Note when each size of the tree is first seen."""
    while True:
        size = await opened.pool.fetchval("SELECT max(size) FROM audit_checkpoints")
        if size is not None and (not seen or size > seen[-1][0]):
            seen.append((size, time.time()))
        await asyncio.sleep(0.005)


async def measure_appends(url: str, folder: Path, seconds: float) -> None:
    async with workplace(url, folder) as (opened, written):
        for in_flight in IN_FLIGHT:
            rates, lags = list[float](), list[float]()
            for _ in range(RUNS):
                committed, seen = dict[UUID, float](), list[tuple[int, float]]()
                watching = asyncio.create_task(watch(opened, seen))
                rates.append(await append(written, in_flight, seconds, committed))
                await until_integrated(opened)
                await asyncio.sleep(0.05)
                watching.cancel()
                lags += await find_lags(opened, committed, seen)
            cuts = statistics.quantiles(lags, n=100)
            print(
                f"appends, {in_flight:3} in flight: {statistics.median(rates):,.0f} a second "
                f"(runs {', '.join(f'{rate:,.0f}' for rate in rates)}); "
                f"lag p50 {cuts[49] * 1000:.0f} ms, p99 {cuts[98] * 1000:.0f} ms, most {max(lags) * 1000:.0f} ms"
            )


async def until_integrated(opened: Database) -> None:
    while await opened.pool.fetchval("SELECT EXISTS (SELECT FROM audit_pending)"):  # noqa: ASYNC110
        await asyncio.sleep(0.02)


async def find_lags(opened: Database, committed: dict[UUID, float], seen: list[tuple[int, float]]) -> list[float]:
    rows = await opened.pool.fetch("SELECT leaf_index, entry_id FROM audit_leaves WHERE leaf_index >= $1", 0)
    lags = []
    sizes = iter(sorted(seen))
    size, at = next(sizes)
    for index, entry_id in sorted((row["leaf_index"], row["entry_id"]) for row in rows):
        if entry_id in committed:
            while size <= index:
                size, at = next(sizes)
            lags.append(max(0.0, at - committed[entry_id]))
    return lags


async def measure_verification(url: str, folder: Path) -> None:
    """Export real entries with payloads and receipts, and verify the folder and the archive."""
    async with workplace(url, folder) as (opened, written):
        missing = ENTRIES - int(await opened.pool.fetchval("SELECT count(*) FROM audit_entries"))
        while missing > 0:
            await asyncio.gather(*(written.append(draft()) for _ in range(min(missing, 1024))))
            missing -= 1024
        await until_integrated(opened)
        checkpoint = await proofs.get_checkpoint(opened.pool)
        scope = Scope(SIGNER.log, checkpoint, None, datetime.now(UTC))
        began = time.perf_counter()
        await export.write_folder(export.members(opened.pool, scope), folder / "out")
        print(f"export: {checkpoint.size / (time.perf_counter() - began):,.0f} entries a second to a folder")
        with (folder / "out.tar").open("wb") as stream:
            async for piece in export.archive(export.members(opened.pool, scope)):
                stream.write(piece)
    for name, path, receipts in (
        ("folder, receipts of a sample", folder / "out", Receipts.SAMPLE),
        ("archive, receipts of a sample", folder / "out.tar", Receipts.SAMPLE),
        ("folder, no receipts", folder / "out", Receipts.NONE),
    ):
        rates = [verify_once(path, receipts) for _ in range(RUNS)]
        print(f"verify, {name}: {statistics.median(rates):,.0f} entries a second")
    print(f"verify, folder, all receipts: {verify_once(folder / 'out', Receipts.ALL):,.0f} entries a second")


def verify_once(path: Path, receipts: Receipts) -> float:
    began = time.perf_counter()
    report = verify.verify(path, Question([SIGNER.public], receipts=receipts))
    assert not report.findings, report.first
    return report.entries / (time.perf_counter() - began)


async def measure_proofs(url: str, leaves: int) -> None:
    """Fill a tree with made-up hashes, and prove the inclusion of random leaves."""
    async with database.connected(url, pool_size=2) as opened:
        await fill(opened, leaves)
        chance = random.Random(1)
        times, sizes = list[float](), list[int]()
        for _ in range(PROOFS):
            index = chance.randrange(leaves)
            entry_id = UUID(int=index + 1)
            began = time.perf_counter()
            proof = await proofs.prove_inclusion(opened.pool, entry_id)
            times.append(time.perf_counter() - began)
            head = notes.parse_checkpoint(notes.parse(proof.checkpoint.note).text).head
            tree.check_inclusion(proof.leaf_hash, proof.index, proof.hashes, head)
            sizes.append(len(proof.hashes))
        cuts = statistics.quantiles(times, n=100)
        print(
            f"proof of inclusion, {leaves:,} leaves: p50 {cuts[49] * 1000:.2f} ms, p99 {cuts[98] * 1000:.2f} ms, "
            f"{statistics.mean(sizes):.0f} hashes, every one checked"
        )


async def fill(opened: Database, leaves: int) -> None:
    edge = tiles.Edge()
    async with opened.pool.acquire() as acquired:
        connection = cast("Connection", acquired)
        while edge.size < leaves:
            numbers = range(edge.size, min(leaves, edge.size + COPY_ROWS))
            hashes = [hashlib.sha256(number.to_bytes(8, "big")).digest() for number in numbers]
            rows = [(number, UUID(int=number + 1), leaf) for number, leaf in zip(numbers, hashes, strict=True)]
            await connection.copy_records_to_table("audit_leaves", records=rows)
            edge, written = edge.extended(hashes)
            await tree_queries.keep_tiles(connection, written)
        note = str(notes.sign(Checkpoint(SIGNER.log, edge.head), SIGNER))
        stored = StoredCheckpoint(edge.size, edge.head.root, note, datetime.now(UTC))
        await tree_queries.add_checkpoint(connection, stored)
        await connection.execute("VACUUM ANALYZE audit_leaves, audit_tiles")


def on_server(folder: Path, name: str, work: str, *arguments: float) -> None:
    with embedded.acquire(folder / name) as lease:
        migrations.upgrade(lease.url)
        if work == "proofs":
            asyncio.run(measure_proofs(lease.url, int(arguments[0])))
        else:
            asyncio.run(measure_appends(lease.url, folder / "memory", arguments[0]))
            asyncio.run(measure_verification(lease.url, folder / "memory"))


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    leaves = int(sys.argv[2]) if len(sys.argv) > 2 else LEAVES
    with TemporaryDirectory(prefix="screening-benchmark-") as folder:
        Path(folder).chmod(0o711)
        on_server(Path(folder), "log", "appends", seconds)
        on_server(Path(folder), "tree", "proofs", leaves)


if __name__ == "__main__":
    main()
