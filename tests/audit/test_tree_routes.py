"""The tree over HTTP: checkpoint, tiles, proofs and export, and who may have them."""

import tarfile
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from screening.access.permissions import Role
from screening.audit import entries, notes, tiles, tree, verify
from screening.audit.notes import Checkpoint
from screening.audit.tree import Head
from screening.audit.verify import Question
from screening.db import database
from tests.audit.logs import until
from tests.services import SECRETARIAT, SPECIMEN, SWEDEN, UTOPIA, Service

SCREENINGS = 5


@pytest.fixture
async def grown(service: Service) -> tuple[Service, list[dict[str, Any]]]:
    """A service that screened five travellers in each of two countries, all of it in the tree; gives the receipts."""
    receipts = []
    for place in (UTOPIA, SWEDEN):
        gate = await service.as_(Role.FIRST_LINE, place)
        answers = [await service.screen(gate, documents=[{"mrz": SPECIMEN}]) for _ in range(SCREENINGS)]
        receipts += [answer["receipt"] for answer in answers]
    await integrated(service)
    return service, receipts


async def integrated(service: Service) -> None:
    pool = service.app.state.database.pool

    async def done() -> bool:
        waiting: int = await pool.fetchval("SELECT count(*) FROM audit_pending")
        return waiting == 0

    await until(done)


def checkpoint_of(service: Service, note: str) -> Checkpoint:
    return notes.open_checkpoint(note, [service.app.state.log.signer.public])[0]


async def checkpoint(service: Service) -> Checkpoint:
    answer = await service.client.get("/v1/audit/checkpoint")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    return checkpoint_of(service, answer.text)


def check(proof: dict[str, Any], head: Head) -> None:
    hashes = [bytes.fromhex(each) for each in proof["hashes"]]
    tree.check_inclusion(bytes.fromhex(proof["leaf_hash"]), proof["index"], hashes, head)


Grown = tuple[Service, list[dict[str, Any]]]


async def test_a_receipt_becomes_a_proof_without_a_key(grown: Grown) -> None:
    service, receipts = grown
    for receipt in receipts:
        query = {"entry": receipt["entry"], "leaf_hash": receipt["leaf_hash"]}
        answer = await service.client.get("/v1/audit/proof", params=query)
        assert answer.status_code == 200, answer.text
        check(answer.json(), checkpoint_of(service, answer.json()["checkpoint"]).head)


async def test_nobody_gets_a_proof_who_knows_only_the_id(grown: Grown) -> None:
    service, receipts = grown
    query = {"entry": receipts[0]["entry"], "leaf_hash": "00" * 32}
    assert (await service.client.get("/v1/audit/proof", params=query)).status_code == 404
    query = {"entry": str(uuid4()), "leaf_hash": receipts[0]["leaf_hash"]}
    assert (await service.client.get("/v1/audit/proof", params=query)).status_code == 404


async def test_an_auditor_gets_the_proof_of_an_entry(grown: Grown) -> None:
    service, receipts = grown
    auditor = await service.as_(Role.AUDITOR, SECRETARIAT)
    answer = await service.client.get(f"/v1/audit/entries/{receipts[0]['entry']}/proof", headers=auditor)
    assert answer.status_code == 200
    check(answer.json(), checkpoint_of(service, answer.json()["checkpoint"]).head)


async def test_an_auditor_gets_no_proof_of_an_entry_of_another_organisation(grown: Grown) -> None:
    service, receipts = grown
    swedish = await service.as_(Role.AUDITOR, SWEDEN)
    answer = await service.client.get(f"/v1/audit/entries/{receipts[0]['entry']}/proof", headers=swedish)
    assert answer.status_code == 404
    own = await service.client.get(f"/v1/audit/entries/{receipts[-1]['entry']}/proof", headers=swedish)
    assert own.status_code == 200


