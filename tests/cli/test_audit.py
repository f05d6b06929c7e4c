"""`screening audit`: exports, their verification from a shell, and the rotation of keys."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from screening.audit import keyfile, keyring, verify
from screening.audit.inspection import Fault
from screening.audit.receipts import Signer
from screening.audit.verify import Flaw, Question, Receipts
from screening.cli.audit import app
from screening.db.metadata import new_id_at
from tests.audit import logs
from tests.audit.logs import NAME, Place

SHELL = CliRunner()


@pytest.fixture
async def place(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Place]:
    """A log that the settings of this process lead to, as they would in an operator's shell."""
    folder = tmp_path / "data"
    monkeypatch.setenv("SCREENING_DATABASE_URL", database_url)
    monkeypatch.setenv("SCREENING_DATA_DIR", str(folder))
    monkeypatch.setenv("SCREENING_LOG_NAME", NAME)
    signer = Signer.of(NAME, keyfile.load_or_make(folder / "signing.key"))
    async with logs.place(database_url, folder, signer) as made:
        yield made


async def run(*arguments: str | Path) -> tuple[int, str]:
    """Run a command as from a shell; gives its exit code and what it printed."""
    result = await asyncio.to_thread(SHELL.invoke, app, [str(each) for each in arguments])
    return result.exit_code, result.output


def signer_now(place: Place) -> Signer:
    return Signer.of(NAME, keyfile.load(place.folder / "signing.key"))


@pytest.mark.parametrize("name", ["out", "out.tar"])
async def test_an_export_is_written_and_found_whole(place: Place, tmp_path: Path, name: str) -> None:
    await place.grow(300)
    assert await run("export", tmp_path / name) == (0, f"300 leaves written to {tmp_path / name}.\n")
    code, said = await run("verify", tmp_path / name, "--key", place.signer.public.verifier, "--receipts", "all")
    assert code == 0
    assert "300 signatures checked" in said
    assert "WHOLE" in said
    assert "--key" not in said


async def test_an_export_is_logged(place: Place, tmp_path: Path) -> None:
    await place.grow(2)
    await run("export", tmp_path / "out")
    subjects = await place.opened.pool.fetch("SELECT subject FROM audit_entries ORDER BY id")
    assert subjects[-1]["subject"] == "screening audit export"


async def test_a_broken_export_ends_with_one_and_names_the_first_entry(place: Place, tmp_path: Path) -> None:
    receipts = await place.grow(10)
    await run("export", tmp_path / "out")
    file = tmp_path / "out" / "tile" / "entries" / "000.p" / "10"
    broken = next(receipt for receipt in receipts if receipt.entry.encode() in file.read_bytes())
    at = file.read_bytes().index(broken.entry.encode())
    file.write_bytes(file.read_bytes()[:at] + b"f" + file.read_bytes()[at + 1 :])
    code, said = await run("verify", tmp_path / "out")
    assert code == 1
    assert re.search(rf"first at leaf \d+, entry f{broken.entry[1:]}: entry_changed", said)
    assert "WHOLE" not in said
    assert "give it with --key" in said


@pytest.mark.parametrize("content", [None, b"", b"not an archive"])
async def test_what_is_no_export_ends_with_two(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "it"
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    code, said = await run("verify", path)
    assert code == 2
    assert "Cannot be checked" in said


async def test_an_export_overwrites_nothing(place: Place, tmp_path: Path) -> None:
    await place.grow(1)
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "file").touch()
    for name in ("file", "folder"):
        code, said = await run("export", tmp_path / name)
        assert (code, "is there already" in said) == (2, True)


async def test_another_key_than_the_log_s_is_not_trusted(place: Place, tmp_path: Path) -> None:
    await place.grow(3)
    await run("export", tmp_path / "out")
    code, said = await run("verify", tmp_path / "out", "--key", logs.SIGNER.public.verifier)
    assert code == 1
    assert "key_not_trusted" in said


async def test_a_kept_checkpoint_is_compared(place: Place, tmp_path: Path) -> None:
    await place.grow(3)
    kept = tmp_path / "kept"
    kept.write_text(await place.note())
    await place.grow(3)
    await run("export", tmp_path / "out")
    code, said = await run("verify", tmp_path / "out", "--checkpoint", kept)
    assert code == 0
    assert "WHOLE" in said


