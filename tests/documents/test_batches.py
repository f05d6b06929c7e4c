import asyncio
import json
from typing import Any

from tests.journal.desks import REPORT, Desks

COUNTS = ("created", "updated", "unchanged", "rejected")


def lines(*reports: dict[str, Any]) -> bytes:
    return "\n".join(json.dumps(REPORT | report) for report in reports).encode()


def counts(imported: dict[str, Any]) -> tuple[int, ...]:
    return tuple(imported[name] for name in COUNTS)


async def bring(desks: Desks, content: bytes, country: str = "UTO") -> dict[str, Any]:
    return await desks.import_(await desks.as_(country), "documents.ndjson", content)


async def records(desks: Desks) -> list[tuple[Any, ...]]:
    rows = await desks.database.pool.fetch(
        "SELECT number, coalesce(version, 1), national_reference, retention_until::text FROM document_records "
        "ORDER BY number, intake"
    )
    return [tuple(row) for row in rows]


async def test_lines_become_records_as_reports_do(desks: Desks) -> None:
    blanks = {"number": "AB0100", "number_last": "AB0199", "reason": "stolen_blank", "batch": "LOT 7"}
    assert counts(await bring(desks, lines({}, blanks, {"type": "DIP"}))) == (3, 0, 0, 0)
    listed = (await desks.client.get("/v1/documents", headers=await desks.as_("UTO"))).json()["items"]
    assert [(each["number"], each["type"], each["reason"], each["retention_date"]) for each in listed] == [
        ("L898902C3", "PAS", "stolen", "2031-03-01"),
        ("AB0100", "PAS", "stolen_blank", "2056-03-01"),
        ("L898902C3", "DIP", "stolen", "2031-03-01"),
    ]
    assert await desks.journalled() == [("created", 1)] * 3


async def test_the_same_file_again_changes_nothing(desks: Desks) -> None:
    blanks = {"number": "AB0100", "number_last": "AB0199", "reason": "stolen_blank"}
    content = lines({}, {"number": "AA11111", "retention_date": "2030-01-01"}, blanks)
    await bring(desks, content)
    before = await records(desks)
    desks.clock.move(days=30)
    assert counts(await bring(desks, content)) == (0, 0, 3, 0)
    assert await records(desks) == before
    assert len(await desks.journalled()) == 3


async def test_a_line_that_says_nothing_of_it_leaves_a_record_hidden(desks: Desks) -> None:
    async def hidden_from() -> str | None:
        states: str | None = await desks.database.pool.fetchval("SELECT hidden_from FROM document_records")
        return states

    assert counts(await bring(desks, lines({"hidden_from": ["SWE"]}))) == (1, 0, 0, 0)
    assert counts(await bring(desks, lines({}))) == (0, 0, 1, 0)
    assert counts(await bring(desks, lines({"national_reference": "UT-2"}))) == (0, 1, 0, 0)
    assert await hidden_from() == "SWE"
    assert counts(await bring(desks, lines({"national_reference": "UT-2", "hidden_from": []}))) == (0, 1, 0, 0)
    assert await hidden_from() is None


async def test_a_line_replaces_what_may_change_and_keeps_the_retention(desks: Desks) -> None:
    await bring(desks, lines({"national_reference": "UT-1", "theft_date": "2026-01-01"}))
    desks.clock.move(days=30)
    assert counts(await bring(desks, lines({"national_reference": "UT-2"}))) == (0, 1, 0, 0)
    assert await records(desks) == [("L898902C3", 2, "UT-2", "2031-03-01")]
    assert await desks.database.pool.fetchval("SELECT theft_date FROM document_records") is None
    assert await desks.journalled() == [("created", 1), ("updated", 2)]


async def test_the_reason_on_record_is_not_changed_by_a_file(desks: Desks) -> None:
    await bring(desks, lines({}))
    imported = await bring(desks, lines({"reason": "lost"}))
    assert counts(imported) == (0, 0, 0, 1)
    assert imported["rejects"][0]["reason"].startswith("reason: is another one on record and cannot change")


