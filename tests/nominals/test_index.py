"""What a screening asks: the name index that follows the journal, the read that has the last word, and documents."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from screening.access.schemas import OrganisationKind
from screening.dates import PartialDate
from screening.db.database import Database
from screening.matching import Traveller
from screening.nominals import queries, upkeep
from screening.nominals.index import NameIndex
from screening.nominals.kinds import MATCHABLE, Colour
from screening.nominals.queries import DocumentLookup, NumberMatch
from screening.nominals.schemas import EXAMPLE
from tests.nominals.conftest import BEGIN, Desk

SOON = 1.0
"""How soon a change must be found everywhere, in seconds."""

IDA = Traveller(
    surname="MORGENROTH",
    given_names="IDA LOUISE",
    date_of_birth=PartialDate.parse("1983-01-27"),
    nationalities=frozenset({"UTO"}),
)


async def created(desk: Desk, **fields: Any) -> UUID:
    answer = await desk.client.post("/v1/notices", json=EXAMPLE | fields, headers=desk.bureau)
    assert answer.status_code == 201, answer.text
    return UUID(answer.json()["id"])


async def become(desk: Desk, kind: OrganisationKind) -> None:
    """Make the desk's organisation one of another kind; its client is looked up anew."""
    await desk.database.pool.execute(
        "UPDATE organisations SET kind = $1 WHERE id = $2", kind, desk.owner.organisation_id
    )


async def withdraw(desk: Desk, notice_id: UUID) -> None:
    answer = await desk.client.post(
        f"/v1/notices/{notice_id}/withdrawal", json={"reason": "found"}, headers=desk.bureau
    )
    assert answer.status_code == 200, answer.text


async def candidates(names: NameIndex, traveller: Traveller = IDA) -> set[UUID]:
    found = names.ask(traveller).search(threshold=0.5, limit=20)
    return {UUID(candidate.nominal_id) for candidate in found.candidates}


async def until(condition: Callable[[], bool]) -> None:
    """Wait for something that another task brings about."""
    async with asyncio.timeout(SOON):
        while not condition():
            await asyncio.sleep(0.005)


def system() -> datetime:
    return datetime.now(UTC)


@asynccontextmanager
async def two_processes(database: Database) -> AsyncIterator[tuple[NameIndex, NameIndex]]:
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(upkeep.following(database, lambda: BEGIN))
        second = await stack.enter_async_context(upkeep.following(database, lambda: BEGIN))
        yield first, second


async def test_what_is_there_is_loaded_at_the_start(desk: Desk) -> None:
    notice_id = await created(desk)
    async with upkeep.following(desk.database, desk.clock) as names:
        assert (names.size, names.as_of) == (1, BEGIN)
        assert names.position > 0
        assert await candidates(names) == {notice_id}


async def test_a_new_notice_is_found_by_every_process_within_a_second(desk: Desk) -> None:
    async with two_processes(desk.database) as both:
        assert [await candidates(names) for names in both] == [set(), set()]
        notice_id = await created(desk)
        await until(lambda: all(names.size == 1 for names in both))
        assert [await candidates(names) for names in both] == [{notice_id}, {notice_id}]
        await until(lambda: both[0].position == both[1].position)


async def test_a_changed_notice_is_found_by_its_new_name_only(desk: Desk) -> None:
    async with upkeep.following(desk.database, desk.clock) as names:
        notice_id = await created(desk)
        await until(lambda: names.size == 1)
        subject = {"names": [{"surname": "GRUBENTHALER", "given_names": "KONSTANTIN"}]}
        position = names.position
        await desk.client.patch(f"/v1/notices/{notice_id}", json={"subject": subject}, headers=desk.bureau)
        await until(lambda: names.position > position)
        assert await candidates(names) == set()
        renamed = Traveller(surname="GRUBENTHALER", given_names="KONSTANTIN")
        found = names.ask(renamed).search(threshold=0.01, limit=5)
        assert [UUID(each.nominal_id) for each in found.candidates] == [notice_id]


async def test_a_withdrawn_notice_leaves_every_index(desk: Desk) -> None:
    notice_id = await created(desk)
    async with two_processes(desk.database) as both:
        await withdraw(desk, notice_id)
        await until(lambda: all(names.size == 0 for names in both))
        assert [await candidates(names) for names in both] == [set(), set()]


