"""What a machine remembers of a log outside the database: the newest checkpoint that it saw.

A database can be restored from a backup, or replaced by a copy that went another way; then it cannot tell. This file
can: whoever signs next compares.
"""

import hashlib
import math
import os
import secrets
import time
from pathlib import Path

from screening.audit import notes
from screening.audit.notes import NoteError

SUFFIX = ".checkpoint"


WRITE_SECONDS = 1.0
"""How often a file is written at most: each checkpoint covers all before it."""


class Memory:
    """The remembered checkpoints of a folder, one file for each log."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._newest: dict[str, str] = {}
        self._written: dict[str, tuple[str, float]] = {}

    def file(self, log: str) -> Path:
        """Give the file of a log."""
        return self._folder / f"audit-{hashlib.sha256(log.encode()).hexdigest()[:12]}{SUFFIX}"

    def recall(self, log: str) -> str | None:
        """Give the newest checkpoint of a log that was seen here, by this process or by one before it."""
        found = [note for note in (self._read(self.file(log)), self._newest.get(log)) if note is not None]
        return max(found, key=_size, default=None)

    def others(self, log: str) -> list[str]:
        """Read the checkpoints of other logs that were seen here."""
        files = [file for file in sorted(self._folder.glob(f"audit-*{SUFFIX}")) if file != self.file(log)]
        return [note for file in files if (note := self._read(file)) is not None]

    def keep(self, log: str, note: str) -> None:
        """Remember a checkpoint, unless a larger one is remembered. Blocks, when its time has come, for the disk."""
        if _size(note) > _size(self._newest.get(log, "")):
            self._newest[log] = note
        if time.monotonic() - self._written.get(log, ("", -math.inf))[1] >= WRITE_SECONDS:
            self.flush(log)

    def flush(self, log: str) -> None:
        """Write what is remembered of a log to its file, unless it is there."""
        note = self._newest.get(log)
        if note is None or note == self._written.get(log, ("", 0.0))[0]:
            return
        if _size(note) > _size(self._read(self.file(log)) or ""):
            self._write(self.file(log), note)
        self._written[log] = (note, time.monotonic())

    def _read(self, file: Path) -> str | None:
        try:
            return file.read_text()
        except FileNotFoundError:
            return None

    def _write(self, file: Path, note: str) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        fresh = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
        try:
            with fresh.open("w") as stream:
                stream.write(note)
                stream.flush()
                os.fsync(stream.fileno())
            fresh.replace(file)
        finally:
            fresh.unlink(missing_ok=True)


def _size(note: str) -> int:
    """Give the size that a checkpoint names; -1 for what is none."""
    try:
        return notes.parse_checkpoint(notes.parse(note).text).head.size
    except NoteError:
        return -1
