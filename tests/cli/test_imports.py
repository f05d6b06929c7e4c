"""`screening import`, as an operator uses it."""

import json
from pathlib import Path

from tests.processes import Installation, install

GOOD = {"number": "UT4471093", "type": "PAS", "issuing_state": "UTO", "reason": "lost", "theft_country": "UTO"}
LINES = [GOOD, GOOD | {"number": "UT4471094"}, GOOD | {"issuing_state": "SWE"}, GOOD | {"number": "1"}]
SOME_REJECTED = 3


def prepared(folder: Path, database_url: str) -> tuple[Installation, Path]:
    installed = install(folder, database_url=database_url)
    installed.key("bureau")
    file = folder / "documents.ndjson"
    file.write_text("".join(json.dumps(line) + "\n" for line in LINES) + "not json\n")
    return installed, file


def test_good_lines_are_kept_and_the_others_written_with_reasons(database_url: str, open_folder: Path) -> None:
    installed, file = prepared(open_folder, database_url)
    arguments = ("import", str(file), "--format", "documents.ndjson", "--organisation", "Bureau of Utopia")
    said = installed.command(*arguments, status=SOME_REJECTED)
    assert "5 read: 2 created, 0 updated, 0 unchanged, 3 rejected" in said
    rejects = file.with_name("documents.ndjson.rejects.ndjson")
    assert rejects.stat().st_mode & 0o777 == 0o600
    kept = [json.loads(line) for line in rejects.read_text().splitlines()]
    assert [(reject["line"], bool(reject["reason"])) for reject in kept] == [(3, True), (4, True), (5, True)]
    assert json.loads(kept[0]["raw"]) == LINES[2]
    again = installed.command(*arguments, status=SOME_REJECTED)
    assert "5 read: 0 created, 0 updated, 2 unchanged, 3 rejected" in again


def test_a_file_without_rejects_leaves_no_file_of_rejects(database_url: str, open_folder: Path) -> None:
    installed, file = prepared(open_folder, database_url)
    file.write_text(json.dumps(GOOD) + "\n")
    installed.command("import", str(file), "--format", "documents.ndjson", "--organisation", "Bureau of Utopia")
    assert sorted(path.name for path in open_folder.glob("*.ndjson")) == ["documents.ndjson"]


def test_an_unknown_organisation_or_format_is_named(database_url: str, open_folder: Path) -> None:
    installed, file = prepared(open_folder, database_url)
    installed.command("import", str(file), "--format", "documents.ndjson", "--organisation", "Nobody", status=1)
    assert "no such organisation" in installed.said[-1]
    installed.command("import", str(file), "--format", "documents.pdf", "--organisation", "Nobody", status=2)
    assert "documents.csv" in installed.said[-1]


def test_a_file_of_another_kind_is_refused_as_a_whole(database_url: str, open_folder: Path) -> None:
    installed, file = prepared(open_folder, database_url)
    arguments = ("--format", "notices.un.xml", "--organisation", "Bureau of Utopia")
    installed.command("import", str(file), *arguments, status=1)
    assert installed.said[-1].strip()


def test_a_key_made_on_the_command_line_can_be_revoked_there(database_url: str, open_folder: Path) -> None:
    installed = install(open_folder, database_url=database_url)
    installed.key("bureau")
    key_id = installed.said[-1].rpartition(" ")[2].strip()
    installed.command("keys", "revoke", "00000000-0000-7000-8000-000000000000", status=1)
    assert "no such key" in installed.said[-1]
    assert "revoked" in installed.command("keys", "revoke", key_id)


def test_a_new_post_needs_the_state_where_it_stands(database_url: str, open_folder: Path) -> None:
    installed = install(open_folder, database_url=database_url)
    installed.key("bureau")
    who = ("--organisation", "Bureau of Utopia", "--post", "UTO-AIR-7")
    installed.command("keys", "create", "--name", "gate", "--role", "first_line", *who, status=1)
    assert "--country" in installed.said[-1]
