"""A bureau's whole list anew: seen whole or not at all."""

import asyncio
import io
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from screening.documents import queries
from screening.documents.formats import CSV
from screening.documents.queries import Lookup
from screening.journal import imports
from screening.journal.formats import Batch, Bulk, ReloadRefusedError
from screening.journal.imports import Job, Watcher
from tests.documents.test_bulk import bring, csv
from tests.journal.desks import NOW, Desks

OLD = csv([{"number": f"AA{number:05d}"} for number in range(10)])
NEW = csv([{"number": f"AA{number:05d}"} for number in range(2, 10)] + [{"number": "aa00010"}])


async def reload(
    desks: Desks, content: bytes, *, most_withdrawn: int = 5, country: str = "UTO", form: Any = CSV
) -> Any:
    job = Job(form, await desks.owner(country))
    done = await imports.reload(
        desks.database, desks.trail, job, io.BytesIO(content), most_withdrawn=most_withdrawn, watcher=Watcher()
    )
    return done.read, done.created, done.updated, done.unchanged, done.rejected


async def standing(desks: Desks) -> list[str]:
    """Give the numbers that a screening finds, among those of these tests."""
    lookups = [Lookup(f"AA{number:05d}") for number in range(12)]
    return [each.number for each in await queries.find(desks.database.pool, lookups, at=NOW, viewers=())]


def numbers(first: int, last: int) -> list[str]:
    return [f"AA{number:05d}" for number in range(first, last + 1)]


async def test_a_full_list_adds_what_is_new_and_withdraws_what_it_lacks(desks: Desks) -> None:
    await bring(desks, OLD)
    await desks.report(await desks.as_("SWE"), number="AA00011", issuing_state="SWE")
    assert await reload(desks, NEW) == (9, 1, 0, 8, 0)
    assert await standing(desks) == [*numbers(2, 10), "AA00011"]
    operations = [operation for operation, _ in (await desks.journalled())[2:]]
    assert operations == ["imported", "created", "withdrawn", "created", "withdrawn"]
    assert (await desks.audited())[-1][2]["positions"] == [3, 7]
    assert await reload(desks, NEW) == (9, 0, 0, 9, 0)


async def test_a_full_list_changes_what_it_says_otherwise(desks: Desks) -> None:
    await bring(desks, OLD)
    changed = csv([{"number": "AA00001", "national_reference": "UT-1"}, {"number": "AA00001"}, {"number": "AA00002"}])
    assert await reload(desks, changed, most_withdrawn=8) == (3, 0, 2, 1, 0)
    assert await standing(desks) == numbers(1, 2)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (NEW + b"\nAA00011,PAS,SWE,lost,UTO,,,,", "1 lines were rejected"),
        (NEW.replace(b"aa00010", b"AA00009").replace(b"stolen", b"lost"), "9 lines were rejected"),
        (NEW.partition(b"\n")[0], "lacks more than 5 records"),
        (b"\n".join(NEW.split(b"\n")[:5]), "lacks more than 5 records"),
    ],
)
async def test_a_list_that_is_damaged_or_cut_short_changes_nothing(desks: Desks, content: bytes, said: str) -> None:
    await bring(desks, OLD)
    with pytest.raises(ReloadRefusedError, match=said):
        await reload(desks, content)
    assert await standing(desks) == numbers(0, 9)
    assert await desks.journalled() == [("imported", 1)]
    failure = await desks.database.pool.fetchval("SELECT failure FROM imports WHERE status = 'failed'")
    assert said in failure


async def test_searches_find_the_old_list_until_the_new_one_is_whole(desks: Desks) -> None:
    await bring(desks, OLD)
    seen: list[list[str]] = []

    async def write(*arguments: Any, **more: Any) -> Batch:
        batch = await CSV.write_all(*arguments, **more)
        seen.append(await standing(desks))
        return batch

    await reload(desks, NEW, form=replace(CSV, write_all=write))
    assert seen == [numbers(0, 9)]
    assert await standing(desks) == numbers(2, 10)


@pytest.mark.parametrize("when", ["loading", "written"])
async def test_a_list_whose_import_is_cancelled_leaves_the_old_one(desks: Desks, when: str) -> None:
    await bring(desks, OLD)
    reached = asyncio.Event()

    async def stop() -> None:
        reached.set()
        await asyncio.Event().wait()

    async def write(
        session: Any, owner: Any, import_id: Any, batches: AsyncIterator[Bulk], *rest: Any, **more: Any
    ) -> Any:
        async def stopping() -> AsyncIterator[Bulk]:
            async for batch in batches:
                yield batch
                if when == "loading":
                    await stop()

        await CSV.write_all(session, owner, import_id, stopping(), *rest, **more)
        await stop()

    running = asyncio.create_task(reload(desks, NEW, form=replace(CSV, write_all=write)))
    await reached.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert await standing(desks) == numbers(0, 9)
    assert await reload(desks, NEW) == (9, 1, 0, 8, 0)


async def test_a_full_list_is_sent_like_any_file(desks: Desks) -> None:
    await bring(desks, OLD)
    headers = await desks.as_("UTO") | {"Content-Type": "text/csv"}
    for most, status in ((1, 422), (2, 201)):
        query = {"format": "documents.csv", "full_list_withdrawing": str(most)}
        answer = await desks.client.post("/v1/imports", params=query, content=NEW, headers=headers)
        assert answer.status_code == status, answer.text
    assert (answer.json()["created"], answer.json()["unchanged"]) == (1, 8)
    assert await standing(desks) == numbers(2, 10)


IMPORTING = """
import asyncio, io, sys
from dataclasses import replace
from uuid import UUID
from screening.access.actors import Owner
from screening.documents.formats import CSV
from screening.journal import imports
from screening.journal.imports import Job, Watcher
from tests.documents.test_reload import NEW
from tests.journal.desks import opened

async def write(*arguments, **more):
    await CSV.write_all(*arguments, **more)
    print("written", flush=True)
    await asyncio.Event().wait()

async def main(url, owner_id):
    async with opened(url) as desks:
        job = Job(replace(CSV, write_all=write), Owner(UUID(owner_id), "UTO"))
        stream = io.BytesIO(NEW)
        await imports.reload(desks.database, desks.trail, job, stream, most_withdrawn=5, watcher=Watcher())

asyncio.run(main(*sys.argv[1:]))
"""


async def test_an_import_killed_before_its_commit_leaves_the_old_list(desks: Desks) -> None:
    await bring(desks, OLD)
    owner = await desks.owner("UTO")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", IMPORTING, desks.database.url, str(owner.organisation_id)),
        cwd=Path(__file__).parents[2],
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"written\n"
    process.kill()
    assert await process.wait() == -signal.SIGKILL
    assert await standing(desks) == numbers(0, 9)
    assert await reload(desks, NEW) == (9, 1, 0, 8, 0)
    status = await desks.database.pool.fetch("SELECT status FROM imports ORDER BY id")
    assert [row["status"] for row in status] == ["finished", "running", "finished"]
