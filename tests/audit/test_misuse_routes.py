"""The report of conspicuous use, over HTTP and on the command line: real searches, who may read, and what is left."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from typer.testing import CliRunner

from screening.access.permissions import Role
from screening.audit import searches
from screening.audit.entries import EntryKind
from screening.cli.main import app
from screening.db import database
from tests.services import SECRETARIAT, SWEDEN, UTOPIA, Service

LETTERS = "ABCDEFGHIJKLM"


def submission(letter: str) -> dict[str, Any]:
    return {
        "traveller": {"surname": f"{letter}orgenstern", "given_names": "Ada", "date_of_birth": "1988-11-30"},
        "crossing": {"direction": "entry"},
        "officer": {"reference": "UTO-4711"},
    }


async def work_through(service: Service, headers: dict[str, str]) -> list[dict[str, Any]]:
    """Search thirteen names in the order of the alphabet."""
    return [await service.screen(headers, **submission(letter)) for letter in LETTERS]


def span(hours: float = 1.0) -> dict[str, str]:
    now = datetime.now(UTC)
    return {"from": (now - timedelta(hours=hours)).isoformat(), "to": (now + timedelta(hours=hours)).isoformat()}


async def report(service: Service, headers: dict[str, str]) -> dict[str, Any]:
    answer = await service.client.get("/v1/audit/misuse", params=span(), headers=headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_names_worked_through_are_reported_to_the_auditor_and_the_report_is_logged(service: Service) -> None:
    screened = await work_through(service, await service.as_(Role.FIRST_LINE))
    auditor = await service.as_(Role.AUDITOR)
    found = await report(service, auditor)
    [finding] = found["findings"]
    assert (found["searches"], found["erased"]) == (13, 0)
    assert (finding["pattern"], finding["officer"]) == ("names_in_sequence", "UTO-4711")
    assert finding["reason"] == "13 names one behind the other in the order of the alphabet"
    assert finding["entries"] == [each["id"] for each in screened]
    assert "orgenstern" not in json.dumps(found).lower()
    pool = service.app.state.database.pool
    logged = await pool.fetchval("SELECT envelope FROM audit_entries WHERE subject = 'GET /v1/audit/misuse'")
    assert json.loads(logged)["outcome"] == {"findings": 1, "searches": 13, "status": 200}


async def test_names_and_numbers_of_an_mrz_count_as_well(service: Service) -> None:
    gate = await service.as_(Role.FIRST_LINE)
    for number in range(6):
        zone = f"P<UTOMORGENSTERN<<ADA<<<<<<<<<<<<<<<<<<<<<<<<\nUT447109{number}<0UTO8811300F3304159<<<<<<<<<<<<<<00"
        await service.screen(gate, documents=[{"mrz": zone}], crossing={"direction": "entry"})
    found = await report(service, await service.as_(Role.AUDITOR))
    assert [finding["pattern"] for finding in found["findings"]] == ["numbers_in_sequence"]


async def test_one_traveller_in_two_countries_within_seconds_is_reported(service: Service) -> None:
    document = {"documents": [{"type": "P", "number": "UT4471093", "issuing_state": "UTO"}], "crossing": {}}
    for place in (UTOPIA, SWEDEN):
        gate = await service.as_(Role.FIRST_LINE, place)
        async with database.as_owner(service.app.state.database) as owner:
            await owner.execute(
                "UPDATE posts SET latitude = $2, longitude = 10 WHERE code = $1",
                place.post,
                10.0 if place is UTOPIA else 60.0,
            )
        await service.screen(gate, **document)
    found = await report(service, await service.as_(Role.AUDITOR, SECRETARIAT))
    assert [finding["pattern"] for finding in found["findings"]] == ["impossible_journey"]
    assert (found["findings"][0]["client"], len(found["findings"][0]["entries"])) == (None, 2)
    own = await report(service, await service.as_(Role.AUDITOR, SWEDEN))
    assert (own["searches"], own["findings"]) == (1, [])


async def test_what_was_erased_is_counted_and_not_judged(service: Service) -> None:
    await work_through(service, await service.as_(Role.FIRST_LINE))
    async with database.as_owner(service.app.state.database) as owner:
        await owner.execute("DELETE FROM audit_payloads")
    found = await report(service, await service.as_(Role.AUDITOR))
    assert (found["searches"], found["erased"], found["findings"]) == (13, 13, [])


async def test_a_report_reads_page_by_page(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searches, "PAGE", 3)
    await work_through(service, await service.as_(Role.FIRST_LINE))
    found = await report(service, await service.as_(Role.AUDITOR))
    assert (found["searches"], len(found["findings"][0]["entries"])) == (13, 13)


async def test_the_hours_of_a_post_come_from_the_weeks_before(service: Service) -> None:
    gate = await service.as_(Role.FIRST_LINE)
    await service.screen(gate, **submission("A"))
    pool = service.app.state.database.pool
    post, organisation = await pool.fetchrow(
        "SELECT post_id, organisation_id FROM audit_entries WHERE kind = 'screening'"
    )
    now = datetime.now(UTC)
    async with database.as_owner(service.app.state.database) as owner:
        for day in range(1, 13):
            await owner.execute(
                "INSERT INTO audit_entries (id, at, kind, subject, organisation_id, post_id, envelope, leaf_hash, "
                "signature, key_id) VALUES (gen_random_uuid(), $1, $2, 'x', $3, $4, '{}', '', '', '')",
                now - timedelta(days=day, hours=12),
                EntryKind.SCREENING,
                organisation,
                post,
            )
    found = await report(service, await service.as_(Role.AUDITOR))
    assert [finding["pattern"] for finding in found["findings"]] == ["out_of_hours"]
    assert "in use on 0 of 12 days before" in found["findings"][0]["reason"]


async def test_only_auditors_may_read_it(service: Service) -> None:
    assert (await service.client.get("/v1/audit/misuse", params=span())).status_code == 401
    for role in (Role.FIRST_LINE, Role.BUREAU, Role.ADMINISTRATOR):
        answer = await service.client.get("/v1/audit/misuse", params=span(), headers=await service.as_(role))
        assert answer.status_code == 403


@pytest.mark.parametrize("hours", [-1.0, 0.0, 24 * 16.0])
async def test_a_span_that_ends_before_it_begins_or_is_too_long_is_refused(service: Service, hours: float) -> None:
    auditor = await service.as_(Role.AUDITOR)
    answer = await service.client.get("/v1/audit/misuse", params=span(hours), headers=auditor)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid")


async def test_the_command_line_tells_the_same(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    await work_through(service, await service.as_(Role.FIRST_LINE))
    own = service.app.state.settings
    monkeypatch.setenv("SCREENING_DATABASE_URL", own.database_url.get_secret_value())
    monkeypatch.setenv("SCREENING_DATA_DIR", str(own.data_dir))
    now = datetime.now(UTC)
    days = (f"{now - timedelta(hours=1):%Y-%m-%dT%H:%M:%S}", f"{now + timedelta(hours=1):%Y-%m-%dT%H:%M:%S}")
    said = await run("audit", "misuse", "--from", days[0], "--to", days[1])
    assert "names_in_sequence    13 names one behind the other in the order of the alphabet" in said
    assert said.endswith("1 findings in 13 searches, 0 of them erased.\n")


async def run(*arguments: str) -> str:
    result = await asyncio.to_thread(CliRunner().invoke, app, list(arguments))
    assert result.exit_code == 0, result.output
    return result.output