async def test_an_entry_that_is_not_in_the_tree_yet_is_a_conflict_that_passes(grown: Grown) -> None:
    service, _ = grown
    async with database.as_owner(service.app.state.database) as holder, holder.transaction():
        await holder.execute("LOCK TABLE audit_leaves IN SHARE MODE")
        gate = await service.as_(Role.FIRST_LINE)
        receipt = (await service.screen(gate, documents=[{"mrz": SPECIMEN}]))["receipt"]
        query = {"entry": receipt["entry"], "leaf_hash": receipt["leaf_hash"]}
        answer = await service.client.get("/v1/audit/proof", params=query)
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/conflict")
        assert "not in the tree yet" in answer.json()["detail"]
        assert answer.headers["Retry-After"] == "1"
    await integrated(service)
    assert (await service.client.get("/v1/audit/proof", params=query)).status_code == 200


async def test_two_checkpoints_are_shown_to_be_one_log(grown: Grown) -> None:
    service, _ = grown
    old = (await checkpoint(service)).head
    await service.as_(Role.FIRST_LINE)
    await integrated(service)
    new = (await checkpoint(service)).head
    assert new.size > old.size
    answer = await service.client.get("/v1/audit/consistency", params={"from": old.size, "to": new.size})
    proof = answer.json()
    assert (proof["from"], proof["to"]) == (old.size, new.size)
    tree.check_consistency(old, new, [bytes.fromhex(each) for each in proof["hashes"]])
    from_nothing = await service.client.get("/v1/audit/consistency", params={"from": 0})
    assert from_nothing.json()["hashes"] == []


@pytest.mark.parametrize(
    ("query", "status"),
    [({"from": 2, "to": 1}, 404), ({"from": 1, "to": 10**6}, 404), ({"from": 10**6}, 404), ({"from": -1}, 422)],
)
async def test_sizes_that_never_were_have_no_proof(grown: Grown, query: dict[str, int], status: int) -> None:
    service, _ = grown
    assert (await service.client.get("/v1/audit/consistency", params=query)).status_code == status


async def test_tiles_lead_to_the_root_and_may_be_kept_for_ever(grown: Grown) -> None:
    service, _ = grown
    head = (await checkpoint(service)).head
    answer = await service.client.get(f"/v1/audit/tile/0/000.p/{head.size}")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    hashes = [answer.content[at : at + 32] for at in range(0, len(answer.content), 32)]
    assert len(hashes) == head.size
    assert tiles.Edge().extended(hashes)[0].head == head
    shorter = await service.client.get("/v1/audit/tile/0/000.p/3")
    assert shorter.content == answer.content[:96]


@pytest.mark.parametrize("place", ["0/000", "0/001.p/1", "1/000.p/1", "0/0", "0/000.p/0", "0/x000/000", "7/000"])
async def test_a_tile_that_is_not_there_is_not_found(grown: Grown, place: str) -> None:
    service, _ = grown
    assert (await service.client.get(f"/v1/audit/tile/{place}")).status_code == 404


async def test_bundles_hold_the_entries_and_go_to_auditors_of_all_alone(grown: Grown) -> None:
    service, _ = grown
    head = (await checkpoint(service)).head
    path = f"/v1/audit/tile/entries/000.p/{head.size}"
    answer = await service.client.get(path, headers=await service.as_(Role.AUDITOR, SECRETARIAT))
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"
    bundle = tiles.unbundle(answer.content)
    tile = await service.client.get(f"/v1/audit/tile/0/000.p/{head.size}")
    assert b"".join(entries.leaf_hash(each) for each in bundle) == tile.content
    assert (await service.client.get(path, headers=await service.as_(Role.AUDITOR))).status_code == 403
    assert (await service.client.get(path)).status_code == 401
    everybody = await service.as_(Role.AUDITOR, SECRETARIAT)
    missing = await service.client.get("/v1/audit/tile/entries/009", headers=everybody)
    assert missing.status_code == 404


async def exported(service: Service, headers: dict[str, str], file: Path) -> None:
    answer = await service.client.get("/v1/audit/export", headers=headers)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/x-tar"
    file.write_bytes(answer.content)


