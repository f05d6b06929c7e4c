"""The report of an operation over HTTP: what it counts, for whom, and that it is the same however it was counted."""

import csv
import io
import json
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from screening.access.permissions import Role
from screening.audit import export, proofs
from screening.audit.export import Scope
from screening.cli import operations
from screening.cli.keys import Place
from tests.hits.cases import TRAVELLER, WANTED
from tests.operations.stories import NOON
from tests.reports.played import CODE, FOLLOWED, HOUR, STOLEN, VEHICLE, WATCHED, Play, opened, played
from tests.services import SECRETARIAT, SWEDEN, UTOPIA

THE_STOLEN = {"number": "X99887766", "issuing_state": "SWE"}
NOBODY = {"adults": 0, "minors": 0}


def row(hits: int, **verdicts: int) -> dict[str, int]:
    zeros = dict.fromkeys(("confirmed", "not_confirmed", "false_match", "no_reply", "open"), 0)
    return {"hits": hits} | zeros | verdicts


def told(rows: list[dict[str, Any]], *names: str) -> dict[Any, dict[str, Any]]:
    """Give the lines of a table by what names them."""
    return {tuple(each[name] for name in names): {k: v for k, v in each.items() if k not in names} for each in rows}


async def test_a_report_counts_searches_hits_and_outcomes_and_is_recounted_from_an_export_alone(
    play: Play, tmp_path: Path
) -> None:
    await played(play)
    report = await play.report(play.coordinator)
    no_time = {"median_ms": None, "p90_ms": None}
    assert report["searches"] == {"total": 12, "hit": 6, "no_hit": 6, "incomplete": 0, "took": no_time}
    stand = row(6, confirmed=3, false_match=1, no_reply=1, open=1)
    assert report["hits"] == stand | {"overdue": 1, "escalated": 2}
    assert report["potential_threats"] == 1
    assert report["outcomes"] == {
        "refused_entry": NOBODY,
        "arrested": {"adults": 1, "minors": 0},
        "released": NOBODY,
        "victim_protected": {"adults": 1, "minors": 1},
        "person_located": NOBODY,
        "silent_report": 0,
        "false_match": 1,
    }
    assert report["seizures"] == {
        "documents": 2,
        "goods": [{"kind": "medicines", "unit": "kilogram", "seizures": 1, "amount": 1624.5}],
        "vehicles": [{"kind": "car", "pieces": 1}],
        "firearms": [{"kind": "pistol", "pieces": 3}],
    }
    assert report["response"]["since_asked"] == {"cases": 2, "median_seconds": 1200.0, "p90_seconds": 1200.0}
    assert told(report["by_country"], "country") == {
        ("SWE",): {"searches": 7} | row(4, confirmed=3, no_reply=1),
        ("UTO",): {"searches": 5} | row(2, false_match=1, open=1),
    }
    assert told(report["by_mode"], "mode")["sea",] == {"searches": 9} | row(5, confirmed=3, no_reply=1, open=1)
    assert [(each["code"], each["searches"]) for each in report["by_post"]] == [
        ("SWE-SEA-1", 7),
        ("UTO-AIR-1", 3),
        ("UTO-SEA-7", 2),
    ]
    assert told(report["by_label"], "source", "label") == {
        ("notices", "red"): row(2, confirmed=1, open=1),
        ("notices", "yellow"): row(1, confirmed=1),
        ("sltd", "stolen"): row(1, false_match=1),
        ("vehicles", "stolen"): row(2, confirmed=1, no_reply=1),
    }
    assert {each["crime_area"]: (each["hits"], each["of_operation"]) for each in report["by_crime_area"]} == {
        "missing_persons": (1, False),
        "terrorism": (0, True),
        "trafficking_in_persons": (1, False),
        "travel_document_crime": (1, True),
        "vehicles": (2, False),
    }
    assert report["busiest_hours"] == report["by_hour"]
    assert report["by_hour"] == [
        {"hour": "2026-11-23T12:00:00Z", "searches": 9, "hits": 4},
        {"hour": "2026-11-23T13:00:00Z", "searches": 3, "hits": 2},
    ]
    assert report | await recounted(play, tmp_path / "export") == report


async def test_who_reads_how_much_of_a_report(play: Play) -> None:
    service, story = play.story.service, play.story
    await play.who.sent("POST", "/v1/notices", story.bureau, WANTED)
    for headers in (*[play.airport] * 3, *[play.harbour] * 8):
        await play.searched(headers)
    await play.searched(play.harbour, traveller=TRAVELLER)

    whole = await play.report(story.bureau)
    assert (whole["suppressed_below"], whole["searches"]["total"], whole["hits"]["hits"]) == (None, 12, 1)
    own = await play.report(play.sweden, part="own")
    assert (own["suppressed_below"], own["searches"]["total"], own["hits"]["hits"]) == (None, 9, 1)
    shared = await play.report(play.sweden)
    assert shared["suppressed_below"] == 5
    assert told(shared["by_country"], "country")["UTO",]["searches"] is None
    assert shared["searches"]["total"] is None, "it would tell the 3 of Utopia, because Sweden knows its own 9"
    assert shared["hits"]["hits"] == 1, "its own"
    outside = await play.report(play.partner)
    assert (outside["hits"]["hits"], told(outside["by_country"], "country")["UTO",]["searches"]) == (None, None)
    assert {hour["hits"] for hour in outside["by_hour"]} == {None}

    everything = await service.as_(Role.AUDITOR, SECRETARIAT)
    assert (await play.report(everything))["hits"]["hits"] == 1
    assert (await play.report(await service.as_(Role.AUDITOR, SWEDEN)))["suppressed_below"] == 5
    stranger = await service.as_(Role.BUREAU, Place("Bureau of Zenda", "XZD"))
    await play.report(stranger, expect=404)
    await play.report(play.airport, expect=403)
    await play.report(await service.as_(Role.CARRIER, UTOPIA), expect=403)
    assert "report:narrowed" not in await story.refusals()
    await play.report(play.sweden, expect=403, since=NOON)
    assert (await story.refusals())[-1] == "report:narrowed"


