"""docs/audit-verification.md: what it tells an outsider to run is run, as printed, on answers of the service."""

import json
import re
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from screening.access.permissions import Role
from screening.cli.keys import Place
from tests.audit.logs import until
from tests.services import SECRETARIAT, SPECIMEN, SWEDEN, Service

PAGE = Path(__file__).parents[2] / "docs" / "audit-verification.md"
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="the page uses openssl")


def run(block: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = ["bash", "-euo", "pipefail", "-c", block]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


async def collect(service: Service, folder: Path, auditor: Place) -> None:
    """Get what the page tells to get."""
    screened = await service.screen(await service.as_(Role.FIRST_LINE), documents=[{"mrz": SPECIMEN}])
    headers = await service.as_(Role.AUDITOR, auditor)
    pool = service.app.state.database.pool

    async def integrated() -> bool:
        waiting: int = await pool.fetchval("SELECT count(*) FROM audit_pending")
        return waiting == 0

    await until(integrated)
    receipt = screened["receipt"]
    query = {"entry": receipt["entry"], "leaf_hash": receipt["leaf_hash"]}
    archive = await service.client.get("/v1/audit/export", headers=headers)
    (folder / "out.tar").write_bytes(archive.content)
    with tarfile.open(folder / "out.tar") as opened:
        opened.extractall(folder, filter="data")
    (folder / "receipt.json").write_text(json.dumps(receipt))
    (folder / "key.pem").write_text((await service.client.get("/v1/audit/key")).json()["pem"])
    (folder / "proof.json").write_text((await service.client.get("/v1/audit/proof", params=query)).text)


@pytest.mark.parametrize("auditor", [SECRETARIAT, SWEDEN])
async def test_every_command_of_the_page_works(service: Service, tmp_path: Path, auditor: Place) -> None:
    await collect(service, tmp_path, auditor)
    said = [run(block, tmp_path) for block in BLOCKS]
    assert [done.returncode for done in said] == [0] * 4, "\n".join(done.stderr for done in said)
    assert [done.stdout.split()[0] for done in said[:2]] == ["Signature", "Signature"]
    assert "is in the tree of screening.local/audit" in said[2].stdout
    assert "root as signed by screening.local/audit" in said[3].stdout


@pytest.mark.parametrize(
    ("block", "file", "old", "new"),
    [
        (0, "receipt.json", '"at": "2', '"at": "3'),
        (1, "checkpoint", "\n", "\n1"),
        (2, "proof.json", '"index":', '"index":1'),
    ],
)
async def test_the_commands_refuse_what_was_changed(
    service: Service, tmp_path: Path, block: int, file: str, old: str, new: str
) -> None:
    await collect(service, tmp_path, SECRETARIAT)
    changed = (tmp_path / file).read_text()
    assert old in changed
    (tmp_path / file).write_text(changed.replace(old, new, 1))
    assert run(BLOCKS[block], tmp_path).returncode != 0


async def test_the_commands_refuse_an_export_with_one_byte_changed(service: Service, tmp_path: Path) -> None:
    await collect(service, tmp_path, SECRETARIAT)
    [bundle] = (file for file in (tmp_path / "tile" / "entries").rglob("*") if file.is_file())
    content = bundle.read_bytes()
    bundle.write_bytes(content[:40] + bytes([content[40] ^ 1]) + content[41:])
    refused = run(BLOCKS[3], tmp_path)
    assert refused.returncode != 0
    assert "entry 0 was changed" in refused.stderr
