"""The report of an operation of Sunbird III's size: 8,000,000 searches at 35 posts of 10 States in 9 days.

Entries are made by PostgreSQL itself, with leaves as the sequencer would number them, and without the indexes that
nothing here uses. One search in 500 has a hit; each hit has a case of four events.
"""

import asyncio
import statistics
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import asyncpg

from screening.access.actors import Actor
from screening.access.models import Organisation, Post
from screening.access.permissions import Role
from screening.db import database, embedded, migrations
from screening.db.database import Connection, Database
from screening.operations.models import Operation
from screening.reports import counter, page, service
from screening.reports.schemas import Report
from screening.reports.service import Rules, Wanted
from screening.reports.vocabulary import Part

SEARCHES = 8_000_000
CHUNK = 500_000
RUNS = 7
DAYS = 9
BEGIN = datetime(2026, 10, 5, tzinfo=UTC)
COUNTRIES = [f"X{letter}A" for letter in "ABCDEFGHIJ"]
ORGANISATIONS = [UUID(int=1000 + number) for number in range(10)]
POSTS = [UUID(int=2000 + number) for number in range(35)]
CODE = "SUNBIRD-BIG"
HIT_IN = 500

# An id is the time, version and variant, and the number: so ids sort as the numbers do.
ENTRIES = """
INSERT INTO audit_entries (id, at, kind, subject, organisation_id, post_id, client_id, decision, envelope, leaf_hash,
                           signature, key_id, country, operation, desk, officer, took_ms)
SELECT id, at, 'screening', 'screening:' || id, ($4::uuid[])[1 + post % 10], ($5::uuid[])[1 + post], post_id, decision,
       convert_to(format('{"id":"%s","outcome":{"decision":"%s","hits":%s},"text":"%s"}', id, decision, hits,
                         repeat('x', 240)), 'UTF8'),
       sha256(convert_to(id::text, 'UTF8')), repeat('s', 88), '0badcafe', 'XAA', $6, NULL, NULL, took
FROM (
    SELECT *, (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '70008000'
               || lpad(to_hex(n), 12, '0'))::uuid AS id, ($5::uuid[])[1 + post] AS post_id,
           CASE WHEN n % $7 = 0 THEN 'hit' WHEN n % 1000 = 1 THEN 'incomplete' ELSE 'no_hit' END AS decision,
           CASE WHEN n % $7 = 0 THEN format(
               '[{"id":"%s","record":"%s","source":"%s","label":"%s","crime_areas":["%s"]}]',
               lpad(to_hex(n), 32, '0')::uuid, lpad(to_hex(n % 9000), 32, '0')::uuid,
               (ARRAY['notices', 'notices', 'sltd', 'vehicles'])[1 + n / $7 % 4],
               (ARRAY['red', 'blue', 'stolen', 'stolen'])[1 + n / $7 % 4],
               (ARRAY['terrorism', 'drugs', 'travel_document_crime', 'vehicles'])[1 + n / $7 % 4]
           ) ELSE '[]' END AS hits
    FROM (
        SELECT n, $1::timestamptz + n * interval '9 days' / $3::bigint AS at, floor(random() * 35)::int AS post,
               exp(1.5 + 0.8 * (random() + random() + random() - 1.5) * 2) AS took
        FROM generate_series($2::bigint, $2::bigint + $8::bigint - 1) AS n
    ) AS drawn
) AS made
"""

EVENTS = """
INSERT INTO audit_entries (id, at, kind, subject, envelope, leaf_hash, signature, key_id, operation)
SELECT id, at, 'case', 'hit:' || hit,
       convert_to(format('{"id":"%s","outcome":{"event":"%s","outcomes":%s,"status":"%s","version":%s}}', id, event,
           CASE WHEN event = 'outcome_reported' THEN '[{"outcome":"arrested","adults":1,"minors":0}]' ELSE '[]' END,
           CASE event WHEN 'closed' THEN 'closed' ELSE 'confirmed' END, step + 1), 'UTF8'),
       sha256(convert_to(id::text, 'UTF8')), repeat('s', 88), '0badcafe', $3
FROM (
    SELECT *, (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '70009000'
               || lpad(to_hex(n * 8 + step), 12, '0'))::uuid AS id, lpad(to_hex(n), 32, '0')::uuid AS hit
    FROM (
        SELECT n, step, $1::timestamptz + interval '10 days' + n * interval '1 ms' AS at,
               (ARRAY['confirmation_requested', CASE WHEN n % 3 = 0 THEN 'not_confirmed' ELSE 'confirmed' END,
                      'outcome_reported', 'closed'])[step] AS event
        FROM generate_series(0, $2::bigint - 1, $4::bigint) AS n CROSS JOIN generate_series(1, 4) AS step
    ) AS drawn
) AS made
"""

LEAVES = """
INSERT INTO audit_leaves (leaf_index, entry_id, leaf_hash)
SELECT row_number() OVER (ORDER BY id) - 1, id, leaf_hash FROM audit_entries
"""


