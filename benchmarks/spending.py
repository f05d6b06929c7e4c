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
        own = time.process_time() if process is None else sum(map(_cpu, [process, *children(process)]))
        return cls(time.perf_counter(), own, sum(map(_cpu, [postmaster, *children(postmaster)])))

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


def children(process: int) -> list[int]:
    """List the processes that a process started."""
    return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def postmaster(service: Installed) -> int:
    """Find the PostgreSQL of an installation while it runs."""
    file = next((service.folder / "data").rglob("postmaster.pid"))
    return int(file.read_text().splitlines()[0])


def resident(process: int) -> tuple[int, ...]:
    """Give the bytes of a process and of each of its children: of what several share, each has its part (PSS)."""
    sizes = []
    for each in [process, *children(process)]:
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            sizes.append(pss(each))
    return tuple(sizes)


def pss(process: int) -> int:
    """Give the bytes of one process, with its part of what several share."""
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    return 1024 * int(next(line for line in lines if line.startswith("Pss:")).split()[1])
