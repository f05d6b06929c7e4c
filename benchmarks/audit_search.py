"""How long the first page of each filter takes in a log of ten million entries, statistics, streams and erasing.

Run `python -m benchmarks.audit_search [entries]`. Generated entries of a year go by COPY straight into their months, on
a server of its own in a temporary folder; ten million take some 25 GB there, and some minutes. A filter's time is that
of the query and of making its page, without HTTP: the first run, which plans and reads from disk, and the median of
five more with other values.
"""

import asyncio
import hashlib
import random
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import asyncpg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from screening.audit import log, queries, retention, search, search_queries
from screening.audit.entries import Retention
from screening.audit.readers import Reader
from screening.audit.receipts import Signer
from screening.audit.retention import Rules
from screening.audit.search import Page
from screening.audit.search_queries import Dimension, Filter
from screening.audit.trail import Trail
from screening.db import database, embedded, migrations
from screening.db.database import Connection, Database
from screening.db.metadata import first_id_at, instant_of

ENTRIES = 10_000_000
CHUNK = 100_000
RUNS = 5
PAYLOADS = 500_000
STREAMED = 200_000
END = datetime.now(UTC)
YEAR = timedelta(days=360)
SIGNER = Signer.of("benchmark.local/audit", Ed25519PrivateKey.generate())
COLOURS = ("red", "blue", "yellow", "green", "orange", "un")
COUNTRIES = [f"X{a}{b}" for a in "ABCDEFGH" for b in "ABCDEFGH"]
ORGANISATIONS = [UUID(int=1000 + number) for number in range(len(COUNTRIES))]
POSTS = [UUID(int=100_000 + number) for number in range(20 * len(COUNTRIES))]
CLIENTS = [UUID(int=1_000_000 + number) for number in range(4 * len(POSTS))]
FILLER = "x" * 420