async def test_keys_rotate_and_everything_signed_so_far_still_verifies(place: Place, tmp_path: Path) -> None:
    await place.grow(5)
    old = place.signer
    kept = await place.note()
    code, said = await run("rotate-key")
    assert code == 0
    fresh = signer_now(place)
    assert said.startswith(fresh.public.verifier)
    assert fresh.key_id != old.key_id
    async with logs.place(place.opened.url, place.folder, fresh) as renewed:
        await renewed.grow(5)
        await renewed.export(tmp_path / "out")
    asked = Question([old.public], kept=[kept], receipts=Receipts.ALL)
    report = verify.verify(tmp_path / "out", asked)
    assert report.findings == []
    assert report.keys == [old.public.verifier, fresh.public.verifier]
    assert (report.size, report.receipts) == (11, 11)  # The rotation is an entry too.


async def test_the_old_key_signs_on_until_its_time_is_over(place: Place) -> None:
    await place.grow(2)
    await run("rotate-key", "--overlap-minutes", "60")
    await place.grow(2)
    await place.opened.pool.execute(
        "UPDATE audit_keys SET valid_until = $1 WHERE valid_until IS NOT NULL", datetime.now(UTC) - timedelta(hours=1)
    )
    assert Fault.KEY_RETIRED in await place.refused(place.signer)


async def test_a_receipt_signed_after_the_end_of_its_key_is_named(place: Place, tmp_path: Path) -> None:
    await place.grow(2)
    await run("rotate-key")
    await place.opened.pool.execute(
        "UPDATE audit_keys SET valid_until = $1, valid_from = $2 WHERE valid_until IS NOT NULL",
        datetime.now(UTC) - timedelta(hours=1),
        datetime.now(UTC) - timedelta(hours=2),
    )
    async with logs.place(place.opened.url, place.folder, signer_now(place)) as renewed:
        await renewed.grow(1)
        await renewed.export(tmp_path / "out")
    report = verify.verify(tmp_path / "out", Question([place.signer.public], receipts=Receipts.ALL))
    assert report.first is not None
    assert (report.first.index, report.first.flaw) == (0, Flaw.ENTRY_NOT_OURS)


async def test_a_key_that_was_never_listed_endorses_nobody(place: Place) -> None:
    code, said = await run("rotate-key")
    assert code == 2
    assert "is not listed" in said
    assert signer_now(place).key_id == place.signer.key_id


async def test_a_key_put_on_the_list_by_somebody_else_is_not_trusted(place: Place, tmp_path: Path) -> None:
    await place.grow(2)
    stranger = logs.SIGNER.public
    await place.opened.pool.execute(
        "INSERT INTO audit_keys (key_id, log, public_key, valid_from, endorsed_by, endorsement) "
        "VALUES ($1, $2, $3, now(), $4, 'AAAA')",
        stranger.key_id,
        NAME,
        stranger.raw,
        place.signer.key_id,
    )
    report = await place.verified(tmp_path / "out")
    assert [finding.flaw for finding in report.findings] == [Flaw.KEY_NOT_TRUSTED]


async def test_erasing_says_how_far_it_has_come_and_a_dry_run_what_it_would_do(place: Place) -> None:
    at = datetime.now(UTC) - timedelta(days=31)
    for _ in range(3):
        await place.log.append(logs.draft(id=new_id_at(at), at=at))
    assert await run("erase", "--dry-run") == (
        0,
        "no_hit: 3 to erase, 0 held\nhit: 0 to erase, 0 held\nother: 0 to erase, 0 held\n",
    )
    assert await place.opened.pool.fetchval("SELECT count(*) FROM audit_payloads WHERE erased_at IS NULL") == 3
    code, said = await run("erase")
    assert (code, said.splitlines()[:2]) == (0, ["no_hit: 0 of 3 erased, 0 held", "no_hit: 3 of 3 erased, 0 held"])
    assert await place.opened.pool.fetchval("SELECT count(*) FROM audit_payloads WHERE erased_at IS NULL") == 0


async def test_another_key_hashes_subjects_and_the_one_before_stays_on_the_ring(place: Place) -> None:
    file = place.folder / "subject.keys"
    code, said = await run("rotate-subject-key")
    assert code == 0
    assert f"Copy {file}" in said
    first = keyring.load(file)
    assert len(first.keys) == 2
    await run("rotate-subject-key")
    assert keyring.load(file).keys[1:] == first.keys
    entries = "SELECT count(*) FROM audit_entries WHERE subject = 'subject_key'"
    assert await place.opened.pool.fetchval(entries) == 2