@pytest.mark.parametrize("colour", Colour)
async def test_only_colours_that_concern_travellers_are_searched(desk: Desk, colour: Colour) -> None:
    if colour is Colour.UN:
        await become(desk, OrganisationKind.GENERAL_SECRETARIAT)
    notice_id = await created(desk, colour=colour, kind="un_special" if colour is Colour.UN else "notice")
    expected = {notice_id} if colour in MATCHABLE else set()
    async with upkeep.following(desk.database, desk.clock) as names:
        assert await candidates(names) == expected
    assert set(await queries.read_active(desk.database.pool, [notice_id], at=BEGIN, viewers=())) == expected
    lookup = DocumentLookup("UT9900002", "UTO", "passport")
    found = await queries.find_documents(desk.database.pool, [lookup], at=BEGIN, viewers=())
    assert {each.notice.id for each in found} == expected


@pytest.mark.parametrize(
    ("hidden_from", "viewers", "seen"),
    [
        ([], [], True),
        ([], ["SWE"], True),
        (["SWE"], [], True),
        (["SWE"], ["NOR"], True),
        (["SWE"], ["SWE"], False),
        (["FIN", "SWE"], ["NOR", "SWE"], False),
    ],
)
async def test_a_notice_is_not_found_by_a_state_that_it_is_hidden_from(
    desk: Desk, hidden_from: list[str], viewers: list[str], seen: bool
) -> None:
    notice_id = await created(desk, hidden_from=hidden_from)
    pool, lookup = desk.database.pool, DocumentLookup("UT9900002", "UTO", "passport")
    expected = {notice_id} if seen else set()
    assert set(await queries.read_active(pool, [notice_id], at=BEGIN, viewers=viewers)) == expected
    found = await queries.find_documents(pool, [lookup], at=BEGIN, viewers=viewers)
    assert {each.notice.id for each in found} == expected


async def test_a_notice_without_a_person_is_not_searched(desk: Desk) -> None:
    await created(desk, colour="orange", subject=None)
    async with upkeep.following(desk.database, desk.clock) as names:
        assert names.size == 0


async def test_an_index_that_nobody_feeds_ages(desk: Desk) -> None:
    async with upkeep.following(desk.database, system) as names:
        begun = names.as_of
        assert begun is not None
        await until(lambda: names.as_of is not None and names.as_of > begun)
    stopped = names.as_of
    notice_id = await created(desk)
    await asyncio.sleep(0)
    assert (names.as_of, names.size) == (stopped, 0)
    assert set(await queries.read_active(desk.database.pool, [notice_id], at=BEGIN, viewers=())) == {notice_id}


async def test_a_clock_set_back_makes_no_index_fresh(desk: Desk) -> None:
    minute = timedelta(minutes=1)
    async with upkeep.following(desk.database, desk.clock) as names:
        loaded = names.age(BEGIN)
        assert loaded is not None
        assert loaded < minute
        names.follower.confirmed_tick -= minute.total_seconds()
        for at in (BEGIN - 5 * minute, BEGIN):
            age = names.age(at)
            assert age is not None
            assert age >= minute
    assert NameIndex(desk.clock).age(BEGIN) is None


async def test_an_index_that_lags_does_not_bring_a_withdrawn_notice_back(desk: Desk) -> None:
    notice_id = await created(desk)
    async with upkeep.following(desk.database, desk.clock) as names:
        pass
    await withdraw(desk, notice_id)
    assert await candidates(names) == {notice_id}
    assert await queries.read_active(desk.database.pool, await candidates(names), at=BEGIN, viewers=()) == {}


@pytest.mark.parametrize(
    ("at", "stands"),
    [
        (BEGIN + timedelta(days=9, seconds=-1), False),
        (BEGIN + timedelta(days=9), True),
        (BEGIN + timedelta(days=19, seconds=-1), True),
        (BEGIN + timedelta(days=19), False),
    ],
)
async def test_validity_is_judged_when_asked(desk: Desk, at: datetime, stands: bool) -> None:
    notice_id = await created(
        desk,
        valid_from=(BEGIN + timedelta(days=9)).isoformat(),
        valid_until=(BEGIN + timedelta(days=19)).isoformat(),
    )
    async with upkeep.following(desk.database, desk.clock) as names:
        assert await candidates(names) == {notice_id}
    expected = {notice_id} if stands else set()
    assert set(await queries.read_active(desk.database.pool, [notice_id], at=at, viewers=())) == expected
    found = await queries.find_documents(desk.database.pool, [DocumentLookup("UT9900002")], at=at, viewers=())
    assert {each.notice.id for each in found} == expected


