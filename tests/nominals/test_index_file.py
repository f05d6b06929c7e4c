"""The file of the name index: shared by processes, renewed as a whole, never trusted when it is not ours."""

import asyncio
import contextlib
import multiprocessing
import os
import signal
from datetime import datetime
from pathlib import Path

import pytest

from screening.matching import Index, ListedName, Nominal, Traveller
from screening.nominals import index, index_file, upkeep
from screening.nominals.index_file import Stamp, Work
from tests.nominals.conftest import Desk
from tests.nominals.test_index import candidates, created, until, withdraw

ABERNATHY = Traveller("ABERNATHY", "QUENTIN")


def nominals(count: int) -> list[Nominal]:
    return [Nominal(f"n{at}", (ListedName("Abernathy", f"Quentin {'ABCDEFGH'[at % 8]}"),)) for at in range(count)]


def write(folder: Path, built: Index) -> None:
    segment = built.merged()
    index_file.write(folder, segment, Stamp("engine", 7, "change", len(segment.numbers)))


def test_a_mapped_file_answers_like_the_index_that_was_written(tmp_path: Path) -> None:
    built = Index.build(nominals(5))
    built.remove("n3")
    write(tmp_path, built)
    mapped = Index([index_file.mapped(tmp_path)])
    found = mapped.search(ABERNATHY, threshold=0.01, limit=10)
    assert {each.nominal_id for each in found.candidates} == {"n0", "n1", "n2", "n4"}
    assert found == built.search(ABERNATHY, threshold=0.01, limit=10)


def test_changes_of_one_process_stay_its_own(tmp_path: Path) -> None:
    write(tmp_path, Index.build(nominals(5)))
    one, other = Index([index_file.mapped(tmp_path)]), Index([index_file.mapped(tmp_path)])
    one.change(nominals(9), ["n0"])
    assert (len(one), len(other)) == (9, 5)
    assert other.search(ABERNATHY, threshold=0.01, limit=10) == Index.build(nominals(5)).search(
        ABERNATHY, threshold=0.01, limit=10
    )


def test_a_new_file_leaves_those_who_mapped_the_old_one_alone(tmp_path: Path) -> None:
    write(tmp_path, Index.build(nominals(5)))
    before = Index([index_file.mapped(tmp_path)])
    write(tmp_path, Index.build(nominals(2)))
    assert (len(before), len(Index([index_file.mapped(tmp_path)]))) == (5, 2)
    assert len(before.search(ABERNATHY, threshold=0.01, limit=10).candidates) == 5


@pytest.mark.parametrize("damage", [b"", b"{", b"not json".ljust(5000)])
def test_a_damaged_file_is_no_file(tmp_path: Path, damage: bytes) -> None:
    assert index_file.read_stamp(tmp_path) is None
    (tmp_path / index_file.NAME).write_bytes(damage)
    assert index_file.read_stamp(tmp_path) is None


def test_a_file_that_was_cut_is_no_file(tmp_path: Path) -> None:
    write(tmp_path, Index.build(nominals(5)))
    assert index_file.read_stamp(tmp_path) is not None
    whole = (tmp_path / index_file.NAME).read_bytes()
    (tmp_path / index_file.NAME).write_bytes(whole[:-8])
    assert index_file.read_stamp(tmp_path) is None


async def test_a_second_start_maps_the_file_and_catches_up(desk: Desk, tmp_path: Path) -> None:
    first = await created(desk)
    async with upkeep.following(desk.database, desk.clock, tmp_path) as names:
        assert await candidates(names) == {first}
    stamp = index_file.read_stamp(tmp_path)
    await withdraw(desk, first)
    second = await created(desk, reference="2")
    async with upkeep.following(desk.database, desk.clock, tmp_path) as names:
        assert await candidates(names) == {second}
    assert index_file.read_stamp(tmp_path) == stamp


async def test_a_start_maps_the_file_while_another_process_writes_the_next_one(desk: Desk, tmp_path: Path) -> None:
    notice_id = await created(desk)
    async with upkeep.following(desk.database, desk.clock, tmp_path):
        stamp = index_file.read_stamp(tmp_path)
    with index_file.locked(tmp_path, Work.WRITING):
        async with asyncio.timeout(60), upkeep.following(desk.database, desk.clock, tmp_path) as names:
            assert stamp is not None
            assert (names.written, await candidates(names)) == (stamp.position, {notice_id})


