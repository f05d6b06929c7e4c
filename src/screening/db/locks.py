"""Locks on files, which the kernel releases however a process dies."""

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

if sys.platform != "win32":
    import fcntl


@contextlib.contextmanager
def held(path: Path) -> Iterator[IO[bytes]]:
    """Hold a lock alone for the length of a block."""
    with opened(path) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file


def opened(path: Path) -> IO[bytes]:
    """Open the file of a lock, without taking it."""
    # Who may open a file may lock it, so others may not open ours.
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "wb")


def take(file: IO[bytes]) -> bool:
    """Take a lock alone, if nobody else holds it now."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def share(file: IO[bytes]) -> None:
    """Take a lock together with others, and wait while somebody holds it alone."""
    fcntl.flock(file, fcntl.LOCK_SH)
