"""Proofs from the stored tiles: that an entry is in the tree, and that one tree grew into another."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from screening.audit import tiles, tree, tree_queries
from screening.audit.tiles import TileError, Tiles
from screening.audit.tree import Range
from screening.audit.tree_queries import Reading, StoredCheckpoint
from screening.problems import Kind, Problem, not_found, unavailable

RETRY_AFTER = {"Retry-After": "1"}


@dataclass(frozen=True, slots=True)
class Inclusion:
    """An entry's place in the tree, and the proof of it against a checkpoint."""

    index: int
    leaf_hash: bytes
    hashes: Sequence[bytes]
    checkpoint: StoredCheckpoint


@dataclass(frozen=True, slots=True)
class Consistency:
    """The proof that the tree of `first` leaves is how that of `second` leaves begins."""

    first: int
    second: int
    hashes: Sequence[bytes]


async def get_checkpoint(reading: Reading) -> StoredCheckpoint:
    """Give the newest checkpoint; 503 while none was ever signed."""
    checkpoint = await tree_queries.find_checkpoint(reading)
    if checkpoint is None:
        raise unavailable("No checkpoint was signed yet. Ask again.")
    return checkpoint


async def prove_inclusion(reading: Reading, entry_id: UUID) -> Inclusion:
    """Prove that a durable entry is in the tree; 409 while it is not."""
    found = await tree_queries.find_inclusion(reading, entry_id)
    if found is None:
        detail = "The entry is durable and not in the tree yet: that takes about a second. Ask again."
        raise Problem(Kind.CONFLICT, detail, headers=RETRY_AFTER)
    index, leaf_hash, checkpoint, above = found
    return Inclusion(index, leaf_hash, _fold(tree.inclusion_path(index, checkpoint.size), above), checkpoint)


async def prove_consistency(reading: Reading, first: int, second: int | None) -> Consistency:
    """Prove that a tree grew into another, by default the newest; 404 for sizes that the tree never had."""
    newest = (await get_checkpoint(reading)).size
    second = newest if second is None else second
    if not first <= second <= newest:
        raise not_found("size of the tree")
    path = tree.consistency_path(first, second) if first else []
    stored = await tree_queries.find_tiles(reading, tiles.tiles_of(path))
    return Consistency(first, second, _fold(path, stored))


async def get_tile(reading: Reading, level: int, index: int, width: int) -> bytes:
    """Give the first hashes of a tile; 404 when it is not that wide yet."""
    tile = tiles.Tile(level, index)
    hashes = (await tree_queries.find_tiles(reading, [tile])).get(tile, b"")
    if len(hashes) < width * tree.HASH_BYTES:
        raise not_found("tile")
    return hashes[: width * tree.HASH_BYTES]


async def get_bundle(reading: Reading, index: int, width: int) -> bytes:
    """Give a bundle of entries; 404 when the tree does not reach that far, or an entry was taken away from it."""
    first = index << tiles.HEIGHT
    leaves = await tree_queries.list_leaves(reading, first, first + width)
    envelopes = [leaf.envelope for leaf in leaves if leaf.envelope is not None]
    if len(envelopes) != width:
        raise not_found("bundle of entries")
    return tiles.bundle(envelopes)


def _fold(subtrees: Sequence[Range], stored: Tiles) -> list[bytes]:
    try:
        return [tiles.root_of(subtree, stored) for subtree in subtrees]
    except TileError:
        raise unavailable(
            "The tree lacks hashes for this proof: its tiles were changed. Tell the log's operator."
        ) from None