async def test_a_start_without_a_file_waits_for_the_process_that_makes_it(desk: Desk, tmp_path: Path) -> None:
    await created(desk)
    async with upkeep.following(desk.database, desk.clock, tmp_path / "other") as made:
        with index_file.locked(tmp_path, Work.WRITING):
            starting = asyncio.create_task(started(desk, tmp_path))
            async with asyncio.timeout(60):
                while not (tmp_path / Work.COMPILING).exists():
                    await asyncio.sleep(0.01)
            (tmp_path / "other" / index_file.NAME).rename(tmp_path / index_file.NAME)
            file = (tmp_path / index_file.NAME).stat().st_ino
        assert await starting == made.written
    assert (tmp_path / index_file.NAME).stat().st_ino == file


async def started(desk: Desk, folder: Path) -> int:
    async with upkeep.following(desk.database, desk.clock, folder) as names:
        return names.written


async def test_the_file_is_renewed_by_a_process_of_its_own_and_one_that_is_killed_leaves_the_old_one(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "LOOK_SECONDS", 0.01)
    first, url = await created(desk), desk.database.url
    async with (
        upkeep.following(desk.database, desk.clock, tmp_path) as one,
        upkeep.following(desk.database, desk.clock, tmp_path) as other,
    ):
        old = index_file.read_stamp(tmp_path)
        assert old is not None
        await withdraw(desk, first)
        second = await created(desk, reference="2")
        await killed_while_it_writes(url, tmp_path, desk.clock())
        assert index_file.read_stamp(tmp_path) == old
        monkeypatch.setattr(index, "WORTH_WRITING", 0)
        async with asyncio.timeout(60):
            while one.written == old.position or other.written != one.written:
                await asyncio.sleep(0.01)
        assert [await candidates(names) for names in (one, other)] == [{second}, {second}]
        third = await created(desk, reference="3")
        await until(lambda: one.size == other.size == 2)
        assert [await candidates(names) for names in (one, other)] == [{second, third}, {second, third}]


async def killed_while_it_writes(url: str, folder: Path, at: datetime) -> None:
    """Kill a process in the middle of the file: what it writes to takes no more than its first bytes."""
    beside = folder / f"{index_file.NAME}.new"
    os.mkfifo(beside)
    reading = os.open(beside, os.O_RDONLY | os.O_NONBLOCK)
    writing = multiprocessing.get_context("spawn").Process(target=upkeep.compact, args=(url, folder, at))
    writing.start()
    try:
        await first_bytes(reading)
    finally:
        writing.kill()
        await asyncio.to_thread(writing.join)
        os.close(reading)
    assert writing.exitcode == -signal.SIGKILL
    beside.unlink()


async def first_bytes(reading: int) -> None:
    async with asyncio.timeout(60):
        while True:
            with contextlib.suppress(BlockingIOError):
                if os.read(reading, 1):
                    return
            await asyncio.sleep(0.01)


async def test_the_file_of_another_journal_is_not_used(desk: Desk, tmp_path: Path) -> None:
    write(tmp_path, Index.build(nominals(5)))
    notice_id = await created(desk)
    async with upkeep.following(desk.database, desk.clock, tmp_path) as names:
        assert (names.size, await candidates(names)) == (1, {notice_id})


async def test_a_notice_that_todays_rules_refuse_is_found_and_one_without_a_name_stops_nobody(desk: Desk) -> None:
    old, nameless, good = [await created(desk, reference=str(at)) for at in range(3)]
    async with desk.database.pool.acquire() as connection:
        change = "UPDATE notices SET body = jsonb_set(body, '{subject}', $2::jsonb) WHERE id = $1"
        subject = (
            '{"names": [{"surname": "MORGENROTH", "given_names": "IDA LOUISE", "rank": 1}], "height": 7, "sex": "?"}'
        )
        await connection.execute(change, old, subject)
        await connection.execute(change, nameless, '{"names": "gone"}')
    async with upkeep.following(desk.database, desk.clock) as names:
        assert await candidates(names) == {old, good}
        assert names.unreadable == {nameless}
