"""Exports that were damaged: no byte of one can change unseen, and no input makes the verifier fall over."""

import json
import random
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from screening.audit import export, verify
from screening.audit.exported import ExportError
from screening.audit.verify import Flaw, Question, Receipts, Report
from tests.audit import logs
from tests.audit.logs import NAME, SIGNER, SWEDEN, UTOPIA, Place

ASKED = Question([SIGNER.public], receipts=Receipts.ALL)
SIZE = 300


@pytest.fixture
async def place(database_url: str, tmp_path: Path) -> AsyncIterator[Place]:
    async with logs.place(database_url, tmp_path / "data") as made:
        yield made


def whole(folder: Path) -> bool:
    """Tell whether an export passes; one that cannot be read does not."""
    try:
        return not verify.verify(folder, ASKED).findings
    except ExportError:
        return False


def first(report: Report) -> tuple[int, Flaw]:
    assert report.first is not None
    return report.first.index, report.first.flaw


async def test_no_byte_of_a_tile_a_bundle_or_the_checkpoint_changes_unseen(place: Place, tmp_path: Path) -> None:
    chance = random.Random(1)
    await place.grow(SIZE)
    folder = await place.export(tmp_path / "out")
    assert whole(folder)
    files = [folder / "checkpoint", *(file for file in (folder / "tile").rglob("*") if file.is_file())]
    assert len(files) == 10  # two tiles of each of four kinds, and one above them
    for file in files:
        content = file.read_bytes()
        for at in chance.sample(range(len(content)), 12):
            file.write_bytes(content[:at] + bytes([content[at] ^ 1 << chance.randrange(8)]) + content[at + 1 :])
            assert not whole(folder), f"{file.relative_to(folder)}, byte {at}"
        file.write_bytes(content)
    assert whole(folder)


async def test_no_file_is_missing_or_cut_short_unseen(place: Place, tmp_path: Path) -> None:
    await place.grow(SIZE)
    folder = await place.export(tmp_path / "out")
    for file in [file for file in folder.rglob("*") if file.is_file()]:
        content = file.read_bytes()
        file.unlink()
        removed = whole(folder)
        file.write_bytes(content[:-1])
        shortened = whole(folder) and content[-1:] != b"\n"
        file.write_bytes(content)
        # A payload that is not there counts as erased, as nobody can tell the one from the other.
        erasable = "payloads" in file.parts
        assert (removed and not erasable, shortened and not erasable) == (False, False), file.relative_to(folder)


async def test_a_bundle_that_was_cut_within_an_entry_is_damaged(place: Place, tmp_path: Path) -> None:
    await place.grow(SIZE)
    folder = await place.export(tmp_path / "out")
    file = folder / "tile" / "entries" / "001.p" / "44"
    file.write_bytes(file.read_bytes()[:-5])
    assert first(verify.verify(folder, ASKED)) == (256, Flaw.FILE_DAMAGED)


async def test_an_archive_that_was_cut_off_names_the_first_entry_that_is_gone(place: Place, tmp_path: Path) -> None:
    await place.grow(SIZE)
    folder = await place.export(tmp_path / "out")
    names = ["export.json", "keys.json", "checkpoint", "checkpoints.json"]
    names += [f"tile/{kind}/000" for kind in ("0", "entries", "receipts", "payloads")]

    async def files() -> export.Members:
        for name in names:
            yield name, (folder / name).read_bytes()

    with (tmp_path / "out.tar").open("wb") as stream:
        async for piece in export.archive(files()):
            stream.write(piece)
    assert first(verify.verify(tmp_path / "out.tar", ASKED)) == (256, Flaw.ENTRY_MISSING)


async def test_others_entries_may_not_be_slipped_into_an_export_of_one(place: Place, tmp_path: Path) -> None:
    async with place.sequencing():
        await place.write(5, UTOPIA)
        await place.write(5, SWEDEN)
        await place.integrated()
    folder = await place.export(tmp_path / "own", frozenset({SWEDEN}))
    report = verify.verify(folder, ASKED)
    assert (report.findings, report.entries, report.withheld) == ([], 5, 5)
    shutil.rmtree(folder / "tile" / "own")
    report = verify.verify(folder, ASKED)
    assert (report.findings, report.entries) == ([], 0)  # All withheld: the tree is still the signed one.


@pytest.mark.parametrize(
    ("name", "value"), [("form", 2), ("size", -1), ("size", 1 << 50), ("size", "many"), ("organisations", ...)]
)
async def test_a_manifest_that_cannot_be_is_refused(place: Place, tmp_path: Path, name: str, value: object) -> None:
    await place.grow(1)
    folder = await place.export(tmp_path / "out")
    manifest = json.loads((folder / "export.json").read_text())
    del manifest[name]
    if value is not ...:
        manifest[name] = value
    (folder / "export.json").write_text(json.dumps(manifest))
    with pytest.raises(ExportError):
        verify.verify(folder, ASKED)


async def test_an_export_that_says_another_size_is_not_whole(place: Place, tmp_path: Path) -> None:
    await place.grow(5, 5)
    folder = await place.export(tmp_path / "out")
    manifest = json.loads((folder / "export.json").read_text())
    for size in (5, 9, 11):
        (folder / "export.json").write_text(json.dumps(manifest | {"size": size}))
        assert not whole(folder)
    (folder / "export.json").write_text(json.dumps(manifest | {"log": NAME + "2"}))
    assert not whole(folder)


async def test_the_empty_log_exports_and_verifies(place: Place, tmp_path: Path) -> None:
    await place.grow(0)
    report = verify.verify(await place.export(tmp_path / "out"), ASKED)
    assert (report.findings, report.size, report.entries) == ([], 0, 0)