@dataclass(frozen=True, slots=True)
class World:
    """Who writes: bureaus of very different size, their posts, clients and officers."""

    chance: random.Random

    def place(self) -> tuple[int, UUID, UUID]:
        """Give a bureau, one of its 20 posts, and one of the post's 4 clients; a few bureaus are large."""
        bureau = min(int(self.chance.paretovariate(0.6)) - 1, len(COUNTRIES) - 1)
        client = bureau * 80 + int(self.chance.random() * 80)
        return bureau, POSTS[client // 4], CLIENTS[client]


@dataclass(frozen=True, slots=True)
class Rows:
    """Generated rows of each table."""

    entries: list[tuple[Any, ...]]
    matches: list[tuple[Any, ...]]
    subjects: list[tuple[Any, ...]]
    payloads: list[tuple[Any, ...]]


def generate(world: World, first: int, count: int, total: int) -> Rows:
    chance, rows = world.chance, Rows([], [], [], [])
    for number in range(first, first + count):
        at = END - YEAR + YEAR * (number / total)
        entry_id = UUID(int=first_id_at(at).int | 7 << 76 | 2 << 62 | number)
        bureau, post, client = world.place()
        organisation = ORGANISATIONS[bureau]
        screening = chance.random() < 0.9
        lot = chance.random()
        decision = ("hit" if lot < 0.01 else "incomplete" if lot < 0.02 else "no_hit") if screening else None
        desk = ("first_line" if lot < 0.002 else "second_line") if decision == "hit" or 0.02 < lot < 0.04 else None
        operation = f"OPERATION-{chance.randrange(30)}" if chance.random() < 0.02 else None
        officer = f"{COUNTRIES[bureau]}-{int(chance.random() * 500)}" if screening else None
        took = chance.lognormvariate(1.5, 0.8) if screening else None
        kind = "screening" if screening else chance.choices(("request", "refusal", "record"), (90, 9, 1))[0]
        subject = f"screening:{entry_id}"
        envelope = f'{{"id":"{entry_id}","outcome":{{"decision":"{decision}","text":"{FILLER}"}}}}'.encode()
        leaf = hashlib.sha256(entry_id.bytes).digest()
        rows.entries.append(
            (
                *(entry_id, at, kind, subject, organisation, post, client, decision, envelope, leaf),
                *("s" * 88, "0badcafe", COUNTRIES[bureau], operation, desk if screening else None, officer, took),
            )
        )
        if decision == "hit":
            where = (UUID(int=chance.randrange(50_000)), ORGANISATIONS[chance.randrange(64)])
            source = chance.choice(("sltd", "tdawn", "notices"))
            colour = None if source == "sltd" else chance.choice(COLOURS)
            silent = "silent" if lot < 0.0001 else desk
            rows.matches.append((UUID(int=number), entry_id, source, *where, colour, silent, organisation))
        if screening:
            rows.subjects.append((entry_id, leaf[:16]))
        if screening and number < PAYLOADS:
            rows.payloads.append((entry_id, leaf, envelope * 2, "hit" if decision == "hit" else "no_hit"))
    return rows


MATCH_COLUMNS = (
    "hit_id", "entry_id", "source", "record_id", "owner_id", "colour", "desk", "organisation_id",
)  # fmt: skip


def by_month(rows: list[tuple[Any, ...]]) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
    if rows and month_of(rows[0]) == month_of(rows[-1]):
        yield month_of(rows[0]), rows
        return
    months: dict[str, list[tuple[Any, ...]]] = {}
    for row in rows:
        months.setdefault(month_of(row), []).append(row)
    yield from months.items()


def month_of(row: tuple[Any, ...]) -> str:
    return f"{instant_of(row[0]):%Y_%m}"


async def fill(url: str, total: int) -> None:
    """Copy generated rows into the months, without indexes and triggers, and index them in the end."""
    connection: Connection = await asyncpg.connect(url)
    await connection.execute("SELECT make_audit_months($1, $2)", END - YEAR, END)
    indexes = await connection.fetch(
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexname LIKE 'ix_audit_%' "
        "AND tablename IN ('audit_entries', 'audit_subjects', 'audit_matches')"
    )
    for index in indexes:
        await connection.execute(f"DROP INDEX {index['indexname']}")
    await connection.execute("SET session_replication_role = replica; SET synchronous_commit = off")
    began, world = time.perf_counter(), World(random.Random(1))
    for first in range(0, total, CHUNK):
        rows = generate(world, first, min(CHUNK, total - first), total)
        await copy(connection, rows)
        if first % (10 * CHUNK) == 0:
            print(f"  {first + len(rows.entries):,} rows after {time.perf_counter() - began:.0f} s", flush=True)
    await connection.execute("SET maintenance_work_mem = '512MB'")
    for index in indexes:
        await connection.execute(index["indexdef"].replace(" ON ONLY ", " ON "))
    await connection.execute("VACUUM ANALYZE audit_entries, audit_subjects, audit_matches, audit_payloads")
    size = await connection.fetchval("SELECT pg_size_pretty(pg_database_size(current_database()))")
    print(f"{total:,} entries in {size}, made in {time.perf_counter() - began:.0f} s", flush=True)
    await connection.close()


async def copy(connection: Connection, rows: Rows) -> None:
    tables = {
        "audit_entries": (rows.entries, queries.ENTRY_COLUMNS),
        "audit_subjects": (rows.subjects, ("entry_id", "digest")),
        "audit_payloads": (rows.payloads, ("entry_id", "salt", "payload", "retention")),
    }
    for table, (records, columns) in tables.items():
        for month, part in by_month(records):
            await connection.copy_records_to_table(
                f"{table}_{month}", schema_name="audit_months", records=part, columns=columns
            )
    await connection.copy_records_to_table("audit_matches", records=rows.matches, columns=MATCH_COLUMNS)


def questions(reader: Reader, total: int) -> Iterator[tuple[str, list[Filter]]]:
    """Give each filter alone, and some together, with as many values as there are runs."""
    chance = random.Random(2)
    world = World(chance)
    somewhere = [world.place() for _ in range(RUNS + 1)]
    moments = [END - YEAR * chance.random() for _ in range(RUNS + 1)]
    asked: dict[str, list[dict[str, Any]]] = {
        "nothing": [{} for _ in somewhere],
        "time": [{"since": at, "until": at + timedelta(days=7)} for at in moments],
        "organisation (a small one)": [{"reader": Reader(frozenset({ORGANISATIONS[63 - n]}))} for n in range(6)],
        "post": [{"post_id": post} for _, post, _ in somewhere],
        "country": [{"country": COUNTRIES[bureau]} for bureau, _, _ in somewhere],
        "client": [{"client_id": client} for _, _, client in somewhere],
        "officer": [{"officer": f"{COUNTRIES[bureau]}-{chance.randrange(500)}"} for bureau, _, _ in somewhere],
        "operation": [{"operation": f"OPERATION-{n}"} for n in range(6)],
        "kind": [{"kind": kind} for kind in ("record", "refusal", "request", "screening", "record", "refusal")],
        "decision": [{"decision": word} for word in ("hit", "no_hit", "incomplete", "hit", "no_hit", "incomplete")],
        "desk": [{"desk": word} for word in ("first_line", "second_line", "silent") * 2],
        "source": [{"source": word} for word in ("sltd", "tdawn", "notices") * 2],
        "record": [{"record_id": UUID(int=chance.randrange(50_000))} for _ in somewhere],
        "colour": [{"colour": word} for word in COLOURS],
        "took_ms": [{"took_ms": ms} for ms in (20.0, 50.0, 100.0, 150.0, 250.0, 5.0)],
        "document or person": [
            {"digests": [hashlib.sha256(at_number(chance.randrange(total), total).bytes).digest()[:16]]}
            for _ in somewhere
        ],
        "hits of a post in a month": [
            {"post_id": post, "decision": "hit", "since": at, "until": at + timedelta(days=30)}
            for (_, post, _), at in zip(somewhere, moments, strict=True)
        ],
        "slow hits of an operation": [
            {"operation": f"OPERATION-{n}", "decision": "hit", "took_ms": 10.0} for n in range(6)
        ],
        "red notices in a country": [{"country": COUNTRIES[bureau], "colour": "red"} for bureau, _, _ in somewhere],
        "hits of an officer": [
            {"officer": f"{COUNTRIES[bureau]}-{chance.randrange(500)}", "decision": "hit"} for bureau, _, _ in somewhere
        ],
    }
    for name, filters in asked.items():
        yield name, [Filter(**({"reader": reader} | each)) for each in filters]


def at_number(number: int, total: int) -> UUID:
    at = END - YEAR + YEAR * (number / total)
    return UUID(int=first_id_at(at).int | 7 << 76 | 2 << 62 | number)


async def page(opened: Database, wanted: Filter) -> tuple[float, int]:
    began = time.perf_counter()
    async with database.transaction(opened) as session:
        found = await search.list_page(session, SIGNER.log, wanted, Page(None, 100))
    return (time.perf_counter() - began) * 1000, len(found.items)


async def measure_pages(opened: Database, title: str, reader: Reader, total: int) -> None:
    print(f"\nfirst page of 100, {title}: first run, median and worst of {RUNS} more (ms), entries found")
    for name, filters in questions(reader, total):
        first, count = await page(opened, filters[0])
        times = [(await page(opened, each))[0] for each in filters[1:]]
        print(f"  {name:<28} {first:8.1f} {statistics.median(times):8.1f} {max(times):8.1f}   {count}", flush=True)


async def measure_statistics(opened: Database) -> None:
    print("\nstatistics over all entries (s)")
    wanted = search_queries.counting(Filter(Reader(None)), END - YEAR, END)
    for by in ([Dimension.HOUR], [Dimension.POST], [Dimension.DECISION], [Dimension.SOURCE], list(Dimension)[:3]):
        began = time.perf_counter()
        async with database.transaction(opened) as session:
            lines = await search_queries.count_by(session, wanted, by, 100_000)
        print(f"  by {', '.join(by):<24} {time.perf_counter() - began:6.2f}   {len(lines):,} lines", flush=True)


async def measure_stream(opened: Database) -> None:
    for name, pieces in (
        ("NDJSON", search.as_ndjson(opened, SIGNER.log, Filter(Reader(None)))),
        ("CSV", search.as_csv(opened, Filter(Reader(None)))),
    ):
        began, lines = time.perf_counter(), 0
        async for piece in pieces:
            lines += piece.count("\n")
            if lines >= STREAMED:
                break
        print(f"stream, {name}: {lines / (time.perf_counter() - began):,.0f} entries a second")


async def measure_erasing(opened: Database) -> None:
    async with log.writing(opened, SIGNER) as written:
        trail = Trail(written, lambda: datetime.now(UTC))
        rules = Rules({each: timedelta(days=30) if each is Retention.NO_HIT else YEAR * 3 for each in Retention})
        began, erased = time.perf_counter(), 0
        async for progress in retention.erase_due(opened, trail, rules):
            erased = max(erased, progress.erased)
        print(f"erasing: {erased:,} payloads, {erased / (time.perf_counter() - began):,.0f} a second")


async def measure(url: str, total: int) -> None:
    await fill(url, total)
    async with database.connected(url, pool_size=2) as opened:
        await measure_pages(opened, "auditor of all", Reader(None), total)
        some = Reader(frozenset(ORGANISATIONS[place] for place in (2, 7, 40)))
        await measure_pages(opened, "auditor of three organisations", some, total)
        await measure_statistics(opened)
        await measure_stream(opened)
        await measure_erasing(opened)


def main() -> None:
    total = int(sys.argv[1]) if len(sys.argv) > 1 else ENTRIES
    with TemporaryDirectory(prefix="screening-benchmark-") as folder:
        Path(folder).chmod(0o711)
        with embedded.acquire(Path(folder) / "log") as lease:
            migrations.upgrade(lease.url)
            asyncio.run(measure(lease.url, total))


if __name__ == "__main__":
    main()
