"""What is checked before anything is signed: that keys, tree, checkpoint and memory belong together.

It costs the same at any size: the right edge of the tree, its last leaves and the newest checkpoint. What was changed
further back does not fit the tiles any more, and `screening audit verify` names it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from screening.audit import entries, keylist, notes, tiles, tree, tree_queries
from screening.audit.keylist import ListedKey
from screening.audit.memory import Memory
from screening.audit.notes import NoteError
from screening.audit.receipts import PublicKey, Signer
from screening.audit.tiles import Edge, TileError
from screening.audit.tree import Head
from screening.audit.tree_queries import Leaf, StoredCheckpoint
from screening.db.database import Connection


class Fault(StrEnum):
    """Why nothing may be signed."""

    KEY_REUSED = "key_reused"
    KEY_UNKNOWN = "key_unknown"
    KEY_RETIRED = "key_retired"
    OTHER_LOG = "other_log"
    CHECKPOINT_WRONG = "checkpoint_wrong"
    ROLLED_BACK = "rolled_back"
    FORKED = "forked"
    TAIL_TRUNCATED = "tail_truncated"
    UNSIGNED_LEAVES = "unsigned_leaves"
    TREE_CHANGED = "tree_changed"
    ENTRY_CHANGED = "entry_changed"


class TreeFaultError(Exception):
    """The tree in the database is not the one that was signed, or this process may not sign for it."""

    def __init__(self, fault: Fault, detail: str) -> None:
        super().__init__(f"{fault}: {detail}")
        self.fault = fault
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Inspector:
    """Who is going to sign, and what this machine remembers."""

    signer: Signer
    memory: Memory

    async def inspect(self, connection: Connection, at: datetime) -> Edge | None:
        """Give the edge of the tree to go on from; None when nothing was ever signed. Raises TreeFaultError."""
        keys = await tree_queries.list_keys(connection)
        self.check_key(keys, at)
        public = self._public(keys)
        stored = await tree_queries.find_checkpoint(connection)
        if stored and not keys:
            raise TreeFaultError(Fault.KEY_UNKNOWN, "a tree was signed, and the list of its keys is empty")
        head = self._open(stored, public) if stored else notes.empty()
        remembered = self._recall(public)
        if remembered and remembered.size > head.size:
            raise TreeFaultError(
                Fault.ROLLED_BACK,
                f"this machine saw {remembered.size} leaves signed, the database knows {head.size}: restore the newer",
            )
        await _check_count(connection, head.size)
        edge = await _read_edge(connection, head)
        if remembered:
            await _check_prefix(connection, remembered, head)
        await _check_last_leaves(connection, head.size)
        return edge if stored else None

    async def find_checkpoint(self, connection: Connection) -> StoredCheckpoint | None:
        """Find the newest checkpoint, signed as it should be. Raises TreeFaultError."""
        stored = await tree_queries.find_checkpoint(connection)
        if stored:
            self._open(stored, self._public(await tree_queries.list_keys(connection)))
        return stored

    def _public(self, keys: Sequence[ListedKey]) -> list[PublicKey]:
        return [*(key.public for key in keys), self.signer.public]

    def check_key(self, keys: Sequence[ListedKey], at: datetime) -> None:
        """Check that the key may sign for this log, now."""
        signer = self.signer
        foreign = [key for key in keys if key.log != signer.log]
        reused = next((key.log for key in foreign if key.public_key == signer.public.raw), None) or self._other_use()
        if reused:
            raise TreeFaultError(
                Fault.KEY_REUSED, f"the key signs for the log {reused} already: {signer.log} needs one of its own"
            )
        if foreign:
            raise TreeFaultError(
                Fault.OTHER_LOG, f"the tree is of the log {foreign[0].log}, and this process is of {signer.log}"
            )
        own = next((key for key in keys if key.key_id == signer.key_id), None)
        if own is None and keys:
            raise TreeFaultError(
                Fault.KEY_UNKNOWN, f"key {signer.key_id} is not listed: bring the old one back, or rotate the key"
            )
        if own and not keylist.valid_at(own, at):
            raise TreeFaultError(Fault.KEY_RETIRED, f"key {signer.key_id} was retired: restart with the present one")

    def _other_use(self) -> str | None:
        """Find another log that this machine saw signed by the same key."""
        for note in self.memory.others(self.signer.log):
            try:
                origin = notes.parse_checkpoint(notes.parse(note).text).origin
                notes.open_checkpoint(note, [PublicKey(origin, self.signer.public.key)])
            except NoteError:
                continue
            return origin
        return None

    def _recall(self, keys: Sequence[PublicKey]) -> Head | None:
        note = self.memory.recall(self.signer.log)
        if note is None:
            return None
        try:
            return notes.open_checkpoint(note, keys)[0].head
        except NoteError as error:
            file = self.memory.file(self.signer.log)
            raise TreeFaultError(Fault.CHECKPOINT_WRONG, f"the checkpoint remembered in {file}: {error}") from None

    def _open(self, stored: StoredCheckpoint, keys: Sequence[PublicKey]) -> Head:
        try:
            checkpoint, _, _ = notes.open_checkpoint(stored.note, keys)
        except NoteError as error:
            raise TreeFaultError(Fault.CHECKPOINT_WRONG, f"the newest checkpoint: {error}") from None
        if checkpoint.origin != self.signer.log:
            raise TreeFaultError(Fault.OTHER_LOG, f"the newest checkpoint is of the log {checkpoint.origin}")
        if checkpoint.head != (stored.size, stored.root):
            raise TreeFaultError(Fault.CHECKPOINT_WRONG, f"the checkpoint stored as {stored.size} says otherwise")
        return checkpoint.head


async def _check_count(connection: Connection, size: int) -> None:
    count = await tree_queries.count_leaves(connection)
    if count < size:
        raise TreeFaultError(Fault.TAIL_TRUNCATED, f"{size} leaves were signed, and those from {count} on are gone")
    if count > size:
        raise TreeFaultError(Fault.UNSIGNED_LEAVES, f"{size} leaves were signed, and there are {count}")


async def _read_edge(connection: Connection, head: Head) -> Edge:
    found = await tree_queries.find_tiles(connection, tiles.edge_tiles(head.size))
    try:
        edge = tiles.edge_from(head.size, found)
    except TileError as error:
        raise TreeFaultError(Fault.TREE_CHANGED, str(error)) from None
    if edge.head != head:
        raise TreeFaultError(Fault.TREE_CHANGED, f"the tiles do not lead to the root signed for {head.size} leaves")
    return edge


async def _check_prefix(connection: Connection, remembered: Head, head: Head) -> None:
    if remembered.size == 0:
        return
    whole = (0, remembered.size)
    found = await tree_queries.find_tiles(connection, tiles.tiles_of([whole]))
    try:
        root = tiles.root_of(whole, found)
    except TileError as error:
        raise TreeFaultError(Fault.TREE_CHANGED, str(error)) from None
    if root != remembered.root:
        raise TreeFaultError(
            Fault.FORKED,
            f"this machine saw another tree of {remembered.size} leaves signed than the {head.size} leaves here begin "
            "with: two databases grew under one key",
        )


async def _check_last_leaves(connection: Connection, size: int) -> None:
    """Compare the last leaves with their tile and with their entries."""
    if size == 0:
        return
    tile = tiles.Tile(0, size - 1 >> tiles.HEIGHT)
    first = tile.number << tiles.HEIGHT
    hashes = (await tree_queries.find_tiles(connection, [tile])).get(tile, b"")
    leaves = {leaf.leaf_index: leaf for leaf in await tree_queries.list_leaves(connection, first, size)}
    for index in range(first, size):
        expected = hashes[(index - first) * tree.HASH_BYTES :][: tree.HASH_BYTES]
        _check_leaf(index, leaves.get(index), expected)


def _check_leaf(index: int, leaf: Leaf | None, expected: bytes) -> None:
    if leaf is None:
        raise TreeFaultError(Fault.TAIL_TRUNCATED, f"leaf {index} is gone")
    if leaf.leaf_hash != expected:
        raise TreeFaultError(Fault.TREE_CHANGED, f"leaf {index} (entry {leaf.entry_id}) is not the one in its tile")
    if leaf.envelope is None:
        raise TreeFaultError(Fault.ENTRY_CHANGED, f"the entry {leaf.entry_id} of leaf {index} is gone")
    if entries.leaf_hash(leaf.envelope) != leaf.leaf_hash:
        raise TreeFaultError(Fault.ENTRY_CHANGED, f"the entry {leaf.entry_id} of leaf {index} was changed")
