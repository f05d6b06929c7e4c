"""The counts that are kept: each entry once, whatever fails or comes late, and the same as the log says alone."""

import asyncio
import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from screening.audit.entries import Draft, EntryKind, Party
from screening.db.database import Connection
from screening.db.metadata import new_id_at
from screening.hits.vocabulary import EventType, Status
from screening.reports import counter, counting, queries, recounting
from screening.reports.queries import Reader, Within
from tests.audit import logs
from tests.audit.logs import SWEDEN, UTOPIA, Place

CODE = "SUNBIRD-3"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
POSTS = [UUID(int=number) for number in (101, 102, 103)]
EVERYTHING, ANYBODY = Within(CODE), Reader(None, None)
OUTCOMES: list[list[dict[str, Any]]] = [
    [{"outcome": "arrested", "adults": 1, "minors": 0}, {"outcome": "document_seized", "amount": 2}],
    [{"outcome": "goods_seized", "kind": "cash", "unit": "euro", "amount": 0.1}],
    [{"outcome": "victim_protected", "adults": 3, "minors": 2}, {"outcome": "silent_report"}],
    [{"outcome": "false_match"}],
]


@pytest.fixture
async def place(database_url: str, tmp_path: Path) -> AsyncIterator[Place]:
    async with logs.place(database_url, tmp_path) as made:
        yield made


@pytest.fixture
async def connection(place: Place) -> AsyncIterator[Connection]:
    async with counter.connected(place.opened.url) as opened:
        yield opened


def search(at: datetime = NOON, *, organisation: UUID = UTOPIA, post: UUID | None = POSTS[0], **said: Any) -> Draft:
    party = Party(organisation, UUID(int=2), "first_line", post, "UTO" if organisation == UTOPIA else "SWE")
    outcome = {"decision": "no_hit", "hits": [], "took_ms": 4.0} | said
    return logs.draft(id=new_id_at(at), at=at, party=party, outcome=outcome, operation=CODE, payload=None)


def event(hit: UUID, version: int, kind: str, at: datetime, **said: Any) -> Draft:
    outcome = {"event": kind, "outcomes": [], "status": "sent", "version": version} | said
    subject = f"hit:{hit}"
    return logs.draft(
        id=new_id_at(at), at=at, kind=EntryKind.CASE, subject=subject, outcome=outcome, operation=CODE, payload=None
    )


def hit(number: int, source: str = "notices", label: str = "red", *areas: str) -> dict[str, Any]:
    record = str(UUID(int=5000 + number % 7))
    return {
        "id": str(UUID(int=9000 + number)),
        "source": source,
        "label": label,
        "crime_areas": areas,
        "record": record,
    }


def described() -> Draft:
    posts = [
        {"code": f"P-{number}", "country": country, "id": str(post), "mode": mode}
        for number, (post, country, mode) in enumerate(
            zip(POSTS[:2], ("UTO", "SWE"), ("air", "sea"), strict=True)  # the third takes no part
        )
    ]
    outcome = {"countries": ["SWE", "UTO"], "crime_areas": ["terrorism"], "operation": "created", "posts": posts}
    return logs.draft(kind=EntryKind.ACCESS, subject="operation:x", outcome=outcome, operation=CODE)


async def written(place: Place, *drafts: Draft) -> None:
    """Write entries and let them enter the tree."""
    async with place.sequencing():
        await asyncio.gather(*map(place.log.append, drafts))
        await place.integrated()


async def searches(connection: Connection) -> int:
    counted: int = await connection.fetchval("SELECT coalesce(sum(searches), 0)::bigint FROM report_searches")
    return counted


async def verdicts(connection: Connection) -> list[str]:
    return [row["verdict"] for row in await connection.fetch("SELECT verdict FROM report_hits ORDER BY hit_id")]


async def test_a_crash_between_counting_and_moving_on_neither_loses_nor_doubles(
    place: Place, connection: Connection
) -> None:
    await written(place, *(search() for _ in range(25)))
    crashing = connection.transaction()
    await crashing.start()
    assert await counting.count(connection, 10) == 10
    await crashing.rollback()
    assert await searches(connection) == 0
    assert await counter.catch_up(connection, 10) == 25
    assert (await searches(connection), await counter.rebuild(connection, 7)) == (25, (25, 0))


