"""Whether the time of an answer tells a discreet hit from a no-hit, over HTTP.

Travellers on discreet notices and travellers on none, one after the other in random order over one connection, as a
first line would send them; with answers on even times of several lengths, and without. The statistic is that of Mann
and Whitney: how often an answer to one kind took longer than one to the other; 0.5 is a coin. Its error is beside it.
"""

import asyncio
import bisect
import random
import time
from collections.abc import Sequence
from typing import Any

from benchmarks.loading import Answered, Installed, installed, load, quantile
from benchmarks.screenings import bring_in, notice, passport
from screening.crowd import Crowd
from screening.dates import BirthDate, PartialDate
from screening.matching import Nominal, Traveller

NOTICES, PAIRS, WARM = 2_000, 400, 200
SLOTS = ("0.05", "0.025", "0.01", "0")
SETTLED = 65
"""Seconds after which a record counts as old: a corrected one is compared twice."""


def main() -> None:
    listed = [each for each in Crowd(1).nominals(NOTICES) if any(_is_day(born) for born in each.birth_dates)]
    print(f"{PAIRS} discreet hits among {PAIRS} no-hits, {len(listed):,} discreet notices, one request at a time")
    with installed() as service:
        gate = service.key("first_line", "--post", "UTO-AIR-1", "--mode", "air")
        notices = (notice(nominal) | {"discreet": True} for nominal in listed)
        bring_in(service, "notices.ndjson", service.folder / "notices", notices)
        time.sleep(SETTLED)
        for slot in SLOTS:
            measure(service, gate, listed, slot)


def measure(service: Installed, gate: str, listed: list[Nominal], slot: str) -> None:
    """Screen both kinds in random order, and print how far their times can be told apart."""
    chosen = Installed(service.environment | {"SCREENING_ANSWER_SLOT_SECONDS": slot}, service.folder)
    source = random.Random(4)
    kinds = [True, False] * (PAIRS + WARM)
    source.shuffle(kinds)
    submissions = [submission(number, kind, listed, source) for number, kind in enumerate(kinds)]
    with chosen.serving():
        answers = asyncio.run(load(chosen.port, gate, submissions, at_once=1))
    report(list(zip(kinds, answers, strict=True))[2 * WARM :], slot)


def report(answered: Sequence[tuple[bool, Answered]], slot: str) -> None:
    """Print one row of figures."""
    assert {answer.body["decision"] for _, answer in answered} == {"no_hit"}
    silent = [answer.seconds * 1000 for kind, answer in answered if kind]
    clear = [answer.seconds * 1000 for kind, answer in answered if not kind]
    sizes = {len(str(answer.body)) for _, answer in answered}
    error = ((len(silent) + len(clear) + 1) / (12 * len(silent) * len(clear))) ** 0.5
    print(
        f"slot {float(slot) * 1000:4.0f} ms: discreet p50 {quantile(silent, 0.5):6.2f} p90 {quantile(silent, 0.9):6.2f}"
        f"   no-hit p50 {quantile(clear, 0.5):6.2f} p90 {quantile(clear, 0.9):6.2f} ms"
        f"   discreet is slower in {longer(silent, clear):.3f} +- {error:.3f} of pairs   {len(sizes)} sizes"
    )


def longer(these: Sequence[float], those: Sequence[float]) -> float:
    """Give the share of pairs in which the first is greater; equal ones count half."""
    ordered = sorted(those)
    above = sum(bisect.bisect_left(ordered, value) + bisect.bisect_right(ordered, value) for value in these)
    return above / 2 / len(these) / len(those)


def _is_day(born: BirthDate) -> bool:
    return isinstance(born, PartialDate) and born.day is not None


def submission(number: int, discreet: bool, listed: list[Nominal], source: random.Random) -> dict[str, Any]:
    """Make a traveller, on a notice or on none."""
    person = Crowd(10_000_000 + number).traveller()
    if discreet:
        wanted = listed[source.randrange(len(listed))]
        name, born = wanted.names[0], wanted.birth_dates[0]
        assert isinstance(born, PartialDate)
        person = Traveller(name.surname, name.given_names, date_of_birth=born, nationalities=wanted.nationalities)
    return {"documents": [{"mrz": passport(person, f"X{number:08d}")}], "crossing": {"direction": "entry"}}


if __name__ == "__main__":
    main()