async def test_a_read_notice_says_who_answers_for_it(desk: Desk) -> None:
    notice_id = await created(desk, discreet=True)
    notice = (await queries.read_active(desk.database.pool, [notice_id], at=BEGIN, viewers=()))[notice_id]
    assert (notice.owner_id, notice.owner_name, notice.owner_country) == (
        desk.owner.organisation_id,
        "Bureau of Utopia",
        "UTO",
    )
    assert (notice.colour, notice.reference, notice.discreet, notice.version) == (Colour.RED, "2026/1042", True, 1)
    assert notice.notice.cautions == ["May be armed"]


def documents(*found: dict[str, str]) -> dict[str, Any]:
    return {**EXAMPLE["subject"], "documents": list(found)}


@pytest.mark.parametrize(
    ("lookup", "expected"),
    [
        (DocumentLookup("UT9900002", "UTO", "passport"), (NumberMatch.EXACT, False)),
        (DocumentLookup("UT9900002", "UTO"), (NumberMatch.EXACT, False)),
        (DocumentLookup("UT9900002", None, "passport"), (NumberMatch.EXACT, True)),
        (DocumentLookup("UT990000Z", "UTO", "passport", ("UT9900002",)), (NumberMatch.LOOK_ALIKE, False)),
        (DocumentLookup("UT9900002", "SWE", "passport"), None),
        (DocumentLookup("UT9900002", "UTO", "identity"), None),
        (DocumentLookup("L898902C4", "UTO", "passport"), None),
    ],
)
async def test_documents_of_notices_are_found(
    desk: Desk, lookup: DocumentLookup, expected: tuple[NumberMatch, bool] | None
) -> None:
    await created(desk)
    found = await queries.find_documents(desk.database.pool, [lookup], at=BEGIN, viewers=())
    assert [(each.match, each.by_number_only) for each in found] == ([expected] if expected else [])


async def test_a_document_without_a_state_is_weaker_evidence(desk: Desk) -> None:
    notice_id = await created(desk, subject=documents({"number": "x-12 345"}))
    (found,) = await queries.find_documents(
        desk.database.pool, [DocumentLookup("X12345", "SWE", "passport")], at=BEGIN, viewers=()
    )
    assert (found.notice.id, found.by_number_only, found.issuing_state, found.family) == (notice_id, True, None, None)


async def test_territories_share_the_documents_of_their_sovereign(desk: Desk) -> None:
    await created(desk, subject=documents({"number": "123456789", "type": "PAS", "issuing_state": "GBD"}))
    (found,) = await queries.find_documents(
        desk.database.pool, [DocumentLookup("123456789", "GBP", "passport")], at=BEGIN, viewers=()
    )
    assert found.issuing_state == "GBR"


@pytest.mark.parametrize(
    ("recorded", "presented", "expected"),
    [("YUG", "SRB", 1), ("SRB", "YUG", 1), ("YUG", "YUG", 1), ("YUG", "CZE", 0), ("SRB", "HRV", 0)],
)
async def test_a_document_of_a_state_gone_by_is_found_under_its_successor_and_the_other_way_round(
    desk: Desk, recorded: str, presented: str, expected: int
) -> None:
    await created(desk, subject=documents({"number": "YU1234567", "type": "PAS", "issuing_state": recorded}))
    lookup = DocumentLookup("YU1234567", presented, "passport")
    found = await queries.find_documents(desk.database.pool, [lookup], at=BEGIN, viewers=())
    assert [each.match for each in found] == [NumberMatch.EXACT] * expected


async def test_all_documents_of_a_traveller_are_one_question(desk: Desk) -> None:
    first = await created(desk)
    second = await created(desk, reference="2", subject=documents({"number": "ID00001", "type": "IDC"}))
    lookups = [DocumentLookup("NOTHING1"), DocumentLookup("ID00001", "UTO", "identity"), DocumentLookup("UT9900002")]
    found = await queries.find_documents(desk.database.pool, lookups, at=BEGIN, viewers=())
    assert [(each.place, each.notice.id) for each in found] == [(1, second), (2, first)]
    assert await queries.find_documents(desk.database.pool, [], at=BEGIN, viewers=()) == []
    assert await queries.read_active(desk.database.pool, [], at=BEGIN, viewers=()) == {}
