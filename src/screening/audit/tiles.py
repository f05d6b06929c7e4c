"""The tree cut into tiles, and entries into bundles, as C2SP tlog-tiles names and fills them. Pure.

A tile of level l holds 256 hashes of perfect subtrees of 256**l leaves. Only the last tile of each level is partial, so
the right edge of the tree is one short row of hashes per level: with it the tree grows, and its root is known.
"""

import hashlib
import re
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from screening.audit import tree
from screening.audit.tree import HASH_BYTES, Node, Range

HEIGHT = 8
WIDTH = 1 << HEIGHT
TILE_BYTES = WIDTH * HASH_BYTES
LEVELS = 8
"""Levels that 2**63 leaves need; the specification allows 64, and no log comes near."""

_LENGTH = struct.Struct(">H")
_PATH = re.compile(r"((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


class Tile(NamedTuple):
    """Which tile: its level, and its place among those of its level."""

    level: int
    number: int


Tiles = Mapping[Tile, bytes]
"""The hashes of tiles, each of 1 to 256 hashes of 32 bytes."""


class TileError(Exception):
    """A tile or a bundle is not there, or is not what it should be."""


# Names.


def encode_index(index: int) -> str:
    """Write the place of a tile as paths do: 1234067 is x001/x234/067."""
    groups = [f"{index % 1000:03d}"]
    while index := index // 1000:
        groups.append(f"x{index % 1000:03d}")
    return "/".join(reversed(groups))


def place(index: int, width: int = WIDTH) -> str:
    """Write place and width of a tile as paths end: x001/234.p/17 for the first 17 hashes, x001/234 for all 256."""
    return encode_index(index) + ("" if width == WIDTH else f".p/{width}")


def path(kind: int | str, index: int, width: int = WIDTH) -> str:
    """Give the path of a tile (`kind` its level) or of another file cut alike (`kind` its name, such as entries)."""
    return f"tile/{kind}/{place(index, width)}"


def parse_place(text: str) -> tuple[int, int]:
    """Read index and width from the end of a path, such as x001/234.p/17; TileError when it is not canonical."""
    match = _PATH.fullmatch(text)
    if not match:
        raise TileError("not the place of a tile")
    index = int(match[1].replace("/", "").replace("x", ""))
    width = int(match[2] or WIDTH)
    if encode_index(index) != match[1] or (match[2] and width >= WIDTH):
        raise TileError("not the place of a tile")
    return index, width


def widths(size: int, level: int = 0) -> Iterator[tuple[int, int]]:
    """Give index and width of every tile of a level of a tree."""
    hashes = size >> HEIGHT * level
    for index in range(0, hashes, WIDTH):
        yield index >> HEIGHT, min(WIDTH, hashes - index)


# From tiles to hashes.


def tile_of(node: Node) -> Tile:
    """Give the tile that holds the hashes under a perfect subtree."""
    level, above = divmod(node.height, HEIGHT)
    return Tile(level, node.number << above >> HEIGHT)


def tiles_of(subtrees: Iterable[Range]) -> set[Tile]:
    """Give the tiles that the roots of some subtrees can be computed from."""
    return {tile_of(node) for subtree in subtrees for node in tree.perfect(subtree)}


def root_of(subtree: Range, tiles: Tiles) -> bytes:
    """Compute the root of a subtree; TileError when a tile lacks hashes for it."""
    return tree.fold([_node_hash(node, tiles) for node in tree.perfect(subtree)])


def _node_hash(node: Node, tiles: Tiles) -> bytes:
    hashes = tiles.get(tile := tile_of(node), b"")
    above = node.height % HEIGHT
    first = node.number << above & WIDTH - 1
    cut = hashes[first * HASH_BYTES : (first + (1 << above)) * HASH_BYTES]
    if len(cut) != HASH_BYTES << above:
        raise TileError(f"tile {path(*tile)} has {len(hashes) // HASH_BYTES} hashes and lacks some")
    return perfect_root(cut)


def perfect_root(hashes: bytes) -> bytes:
    """Compute the root over 1, 2, 4 … 256 hashes that stand one behind the other."""
    sha256, prefix = hashlib.sha256, tree.NODE_PREFIX
    while len(hashes) > HASH_BYTES:  # As tree.hash_children, with both children cut at once.
        pairs = range(0, len(hashes), 2 * HASH_BYTES)
        hashes = b"".join([sha256(prefix + hashes[at : at + 64]).digest() for at in pairs])
    return hashes


# The right edge.


@dataclass(frozen=True, slots=True)
class Edge:
    """A tree as far as it takes to let it grow: the hashes of the unfinished tile of each level."""

    size: int = 0
    unfinished: tuple[bytes, ...] = ()

    @property
    def head(self) -> tree.Head:
        """Size and root of the tree."""
        pieces: list[bytes] = []
        for hashes in self.unfinished:
            pieces = [*_perfect_pieces(hashes), *pieces]
        return tree.Head(self.size, tree.fold(pieces))

    def extended(self, leaves: Sequence[bytes]) -> tuple["Edge", dict[Tile, bytes]]:
        """Give the edge after some more leaves, and every tile that is new or longer."""
        fresh, level, unfinished, written = b"".join(leaves), 0, list[bytes](), dict[Tile, bytes]()
        while fresh or level < len(self.unfinished):
            held = self.unfinished[level] if level < len(self.unfinished) else b""
            index = self.size >> HEIGHT * (level + 1)
            cuts = _cut(held + fresh) if fresh else []
            written.update({Tile(level, index + at): cut for at, cut in enumerate(cuts)})
            full = [cut for cut in cuts if len(cut) == TILE_BYTES]
            unfinished.append(held if not fresh else b"" if len(full) == len(cuts) else cuts[-1])
            fresh = b"".join([perfect_root(cut) for cut in full])
            level += 1
        return Edge(self.size + len(leaves), tuple(unfinished)), written


def edge_tiles(size: int) -> list[Tile]:
    """Give the unfinished tiles at the right edge of a tree, lowest level first; empty ones are left out."""
    return [Tile(level, size >> HEIGHT * (level + 1)) for level in range(LEVELS) if size >> HEIGHT * level & WIDTH - 1]


def edge_from(size: int, tiles: Tiles) -> Edge:
    """Read the right edge of a tree from its tiles, which may have grown since; TileError when hashes are missing."""
    unfinished: list[bytes] = []
    for level in range(LEVELS):
        if not size >> HEIGHT * level:
            break
        tile = Tile(level, size >> HEIGHT * (level + 1))
        length = (size >> HEIGHT * level & WIDTH - 1) * HASH_BYTES
        if len(hashes := tiles.get(tile, b"")[:length]) != length:
            raise TileError(f"tile {path(*tile)} has {len(hashes) // HASH_BYTES} hashes and lacks some")
        unfinished.append(hashes)
    return Edge(size, tuple(unfinished))


def _cut(hashes: bytes) -> list[bytes]:
    return [hashes[at : at + TILE_BYTES] for at in range(0, len(hashes), TILE_BYTES)]


def _perfect_pieces(hashes: bytes) -> list[bytes]:
    nodes = tree.perfect((0, len(hashes) // HASH_BYTES))
    firsts = [node.number << node.height for node in nodes]
    ends = [first + (1 << node.height) for first, node in zip(firsts, nodes, strict=True)]
    return [
        perfect_root(hashes[first * HASH_BYTES : end * HASH_BYTES]) for first, end in zip(firsts, ends, strict=True)
    ]


# Bundles.


def bundle(entries: Iterable[bytes]) -> bytes:
    """Write entries one behind the other, each after its length in two bytes, the high one first."""
    return b"".join([_LENGTH.pack(len(entry)) + entry for entry in entries])


def unbundle(content: bytes) -> list[bytes]:
    """Read the entries of a bundle; TileError when it ends within one."""
    found, at, end = list[bytes](), 0, len(content)
    while at + 2 <= end:
        (length,) = _LENGTH.unpack_from(content, at)
        found.append(content[at + 2 : at + 2 + length])
        at += 2 + length
    if at != end:
        raise TileError("the bundle ends within an entry")
    return found
