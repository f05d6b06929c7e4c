"""The Merkle tree: published examples, and a recursive oracle that follows the RFC's own words."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.audit import entries, tiles, tree
from screening.audit.tree import EMPTY_ROOT, Head, ProofError, Range

INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
LEAVES = [entries.leaf_hash(bytes.fromhex(text)) for text in INPUTS]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""The examples that implementations of Certificate Transparency share: eight inputs and the roots as they are added."""

A, B, C = (
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
)
D, E, F = (
    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
)


def oracle(leaves: list[bytes]) -> bytes:
    """RFC 6962, 2.1, word by word."""
    if len(leaves) < 2:
        return leaves[0] if leaves else hashlib.sha256(b"").digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + oracle(leaves[:k]) + oracle(leaves[k:])).digest()


def oracle_path(m: int, leaves: list[bytes]) -> list[bytes]:
    """RFC 6962, 2.1.1."""
    if len(leaves) == 1:
        return []
    k = tree.split(len(leaves))
    if m < k:
        return [*oracle_path(m, leaves[:k]), oracle(leaves[k:])]
    return [*oracle_path(m - k, leaves[k:]), oracle(leaves[:k])]


def oracle_proof(m: int, leaves: list[bytes], *, known: bool = True) -> list[bytes]:
    """RFC 6962, 2.1.2."""
    if m == len(leaves):
        return [] if known else [oracle(leaves)]
    k = tree.split(len(leaves))
    if m <= k:
        return [*oracle_proof(m, leaves[:k], known=known), oracle(leaves[k:])]
    return [*oracle_proof(m - k, leaves[k:], known=False), oracle(leaves[:k])]


def made_up(size: int) -> list[bytes]:
    return [hashlib.sha256(number.to_bytes(8, "big")).digest() for number in range(size)]


MANY = made_up(700)
_, TILES = tiles.Edge().extended(MANY)


def roots(subtrees: list[Range]) -> list[bytes]:
    return [tiles.root_of(subtree, TILES) for subtree in subtrees]


def head(size: int) -> Head:
    return Head(size, tiles.root_of((0, size), TILES))


@pytest.mark.parametrize("size", range(1, 9))
def test_published_roots_come_out(size: int) -> None:
    edge, _ = tiles.Edge().extended(LEAVES[:size])
    assert edge.head.root.hex() == ROOTS[size - 1]
    assert oracle(LEAVES[:size]).hex() == ROOTS[size - 1]


def test_the_empty_tree_has_the_root_of_the_rfc() -> None:
    assert tiles.Edge().head == (0, EMPTY_ROOT)
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize(
    ("index", "size", "path"),
    [(0, 1, []), (0, 8, [A, B, C]), (5, 8, [D, E, ROOTS[3]]), (2, 3, [ROOTS[1]]), (1, 5, [ROOTS[0], B, D])],
)
def test_published_inclusion_proofs_come_out(index: int, size: int, path: list[str]) -> None:
    _, made = tiles.Edge().extended(LEAVES[:size])
    proof = [tiles.root_of(subtree, made) for subtree in tree.inclusion_path(index, size)]
    assert [each.hex() for each in proof] == path
    tree.check_inclusion(LEAVES[index], index, proof, Head(size, bytes.fromhex(ROOTS[size - 1])))


@pytest.mark.parametrize(
    ("first", "second", "path"), [(1, 1, []), (1, 8, [A, B, C]), (6, 8, [F, E, ROOTS[3]]), (2, 5, [B, D])]
)
def test_published_consistency_proofs_come_out(first: int, second: int, path: list[str]) -> None:
    _, made = tiles.Edge().extended(LEAVES[:second])
    proof = [tiles.root_of(subtree, made) for subtree in tree.consistency_path(first, second)]
    assert [each.hex() for each in proof] == path
    old, new = (Head(size, bytes.fromhex(ROOTS[size - 1])) for size in (first, second))
    tree.check_consistency(old, new, proof)


