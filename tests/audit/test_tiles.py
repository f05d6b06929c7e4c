"""Tiles and bundles, as C2SP tlog-tiles has them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.audit import tiles
from screening.audit.tiles import Edge, Tile, TileError
from screening.audit.tree import Node
from tests.audit.test_tree import MANY, made_up, oracle


@pytest.mark.parametrize(
    ("index", "text"),
    [
        (0, "000"),
        (67, "067"),
        (999, "999"),
        (1000, "x001/000"),
        (1234067, "x001/x234/067"),
        (10**9, "x001/x000/x000/000"),
    ],
)
def test_places_are_written_as_the_specification_does(index: int, text: str) -> None:
    assert tiles.encode_index(index) == text
    assert tiles.parse_place(text) == (index, 256)


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ((0, 0), "tile/0/000"),
        ((2, 1234067, 17), "tile/2/x001/x234/067.p/17"),
        (("entries", 5, 1), "tile/entries/005.p/1"),
    ],
)
def test_paths_are_written_as_the_specification_does(arguments: tuple[int, int], text: str) -> None:
    assert tiles.path(*arguments) == text


@given(st.integers(0, 10**12), st.integers(1, 256))
def test_a_place_is_read_as_it_was_written(index: int, width: int) -> None:
    assert tiles.parse_place(tiles.place(index, width)) == (index, width)


@pytest.mark.parametrize(
    "text",
    ["", "1", "0001", "x000/001", "001/002", "x001", "x1/001", "001.p/0", "001.p/256", "001.p/01", "001.p/", "../000"],
)
def test_a_place_has_one_writing(text: str) -> None:
    with pytest.raises(TileError):
        tiles.parse_place(text)


@given(st.text(max_size=20))
def test_any_text_is_a_place_or_refused(text: str) -> None:
    try:
        index, width = tiles.parse_place(text)
    except TileError:
        return
    assert tiles.place(index, width) == text


@pytest.mark.parametrize(
    ("node", "tile"),
    [
        (Node(0, 0), Tile(0, 0)),
        (Node(0, 256), Tile(0, 1)),
        (Node(7, 2), Tile(0, 1)),
        (Node(8, 255), Tile(1, 0)),
        (Node(9, 128), Tile(1, 1)),
        (Node(16, 3), Tile(2, 0)),
    ],
)
def test_a_node_lies_in_one_tile(node: Node, tile: Tile) -> None:
    assert tiles.tile_of(node) == tile


@given(st.lists(st.integers(0, 300), max_size=12))
def test_a_tree_is_the_same_however_it_grew(steps: list[int]) -> None:
    edge, stored = Edge(), dict[Tile, bytes]()
    for step in steps:
        edge, written = edge.extended(MANY[edge.size : edge.size + step])
        stored.update(written)
        assert tiles.edge_from(edge.size, stored) == edge
        assert edge.head.root == oracle(MANY[: edge.size])
    assert stored == Edge().extended(MANY[: edge.size])[1]


def test_three_levels_of_tiles_hold_the_tree() -> None:
    leaves = made_up(66_000)
    edge, stored = Edge().extended(leaves)
    assert {tile.level for tile in stored} == {0, 1, 2}
    assert len(stored[Tile(1, 0)]) == tiles.TILE_BYTES
    for size in (1, 255, 256, 257, 65_535, 65_536, 65_537, 66_000):
        assert tiles.root_of((0, size), stored) == oracle(leaves[:size])
        assert tiles.edge_from(size, stored).head.root == oracle(leaves[:size])
    assert edge.head.root == oracle(leaves)


def test_every_edge_tile_is_needed_and_no_other() -> None:
    _, stored = Edge().extended(made_up(66_000))
    for size in (1, 256, 257, 65_536, 65_793, 66_000):
        needed = {tile: stored[tile] for tile in tiles.edge_tiles(size)}
        assert tiles.edge_from(size, needed).size == size
        for tile in needed:
            with pytest.raises(TileError):
                tiles.edge_from(size, {other: hashes for other, hashes in needed.items() if other != tile})


def test_a_tile_that_is_too_short_gives_no_root() -> None:
    _, stored = Edge().extended(MANY)
    short = {Tile(0, 0): stored[Tile(0, 0)][:-32]}
    with pytest.raises(TileError, match="tile/0/000 has 255 hashes"):
        tiles.root_of((128, 256), short)


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_a_bundle_is_read_as_it_was_written(entries: list[bytes]) -> None:
    assert tiles.unbundle(tiles.bundle(entries)) == entries


def test_a_bundle_puts_the_length_first() -> None:
    assert tiles.bundle([b"ab", b""]) == b"\x00\x02ab\x00\x00"


@pytest.mark.parametrize("content", [b"\x00", b"\x00\x02a", b"\x00\x01a\x00"])
def test_a_bundle_that_was_cut_off_is_refused(content: bytes) -> None:
    with pytest.raises(TileError):
        tiles.unbundle(content)