async def fill(url: str, searches: int) -> int:
    """Make the entries and their leaves; gives how many there are."""
    connection: Connection = await asyncpg.connect(url, server_settings={"jit": "off"})
    await connection.execute("SELECT make_audit_months($1, $2)", BEGIN, BEGIN + timedelta(days=40))
    indexes = await connection.fetch(
        "SELECT indexname FROM pg_indexes WHERE schemaname = 'public' AND indexname LIKE 'ix_audit_entries%'"
    )
    for index in indexes:
        await connection.execute(f"DROP INDEX {index['indexname']}")
    await connection.execute("SET session_replication_role = replica; SET synchronous_commit = off")
    began = time.perf_counter()
    for first in range(0, searches, CHUNK):
        count = min(CHUNK, searches - first)
        await connection.execute(ENTRIES, BEGIN, first, searches, ORGANISATIONS, POSTS, CODE, HIT_IN, count)
    await connection.execute(EVENTS, BEGIN, searches, CODE, HIT_IN)
    await connection.execute(LEAVES)
    await connection.execute("VACUUM ANALYZE audit_entries, audit_leaves")
    entries: int = await connection.fetchval("SELECT count(*) FROM audit_leaves")
    size = await connection.fetchval("SELECT pg_size_pretty(pg_database_size(current_database()))")
    print(f"{entries:,} entries in {size}, made in {time.perf_counter() - began:.0f} s", flush=True)
    await connection.close()
    return entries


async def plan(opened: Database) -> UUID:
    """Make the operation, its organisations and posts; gives its id."""
    operation_id = UUID(int=1)
    async with database.transaction(opened) as session:
        for number, organisation in enumerate(ORGANISATIONS):
            session.add(
                Organisation(
                    id=organisation, name=f"Bureau {number}", kind="bureau", country=COUNTRIES[number], created_at=BEGIN
                )
            )
        await session.flush()
        for number, post in enumerate(POSTS):
            session.add(
                Post(
                    id=post,
                    organisation_id=ORGANISATIONS[number % 10],
                    code=f"POST-{number}",
                    name=f"Post {number}",
                    country=COUNTRIES[number % 10],
                    mode=("land", "air", "sea")[number % 3],
                    created_at=BEGIN,
                )
            )
        session.add(
            Operation(
                id=operation_id,
                code=CODE,
                kind="operation",
                name="Operation of the size of Sunbird III",
                state="open",
                crisis=False,
                coordinator_id=ORGANISATIONS[0],
                neighbours=[],
                sites=[],
                countries=COUNTRIES,
                organisations=ORGANISATIONS,
                posts=POSTS,
                crime_areas=["terrorism", "travel_document_crime"],
                begins_at=BEGIN,
                ends_at=BEGIN + timedelta(days=DAYS),
                version=1,
                created_at=BEGIN,
                updated_at=BEGIN,
            )
        )
    return operation_id


def bureau(number: int) -> Actor:
    return Actor(UUID(int=1), ORGANISATIONS[number], "bureau", COUNTRIES[number], Role.BUREAU, None, None)


async def time_report(opened: Database, title: str, operation_id: UUID, actor: Actor, wanted: Wanted) -> Report:
    rules = Rules(lambda: BEGIN, 5)
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        async with database.transaction(opened) as session:
            report = await service.make(session, opened, actor, operation_id, wanted, rules)
        times.append((time.perf_counter() - began) * 1000)
    print(f"report, {title:<34} median {statistics.median(times):6.0f} ms, worst {max(times):6.0f} ms", flush=True)
    return report


async def measure(url: str, searches: int) -> None:
    entries = await fill(url, searches)
    async with database.connected(url, pool_size=2) as opened, counter.connected(url) as connection:
        operation_id = await plan(opened)
        began = time.perf_counter()
        assert await counter.catch_up(connection) == entries
        seconds = time.perf_counter() - began
        print(f"caught up in {seconds:.0f} s, {entries / seconds:,.0f} entries a second", flush=True)
        report = await time_report(opened, "coordinator", operation_id, bureau(0), Wanted())
        assert report.searches.total == searches
        assert report.hits.hits == -(-searches // HIT_IN)
        day = Wanted(since=BEGIN + timedelta(days=2), until=BEGIN + timedelta(days=3))
        await time_report(opened, "coordinator, one day", operation_id, bureau(0), day)
        await time_report(opened, "a bureau's own part", operation_id, bureau(1), Wanted(Part.OWN))
        await time_report(opened, "a bureau, small figures withheld", operation_id, bureau(1), Wanted())
        began = time.perf_counter()
        written = page.write(report)
        print(f"page of {len(written) // 1000} kB written in {(time.perf_counter() - began) * 1000:.0f} ms")
        began = time.perf_counter()
        counted, differing = await counter.rebuild(connection)
        print(f"rebuilt {counted:,} entries in {time.perf_counter() - began:.0f} s, {differing} rows differed")


def main() -> None:
    searches = int(sys.argv[1]) if len(sys.argv) > 1 else SEARCHES
    with TemporaryDirectory(prefix="screening-benchmark-") as folder:
        Path(folder).chmod(0o711)
        with embedded.acquire(Path(folder) / "log") as lease:
            migrations.upgrade(lease.url)
            asyncio.run(measure(lease.url, searches))


if __name__ == "__main__":
    main()
