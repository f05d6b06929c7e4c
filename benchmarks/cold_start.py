"""From the command to ready, step by step, at 100,000 notices or as many as named: without the index file and with."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from benchmarks.loading import SCREENING, Installed, installed
from benchmarks.screenings import bring_in, notice
from screening.crowd import Crowd

NOTICES = 100_000


def main() -> None:
    notices = int(sys.argv[1]) if len(sys.argv) > 1 else NOTICES
    with installed() as quiet:
        service = replace(quiet, environment=quiet.environment | {"SCREENING_LOG_LEVEL": "INFO"})
        quiet.key("bureau")  # the first key of an organisation makes it
        bring_in(quiet, "notices.ndjson", service.folder / "notices", map(notice, Crowd(1).nominals(notices)))
        print(f"{notices:,} notices\n")
        print("| start | seconds to ready | of which |")
        print("| --- | --- | --- |")
        for name, workers in (("first, makes the file", 1), ("with the file", 1), ("with the file, two processes", 2)):
            with started(service, workers) as (seconds, steps):
                told = ", ".join(f"{step} {spent:.2f}" for step, spent in steps)
                print(f"| {name} | {seconds:.1f} | {told} |", flush=True)


@contextmanager
def started(service: Installed, workers: int) -> Iterator[tuple[float, list[tuple[str, float]]]]:
    """Start the service; gives the seconds until its last process was ready, and the steps that it told of."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [*SCREENING, "serve", "--workers", str(workers)], env=service.environment, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    steps: dict[str, float] = {}
    try:
        for line in process.stderr:
            said: dict[str, Any] = json.loads(line)
            if said["event"] in {"prepared", "ready"}:
                steps |= said["steps"]
                workers -= said["event"] == "ready"
                if not workers:
                    break
        yield time.perf_counter() - began, list(steps.items())
    finally:
        process.terminate()
        process.communicate()


if __name__ == "__main__":
    main()
