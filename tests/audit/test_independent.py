"""A second implementation, which shares no line with ours, must come to the same trees and proofs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import (  # type: ignore[import-untyped] # it has no stubs
    ConsistencyProof,
    InclusionProof,
    InmemoryTree,
    InvalidProof,
    verify_consistency,
    verify_inclusion,
)
from pymerkle.core import _consistency_path_layout  # type: ignore[import-untyped] # as above

from screening.audit import tiles, tree

SIZE = 600
CONTENTS = [f"entry {number}".encode() for number in range(SIZE)]
THEIRS = InmemoryTree.init_from_entries(CONTENTS)
_, OURS = tiles.Edge().extended([THEIRS.get_leaf(index + 1) for index in range(SIZE)])
SIZES = st.integers(1, SIZE)


def our_roots(subtrees: list[tree.Range]) -> list[bytes]:
    return [tiles.root_of(subtree, OURS) for subtree in subtrees]


@given(SIZES)
def test_both_compute_the_same_roots(size: int) -> None:
    assert tiles.root_of((0, size), OURS) == THEIRS.get_root(size)


@given(st.data())
def test_theirs_accepts_our_proofs_of_inclusion(data: st.DataObject) -> None:
    size = data.draw(SIZES)
    index = data.draw(st.integers(0, size - 1))
    leaf, root = THEIRS.get_leaf(index + 1), THEIRS.get_root(size)
    hashes = our_roots(tree.inclusion_path(index, size))
    rule = THEIRS.prove_inclusion(index + 1, size).rule
    proof = InclusionProof("sha256", True, size, index + 1, rule, [leaf, *hashes])
    verify_inclusion(leaf, root, proof, index=index + 1, size=size)
    if hashes:
        forged = InclusionProof("sha256", True, size, index + 1, rule, [leaf, bytes(32), *hashes[1:]])
        with pytest.raises(InvalidProof):
            verify_inclusion(leaf, root, forged, index=index + 1, size=size)


@given(st.data())
def test_ours_accepts_their_proofs_of_inclusion(data: st.DataObject) -> None:
    size = data.draw(SIZES)
    index = data.draw(st.integers(0, size - 1))
    hashes = THEIRS.prove_inclusion(index + 1, size).path[1:]
    tree.check_inclusion(THEIRS.get_leaf(index + 1), index, hashes, tree.Head(size, THEIRS.get_root(size)))


@given(st.data())
def test_theirs_accepts_consistency_shown_by_our_hashes(data: st.DataObject) -> None:
    """Their proofs take other subtrees than the RFC's, so they say which, and our tiles give the hashes."""
    second = data.draw(SIZES)
    first = data.draw(st.integers(1, second))
    rule, subset, ranges = _consistency_path_layout(first, second)
    proof = ConsistencyProof("sha256", True, second, first, rule, subset, our_roots(ranges))
    old, new = our_roots([(0, first), (0, second)])
    verify_consistency(old, new, proof, prior_size=first, later_size=second)
    with pytest.raises(InvalidProof):
        verify_consistency(bytes(32), new, proof, prior_size=first, later_size=second)


@given(st.data())
def test_our_proofs_of_consistency_lead_to_their_roots(data: st.DataObject) -> None:
    second = data.draw(SIZES)
    first = data.draw(st.integers(1, second))
    old, new = (tree.Head(size, THEIRS.get_root(size)) for size in (first, second))
    tree.check_consistency(old, new, our_roots(tree.consistency_path(first, second)))
