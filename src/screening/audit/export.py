"""The log as files: what `screening audit verify` reads, and any client of C2SP tlog-tiles too.

    export.json            log, size, when, and whose entries are inside
    keys.json              the keys that signed, each endorsed by the one before it
    checkpoint             the newest checkpoint
    checkpoints.json       the last checkpoint of each hour, and the last that each witness cosigned
    tile/0/N               leaf hashes, 256 a tile, of every organisation
    tile/entries/N         their entries: two bytes of length and the envelope, each; an export of all has them
    tile/own/N             the same in an export for some organisations: length 0 for an entry of others
    tile/receipts/N        68 bytes for each: key id and signature; zeros for an entry of others
    tile/payloads/N        four bytes of length, then salt (32) and canonical payload; length 0 where there is none,
                           where it was erased, and where it tells of a discreet record that is not yours to see
    tile/1/N, tile/2/N     hashes of the levels above

Memory is that of a few tiles, whatever the size. The checkpoint is fixed at the start; what is erased meanwhile is
left out, as it would be a moment later.
"""

import base64
import binascii
import json
import struct
import tarfile
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from screening.audit import tiles, tree_queries, witness_queries
from screening.audit.entries import instant
from screening.audit.keylist import ListedKey
from screening.audit.tree_queries import Leaf, Reading, StoredCheckpoint

FORM = 1
"""The form of the files; readers refuse a higher one."""

TILES_AT_ONCE = 8
"""Tiles that are read from the database together: 2048 entries, some 5 MB."""

RECEIPT_BYTES = 68
NO_RECEIPT = bytes(RECEIPT_BYTES)
PAYLOAD_LENGTH = struct.Struct(">I")

Members = AsyncIterator[tuple[str, bytes]]
"""Names and contents of files, in the order in which they can be verified as they come."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What an export covers: the tree of a checkpoint, and the entries of some organisations, or (None) of all."""

    log: str
    checkpoint: StoredCheckpoint
    organisation_ids: frozenset[UUID] | None
    at: datetime

    @property
    def entries(self) -> str:
        """The kind of file that holds the entries."""
        return "entries" if self.organisation_ids is None else "own"

    def covers(self, leaf: Leaf) -> bool:
        """Tell whether the entry of a leaf is to be inside."""
        return self.organisation_ids is None or leaf.organisation_id in self.organisation_ids


async def members(reading: Reading, scope: Scope) -> Members:
    """Give the files of an export one after the other."""
    size = scope.checkpoint.size
    yield "export.json", _json(_manifest(scope))
    yield "keys.json", _json([_key(key) for key in await tree_queries.list_keys(reading)])
    [newest] = await witness_queries.write_cosigned(reading, [scope.checkpoint])
    yield "checkpoint", newest.encode()
    hourly = await tree_queries.list_hourly_checkpoints(reading, size)
    cosigned = await witness_queries.list_newest_cosigned(reading, size)
    kept = {checkpoint.size: checkpoint for checkpoint in (*hourly, *cosigned)}
    known = await witness_queries.write_cosigned(reading, [kept[each] for each in sorted(kept)])
    yield "checkpoints.json", _json(known)
    places = list(tiles.widths(size))
    for at in range(0, len(places), TILES_AT_ONCE):
        for name, content in await _segments(reading, scope, places[at : at + TILES_AT_ONCE]):
            yield name, content
    for level in range(1, tiles.LEVELS):
        for index, width in tiles.widths(size, level):
            stored = await tree_queries.find_tiles(reading, [tiles.Tile(level, index)])
            for hashes in stored.values():
                yield tiles.path(level, index, width), hashes[: width * 32]


async def archive(files: Members) -> AsyncIterator[bytes]:
    """Give the files as a tar archive, piece by piece."""
    async for name, content in files:
        head = tarfile.TarInfo(name)
        head.size = len(content)
        padding = bytes(-len(content) % tarfile.BLOCKSIZE)
        yield head.tobuf(tarfile.USTAR_FORMAT) + content + padding
    yield bytes(2 * tarfile.BLOCKSIZE)


async def write_folder(files: Members, folder: Path) -> None:
    """Write the files below a folder."""
    async for name, content in files:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


async def _segments(reading: Reading, scope: Scope, places: Sequence[tuple[int, int]]) -> list[tuple[str, bytes]]:
    """Read some tiles with their entries, receipts and payloads."""
    first = places[0][0] << tiles.HEIGHT
    end = (places[-1][0] << tiles.HEIGHT) + places[-1][1]
    stored = await tree_queries.find_tiles(reading, [tiles.Tile(0, index) for index, _ in places])
    leaves = {leaf.leaf_index: leaf for leaf in await tree_queries.list_leaves(reading, first, end)}
    covered = {index: leaf for index, leaf in leaves.items() if scope.covers(leaf)}
    payloads = await _payloads(reading, scope, [leaf.entry_id for leaf in covered.values()])
    found: list[tuple[str, bytes]] = []
    for index, width in places:
        start = index << tiles.HEIGHT
        row = [covered.get(place) for place in range(start, start + width)]
        if hashes := stored.get(tiles.Tile(0, index)):
            found.append((tiles.path(0, index, width), hashes[: width * 32]))
        bundle = tiles.bundle([leaf.envelope or b"" if leaf else b"" for leaf in row])
        found.append((tiles.path(scope.entries, index, width), bundle))
        found.append((tiles.path("receipts", index, width), b"".join([_receipt(leaf) for leaf in row])))
        opened = [payloads.get(leaf.entry_id) if leaf else None for leaf in row]
        found.append((tiles.path("payloads", index, width), b"".join([_payload(each) for each in opened])))
    return found


async def _payloads(reading: Reading, scope: Scope, entry_ids: Sequence[UUID]) -> dict[UUID, tuple[bytes, bytes]]:
    """Read payloads; of an export for some organisations those are left out that tell of others' discreet records."""
    payloads = await tree_queries.list_payloads(reading, entry_ids)
    if scope.organisation_ids is not None:
        for entry_id in await tree_queries.list_silent(reading, entry_ids, scope.organisation_ids):
            payloads.pop(entry_id, None)
    return payloads


def _receipt(leaf: Leaf | None) -> bytes:
    if leaf is None or leaf.signature is None or leaf.key_id is None:
        return NO_RECEIPT
    try:
        receipt = bytes.fromhex(leaf.key_id) + base64.b64decode(leaf.signature, validate=True)
    except (ValueError, binascii.Error):  # Somebody changed it; the verifier finds none and says so.
        return NO_RECEIPT
    return receipt if len(receipt) == RECEIPT_BYTES else NO_RECEIPT


def _payload(opened: tuple[bytes, bytes] | None) -> bytes:
    content = b"".join(opened) if opened else b""
    return PAYLOAD_LENGTH.pack(len(content)) + content


def _manifest(scope: Scope) -> dict[str, Any]:
    organisations = None if scope.organisation_ids is None else sorted(map(str, scope.organisation_ids))
    return {
        "form": FORM,
        "log": scope.log,
        "size": scope.checkpoint.size,
        "made_at": instant(scope.at),
        "organisations": organisations,
    }


def _key(key: ListedKey) -> dict[str, Any]:
    return {
        "verifier": key.public.verifier,
        "from": instant(key.valid_from),
        "until": instant(key.valid_until) if key.valid_until else None,
        "endorsed_by": key.endorsed_by,
        "endorsement": key.endorsement,
    }


def _json(value: object) -> bytes:
    return json.dumps(value, indent=1).encode() + b"\n"