async def test_the_secretariat_exports_everything_and_it_verifies(grown: Grown, tmp_path: Path) -> None:
    service, _ = grown
    file = tmp_path / "all.tar"
    head = (await checkpoint(service)).head
    await exported(service, await service.as_(Role.AUDITOR, SECRETARIAT), file)
    report = verify.verify(file, Question([service.app.state.log.signer.public], receipts=verify.Receipts.ALL))
    assert report.findings == []
    assert report.size >= head.size
    assert (report.entries, report.withheld, report.receipts) == (report.size, 0, report.size)


async def test_an_organisation_exports_its_own_entries_within_the_whole_tree(grown: Grown, tmp_path: Path) -> None:
    service, receipts = grown
    file = tmp_path / "own.tar"
    await exported(service, await service.as_(Role.AUDITOR, SWEDEN), file)
    report = verify.verify(file, Question([service.app.state.log.signer.public], receipts=verify.Receipts.ALL))
    assert report.findings == []
    assert report.entries == report.receipts >= SCREENINGS
    assert report.withheld == report.size - report.entries > SCREENINGS
    content = file.read_bytes()
    assert receipts[-1]["entry"].encode() in content
    assert receipts[0]["entry"].encode() not in content


async def test_an_export_needs_an_auditor_and_is_itself_logged(grown: Grown, tmp_path: Path) -> None:
    service, _ = grown
    assert (await service.client.get("/v1/audit/export")).status_code == 401
    bureau = await service.as_(Role.BUREAU)
    assert (await service.client.get("/v1/audit/export", headers=bureau)).status_code == 403
    await exported(service, await service.as_(Role.AUDITOR), tmp_path / "own.tar")
    logged = await service.app.state.database.pool.fetchval(
        "SELECT count(*) FROM audit_entries WHERE subject = 'GET /v1/audit/export' AND kind = 'request'"
    )
    assert logged == 1


async def test_an_export_is_a_plain_tar_archive(grown: Grown, tmp_path: Path) -> None:
    service, _ = grown
    await exported(service, await service.as_(Role.AUDITOR, SECRETARIAT), tmp_path / "all.tar")
    with tarfile.open(tmp_path / "all.tar") as archive:
        names = archive.getnames()
    assert names[:4] == ["export.json", "keys.json", "checkpoint", "checkpoints.json"]
    assert {name.split("/")[1] for name in names[4:]} == {"0", "entries", "receipts", "payloads"}


async def test_the_keys_are_listed_for_everybody(grown: Grown) -> None:
    service, _ = grown
    listed = (await service.client.get("/v1/audit/keys")).json()
    public = service.app.state.log.signer.public
    assert [key["verifier"] for key in listed["keys"]] == [public.verifier]


async def test_health_and_metrics_tell_how_the_tree_stands(grown: Grown) -> None:
    service, _ = grown
    await service.current()
    head = (await checkpoint(service)).head
    ready = await service.client.get("/health/ready")
    assert ready.json()["audit_tree"] == {"role": "leader", "size": head.size, "trouble": None}
    figures = (await service.client.get("/metrics")).text
    assert f"screening_audit_tree_size {float(head.size)}" in figures
    assert "screening_audit_tree_leader 1.0" in figures
    assert "screening_audit_tree_trouble 0.0" in figures


async def test_a_tree_in_trouble_makes_the_service_not_ready(grown: Grown) -> None:
    service, _ = grown
    async with database.as_owner(service.app.state.database) as owner:
        await owner.execute("ALTER TABLE audit_checkpoints DISABLE TRIGGER ALL")
        await owner.execute("DELETE FROM audit_checkpoints WHERE size > 0")

    async def refusing() -> bool:
        return "rolled_back" in (service.app.state.sequencer.state.trouble or "")

    await until(refusing)
    ready = await service.client.get("/health/ready")
    assert ready.status_code == 503
    assert "rolled_back" in ready.json()["audit_tree"]["trouble"]
    assert "screening_audit_tree_trouble 1.0" in (await service.client.get("/metrics")).text
