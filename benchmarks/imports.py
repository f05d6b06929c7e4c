"""How fast files of documents come in, what a record costs on disk, and how fast look-ups are.

Run `python -m benchmarks.imports [rows]`. It works on a server of its own in a temporary folder, with fsync
on. Look-ups are made one after the other on one connection: six numbers
each (one presented, five look-alikes), half of them on record. The documents are made up, with a fixed seed.
"""

import asyncio
import io
import json
import random
import statistics
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from screening.access.actors import Owner
from screening.audit import log
from screening.audit.receipts import Signer
from screening.audit.trail import Trail
from screening.db import database, embedded, migrations
from screening.db.database import Connection, Database
from screening.db.metadata import new_id
from screening.documents import formats, queries
from screening.documents.queries import Lookup
from screening.identifiers.document_types import Family
from screening.journal import imports
from screening.journal.formats import BulkFormat, Format
from screening.journal.imports import Job

ROWS = 200_000
LOOKUPS = 5_000
ALTERNATIVES = 5
NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
COLUMNS = ("number", "type", "issuing_state", "reason", "theft_date", "theft_country")
TABLE = "SELECT pg_table_size('document_records') AS heap, pg_indexes_size('document_records') AS indexes"
EACH_INDEX = """
SELECT indexrelname AS name, pg_relation_size(indexrelid) AS bytes FROM pg_stat_user_indexes
WHERE relname = 'document_records' ORDER BY 2 DESC
"""
JOURNAL = "SELECT pg_total_relation_size('record_changes') AS bytes"


def documents(rows: int, seed: int) -> Iterator[dict[str, str]]:
    chance = random.Random(seed)
    letters = "ABCDEFGHJKLMNPRTVWXYZ"
    for number in chance.sample(range(10_000_000), rows):
        yield {
            "number": f"{chance.choice(letters)}{chance.choice(letters)}{number:07d}",
            "type": chance.choice(["PAS", "PAS", "PAS", "IDC", "DIP"]),
            "issuing_state": "UTO",
            "reason": chance.choice(["stolen", "lost", "lost", "revoked"]),
            "theft_date": f"{chance.randint(2022, 2025)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}",
            "theft_country": "UTO",
        }


def ndjson(rows: int, seed: int) -> bytes:
    return "\n".join(json.dumps(each) for each in documents(rows, seed)).encode()


def csv(rows: int, seed: int) -> bytes:
    lines = [",".join(COLUMNS), *(",".join(each.values()) for each in documents(rows, seed))]
    return "\n".join(lines).encode()


@asynccontextmanager
async def workplace(url: str) -> AsyncIterator[tuple[Database, Trail, Owner]]:
    signer = Signer.of("benchmark.local/audit", Ed25519PrivateKey.generate())
    async with database.connected(url, pool_size=4) as opened, log.writing(opened, signer) as written:
        owner = Owner(new_id(), "UTO")
        await opened.pool.execute(
            "INSERT INTO organisations (id, name, kind, country, created_at) VALUES ($1, $2, 'bureau', 'UTO', $3)",
            owner.organisation_id,
            "Bureau of Utopia",
            NOW,
        )
        yield opened, Trail(written, lambda: NOW), owner


async def import_file(opened: Database, trail: Trail, owner: Owner, kind: Format | BulkFormat, content: bytes) -> float:
    started = time.perf_counter()
    progress = await imports.run(opened, trail, Job(kind, owner), io.BytesIO(content))
    seconds = time.perf_counter() - started
    print(
        f"{kind.name:17}  {progress.read} rows in {seconds:.1f} s: {progress.read / seconds:,.0f} a second "
        f"({progress.created} created, {progress.updated} updated, {progress.unchanged} unchanged, "
        f"{progress.rejected} rejected)"
    )
    return seconds


async def read_only(content: bytes) -> None:
    started = time.perf_counter()
    kind = formats.NDJSON
    rows = sum(1 for _ in kind.read(io.BytesIO(content)))
    print(f"{kind.name:17}  {rows / (time.perf_counter() - started):,.0f} rows a second read and validated")


async def look_up(opened: Database, rows: int) -> None:
    numbers = [each["number"] for each in documents(rows, seed=1)]
    chance = random.Random(3)
    times: list[float] = []
    async with opened.pool.acquire() as acquired:
        connection = cast("Connection", acquired)
        for turn in range(LOOKUPS):
            number = chance.choice(numbers) if turn % 2 else f"QQ{chance.randrange(10_000_000):07d}"
            alternatives = tuple(f"{letter}{number[1:]}" for letter in "OISUG")
            lookup = Lookup(number, "UTO", Family.PASSPORT, alternatives)
            started = time.perf_counter()
            await queries.find(connection, [lookup], at=NOW, viewers=())
            times.append(time.perf_counter() - started)
    cuts = statistics.quantiles(times[100:], n=100)
    print(f"look-up            p50 {cuts[49] * 1e6:.0f} us, p99 {cuts[98] * 1e6:.0f} us")


async def measure(url: str, rows: int) -> None:
    await read_only(ndjson(20_000, 9))
    async with workplace(url) as (opened, trail, owner):
        await import_file(opened, trail, owner, formats.NDJSON, ndjson(rows, seed=1))
        await print_size(opened, rows, "as imported")
        await import_file(opened, trail, owner, formats.NDJSON, ndjson(rows, seed=1))
        await opened.pool.execute("VACUUM ANALYZE document_records")
        await look_up(opened, rows)
        await import_file(opened, trail, owner, formats.CSV, csv(rows, seed=2))
        await opened.pool.execute("REINDEX TABLE document_records")
        await print_size(opened, 2 * rows, "after REINDEX, two files")


async def print_size(opened: Database, rows: int, when: str) -> None:
    size = await opened.pool.fetchrow(TABLE)
    journal = await opened.pool.fetchval(JOURNAL)
    assert size is not None
    print(f"a record, {when}: {size['heap'] / rows:.0f} bytes and {size['indexes'] / rows:.0f} of indexes", end=" (")
    parts = [f"{row['name']} {row['bytes'] / rows:.0f}" for row in await opened.pool.fetch(EACH_INDEX)]
    print(", ".join(parts) + f"); {journal / rows:.0f} in the journal")


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    with TemporaryDirectory(prefix="screening-benchmark-") as folder:
        Path(folder).chmod(0o711)
        with embedded.acquire(Path(folder, "data")) as lease:
            migrations.upgrade(lease.url)
            asyncio.run(measure(lease.url, rows))


if __name__ == "__main__":
    main()
