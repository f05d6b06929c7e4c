"""The report of an operation over HTTP: what it counts, for whom, and that it is the same however it was counted."""

from pathlib import Path
from typing import Any

from screening.audit import export, proofs
from screening.audit.export import Scope
from screening.reports import figures, presenting, recounting
from tests.reports.played import CODE, Play, played

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


async def recounted(play: Play, folder: Path) -> dict[str, Any]:
    """Export the log, and count from that alone."""
    pool, clock = play.story.service.app.state.database.pool, play.story.clock
    scope = Scope("screening.local/audit", await proofs.get_checkpoint(pool), None, clock())
    await export.write_folder(export.members(pool, scope), folder)
    ground, tally, _size = recounting.read(folder, CODE)
    return presenting.counts(figures.lay_out(tally, ground), ground.crime_areas).model_dump(mode="json")
