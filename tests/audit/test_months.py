"""Months of the log: made ahead, found by the id, guarded like the whole."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import RFC_4122, UUID, uuid4

import asyncpg
import pytest

from screening.access.permissions import Role
from screening.audit import retention
from screening.db import database
from screening.db.metadata import first_id_at, instant_of, new_id, new_id_at
from tests.audit.logs import draft, place
from tests.services import SECRETARIAT, running

INNOCENT = {"surname": "Lindqvist", "given_names": "Elsa", "date_of_birth": "1991-06-02", "nationality": "SWE"}
MONTH_OF = "SELECT tableoid::regclass::text FROM audit_entries WHERE id = $1"


class MovedClock:
    """A clock that stands where it is put."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


def test_an_id_carries_the_instant_it_belongs_to_and_sorts_by_it() -> None:
    at = datetime(2031, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC)
    made = new_id_at(at)
    assert instant_of(made) == at
    assert made.version == 7
    assert first_id_at(at) <= made < first_id_at(at + timedelta(milliseconds=1))


def test_ids_of_the_present_keep_the_order_in_which_they_were_made() -> None:
    made = [new_id_at(datetime.now(UTC)) for _ in range(1000)]
    assert made == sorted(made)


def test_ids_of_a_moved_clock_keep_it_too_and_differ() -> None:
    at = datetime(2031, 12, 31, tzinfo=UTC)
    made = [new_id_at(at) for _ in range(1000)]
    assert made == sorted(set(made))
    assert {(each.version, each.variant, instant_of(each)) for each in made} == {(7, RFC_4122, at)}


async def test_entries_lie_in_the_month_of_their_id_over_the_turn_of_a_year(database_url: str, tmp_path: Path) -> None:
    clock = MovedClock(datetime(2031, 12, 31, 23, 59, 59, tzinfo=UTC))
    async with running(database_url, tmp_path, now=clock) as service:
        gate, auditor = await service.as_(Role.FIRST_LINE), await service.as_(Role.AUDITOR, SECRETARIAT)
        old = await service.screen(gate, traveller=INNOCENT)
        clock.at += timedelta(seconds=2)
        new = await service.screen(gate, traveller=INNOCENT)
        pool = service.app.state.database.pool
        months = [await pool.fetchval(MONTH_OF, UUID(answer["id"])) for answer in (old, new)]
        assert months == ["audit_months.audit_entries_2031_12", "audit_months.audit_entries_2032_01"]

        async def found(**asked: str) -> list[str]:
            wanted = {"kind": "screening"} | asked
            answer = await service.client.get("/v1/audit/entries", params=wanted, headers=auditor)
            return [item["id"] for item in answer.json()["items"]]

        turn = "2032-01-01T00:00:00Z"
        assert await found() == [new["id"], old["id"]]
        assert (await found(since=turn), await found(until=turn)) == ([new["id"]], [old["id"]])


async def test_months_ahead_are_made_once_and_cover_a_turn_of_the_year(database_url: str) -> None:
    async with database.connected(database_url, pool_size=2) as opened:
        now = datetime(2030, 11, 15, tzinfo=UTC)
        assert await retention.make_months(opened, now) == 4 * 3
        assert await retention.make_months(opened, now) == 0


async def test_an_entry_for_which_there_is_no_month_is_taken_found_and_verified(
    database_url: str, tmp_path: Path
) -> None:
    async with place(database_url, tmp_path) as log:
        far = draft(at=datetime(2055, 5, 5, tzinfo=UTC), id=new_id_at(datetime(2055, 5, 5, tzinfo=UTC)))
        strange = draft(id=uuid4())
        async with log.sequencing():
            for made in (far, strange):
                await log.log.append(made)
            await log.integrated()
        for made in (far, strange):
            assert await log.opened.pool.fetchval(MONTH_OF, made.id) == "audit_months.audit_entries_default"
            assert await log.log.find(made.id) is not None
        # The month of an entry that is there already is left out, and the log goes on.
        assert await retention.make_months(log.opened, far.at) == 4 * 3 - 2
        await log.log.append(draft(id=new_id_at(far.at)))
        assert not (await log.verified(tmp_path / "out")).findings


@pytest.mark.parametrize("change", ["UPDATE {} SET kind = 'x'", "DELETE FROM {}", "TRUNCATE {}"])
@pytest.mark.parametrize("month", ["default", f"{datetime.now(UTC):%Y_%m}"])
async def test_no_month_can_be_changed_behind_the_back_of_the_whole(database_url: str, month: str, change: str) -> None:
    async with database.connected(database_url, pool_size=1) as opened:
        with pytest.raises(asyncpg.RaiseError, match="only ever added"):
            await opened.pool.execute(change.format(f"audit_months.audit_entries_{month}"))


async def test_an_entry_put_straight_into_a_month_waits_for_the_tree_too(database_url: str) -> None:
    async with database.connected(database_url, pool_size=1) as opened:
        made = new_id()
        await opened.pool.execute(
            f"INSERT INTO audit_months.audit_entries_{datetime.now(UTC):%Y_%m} "
            "(id, at, kind, subject, envelope, leaf_hash, signature, key_id) "
            "VALUES ($1, now(), 'x', 'x', '', '', '', '')",
            made,
        )
        assert await opened.pool.fetchval("SELECT entry_id FROM audit_pending") == made


async def test_a_month_is_read_alone_when_an_id_is_looked_up(database_url: str) -> None:
    async with database.connected(database_url, pool_size=1) as opened:
        plan = await opened.pool.fetch(
            f"EXPLAIN SELECT * FROM audit_entries LEFT JOIN audit_payloads ON entry_id = id WHERE id = '{new_id()}'"
        )
        tables = {line[0].split(" on ")[1].split()[0] for line in plan if " on audit_" in line[0]}
        assert tables == {f"audit_{kind}_{datetime.now(UTC):%Y_%m}" for kind in ("entries", "payloads")}