async def test_processes_that_count_at_once_count_each_entry_once(place: Place, connection: Connection) -> None:
    async with counter.connected(place.opened.url) as other:
        async with place.sequencing():
            for _ in range(5):
                await asyncio.gather(
                    *(place.log.append(search()) for _ in range(20)),
                    counter.catch_up(connection, 3),
                    counter.catch_up(other, 3),
                )
            await place.integrated()
        await counter.catch_up(connection)
    assert await searches(connection) == 100


async def test_what_becomes_durable_late_is_counted_in_its_own_hour(place: Place, connection: Connection) -> None:
    await written(place, search(NOON + timedelta(hours=2)))
    await counter.catch_up(connection)
    await written(place, search(NOON))
    await counter.catch_up(connection)
    counted = await connection.fetch("SELECT hour, searches FROM report_searches ORDER BY hour")
    assert [tuple(row) for row in counted] == [(NOON, 1), (NOON + timedelta(hours=2), 1)]


async def test_a_case_that_is_counted_before_its_hit_stands_as_if_it_came_after(
    place: Place, connection: Connection
) -> None:
    found = hit(1)
    await written(place, event(UUID(found["id"]), 2, "confirmed", NOON))
    await counter.catch_up(connection)
    await written(place, search(decision="hit", hits=[found]))
    await counter.catch_up(connection)
    assert (await verdicts(connection), await counter.rebuild(connection)) == (["confirmed"], (2, 0))


async def test_a_rebuild_finds_and_mends_what_was_wrong(place: Place, connection: Connection) -> None:
    await written(place, search(), search(decision="hit", hits=[hit(1)]))
    await counter.catch_up(connection)
    await connection.execute("UPDATE report_searches SET searches = searches + 1 WHERE decision = 'hit'")
    await connection.execute("UPDATE report_hits SET verdict = 'confirmed'")
    assert await counter.rebuild(connection) == (2, 4)  # two rows as they were, two as they are
    assert (await searches(connection), await verdicts(connection)) == (2, ["open"])


async def test_sql_and_an_export_count_any_log_alike(place: Place, connection: Connection, tmp_path: Path) -> None:
    drafts = [described(), *made_up(random.Random(7))]
    random.Random(8).shuffle(drafts)
    for start in range(0, len(drafts), 150):
        await written(place, *drafts[start : start + 150])
        await counter.catch_up(connection, 40)
    kept = await queries.tally(connection, EVERYTHING, POSTS[:2], ANYBODY)
    alone = recounting.tally(recounting.read(await place.export(tmp_path / "out"), CODE))
    assert {key: amount for key, amount in kept.items() if amount} == {
        key: amount for key, amount in alone.items() if amount
    }
    assert len(kept) > 100
    assert (await counter.rebuild(connection))[1] == 0


def made_up(chance: random.Random) -> list[Draft]:
    """Make searches at posts and desks, with hits, and cases in which anything happens in any order."""
    drafts = []
    for number in range(300):
        at = NOON + timedelta(seconds=chance.randrange(20_000), microseconds=chance.randrange(1_000_000))
        organisation, post = chance.choice((UTOPIA, SWEDEN)), chance.choice((*POSTS, None))
        said: dict[str, Any] = {"took_ms": chance.choice((0.4, 1.0, 4.999, 5.0, 60.0, 2900.0))}
        if chance.random() < 0.1:
            said["decision"] = "incomplete"
        if chance.random() < 0.3:
            labels = (("notices", "red"), ("sltd", "stolen"), ("notices", "orange"), ("vehicles", "lost"))
            found = [
                hit(2 * number + place, *chance.choice(labels), *chance.sample(("terrorism", "drugs", "vehicles"), 2))
                for place in range(chance.choice((1, 1, 2)))
            ]
            said |= {"decision": "hit", "hits": found}
            drafts += [each for one in found for each in happened(chance, UUID(one["id"]), at)]
        drafts.append(search(at, organisation=organisation, post=post, **said))
    return drafts


def happened(chance: random.Random, of_hit: UUID, at: datetime) -> list[Draft]:
    kinds = [kind.value for kind in EventType if kind is not EventType.OPENED]
    events = []
    for version in range(2, chance.randrange(2, 9)):
        at += timedelta(seconds=chance.randrange(4000))
        kind = chance.choice(kinds)
        outcomes = chance.choice(OUTCOMES) if kind == "outcome_reported" else []
        status = chance.choice([*Status]).value
        events.append(event(of_hit, version, kind, at, status=status, outcomes=outcomes))
    return events
