"""What becomes of callers when more is asked than can be done: once, twice and ten times what the service sustains.

Screenings over HTTP, whole ones with a durable entry, at 10,000 notices or as many as named, with two processes. The
sustainable rate is measured first, with 16 requests in flight; then requests leave when they are due. After ten times
the load comes half of it, to see how soon all is well again.
"""

import sys
from collections.abc import Sequence
from dataclasses import replace

from benchmarks.loading import installed, quantile
from benchmarks.openloop import Outcome, Phase, drive
from benchmarks.screenings import bring_in, notice, submission
from screening.crowd import Crowd

NOTICES, SUBMISSIONS, WORKERS = 10_000, 2_000, 2
SECONDS = 10.0
WINDOW = 0.25


def main() -> None:
    notices = int(sys.argv[1]) if len(sys.argv) > 1 else NOTICES
    listed = list(Crowd(1).nominals(notices))
    submissions = [submission(number, listed) for number in range(SUBMISSIONS)]
    with installed() as alone:
        service = replace(alone, environment=alone.environment | {"SCREENING_WORKERS": str(WORKERS)})
        gate = service.key("first_line", "--post", "UTO-AIR-1", "--mode", "air")
        bring_in(service, "notices.ndjson", service.folder / "notices", map(notice, listed))
        with service.serving() as seconds:
            print(f"{notices:,} notices, {WORKERS} processes, ready after {seconds:.1f} s\n")
            _, sustained = drive(service.port, gate, submissions, [Phase(0, 3, 16), Phase(0, SECONDS, 16)])
            rate = sum(each.status == 200 for each in sustained) / SECONDS
            print(f"sustained with 16 in flight: {rate:.0f} a second, p99 {_ms(sustained, 200, 0.99):.0f} ms\n")
            print("| offered | accepted a second | p50, p99 of accepted | refused | p50, p99 until refused | else |")
            print("| --- | --- | --- | --- | --- | --- |")
            calm, half = Phase(rate / 2, 2), Phase(rate / 2, SECONDS)
            for times in (1, 2, 10):
                once, after, _ = drive(service.port, gate, submissions, [Phase(rate * times, SECONDS), half, calm])
                _row(f"{times} x {rate:.0f}", once)
                well = recovered(after, 2 * _ms(sustained, 200, 0.99) / 1000)
                print(
                    f"\n{times} x: all is well {well:.2f} s after the load is halved\n" if times == 10 else "", end=""
                )


def recovered(outcomes: Sequence[Outcome], bound: float) -> float:
    """Give from when on nothing was refused and everything answered within a bound."""
    bad = [each.due for each in outcomes if each.status != 200 or each.seconds > bound]
    return max(bad, default=0.0)


def _row(name: str, outcomes: Sequence[Outcome]) -> None:
    refused = sum(each.status == 503 for each in outcomes)
    accepted = sum(each.status == 200 for each in outcomes)
    print(
        f"| {name} | {accepted / SECONDS:.0f} | {_ms(outcomes, 200, 0.5):.0f}, {_ms(outcomes, 200, 0.99):.0f} ms "
        f"| {refused / len(outcomes):.0%} | {_ms(outcomes, 503, 0.5):.0f}, {_ms(outcomes, 503, 0.99):.0f} ms "
        f"| {len(outcomes) - refused - accepted} |"
    )


def _ms(outcomes: Sequence[Outcome], status: int, share: float) -> float:
    spent = [each.seconds * 1000 for each in outcomes if each.status == status]
    return quantile(spent, share) if spent else 0.0


if __name__ == "__main__":
    main()
