"""Checks an export of the log, with no database and no network, and names the first entry that is broken.

Every entry is hashed and every hash goes into the tree; the tree must have the roots that were signed, at each
checkpoint of the export and each that the reader kept from earlier. The signature over the last root thus covers every
entry, its order and its place. The signatures of receipts, 100 us each, are checked for one entry in 256, or for all,
and always for those around a root that does not fit: there they tell which entry is not the log's own.
"""

import hashlib
import json
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature

from screening.audit import entries, keylist, notes, receipts, tiles
from screening.audit.exported import Export, ExportError, Segment
from screening.audit.keylist import ListedKey
from screening.audit.notes import NoteError, Witness
from screening.audit.receipts import PublicKey
from screening.audit.tiles import Edge, Tile
from screening.audit.tree import HASH_BYTES, Head

_AT = b',"at":"'
_COMMITMENT = b',"commitment":"'
_ID = b',"id":"'
# An envelope's keys stand in the order of the alphabet, and only `actor`, whose text is ours, comes before these.


class Flaw(StrEnum):
    """What can be wrong with an export."""

    KEY_NOT_TRUSTED = "key_not_trusted"
    CHECKPOINT_WRONG = "checkpoint_wrong"
    ROLLED_BACK = "rolled_back"
    FORKED = "forked"
    ENTRY_MISSING = "entry_missing"
    ENTRY_CHANGED = "entry_changed"
    ENTRY_DUPLICATED = "entry_duplicated"
    ENTRY_NOT_OURS = "entry_not_ours"
    PAYLOAD_CHANGED = "payload_changed"
    TREE_CHANGED = "tree_changed"
    FILE_DAMAGED = "file_damaged"


