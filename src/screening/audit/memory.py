"""What a machine remembers of a log outside the database: the newest checkpoint that it saw.

A database can be restored from a backup, or replaced by a copy that went another way; then it cannot tell. This file
can: whoever signs next compares.
"""

import contextlib
import hashlib
import os
import secrets
from pathlib import Path

from screening.audit import notes
from screening.audit.notes import NoteError

SUFFIX = ".checkpoint"


class Memory:
    """The remembered checkpoints of a folder, one file for each log."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sizes: dict[str, int] = {}

    def file(self, log: str) -> Path:
        """Give the file of a log."""
        return self._folder / f"audit-{hashlib.sha256(log.encode()).hexdigest()[:12]}{SUFFIX}"

    def recall(self, log: str) -> str | None:
        """Read the newest checkpoint of a log that was seen here."""
        try:
            return self.file(log).read_text()
        except FileNotFoundError:
            return None

    def others(self, log: str) -> list[str]:
        """Read the checkpoints of other logs that were seen here."""
        own = self.file(log)
        return [file.read_text() for file in sorted(self._folder.glob(f"audit-*{SUFFIX}")) if file != own]

    def keep(self, log: str, size: int, note: str) -> None:
        """Remember a checkpoint, unless a larger one of its log is remembered. Blocks until it is on disk."""
        if size <= self._sizes.get(log, -1) or size < self._size(log):
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        file = self.file(log)
        fresh = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
        try:
            with fresh.open("w") as stream:
                stream.write(note)
                stream.flush()
                os.fsync(stream.fileno())
            fresh.replace(file)
        finally:
            fresh.unlink(missing_ok=True)
        self._sizes[log] = size

    def _size(self, log: str) -> int:
        with contextlib.suppress(NoteError):
            if note := self.recall(log):
                return notes.parse_checkpoint(notes.parse(note).text).head.size
        return -1
