"""Memory of each process under a steady load, minute by minute: `python -m benchmarks soak 10`.

Two processes, 10,000 notices, 100 screenings a second, each with an entry of the log. PSS counts what processes share
in parts, so that the sum is what the machine spends.
"""

import os
import sys
from dataclasses import replace

from benchmarks.loading import installed, quantile
from benchmarks.openloop import Phase, drive
from benchmarks.screenings import bring_in, notice, submission
from benchmarks.spending import children, resident
from screening.crowd import Crowd

NOTICES, SUBMISSIONS, WORKERS, RATE = 10_000, 2_000, 2, 100.0


def main() -> None:
    minutes = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    listed = list(Crowd(1).nominals(NOTICES))
    submissions = [submission(number, listed) for number in range(SUBMISSIONS)]
    with installed() as alone:
        service = replace(alone, environment=alone.environment | {"SCREENING_WORKERS": str(WORKERS)})
        gate = service.key("first_line", "--post", "UTO-AIR-1", "--mode", "air")
        bring_in(service, "notices.ndjson", service.folder / "notices", map(notice, listed))
        with service.serving():
            print("| minute | answered | p50, p99 | PSS in MB of the parent and each process | all |")
            print("| --- | --- | --- | --- | --- |")
            _row(0, "", "")
            for minute in range(1, minutes + 1):
                (outcomes,) = drive(service.port, gate, submissions, [Phase(RATE, 60.0)])
                spent = [each.seconds * 1000 for each in outcomes if each.status == 200]
                answered = f"{len(spent)} of {len(outcomes)}"
                _row(minute, answered, f"{quantile(spent, 0.5):.1f}, {quantile(spent, 0.99):.1f} ms")


def _row(minute: int, answered: str, times: str) -> None:
    (parent,) = children(os.getpid())
    spent = [each / 2**20 for each in resident(parent)]
    print(
        f"| {minute} | {answered} | {times} | {', '.join(f'{each:.1f}' for each in spent)} | {sum(spent):.1f} |",
        flush=True,
    )


if __name__ == "__main__":
    main()