async def test_another_end_of_retention_in_a_file_needs_its_reason(desks: Desks) -> None:
    await bring(desks, lines({}))
    later = {"retention_date": "2030-01-01"}
    refused = await bring(desks, lines(later))
    assert refused["rejects"] == [
        {"line": 1, "reason": "retention_reason: says why retention_date differs: purpose_not_achieved"}
    ]
    reasoned = lines(later | {"retention_reason": "purpose_not_achieved"})
    assert counts(await bring(desks, reasoned)) == (0, 1, 0, 0)
    assert counts(await bring(desks, reasoned)) == (0, 0, 1, 0)


async def test_a_file_never_brings_a_withdrawn_record_back(desks: Desks) -> None:
    headers = await desks.as_("UTO")
    record = await desks.report(headers)
    path = f"/v1/documents/{record['id']}/withdrawal"
    assert (await desks.client.post(path, json={"reason": "Found."}, headers=headers)).status_code == 200
    imported = await bring(desks, lines({}))
    assert counts(imported) == (0, 0, 0, 1)
    assert "send it to POST /v1/documents" in imported["rejects"][0]["reason"]
    await desks.report(headers)
    assert counts(await bring(desks, lines({}))) == (0, 0, 1, 0)


async def test_a_file_never_prolongs_a_record_whose_retention_is_over(desks: Desks) -> None:
    await bring(desks, lines({"retention_date": "2026-03-02"}))
    desks.clock.move(days=2)
    imported = await bring(desks, lines({}))
    assert counts(imported) == (0, 0, 0, 1)
    assert "retention is over" in imported["rejects"][0]["reason"]


async def test_lines_of_other_states_are_refused_and_the_others_kept(desks: Desks) -> None:
    imported = await bring(desks, lines({"issuing_state": "SWE"}, {}, {"number": "1"}))
    assert counts(imported) == (1, 0, 0, 2)
    assert imported["rejects"] == [
        {"line": 1, "reason": "issuing_state: this bureau owns UTO"},
        {
            "line": 3,
            "reason": "number: has 5 to 25 letters A to Z and digits; everything else is removed",
        },
    ]


async def test_a_document_that_a_file_names_twice_is_written_twice_in_order(desks: Desks) -> None:
    first, second = {"national_reference": "UT-1"}, {"national_reference": "UT-2"}
    assert counts(await bring(desks, lines(first, second, second))) == (1, 1, 1, 0)
    assert await records(desks) == [("L898902C3", 2, "UT-2", "2031-03-01")]
    assert await desks.journalled() == [("created", 1), ("updated", 2)]


async def test_files_of_one_bureau_at_the_same_time_do_not_disturb_each_other(desks: Desks) -> None:
    await desks.owner("UTO")
    reports = [{"number": f"AA{number:05d}"} for number in range(300)]
    imported = await asyncio.gather(
        bring(desks, lines(*reports)), bring(desks, lines(*reversed(reports))), bring(desks, lines(*reports))
    )
    assert sum(each["created"] for each in imported) == 300
    assert sum(each["unchanged"] for each in imported) == 600
    assert await desks.journalled() == [("created", 1)] * 300


async def test_a_report_at_the_time_of_an_import_becomes_one_record(desks: Desks) -> None:
    headers = await desks.as_("UTO")
    reports = [{"number": f"AA{number:05d}"} for number in range(200)]
    posted = {"number": "AA00150"}
    imported, answer = await asyncio.gather(
        bring(desks, lines(*reports)),
        desks.client.post("/v1/documents", json=REPORT | posted, headers=headers),
    )
    assert (imported["created"] + imported["unchanged"], imported["rejected"]) == (200, 0)
    assert imported["created"] + (answer.status_code == 201) == 200
    assert len(await desks.journalled()) == 200
