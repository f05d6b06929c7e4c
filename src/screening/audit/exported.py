"""Reads the files of an export, from a folder or from a tar archive, one tile after the other."""

import json
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from screening.audit import export, tiles
from screening.audit.tiles import Tile, TileError
from screening.audit.tree import HASH_BYTES

HEADS = ("export.json", "keys.json", "checkpoint", "checkpoints.json")
PARTS = ("0", "entries", "own", "receipts", "payloads")

HIGHEST_SIZE = 1 << 40


class ExportError(Exception):
    """It is not an export of a log, or cannot be read; the text says why."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One tile with its entries; an entry that is not there, or not shown, is empty."""

    first: int
    width: int
    hashes: bytes
    entries: list[bytes]
    receipts: list[bytes]
    payloads: list[bytes]
    """Salt and payload, one behind the other; empty where there is none."""
    damaged: tuple[str, ...] = ()
    """Which of its files are there and cannot be read."""


class _Files(Protocol):
    """Files by name. An archive gives them in its order alone."""

    def heads(self) -> dict[str, bytes]: ...

    def parts(self, place: str) -> dict[str, bytes]: ...

    def rest(self, names: list[str]) -> dict[str, bytes]: ...


class _Folder:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def heads(self) -> dict[str, bytes]:
        return self.rest(list(HEADS))

    def parts(self, place: str) -> dict[str, bytes]:
        found = self.rest([f"tile/{part}/{place}" for part in PARTS])
        return {name.split("/")[1]: content for name, content in found.items()}

    def rest(self, names: list[str]) -> dict[str, bytes]:
        files = {name: self._folder / name for name in names}
        return {name: file.read_bytes() for name, file in files.items() if file.is_file()}


class _Archive:
    def __init__(self, archive: tarfile.TarFile) -> None:
        self._archive = archive
        self._next = self._read()

    def _read(self) -> tuple[str, bytes] | None:
        member = self._archive.next()
        self._archive.members = []  # type: ignore[attr-defined] # else it remembers every one of them
        if member is None:
            return None
        content = self._archive.extractfile(member)
        return member.name, content.read() if content else b""

    def _take(self, wanted: Callable[[str], bool]) -> dict[str, bytes]:
        found = {}
        while self._next and wanted(self._next[0]):
            found[self._next[0]] = self._next[1]
            self._next = self._read()
        return found

    def heads(self) -> dict[str, bytes]:
        return self._take(lambda name: name in HEADS)

    def parts(self, place: str) -> dict[str, bytes]:
        names = {f"tile/{part}/{place}": part for part in PARTS}
        return {names[name]: content for name, content in self._take(lambda name: name in names).items()}

    def rest(self, names: list[str]) -> dict[str, bytes]:
        found = self._take(lambda _: True)
        return {name: found[name] for name in names if name in found}


class Export:
    """An export that is open for reading, from front to back."""

    def __init__(self, files: _Files) -> None:
        self._files = files
        heads = files.heads()
        try:
            manifest = json.loads(heads["export.json"])
            self.log: str = str(manifest["log"])
            self.size: int = int(manifest["size"])
            self.complete: bool = manifest["organisations"] is None
            self.keys: list[dict[str, Any]] = json.loads(heads["keys.json"])
            self.checkpoint: str = heads["checkpoint"].decode()
            self.checkpoints: list[str] = json.loads(heads["checkpoints.json"])
            form = int(manifest["form"])
        except (KeyError, TypeError, ValueError) as error:
            raise ExportError(f"not an export of a log: {type(error).__name__} {error}") from None
        if form > export.FORM or not 0 <= self.size <= HIGHEST_SIZE:
            raise ExportError(f"an export of form {form}, and this program knows form {export.FORM}")

    @classmethod
    @contextmanager
    def opened(cls, path: Path) -> Iterator["Export"]:
        """Open a folder or an archive; ExportError when it is no export."""
        try:
            if path.is_dir():
                yield cls(_Folder(path))
                return
            with tarfile.open(path, "r|*") as archive:
                yield cls(_Archive(archive))
        except (OSError, tarfile.TarError, EOFError) as error:
            raise ExportError(f"{path} cannot be read: {error}") from None

    def segments(self) -> Iterator[Segment]:
        """Give the tiles with their entries, in order."""
        for index, width in tiles.widths(self.size):
            place = tiles.place(index, width)
            yield self._segment(index << tiles.HEIGHT, width, self._files.parts(place))

    def upper_tiles(self) -> dict[Tile, bytes]:
        """Give the tiles above the leaves; to be called after the segments."""
        names = {
            tiles.path(level, index, width): Tile(level, index)
            for level in range(1, tiles.LEVELS)
            for index, width in tiles.widths(self.size, level)
        }
        return {names[name]: content for name, content in self._files.rest(list(names)).items()}

    def _segment(self, first: int, width: int, parts: dict[str, bytes]) -> Segment:
        entries = _read(tiles.unbundle, parts.get("entries" if self.complete else "own", b""), width)
        payloads = _read(_payloads, parts.get("payloads", b""), width)
        held, step = parts.get("receipts", b""), export.RECEIPT_BYTES
        receipts = [held[at * step : (at + 1) * step] for at in range(width)]
        stored = parts.get("0", b"")
        hashes = stored[: min(width, len(stored) // HASH_BYTES) * HASH_BYTES]
        nothing = [b""] * width
        damaged = tuple(name for name, read in (("entries", entries), ("payloads", payloads)) if read is None)
        return Segment(first, width, hashes, entries or nothing, receipts, payloads or nothing, damaged)


def _read(read: Callable[[bytes], list[bytes]], content: bytes, width: int) -> list[bytes] | None:
    """Read a file of a tile: one item a leaf; all empty when it is not there, None when it is damaged."""
    try:
        found = read(content) if content else [b""] * width
    except TileError:
        return None
    return found if len(found) == width else None


def _payloads(content: bytes) -> list[bytes]:
    found, at, read = list[bytes](), 0, export.PAYLOAD_LENGTH
    while at + read.size <= len(content):
        (length,) = read.unpack_from(content, at)
        at += read.size
        found.append(content[at : at + length])
        at += length
    if at != len(content):
        raise TileError("the payloads end within one")
    return found
