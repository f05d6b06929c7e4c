"""Whole submissions against a list: who of the listed is found, and how many innocents are referred or stopped."""

import json
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from statistics import fmean

from screening.crowd import Crowd, alarms, crossings
from screening.crowd.alarms import THRESHOLDS, Measured, Outcome
from screening.crowd.crossings import Crossing
from screening.matching import Index, Nominal, profile
from screening.screenings import policy

SEED = 31
NOTICES = 110_000
"""Red, blue and yellow notices of 2023."""
MILLION = 1_000_000
"""Alarms grow with the list: one so many times as long misses an innocent as rarely as so many lists in a row do."""
INNOCENTS = 3
"""Innocents for each listed traveller: they hardly ever reach the first line."""


def run(listed: int, travellers: int) -> Measured:
    """Build a list, send travellers, print the tables and give what was measured."""
    crowd = Crowd(SEED)
    people = list(crowd.people(listed))
    index = _built([crowd.listed(f"made-up-{at}", person) for at, person in enumerate(people)])
    chosen = random.Random(SEED).sample(range(listed), min(travellers, listed))
    planted = [crossings.of_person(f"made-up-{at}", people[at], turn, crowd) for turn, at in enumerate(chosen)]
    start = time.perf_counter()
    measured = Measured(
        [alarms.of_listed(index, one.nominal_id, one.traveller) for one in planted],
        [alarms.of_innocent(index, one) for one in crowd.travellers(INNOCENTS * travellers)],
    )
    innocents = len(measured.innocents)
    rate = (len(planted) + innocents) / (time.perf_counter() - start)
    print(f"{len(planted):,} listed travellers, {innocents:,} innocents of the same names: {rate:,.0f} a second\n")
    _print_curve(measured, listed)
    undated = [alarms.of_listed(index, one.nominal_id, replace(one.traveller, date_of_birth=None)) for one in planted]
    found = list(zip(planted, measured.listed, undated, strict=True))
    _print_worst("error class of the name", found, lambda one: one.name_change)
    _print_worst("error class of the birth date", found, lambda one: one.birth_change)
    _print_worst("culture", found, lambda one: people[int(one.nominal_id[8:])].culture.name)
    return measured


def write(measured: Measured, listed: int, calibration_error: float) -> None:
    """Keep what each profile comes to, and how true scores are, for `GET /v1/policy`."""
    rates = {
        name: {
            field: round(rate, 5)
            for field, rate in asdict(measured.at(each.second_line_score, each.first_line_score)).items()
        }
        for name, each in policy.POLICIES.items()
    }
    table = {"engine": f"{profile.NAME}/{profile.VERSION}", "listed": listed}
    table |= {"calibration_error": round(calibration_error, 4), "policies": rates}
    path = Path(policy.__file__).with_name(policy.MEASURED)
    path.write_text(json.dumps(table, indent=2) + "\n", encoding="utf-8")


def _built(nominals: Sequence[Nominal]) -> Index:
    start = time.perf_counter()
    index = Index.build(nominals)
    names = sum(len(nominal.names) for nominal in nominals)
    print(f"\n### Travellers on a list of {len(index):,} made-up nominals\n")
    print(f"{names:,} names, built in {time.perf_counter() - start:.1f} s;", end=" ")
    return index


def _print_curve(measured: Measured, listed: int) -> None:
    lengths = sorted({listed, NOTICES, MILLION})
    others = "".join(f" at {length:,}: innocents | corroborated |" for length in lengths)
    print(f"| score from | found | corroborated |{others}\n| --- | --- | --- |{' --- | --- |' * len(lengths)}")
    for threshold in THRESHOLDS:
        rates = measured.at(threshold, threshold)
        shares = "".join(
            f" {_on_longer(rates.referred, length / listed):.2%} | {_on_longer(rates.stopped, length / listed):.3%} |"
            for length in lengths
        )
        print(f"| {threshold} | {rates.recall:.4f} | {rates.recall_first_line:.4f} |{shares}")


def _on_longer(share: float, times: float) -> float:
    """Give the share of innocents who alarm on a list so many times as long."""
    return float(1 - (1 - share) ** times)


def _print_worst(what: str, found: Iterable[tuple[Crossing, Outcome, Outcome]], key: Callable[[Crossing], str]) -> None:
    """Print who is found at the second line by the whole submission, and without the birth date."""
    groups: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for one, whole, undated in found:
        groups[key(one)].append((whole.is_referred(profile.SECOND_LINE), undated.is_referred(profile.SECOND_LINE)))
    print(f"\n| {what}, worst first | found | without birth date | of |\n| --- | --- | --- | --- |")
    rows = [
        (fmean(one for one, _ in facts), fmean(other for _, other in facts), len(facts), name)
        for name, facts in groups.items()
    ]
    for share, alone, count, name in sorted(rows):
        print(f"| {name} | {share:.3f} | {alone:.3f} | {count} |")
