"""The processes that serve together, as each of them sees all: who serves, who is leaving, who stands still.

It is a page of memory that they share from the fork on. Each writes its own line and reads the others'; what a process
last wrote stays when it is killed, until the one that watches over them strikes it out.
"""

import mmap
import struct
import time
from enum import IntEnum

_STANDING = struct.Struct("<B")
_BEAT = struct.Struct("<d")
_LINE = 16
"""Bytes of a line: the standing, and behind it, where it is written in one go, the beat."""

_BEAT_AT = 8


class Standing(IntEnum):
    """What a process does for the service."""

    GONE = 0
    STARTING = 1
    SERVING = 2
    LEAVING = 3


class Crew:
    """So many processes as are wanted, and room for one that takes over from another."""

    def __init__(self, wanted: int = 1) -> None:
        self.wanted = wanted
        self._memory = mmap.mmap(-1, (wanted + 1) * _LINE)
        self._own = 0

    def join(self, place: int) -> None:
        """Take a place: this process is starting."""
        self._own = place
        self.beat()
        self.mark(Standing.STARTING, place)

    def mark(self, standing: Standing, place: int | None = None) -> None:
        """Note how the process at a place stands; this one, when none is named."""
        _STANDING.pack_into(self._memory, (self._own if place is None else place) * _LINE, standing)

    def standing(self, place: int) -> Standing:
        """Tell how the process at a place stands."""
        return Standing(_STANDING.unpack_from(self._memory, place * _LINE)[0])

    def beat(self) -> None:
        """Note that this process is alive."""
        _BEAT.pack_into(self._memory, self._own * _LINE + _BEAT_AT, time.monotonic())

    def silence(self, place: int) -> float:
        """Tell for how many seconds nothing was heard of the process at a place."""
        beaten: float = _BEAT.unpack_from(self._memory, place * _LINE + _BEAT_AT)[0]
        return time.monotonic() - beaten

    def free(self) -> int:
        """Give a place that nobody has."""
        return next(place for place in range(self.wanted + 1) if self.standing(place) is Standing.GONE)

    @property
    def serving(self) -> int:
        """How many serve."""
        return sum(self.standing(place) is Standing.SERVING for place in range(self.wanted + 1))

    @property
    def leaving(self) -> bool:
        """Whether this process was told to end."""
        return self.standing(self._own) is Standing.LEAVING
