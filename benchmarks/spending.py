"""What a service and its PostgreSQL spend: CPU as the kernel counts it."""

import contextlib
import os
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.loading import Installed


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds by the clock, of CPU here, and of CPU in PostgreSQL."""

    wall: float
    service: float
    database: float

    @classmethod
    def now(cls, postmaster: int, process: int | None = None) -> "Spent":
        """Read the counters of this process, or of another with its children, and of all servers of a PostgreSQL."""
        own = time.process_time() if process is None else sum(map(_cpu, [process, *_children(process)]))
        return cls(time.perf_counter(), own, sum(map(_cpu, [postmaster, *_children(postmaster)])))

    def since(self, before: "Spent") -> "Spent":
        """Give the difference."""
        return Spent(self.wall - before.wall, self.service - before.service, self.database - before.database)

    def without(self, idle: "Spent") -> "Spent":
        """Take off what would have been spent in that time without a request."""
        share = self.wall / idle.wall
        return Spent(self.wall, self.service - idle.service * share, self.database - idle.database * share)


def _cpu(process: int) -> float:
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return 0.0


def _children(process: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def postmaster(service: Installed) -> int:
    """Find the PostgreSQL of an installation while it runs."""
    file = next((service.folder / "data").rglob("postmaster.pid"))
    return int(file.read_text().splitlines()[0])
