"""Each way to rewrite the log is tried on a real PostgreSQL, and each is found and named."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import cast

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from screening import clock
from screening.audit import entries, notes, tiles, tree_queries
from screening.audit.inspection import Fault, TreeFaultError
from screening.audit.notes import Checkpoint
from screening.audit.receipts import Signer
from screening.audit.sequencer import Role, Sequencer
from screening.audit.tree import Head
from screening.audit.verify import Flaw, Receipts, Report
from screening.db.database import Connection
from tests.audit import logs
from tests.audit.logs import SIGNER, Place, until
from tests.databases import Server

SIZE = 600
FORGED = Signer.of(SIGNER.log, Ed25519PrivateKey.from_private_bytes(bytes([9] * 32)))


@pytest.fixture
async def place(database_url: str, tmp_path: Path) -> AsyncIterator[Place]:
    async with logs.place(database_url, tmp_path / "data") as made:
        yield made


def first(report: Report) -> tuple[int, Flaw]:
    assert report.first is not None, "the export verified"
    return report.first.index, report.first.flaw


async def entry_of(place: Place, index: int) -> str:
    return str(await place.opened.pool.fetchval("SELECT entry_id FROM audit_leaves WHERE leaf_index = $1", index))


async def replant(place: Place, leaves: list[bytes]) -> None:
    """Write tiles anew over other leaves, as somebody would who knows what tiles are but has no key."""
    edge, written = tiles.Edge().extended(leaves)
    values = ", ".join(f"({tile.level}, {tile.number}, '\\x{hashes.hex()}')" for tile, hashes in written.items())
    await place.tamper("DELETE FROM audit_tiles", f"INSERT INTO audit_tiles VALUES {values}")
    assert edge.size == len(leaves)


async def hashes(place: Place) -> list[bytes]:
    return [leaf.leaf_hash for leaf in await tree_queries.list_leaves(place.opened.pool, 0, SIZE)]


async def test_an_untouched_log_verifies(place: Place, tmp_path: Path) -> None:
    await place.grow(SIZE - 100, 100)
    report = await place.verified(tmp_path / "out", receipts=Receipts.ALL)
    assert report.findings == []
    assert (report.entries, report.receipts, report.payloads) == (SIZE, SIZE, SIZE)


async def test_a_changed_entry_is_named(place: Place, tmp_path: Path) -> None:
    await place.grow(SIZE)
    entry = await entry_of(place, 300)
    await place.tamper(
        "UPDATE audit_entries SET envelope = convert_to(replace(convert_from(envelope, 'UTF8'), 'no_hit', 'hit'), "
        f"'UTF8') WHERE id = '{entry}'"
    )
    report = await place.verified(tmp_path / "out")
    assert first(report) == (300, Flaw.ENTRY_CHANGED)
    assert report.first is not None
    assert report.first.entry == entry


async def test_an_entry_changed_with_its_leaf_and_tiles_is_named_by_its_receipt(place: Place, tmp_path: Path) -> None:
    """The thorough way: bytes, hash, leaf and all tiles above. Without the key the root no longer fits."""
    await place.grow(SIZE)
    entry = await entry_of(place, 300)
    envelope = await place.opened.pool.fetchval("SELECT envelope FROM audit_entries WHERE id = $1", entry)
    forged = envelope.replace(b"no_hit", b"hit")
    leaf = entries.leaf_hash(forged)
    await place.tamper(
        f"UPDATE audit_entries SET envelope = '\\x{forged.hex()}', leaf_hash = '\\x{leaf.hex()}' WHERE id = '{entry}'",
        f"UPDATE audit_leaves SET leaf_hash = '\\x{leaf.hex()}' WHERE leaf_index = 300",
    )
    await replant(place, await hashes(place))
    report = await place.verified(tmp_path / "out")
    assert report.first is not None
    assert report.first.index == 300
    assert {finding.flaw for finding in report.findings} == {Flaw.ENTRY_NOT_OURS, Flaw.TREE_CHANGED}
    assert Fault.TREE_CHANGED in await place.refused()


async def test_a_deleted_entry_is_named(place: Place, tmp_path: Path) -> None:
    await place.grow(SIZE)
    entry = await entry_of(place, 77)
    await place.tamper(f"DELETE FROM audit_entries WHERE id = '{entry}'")
    assert first(await place.verified(tmp_path / "out")) == (77, Flaw.ENTRY_MISSING)


async def test_an_entry_taken_out_with_its_leaf_while_the_rest_moves_up_is_named(place: Place, tmp_path: Path) -> None:
    await place.grow(400, 200)
    entry = await entry_of(place, 500)
    await place.tamper(
        f"DELETE FROM audit_entries WHERE id = '{entry}'",
        "DELETE FROM audit_leaves WHERE leaf_index = 500",
        "UPDATE audit_leaves SET leaf_index = leaf_index + 100000 WHERE leaf_index > 500",
        "UPDATE audit_leaves SET leaf_index = leaf_index - 100001 WHERE leaf_index > 100000",
    )
    await replant(place, await hashes(place))
    index, flaw = first(await place.verified(tmp_path / "out"))
    # Every receipt is good, so no entry tells on itself; the last leaf is missing and the root of 600 does not fit.
    assert flaw in {Flaw.TREE_CHANGED, Flaw.ENTRY_MISSING}
    assert 400 <= index < SIZE
    assert Fault.TAIL_TRUNCATED in await place.refused()


async def test_a_truncated_tail_is_named(place: Place, tmp_path: Path) -> None:
    await place.grow(SIZE)
    await place.tamper(
        "DELETE FROM audit_entries WHERE id IN (SELECT entry_id FROM audit_leaves WHERE leaf_index >= 590)",
        "DELETE FROM audit_leaves WHERE leaf_index >= 590",
    )
    assert first(await place.verified(tmp_path / "out")) == (590, Flaw.ENTRY_MISSING)
    assert f"{Fault.TAIL_TRUNCATED}: 600 leaves were signed, and those from 590 on are gone" in await place.refused()


async def test_a_tail_truncated_with_its_checkpoint_is_named_by_what_was_kept(place: Place, tmp_path: Path) -> None:
    await place.grow(400, 200)
    kept = await place.note()
    await place.tamper(
        "DELETE FROM audit_entries WHERE id IN (SELECT entry_id FROM audit_leaves WHERE leaf_index >= 400)",
        "DELETE FROM audit_leaves WHERE leaf_index >= 400",
        "DELETE FROM audit_checkpoints WHERE size > 400",
    )
    await replant(place, (await hashes(place))[:400])
    assert (await place.verified(tmp_path / "without")).findings == []
    assert first(await place.verified(tmp_path / "with", kept=[kept])) == (400, Flaw.ROLLED_BACK)
    assert f"{Fault.ROLLED_BACK}: this machine saw 600 leaves" in await place.refused()


async def test_two_reordered_entries_are_named(place: Place, tmp_path: Path) -> None:
    await place.grow(SIZE)
    await place.tamper(
        "UPDATE audit_leaves SET leaf_index = 100000 WHERE leaf_index = 10",
        "UPDATE audit_leaves SET leaf_index = 10 WHERE leaf_index = 11",
        "UPDATE audit_leaves SET leaf_index = 11 WHERE leaf_index = 100000",
    )
    assert first(await place.verified(tmp_path / "out")) == (10, Flaw.ENTRY_CHANGED)
    await replant(place, await hashes(place))
    report = await place.verified(tmp_path / "replanted")
    assert report.first is not None
    assert report.first.flaw is Flaw.TREE_CHANGED
    assert "moved" in report.first.detail
    assert Fault.TREE_CHANGED in await place.refused()


async def test_a_duplicated_entry_is_named(place: Place, tmp_path: Path) -> None:
    """Even when a leader with the key signed it, as one would whose table lost its unique constraint."""
    await place.grow(SIZE)
    await place.tamper("ALTER TABLE audit_leaves DROP CONSTRAINT uq_audit_leaves_entry_id")
    entry = await entry_of(place, 5)
    await place.opened.pool.execute("INSERT INTO audit_pending VALUES ($1)", entry)
    async with place.sequencing():
        await until(lambda: grown(place, SIZE + 1))
    report = await place.verified(tmp_path / "out")
    assert first(report) == (SIZE, Flaw.ENTRY_DUPLICATED)
    assert report.first is not None
    assert report.first.entry == entry


async def grown(place: Place, size: int) -> bool:
    return await place.size() >= size


async def test_an_entry_cannot_enter_the_tree_twice(place: Place) -> None:
    await place.grow(5)
    await place.opened.pool.execute("INSERT INTO audit_pending VALUES ($1)", await entry_of(place, 2))
    async with place.sequencing() as running:

        async def stuck() -> bool:
            return "UniqueViolation" in (running.state.trouble or "")

        await until(stuck)
    assert await place.size() == 5


async def test_a_copied_row_never_enters_the_tree(place: Place) -> None:
    """A copy under a new id holds the bytes of another entry: its envelope names another id."""
    await place.grow(5)
    await place.opened.pool.execute(
        "INSERT INTO audit_entries SELECT gen_random_uuid(), at, kind, subject, organisation_id, post_id, client_id, "
        "decision, envelope, leaf_hash, signature, key_id FROM audit_entries LIMIT 1"
    )
    async with place.sequencing() as running:

        async def noticed() -> bool:
            return "does not fit its hash" in (running.state.trouble or "")

        await until(noticed)
        await place.write(3)
        await until(lambda: grown(place, 8))
        assert running.state.role is Role.LEADER
    assert await place.size() == 8


async def test_an_entry_changed_before_it_entered_the_tree_stays_outside(place: Place) -> None:
    await place.write(1)
    await place.tamper("UPDATE audit_entries SET envelope = envelope || ' '::bytea")
    async with place.sequencing() as running:

        async def noticed() -> bool:
            return "does not fit its hash" in (running.state.trouble or "")

        await until(noticed)
    assert await place.size() == 0


async def test_an_entry_that_the_service_did_not_write_is_named(place: Place, tmp_path: Path) -> None:
    """Somebody with the database but without the key puts an entry in; the sequencer signs the tree, not the entry."""
    await place.grow(10)
    async with logs.place(place.opened.url, place.folder, FORGED) as forger:
        await forger.write(1)
    await place.grow(1)
    assert first(await place.verified(tmp_path / "out", receipts=Receipts.ALL)) == (10, Flaw.ENTRY_NOT_OURS)


async def test_a_changed_payload_is_named_and_an_erased_one_is_not_broken(place: Place, tmp_path: Path) -> None:
    await place.grow(20)
    await place.tamper(f"DELETE FROM audit_payloads WHERE entry_id = '{await entry_of(place, 3)}'")
    report = await place.verified(tmp_path / "erased")
    assert (report.findings, report.payloads, report.erased) == ([], 19, 1)
    await place.tamper(f"UPDATE audit_payloads SET payload = '{{}}' WHERE entry_id = '{await entry_of(place, 7)}'")
    assert first(await place.verified(tmp_path / "changed")) == (7, Flaw.PAYLOAD_CHANGED)


async def test_a_forked_writer_is_named(server: Server, template_database: str, tmp_path: Path) -> None:
    """Two databases grow under one key from the same beginning: a copy was restored and went on."""
    with server.made(template_database) as original:
        async with logs.place(server.url_of(original), tmp_path / "data") as place:
            await place.grow(20)
        with server.made(original) as copy:
            async with logs.place(server.url_of(copy), tmp_path / "other") as other:
                await other.grow(5)
                kept = await other.note()
            async with logs.place(server.url_of(original), tmp_path / "data") as place:
                await place.grow(5, 5)
                report = await place.verified(tmp_path / "out", kept=[kept])
                assert report.first is not None
                assert report.first.flaw is Flaw.FORKED
                place.memory.file(SIGNER.log).write_text(kept)
                assert Fault.FORKED in await place.refused()


async def test_two_checkpoints_of_one_size_are_a_fork(place: Place, tmp_path: Path) -> None:
    await place.grow(20)
    other = notes.sign(Checkpoint(SIGNER.log, Head(20, bytes(32))), SIGNER)
    report = await place.verified(tmp_path / "out", kept=[str(other)])
    assert first(report) == (-1, Flaw.FORKED)


async def test_a_key_used_again_for_another_log_is_refused(
    place: Place, server: Server, template_database: str
) -> None:
    await place.grow(3)
    second = Signer.of("example.org/second", SIGNER.key)
    assert Fault.KEY_REUSED in await place.refused(second)
    with server.made(template_database) as name:
        async with logs.place(server.url_of(name), place.folder, second) as other:
            assert f"{Fault.KEY_REUSED}: the key signs for the log example.org/log" in await other.refused(second)


async def test_a_process_of_another_log_is_refused(place: Place) -> None:
    await place.grow(3)
    other = Signer.of("example.org/second", FORGED.key)
    assert Fault.OTHER_LOG in await place.refused(other)


async def test_a_key_that_nobody_listed_is_refused(place: Place) -> None:
    await place.grow(3)
    assert Fault.KEY_UNKNOWN in await place.refused(FORGED)


async def test_a_checkpoint_without_a_good_signature_is_refused(place: Place) -> None:
    await place.grow(3)
    wrong = str(notes.sign(Checkpoint(SIGNER.log, Head(3, bytes(32))), FORGED))
    await place.tamper(f"UPDATE audit_checkpoints SET note = '{wrong}' WHERE size = 3")
    assert Fault.CHECKPOINT_WRONG in await place.refused()


async def test_a_process_that_waits_remembers_no_forged_checkpoint(place: Place) -> None:
    """Else a row in the database would stop every later leader for good."""
    await place.grow(3)
    forged = str(notes.sign(Checkpoint(SIGNER.log, Head(10**9, bytes(32))), FORGED))
    async with place.sequencing(), place.opened.pool.acquire() as connection:
        await place.tamper(f"INSERT INTO audit_checkpoints VALUES (1000000000, '\\x00', '{forged}', now())")
        waiting = Sequencer(place.opened.url, SIGNER, place.memory, clock.system)
        with pytest.raises(TreeFaultError, match="no known key"):
            await waiting._watch(cast("Connection", connection))
    assert "1000000000" not in place.memory.file(SIGNER.log).read_text()


async def test_a_changed_last_leaf_is_refused(place: Place) -> None:
    await place.grow(3)
    await place.tamper("UPDATE audit_leaves SET leaf_hash = '\\x00' WHERE leaf_index = 2")
    assert "leaf 2" in await place.refused()


async def test_a_changed_tile_is_refused(place: Place) -> None:
    await place.grow(3)
    await place.tamper("UPDATE audit_tiles SET hashes = overlay(hashes placing '\\x00'::bytea from 1)")
    assert Fault.TREE_CHANGED in await place.refused()


async def test_a_leader_stops_signing_when_what_it_signed_is_taken_away(place: Place) -> None:
    async with place.sequencing() as running:
        await place.write(3)
        await place.integrated()
        await place.tamper("DELETE FROM audit_checkpoints WHERE size = 3")

        async def refusing() -> bool:
            return Fault.ROLLED_BACK in (running.state.trouble or "")

        await until(refusing)