class Receipts(StrEnum):
    """Whose receipts' signatures are checked."""

    SAMPLE = "sample"
    ALL = "all"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong; `index` is the first leaf that it concerns, -1 for what concerns the whole."""

    index: int
    flaw: Flaw
    detail: str
    entry: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """What the reader brings: keys known from elsewhere, checkpoints kept from earlier, and how thorough to be."""

    anchors: Sequence[PublicKey] = ()
    kept: Sequence[str] = ()
    receipts: Receipts = Receipts.SAMPLE
    witnesses: Sequence[Witness] = ()


@dataclass(slots=True)
class Report:
    """What was checked, and what was found."""

    log: str = ""
    size: int = 0
    root: bytes = b""
    entries: int = 0
    withheld: int = 0
    receipts: int = 0
    payloads: int = 0
    erased: int = 0
    checkpoints: int = 0
    cosigned: dict[str, tuple[int, datetime]] = field(default_factory=dict)
    """The largest tree that each known witness cosigned, and when."""
    keys: list[str] = field(default_factory=list)
    anchored: bool = False
    findings: list[Finding] = field(default_factory=list)

    @property
    def first_entry(self) -> Finding | None:
        """The first that concerns an entry, whatever is wrong with keys and checkpoints."""
        return min((each for each in self.findings if each.index >= 0), key=lambda each: each.index, default=None)

    @property
    def first(self) -> Finding | None:
        """The first that is broken, in the order of the tree."""
        return min(self.findings, key=lambda each: each.index, default=None)


FINDINGS = 100
"""Findings that are kept; what comes behind them changes nothing."""


def verify(path: Path, question: Question) -> Report:
    """Check an export, a folder or a tar archive; ExportError when it is none."""
    with Export.opened(path) as export:
        verification = _Verification(export, question)
        verification.read_heads()
        for segment in export.segments():
            verification.check_segment(segment)
        verification.check_tiles(export.upper_tiles())
    verification.find_duplicate(path)
    verification.locate(path)
    return verification.report


class _Verification:
    """One run over an export."""

    def __init__(self, export: Export, question: Question) -> None:
        self.export = export
        self.question = question
        self.report = Report(log=export.log, size=export.size)
        self.keys: dict[bytes, ListedKey] = {}
        self.heads: dict[int, bytes] = {}
        self.edge = Edge()
        self.upper: dict[Tile, bytes] = {}
        self.good = 0
        """The largest checkpoint that fits."""
        self.bad: int | None = None
        """The smallest checkpoint that does not."""
        self.seen = [array("Q") for _ in range(256)]
        self._tail = f'","log":{json.dumps(export.log, ensure_ascii=False)}}}'.encode()

    def find(self, index: int, flaw: Flaw, detail: str, envelope: bytes = b"") -> None:
        """Note something that is wrong."""
        if len(self.report.findings) < FINDINGS:
            entry = _text(envelope, _ID, 36).decode(errors="replace") if envelope else ""
            self.report.findings.append(Finding(index, flaw, detail, entry))

    # Keys and checkpoints.

    def read_heads(self) -> None:
        """Read keys and checkpoints, and check their signatures and that they do not contradict each other."""
        listed = [_listed(key) for key in self.export.keys]
        anchors = self.question.anchors or [key.public for key in listed[:1]]
        self.report.anchored = bool(self.question.anchors)
        trusted = keylist.trusted(listed, anchors)
        for key in listed:
            if key not in trusted:
                self.find(-1, Flaw.KEY_NOT_TRUSTED, f"key {key.key_id} is neither yours nor endorsed by one that is")
        self.keys = {bytes.fromhex(key.key_id): key for key in trusted}
        self.report.keys = [key.public.verifier for key in trusted]
        self._read_checkpoint("the checkpoint of the export", self.export.checkpoint)
        for note in self.export.checkpoints:
            self._read_checkpoint("a checkpoint of the export", note)
        for note in self.question.kept:
            self._read_checkpoint("a checkpoint that you kept", note)
        if self.export.size not in self.heads:
            self.find(-1, Flaw.CHECKPOINT_WRONG, f"no signed checkpoint covers the {self.export.size} leaves")

    def _read_checkpoint(self, what: str, note: str) -> None:
        try:
            checkpoint, opened, _ = notes.open_checkpoint(note, [key.public for key in self.keys.values()])
        except NoteError as error:
            self.find(-1, Flaw.CHECKPOINT_WRONG, f"{what}: {error}")
            return
        head = checkpoint.head
        if checkpoint.origin != self.export.log:
            self.find(-1, Flaw.CHECKPOINT_WRONG, f"{what} is of the log {checkpoint.origin}")
        elif self.heads.setdefault(head.size, head.root) != head.root:
            self.find(-1, Flaw.FORKED, f"{what} and another one sign different trees of {head.size} leaves")
        elif head.size > self.export.size:
            detail = f"{what} covers {head.size} leaves, the export has {self.export.size}: the end was cut off"
            self.find(self.export.size, Flaw.ROLLED_BACK, detail)
        self.report.checkpoints += 1
        for witness in self.question.witnesses:
            found = witness.find_cosignature(opened)
            if found and head.size >= self.report.cosigned.get(witness.name, (0,))[0]:
                self.report.cosigned[witness.name] = (head.size, found[1])

    # Entries.

    def check_segment(self, segment: Segment) -> None:
        """Check the entries of one tile, and let the tree grow by them."""
        for name in segment.damaged:
            self.find(segment.first, Flaw.FILE_DAMAGED, f"the {name} of this leaf and its neighbours cannot be read")
        hashes = self._check_entries(segment)
        self._note_for_duplicates(hashes)
        self._grow([hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES)])
        self._check_payloads(segment)
        match self.question.receipts:
            case Receipts.ALL:
                self.check_receipts(segment, range(len(segment.entries)))
            case Receipts.SAMPLE:
                self.check_receipts(segment, [place for place, entry in enumerate(segment.entries) if entry][:1])
            case Receipts.NONE:
                pass

    def _check_entries(self, segment: Segment) -> bytes:
        """Hash the entries; gives the hashes for the tree, those of the tile where it has them."""
        sha256 = hashlib.sha256
        prefix = entries.LEAF_PREFIX
        hashed = [sha256(prefix + entry).digest() if entry else b"" for entry in segment.entries]
        shown = sum(map(bool, segment.entries))
        self.report.entries += shown
        if shown == segment.width and b"".join(hashed) == segment.hashes:
            return segment.hashes
        leaves = list[bytes]()
        for place, (entry, computed) in enumerate(zip(segment.entries, hashed, strict=True)):
            stored = segment.hashes[place * HASH_BYTES : (place + 1) * HASH_BYTES]
            self._compare(segment.first + place, entry, computed, stored)
            leaves.append(stored or computed or bytes(HASH_BYTES))
        return b"".join(leaves)

    def _compare(self, index: int, entry: bytes, computed: bytes, stored: bytes) -> None:
        if entry and not stored:
            self.find(index, Flaw.TREE_CHANGED, "its tile is missing", entry)
        elif entry and computed != stored:
            self.find(index, Flaw.ENTRY_CHANGED, "its bytes do not have the hash that is in the tree", entry)
        elif not entry and self.export.complete:
            self.find(index, Flaw.ENTRY_MISSING, "it is in the tree, and not in the export")
        elif not entry:
            self.report.withheld += 1

    def _grow(self, leaves: Sequence[bytes]) -> None:
        """Let the tree grow, and compare its root at each size that was signed."""
        start = self.edge.size
        inside = [size for size in self.heads if start < size < start + len(leaves)]
        done = 0
        for size in [*sorted(inside), start + len(leaves)]:
            self.edge, written = self.edge.extended(leaves[done : size - start])
            done = size - start
            self.upper.update({tile: hashes for tile, hashes in written.items() if tile.level})
            if size in self.heads:
                self._compare_root(self.edge.head)

    def _compare_root(self, head: Head) -> None:
        if self.heads[head.size] == head.root and self.bad is None:
            self.good = head.size
        elif self.heads[head.size] != head.root and self.bad is None:
            self.bad = head.size
        if head.size == self.report.size:
            self.report.root = head.root

    # Payloads and receipts.

    def _check_payloads(self, segment: Segment) -> None:
        sha256 = hashlib.sha256
        for place, (entry, payload) in enumerate(zip(segment.entries, segment.payloads, strict=True)):
            if not entry:
                continue
            committed = _text(entry, _COMMITMENT, 64)
            if payload:
                self.report.payloads += 1
                if sha256(payload).hexdigest().encode() != committed:
                    detail = "its payload is not the one that it commits to"
                    self.find(segment.first + place, Flaw.PAYLOAD_CHANGED, detail, entry)
            elif committed:
                self.report.erased += 1

    def check_receipts(self, segment: Segment, places: Iterable[int]) -> int | None:
        """Check the receipts of some entries of a tile; gives the index of the first that is wrong."""
        for place in places:
            entry = segment.entries[place]
            if not entry:
                continue
            self.report.receipts += 1
            if not self._signed(entry, segment.receipts[place]):
                detail = "its receipt is not signed by a key of the log: the service did not write it"
                self.find(segment.first + place, Flaw.ENTRY_NOT_OURS, detail, entry)
                return segment.first + place
        return None

    def _signed(self, entry: bytes, receipt: bytes) -> bool:
        key = self.keys.get(receipt[: notes.KEY_ID_BYTES])
        at = _text(entry, _AT, 27)
        if key is None or not _valid_at(key, at.decode(errors="replace")):
            return False
        leaf = entries.leaf_hash(entry).hex().encode()
        signed = b'{"at":"' + at + b'","entry":"' + _text(entry, _ID, 36) + b'","leaf_hash":"' + leaf + self._tail
        try:
            key.public.key.verify(receipt[notes.KEY_ID_BYTES :], receipts.CONTEXT + signed)
        except InvalidSignature:
            return False
        return True

    # After all of them.

    def _note_for_duplicates(self, hashes: bytes) -> None:
        words = array("Q", hashes)
        for word in words[:: HASH_BYTES // 8]:
            self.seen[word & 0xFF].append(word)

    def find_duplicate(self, path: Path) -> None:
        """Find a leaf that stands in the tree twice."""
        if all(len(set(words)) == len(words) for words in self.seen):
            return
        met = set[bytes]()
        with Export.opened(path) as export:
            for segment in export.segments():
                for place in range(len(segment.hashes) // HASH_BYTES):
                    leaf = segment.hashes[place * HASH_BYTES : (place + 1) * HASH_BYTES]
                    if leaf in met:
                        entry = segment.entries[place]
                        self.find(segment.first + place, Flaw.ENTRY_DUPLICATED, "it is in the tree twice", entry)
                        return
                    met.add(leaf)

    def check_tiles(self, stored: dict[Tile, bytes]) -> None:
        """Compare the levels above the leaves with what was computed."""
        for tile, hashes in sorted(self.upper.items()):
            given = stored.get(tile, b"")
            if given == hashes:
                continue
            words = zip(_words(given), _words(hashes), strict=False)
            place = next((at for at, (left, right) in enumerate(words) if left != right), None)
            index = self.export.size if place is None else _first_leaf(tile, place)
            self.find(index, Flaw.TREE_CHANGED, f"{tiles.path(*tile)} does not fit the leaves below, or is incomplete")

    def locate(self, path: Path) -> None:
        """Name the first entry that made a root differ, by the receipts of the entries in question."""
        if self.bad is None:
            return
        if self.heads.get(self.export.size) == self.report.root:
            detail = (
                f"another tree of {self.bad} leaves was signed than the signed one of {self.export.size} begins with"
            )
            self.find(self.good, Flaw.FORKED, detail)
            return
        tile = [each.index for each in self.report.findings if each.flaw is Flaw.TREE_CHANGED and each.index < self.bad]
        suspects = range(max(self.good, min(tile, default=self.good)), self.bad)
        self._check_suspects(path, suspects)
        known = [each.index for each in self.report.findings if each.index in suspects]
        detail = f"the tree of {self.bad} leaves does not have the root that was signed, that of {self.good} has"
        if not known:
            detail += ": entries from here on were moved, taken out or put in"
        self.find(min(known, default=suspects.start), Flaw.TREE_CHANGED, detail)

    def _check_suspects(self, path: Path, suspects: range) -> None:
        with Export.opened(path) as export:
            for segment in export.segments():
                inside = [place for place in range(segment.width) if segment.first + place in suspects]
                if inside and self.check_receipts(segment, inside) is not None:
                    return


def _text(envelope: bytes, key: bytes, length: int) -> bytes:
    """Give a text of the envelope that has a fixed length; nothing when it is not there."""
    at = envelope.find(key)
    text = envelope[at + len(key) : at + len(key) + length] if at >= 0 else b""
    return text if len(text) == length else b""


def _valid_at(key: ListedKey, at: str) -> bool:
    try:
        return keylist.valid_at(key, datetime.fromisoformat(at))
    except (ValueError, TypeError):
        return False


def _listed(key: dict[str, Any]) -> ListedKey:
    try:
        public = notes.read_verifier(key["verifier"])
        return ListedKey(
            key_id=public.key_id,
            log=public.log,
            public_key=public.raw,
            valid_from=datetime.fromisoformat(key["from"]),
            valid_until=datetime.fromisoformat(key["until"]) if key["until"] else None,
            endorsed_by=key["endorsed_by"],
            endorsement=key["endorsement"],
        )
    except (KeyError, TypeError, ValueError, NoteError) as error:
        raise ExportError(f"keys.json: {error}") from None


def _words(hashes: bytes) -> list[bytes]:
    return [hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES)]


def _first_leaf(tile: Tile, place: int) -> int:
    return (tile.number << tiles.HEIGHT) + place << tiles.HEIGHT * tile.level