async def test_a_report_is_narrowed_to_whole_hours(play: Play) -> None:
    await play.searched(play.airport)
    await play.moved(HOUR)
    await play.searched(play.airport)
    later = NOON + HOUR
    assert (await play.report(play.coordinator, since=later))["searches"]["total"] == 1
    assert (await play.report(play.coordinator, until=NOON + HOUR))["searches"]["total"] == 1
    await play.report(play.coordinator, expect=422, since=NOON + HOUR / 2)
    await play.report(play.coordinator, expect=422, since=later, until=NOON)
    await play.report(play.coordinator, expect=422, since=datetime(1, 1, 1, tzinfo=timezone(14 * HOUR)))


async def test_discreet_and_hidden_records_leave_no_trace_for_those_who_may_not_know(play: Play) -> None:
    owner = play.sweden
    hidden = {"hidden_from": ["UTO"]}
    for path, record in (
        ("notices", WANTED | hidden),
        ("vehicles", VEHICLE | hidden),
        ("documents", STOLEN | hidden),
        ("notices", WATCHED),
    ):
        await play.who.sent("POST", f"/v1/{path}", owner, record)
    everything = {"traveller": TRAVELLER, "documents": [THE_STOLEN], "vehicles": [{"vin": VEHICLE["vin"]}]}
    assert len(await play.searched(play.harbour, **everything)) == 3
    for headers in (play.harbour, play.airport):
        assert await play.searched(headers, traveller=FOLLOWED) == []
    coordinator = await play.report(play.story.bureau)
    assert coordinator["searches"] | {"took": None} == {
        "total": 3,
        "hit": 0,
        "no_hit": 3,
        "incomplete": 0,
        "took": None,
    }
    assert (coordinator["hits"]["hits"], coordinator["by_source"], coordinator["by_hour"][0]["hits"]) == (0, [], 0)
    assert coordinator["discreet"] == {"hits": 0, "silent_reports": 0}
    known = await play.report(owner, part="own")
    assert (known["hits"]["hits"], known["discreet"]) == (3, {"hits": 2, "silent_reports": 0})
    assert (await play.report(play.coordinator))["discreet"] is None


async def test_an_exercise_counts_in_its_own_report_alone(database_url: str, tmp_path: Path) -> None:
    async with opened(database_url, tmp_path, kind="exercise") as play:
        await play.who.sent("POST", "/v1/notices", play.sweden, WANTED)
        await play.searched(play.airport, traveller=TRAVELLER)
        plan = {name: play.operation[name] for name in ("name", "countries", "begins_at", "ends_at")}
        more = {"code": "REAL-1", "kind": "operation", "posts": ["UTO-AIR-1"]}
        real = await play.story.post("/v1/operations", play.story.bureau, plan | more)
        await play.story.post(f"/v1/operations/{real['id']}/opening", play.story.bureau)
        assert (await play.report(play.story.bureau))["hits"]["hits"] == 1
        play.operation = real
        assert (await play.report(play.story.bureau))["searches"]["total"] == 0


async def test_a_report_is_written_as_the_reader_asks_for_it(play: Play) -> None:
    await played(play)
    await play.counted()
    client, path = play.story.service.client, f"/v1/operations/{play.operation['id']}/report"
    page = await client.get(path, headers=play.coordinator | {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in page.headers["content-security-policy"]
    table = await client.get(path, params={"format": "csv"}, headers=play.coordinator)
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    lines = {tuple(row[:3]): row[3] for row in csv.reader(io.StringIO(table.text))}
    assert lines["hits", "", "confirmed"] == "3"
    assert lines["outcomes", "victim_protected", "minors"] == "1"
    assert lines["seizures.goods", "medicines kilogram", "amount"] == "1624.5"
    assert lines["by_post", "SWE SWE-SEA-1 sea", "searches"] == "7"
    withheld = await client.get(path, params={"format": "csv"}, headers=play.partner)
    assert "hits,,confirmed,withheld" in withheld.text


async def recounted(play: Play, folder: Path) -> dict[str, Any]:
    """Export the log, and let an auditor's shell count from that alone."""
    pool, clock = play.story.service.app.state.database.pool, play.story.clock
    scope = Scope("screening.local/audit", await proofs.get_checkpoint(pool), None, clock())
    await export.write_folder(export.members(pool, scope), folder)
    command = ["report", CODE, "--from-export", str(folder)]
    counted = CliRunner().invoke(operations.app, command)
    assert counted.exit_code == 0, counted.output
    unknown = CliRunner().invoke(operations.app, ["report", "NOT-THERE", *command[2:]])
    assert (unknown.exit_code, "does not say where" in unknown.output) == (1, True)
    figures: dict[str, Any] = json.loads(counted.stdout)
    return figures
