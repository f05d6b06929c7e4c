"""The file of a name index, which every process of a machine maps: written beside and renamed, so that a crash leaves
the old one.

It begins with a page that says what made it and up to where in the journal it goes; the array of the list follows.
"""

import fcntl
import json
import mmap
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

import numpy as np

from screening.matching.segment import Segment

NAME = "names.index"
_HEAD = 4096
"""Bytes before the array: a page, so that the array lies as numbers need it."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a file was made by, and the last change of the journal that is in it."""

    engine: str
    position: int
    change: str
    numbers: int


class Work(StrEnum):
    """What one process of a machine does at a time, in the words of its lock's file."""

    COMPILING = "machine-code.lock"
    WRITING = "names.index.lock"


@contextmanager
def locked(folder: Path, work: Work) -> Iterator[None]:
    """Keep other processes of this machine from doing the same meanwhile."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / work).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def write(folder: Path, segment: Segment, stamp: Stamp) -> None:
    """Put a new file in the place of the old one, which processes that have mapped it keep."""
    beside = folder / f"{NAME}.new"
    head = json.dumps(asdict(stamp)).encode().ljust(_HEAD)
    with beside.open("wb") as file:
        file.write(head)
        file.write(segment.numbers.data)
        os.fsync(file.fileno())
    beside.rename(folder / NAME)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_stamp(folder: Path) -> Stamp | None:
    """Read what a file says of itself; None when there is none, or one that is not whole."""
    try:
        with (folder / NAME).open("rb") as file:
            return _stamp(file)
    except OSError:
        return None


def opened(folder: Path) -> tuple[Stamp, Segment] | None:
    """Map a file, and read what that very one says of itself: another may be put in its place meanwhile."""
    try:
        with (folder / NAME).open("rb") as file:
            stamp = _stamp(file)
            return (stamp, _mapped(file)) if stamp else None
    except OSError:
        return None


def mapped(folder: Path) -> Segment:
    """Map a file: its pages are shared with all who map it, but for the few that this process changes."""
    with (folder / NAME).open("rb") as file:
        return _mapped(file)


def _stamp(file: BinaryIO) -> Stamp | None:
    try:
        stamp = Stamp(**json.loads(file.read(_HEAD)))
    except (ValueError, TypeError):
        return None
    return stamp if os.fstat(file.fileno()).st_size == _HEAD + 8 * stamp.numbers else None


def _mapped(file: BinaryIO) -> Segment:
    memory = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
    return Segment(np.frombuffer(memory, np.int64, offset=_HEAD))
