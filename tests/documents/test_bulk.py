"""Files of documents, a hundred thousand lines at a time."""

import io
import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.exc import IntegrityError

from screening.documents import queries
from screening.documents.formats import CSV, NDJSON
from screening.documents.queries import Lookup
from screening.journal import imports
from screening.journal.imports import Job, Watcher
from tests.journal.desks import NOW, REPORT, Desks

COLUMNS = (*REPORT, "national_reference", "retention_date", "hidden_from", "number_last")
LOT = {"number": "AB0100", "number_last": "AB0199", "reason": "stolen_blank"}

Line = dict[str, str]


def csv(lines: Sequence[Line]) -> bytes:
    rows = [",".join(COLUMNS), *(",".join((REPORT | line).get(name, "") for name in COLUMNS) for line in lines)]
    return "\n".join(rows).encode()


def ndjson(lines: Sequence[Line]) -> bytes:
    reports = [REPORT | line for line in lines]
    return "\n".join(["", *(json.dumps(each) for each in reports)]).encode()


async def bring(desks: Desks, content: bytes, form: Any = CSV) -> tuple[tuple[int, ...], list[tuple[int, str]]]:
    """Import a file of the Utopian bureau; gives counts, and the rejects."""
    rejects: list[tuple[int, str]] = []
    job = Job(form, await desks.owner("UTO"))
    watcher = Watcher(on_reject=lambda reject: rejects.append((reject.line, reject.reason)))
    done = await imports.run(desks.database, desks.trail, job, io.BytesIO(content), watcher=watcher)
    return (done.read, done.created, done.updated, done.unchanged, done.rejected), rejects


async def state(desks: Desks) -> list[tuple[Any, ...]]:
    """Give what is on record, but for ids."""
    rows = await desks.database.pool.fetch(
        "SELECT number, number_last, type, issuing_state, reason, theft_country, retention_until, version, "
        "national_reference, hidden_from, withdrawn_at IS NULL FROM document_records ORDER BY number, withdrawn_at"
    )
    return [tuple(row) for row in rows]


async def test_new_records_are_one_change_of_the_journal_that_names_their_ids(desks: Desks) -> None:
    counts, _ = await bring(desks, csv([{"number": f"AA{number:05d}"} for number in range(50)] + [LOT]))
    assert counts == (51, 51, 0, 0, 0)
    (change,) = await desks.database.pool.fetch("SELECT kind, operation, body FROM record_changes")
    body = json.loads(change["body"])
    first, last = UUID(body["first_id"]), UUID(body["last_id"])
    lookups = [Lookup("AA00007"), Lookup("AB0150")]
    found = [each.record for each in await queries.find(desks.database.pool, lookups, at=NOW, viewers=())]
    assert (change["kind"], change["operation"], body["records"]) == ("document", "imported", 51)
    assert last.int - first.int == 50
    assert [first <= each.id <= last for each in found] == [True, True]
    ((_, _, outcome),) = await desks.audited()
    assert (outcome["created"], outcome["positions"]) == (51, [1, 1])


async def test_what_one_change_stood_for_is_written_out_before_it_changes(desks: Desks) -> None:
    headers = await desks.as_("UTO")
    await bring(desks, csv([{}, {"number": "AA00001"}]))
    await bring(desks, csv([{"national_reference": "UT-2"}]))
    assert await desks.journalled() == [("imported", 1), ("created", 1), ("updated", 2)]
    (found,) = await queries.find(desks.database.pool, [Lookup("AA00001")], at=NOW, viewers=())
    path = f"/v1/documents/{found.record.id}"
    answers = [
        await desks.client.patch(path, json={"theft_date": "2026-02-11"}, headers=headers),
        await desks.client.post(f"{path}/withdrawal", json={"reason": "Found again."}, headers=headers),
    ]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert (await desks.journalled())[3:] == [("created", 1), ("updated", 2), ("withdrawn", 3)]
    bodies = await desks.database.pool.fetch(
        "SELECT body->>'theft_date' AS theft, body->>'import_id' AS import, operation FROM record_changes "
        "WHERE record_id = $1 ORDER BY position",
        found.record.id,
    )
    assert [(row["theft"], row["import"] is not None) for row in bodies][:2] == [(None, True), ("2026-02-11", True)]


FIRST: list[Line] = [
    {"number": "AA00001"},
    {"number": "AA00002", "national_reference": "UT-1"},
    {"number": "aa-00003"},
    {"number": "AA00004", "retention_date": "2027-01-01"},
    LOT,
    {"number": "AA00005", "issuing_state": "SWE"},
    {"number": "AA00006", "hidden_from": "SWE"},
    {"number": "AA00007"},
    {"number": "AA00007", "national_reference": "UT-7"},
    {"number": "aa00007"},
]
SECOND: list[Line] = [
    {"number": "AA00001"},
    {"number": "AA00002", "national_reference": "UT-2"},
    {"number": "AA00002"},
    {"number": "AA00002", "national_reference": "UT-1"},
    {"number": "AA00003", "reason": "lost"},
    {"number": "AA00004"},
    LOT | {"national_reference": "UT-5"},
    {"number": "AA00006"},
    {"number": "AA00008"},
    {"number": "aa00008"},
    {"number": "L898902C3"},
    {"number": "AA00009", "theft_country": "ZZZ"},
]


async def test_lines_many_at_a_time_do_what_they_do_one_by_one(desks: Desks) -> None:
    """What is new, changed, contested, repeated, withdrawn or refused comes to the same, by either way."""
    headers, results = await desks.as_("UTO"), []
    for form, written in ((CSV, csv), (NDJSON, ndjson)):
        record = await desks.report(headers)
        ended = await desks.client.post(
            f"/v1/documents/{record['id']}/withdrawal", json={"reason": "Found."}, headers=headers
        )
        assert ended.status_code == 200
        first, second = await bring(desks, written(FIRST), form), await bring(desks, written(SECOND), form)
        results.append((first, second, await state(desks)))
        async with desks.database.pool.acquire() as connection:
            await connection.execute("DELETE FROM document_records")
    many, one = map(_without_words, results)
    assert many == one
    assert many[:2] == [((10, 7, 2, 0, 1), [7]), ((12, 1, 4, 4, 3), [6, 12, 13])]


def _without_words(result: Any) -> list[Any]:
    """Leave out how a reject is worded, which the reader of a form decides."""
    first, second, records = result
    return [*((counts, [line for line, _ in rejects]) for counts, rejects in (first, second)), records]


async def test_a_batch_is_written_whole_or_not_at_all(desks: Desks) -> None:
    await desks.owner("UTO")
    async with desks.database.pool.acquire() as connection:
        await connection.execute("ALTER TABLE audit_entries ADD CONSTRAINT refuse CHECK (kind <> 'import') NOT VALID")
    with pytest.raises(IntegrityError):
        await bring(desks, csv([{}]))
    for table in ("document_records", "document_intakes", "record_changes"):
        assert await desks.database.pool.fetchval(f"SELECT count(*) FROM {table}") == 0, table
