"""`screening operations` as a duty officer runs it."""

from pathlib import Path

import httpx

from tests.processes import install

PLAN = {
    "code": "SUNBIRD-3",
    "kind": "operation",
    "name": "Operation Sunbird",
    "countries": ["UTO"],
    "begins_at": "2031-03-01T06:00:00Z",
    "ends_at": "2031-03-09T06:00:00Z",
}


def test_an_operation_is_listed_opened_and_closed(database_url: str, open_folder: Path) -> None:
    installed = install(open_folder, database_url=database_url)
    bureau = installed.key("bureau")
    with installed.serving():
        httpx.post(f"{installed.address}/v1/operations", json=PLAN, headers=bureau).raise_for_status()
    assert "planned" in installed.command("operations", "list")
    assert installed.command("operations", "open", "SUNBIRD-3") == "SUNBIRD-3 is open."
    closing = ("operations", "close", "SUNBIRD-3", "--reason", "Called off.")
    assert installed.command(*closing) == "SUNBIRD-3 is closed."
    installed.command(*closing, status=1)
    assert "no step close" in installed.said[-1]
    installed.command("operations", "open", "NOT-THERE", status=1)
    assert "no such operation" in installed.said[-1]
    assert installed.command("operations", "rebuild-report").endswith("counted again: nothing differed.")
