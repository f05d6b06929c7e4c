"""RFC 6962 Merkle trees: which subtrees a proof is made of, and what a proof proves. Pure: numbers and hashes.

A subtree is a range of leaves, as the RFC splits them. Perfect subtrees, of 2**height leaves, are nodes; every other
subtree is folded from perfect ones, so that whoever can look up nodes can make any proof.

>>> inclusion_path(2, 7)
[(3, 4), (0, 2), (4, 7)]
>>> perfect((4, 7))
[Node(height=1, number=2), Node(height=0, number=6)]
"""

import hashlib
from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

HASH_BYTES = 32
NODE_PREFIX = b"\x01"
"""RFC 6962, 2.1: tells the hash of an inner node from that of a leaf."""

EMPTY_ROOT = hashlib.sha256().digest()
"""The root of the tree without leaves (RFC 6962, 2.1)."""

Range: TypeAlias = tuple[int, int]
"""A subtree: its first leaf, and the leaf behind its last."""


class ProofError(Exception):
    """A proof does not prove what it should; the text says why."""


class Node(NamedTuple):
    """A perfect subtree: the leaves from `number << height` on, `1 << height` of them."""

    height: int
    number: int


def hash_children(left: bytes, right: bytes) -> bytes:
    """Hash an inner node (RFC 6962, 2.1)."""
    return hashlib.sha256(NODE_PREFIX + left + right).digest()


def split(size: int) -> int:
    """Give how many leaves go left: the largest power of two below the size (RFC 6962, 2.1)."""
    return 1 << (size - 1).bit_length() - 1


def perfect(leaves: Range) -> list[Node]:
    """Give the perfect subtrees that a subtree is folded from, left to right."""
    begin, end = leaves
    nodes = []
    while begin < end:
        height = (end - begin).bit_length() - 1
        nodes.append(Node(height, begin >> height))
        begin += 1 << height
    return nodes


def fold(hashes: Sequence[bytes]) -> bytes:
    """Give the root over perfect subtrees that shrink from left to right; that of the empty tree for none."""
    if not hashes:
        return EMPTY_ROOT
    root = hashes[-1]
    for left in reversed(hashes[:-1]):
        root = hash_children(left, root)
    return root


def inclusion_path(index: int, size: int) -> list[Range]:
    """Give the subtrees whose roots prove that a leaf is in the tree of a size (RFC 6962, 2.1.1), lowest first."""
    if not 0 <= index < size:
        raise ProofError(f"a tree of {size} leaves has no leaf {index}")
    begin, end, path = 0, size, list[Range]()
    while end - begin > 1:
        middle = begin + split(end - begin)
        if index < middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((begin, middle))
            begin = middle
    return path[::-1]


def consistency_path(first: int, second: int) -> list[Range]:
    """Give the subtrees whose roots prove that one tree grew into another (RFC 6962, 2.1.2), lowest first."""
    if not 0 < first <= second:
        raise ProofError(f"a tree of {second} leaves did not grow from one of {first}")
    begin, end, path = 0, second, list[Range]()
    while end != first:
        middle = begin + split(end - begin)
        if first <= middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((begin, middle))
            begin = middle
    if begin:  # Else the subtree is the first tree itself, whose root the verifier knows.
        path.append((begin, end))
    return path[::-1]


def root_by_inclusion(leaf_hash: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes:
    """Give the root that an inclusion proof leads to (RFC 9162, 2.1.3.2); ProofError when it cannot be one."""
    if not 0 <= index < size:
        raise ProofError(f"a tree of {size} leaves has no leaf {index}")
    place, last, root = index, size - 1, leaf_hash
    for sibling in proof:
        if not last:
            raise ProofError("the proof is too long")
        if place & 1 or place == last:
            root = hash_children(sibling, root)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            root = hash_children(root, sibling)
        place, last = place >> 1, last >> 1
    if last:
        raise ProofError("the proof is too short")
    return root


def check_inclusion(leaf_hash: bytes, index: int, proof: Sequence[bytes], tree: "Head") -> None:
    """Check that a leaf is in a tree at an index; ProofError when the proof does not show it."""
    if root_by_inclusion(leaf_hash, index, tree.size, proof) != tree.root:
        raise ProofError(f"the proof does not lead from leaf {index} to the root of {tree.size} leaves")


class Head(NamedTuple):
    """A tree, told by its size and its root."""

    size: int
    root: bytes


def check_consistency(first: Head, second: Head, proof: Sequence[bytes]) -> None:
    """Check that one tree begins with the leaves of another (RFC 9162, 2.1.4.2); ProofError when that is not shown."""
    if first.size > second.size:
        raise ProofError(f"a tree of {second.size} leaves did not grow from one of {first.size}")
    if first.size in {0, second.size}:
        known = EMPTY_ROOT if first.size == 0 else second.root
        if proof or first.root != known:
            raise ProofError(f"the roots of {first.size} and {second.size} leaves differ, or need no proof")
        return
    if _roots_by_consistency(first, second.size, proof) != (first.root, second.root):
        raise ProofError(f"the tree of {second.size} leaves does not begin with that of {first.size}")


def _roots_by_consistency(first: Head, size: int, proof: Sequence[bytes]) -> tuple[bytes, bytes]:
    place, last = first.size - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    hashes = list(proof)
    if place or not hashes:  # Else the first tree is perfect, and its root is where the proof begins.
        if not hashes:
            raise ProofError("the proof is empty")
        old = new = hashes.pop(0)
    else:
        old = new = first.root
    for sibling in hashes:
        if not last:
            raise ProofError("the proof is too long")
        if place & 1 or place == last:
            old, new = hash_children(sibling, old), hash_children(sibling, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = hash_children(new, sibling)
        place, last = place >> 1, last >> 1
    if last:
        raise ProofError("the proof is too short")
    return old, new