@pytest.mark.parametrize(
    ("index", "path"),
    [
        (0, [(1, 2), (2, 4), (4, 7)]),  # b, h, l
        (3, [(2, 3), (0, 2), (4, 7)]),  # c, g, l
        (4, [(5, 6), (6, 7), (0, 4)]),  # f, j, k
        (6, [(4, 6), (0, 4)]),  # i, k
    ],
)
def test_the_inclusion_paths_are_those_of_the_example_in_the_rfc(index: int, path: list[Range]) -> None:
    """RFC 6962, 2.1.3."""
    assert tree.inclusion_path(index, 7) == path


@pytest.mark.parametrize(
    ("first", "path"),
    [
        (3, [(2, 3), (3, 4), (0, 2), (4, 7)]),  # c, d, g, l
        (4, [(4, 7)]),  # l
        (6, [(4, 6), (6, 7), (0, 4)]),  # i, j, k
    ],
)
def test_the_consistency_paths_are_those_of_the_example_in_the_rfc(first: int, path: list[Range]) -> None:
    """RFC 6962, 2.1.3."""
    assert tree.consistency_path(first, 7) == path


@given(st.data())
def test_inclusion_proofs_agree_with_the_oracle_and_verify(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, len(MANY)))
    index = data.draw(st.integers(0, size - 1))
    proof = roots(tree.inclusion_path(index, size))
    assert proof == oracle_path(index, MANY[:size])
    tree.check_inclusion(MANY[index], index, proof, head(size))


@given(st.data())
def test_consistency_proofs_agree_with_the_oracle_and_verify(data: st.DataObject) -> None:
    second = data.draw(st.integers(1, len(MANY)))
    first = data.draw(st.integers(1, second))
    proof = roots(tree.consistency_path(first, second))
    assert proof == oracle_proof(first, MANY[:second])
    tree.check_consistency(head(first), head(second), proof)


@given(st.data())
def test_an_inclusion_proof_with_anything_changed_proves_nothing(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, len(MANY)))
    index = data.draw(st.integers(0, size - 1))
    proof = roots(tree.inclusion_path(index, size))
    wrong = data.draw(
        st.sampled_from(
            [
                (MANY[index], index, proof[:-1]),
                (MANY[index], index, [*proof, proof[0]]),
                (MANY[index], index, [MANY[index], *proof[1:]]),
                (MANY[(index + 1) % size], index, proof),
                (MANY[index], index ^ 1, proof),
                (MANY[index], size, proof),
            ]
        )
    )
    with pytest.raises(ProofError):
        tree.check_inclusion(*wrong, head(size))


@given(st.data())
def test_a_consistency_proof_with_anything_changed_proves_nothing(data: st.DataObject) -> None:
    second = data.draw(st.integers(2, len(MANY)))
    first = data.draw(st.integers(1, second - 1))
    proof = roots(tree.consistency_path(first, second))
    other = bytes(32)
    for old, new, shown in (
        (head(first), head(second), proof[:-1]),
        (head(first), head(second), [*proof, other]),
        (head(first), head(second), [*proof[:-1], other]),
        (Head(first, other), head(second), proof),
        (head(first), Head(second, other), proof),
        (head(second), head(first), proof),
    ):
        with pytest.raises(ProofError):
            tree.check_consistency(old, new, shown)


def test_every_tree_grew_from_the_empty_one_and_from_itself() -> None:
    tree.check_consistency(Head(0, EMPTY_ROOT), head(5), [])
    tree.check_consistency(head(5), head(5), [])
    for old, new, proof in (
        (Head(0, bytes(32)), head(5), []),
        (Head(0, EMPTY_ROOT), head(5), [bytes(32)]),
        (Head(5, bytes(32)), head(5), []),
    ):
        with pytest.raises(ProofError):
            tree.check_consistency(old, new, proof)


@pytest.mark.parametrize(("first", "second"), [(0, 5), (6, 5)])
def test_no_path_leads_from_a_tree_that_is_empty_or_larger(first: int, second: int) -> None:
    with pytest.raises(ProofError):
        tree.consistency_path(first, second)
