"""The service as a process: what survives kill -9, and what it writes where others can read."""

import asyncio
import signal
from pathlib import Path

import asyncpg
import httpx

from tests.processes import install, json_lines

PASSPORT = {"type": "P", "number": "UT4471093", "issuing_state": "UTO"}
STOLEN = PASSPORT | {"type": "PAS", "reason": "stolen", "theft_country": "UTO", "theft_date": "2026-02-11"}

STARTUP_FAILURE = 3
"""The status with which uvicorn ends when it cannot start."""

MARK = "ZQXMARK"
"""Stands in everything that a traveller could be known by, and must stand nowhere else."""


async def execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def test_records_keys_and_receipts_survive_kill_nine_and_a_new_start(open_folder: Path) -> None:
    installed = install(open_folder)
    bureau = installed.key("bureau")
    gate = installed.key("first_line", "--post", "UTO-AIR-1", "--mode", "air")
    with installed.serving() as process:
        with httpx.Client(base_url=installed.address) as client:
            assert client.post("/v1/documents", json=STOLEN, headers=bureau).status_code == 201
            before = client.post("/v1/screenings", json={"documents": [PASSPORT]}, headers=gate).json()
            key = client.get("/v1/audit/key").json()
        process.send_signal(signal.SIGKILL)
        process.wait()
    with installed.serving(), httpx.Client(base_url=installed.address) as client:
        again = client.get(f"/v1/screenings/{before['id']}", headers=gate).json()
        after = client.post("/v1/screenings", json={"documents": [PASSPORT]}, headers=gate).json()
        assert again == before
        assert (after["decision"], after["receipt"]["key_id"]) == ("hit", key["key_id"])
    assert "Traceback" not in "".join(installed.said)


def test_nothing_that_a_traveller_is_known_by_is_written_where_others_read(
    database_url: str, open_folder: Path
) -> None:
    installed = install(open_folder, database_url=database_url, log_level="DEBUG")
    bureau = installed.key("bureau")
    gate = installed.key("first_line", "--post", "UTO-AIR-1", "--mode", "air")
    traveller = {
        "surname": f"{MARK}son",
        "given_names": f"Anna {MARK}",
        "full_name": MARK,
        "name_original": MARK,
        "place_of_birth": MARK,
    }
    bad = [
        {"traveller": traveller | {"date_of_birth": MARK}},
        {"traveller": traveller, MARK: MARK},
        {"documents": [{"mrz": MARK * 100}]},
        {"documents": [{"number": MARK, "issuing_state": MARK}]},
    ]
    with installed.serving(), httpx.Client(base_url=installed.address) as client:
        names = [{"kind": "primary", "surname": f"{MARK}son", "given_names": f"Anna {MARK}"}]
        notice = {"kind": "notice", "colour": "red", "reference": "1/1", "subject": {"names": names}}
        assert client.post("/v1/notices", json=notice, headers=bureau).status_code == 201
        document = {"documents": [{"mrz": f"P<UTO{MARK}<<ANNA" + "<" * 23 + "\n" + MARK}]}
        for submission in ({"traveller": traveller}, document, {"documents": [{"number": f"{MARK}1", "type": "P"}]}):
            answer = client.post("/v1/screenings", json=submission, headers=gate)
            assert answer.status_code == 200, answer.text
        for refused in bad:
            answer = client.post("/v1/screenings", json=refused, headers=gate)
            assert answer.status_code == 422
            assert MARK not in answer.headers.get("X-Request-Id", "")
        client.post("/v1/screenings", content=f'{{"{MARK}": ', headers=gate)
        client.get(f"/v1/screenings/{MARK}", headers=gate | {"X-Request-Id": f"{MARK} with blanks"})
        client.get(f"/{MARK}?{MARK}={MARK}", headers=gate)
        client.post(f"/v1/imports?format={MARK}", content=MARK, headers=bureau)
        client.post("/v1/imports?format=notices.ndjson", content=f'{{"{MARK}": "{MARK}"}}\n', headers=bureau)
        metrics = client.get("/metrics").text
    written = "".join(installed.said)
    assert "screening_requests_total" in metrics
    assert MARK not in metrics
    assert MARK not in written
    assert MARK.lower() not in written.lower()
    json_lines(installed.said[-1])


def test_an_unexpected_error_is_logged_by_its_kind_and_place_without_its_message(
    database_url: str, open_folder: Path
) -> None:
    """The tables are taken away under the service; the messages that follow quote statements and values."""
    installed = install(open_folder, database_url=database_url)
    bureau = installed.key("bureau")
    installed.command("migrate")
    with installed.serving(), httpx.Client(base_url=installed.address) as client:
        asyncio.run(execute(database_url, "DROP TABLE document_records CASCADE"))
        answer = client.post("/v1/documents", json=STOLEN | {"number": f"{MARK}1"}, headers=bureau)
        assert answer.status_code in {500, 503}
        assert MARK not in answer.text
    assert MARK not in "".join(installed.said)
    logged = json_lines(installed.said[-1])
    assert [line for line in logged if line.get("error")]


def test_a_port_in_use_ends_the_start_and_says_so(database_url: str, open_folder: Path) -> None:
    installed = install(open_folder, database_url=database_url)
    with installed.serving():
        installed.command("serve", status=STARTUP_FAILURE)
        assert "address already in use" in installed.said[-1]


def test_a_key_file_that_holds_no_key_ends_the_start_and_says_what_belongs_there(
    database_url: str, open_folder: Path
) -> None:
    file = open_folder / "signing.key"
    file.write_text("nothing")
    installed = install(open_folder, database_url=database_url, signing_key_file=str(file))
    installed.command("serve", status=STARTUP_FAILURE)
    assert "put the log's Ed25519 key there" in installed.said[-1]


def test_a_setting_that_does_not_fit_is_named(open_folder: Path) -> None:
    installed = install(open_folder, deadline_seconds="soon")
    installed.command("serve", status=2)
    assert "SCREENING_DEADLINE_SECONDS" in installed.said[-1]
