"""Whole submissions against a list: who of the listed is found, and how many innocents are referred or stopped."""

import json
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

from screening.crowd import Crowd, alarms, crossings
from screening.crowd.alarms import THRESHOLDS, Measured, Outcome
from screening.crowd.crossings import Crossing
from screening.matching import Index, Nominal, profile
from screening.screenings import policy

SEED = 31
NOTICES = 110_000
"""Red, blue and yellow notices of 2023: alarms grow with the list, so a smaller one is scaled up to this."""


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
        [alarms.of_innocent(index, one) for one in crowd.travellers(travellers)],
    )
    rate = (len(planted) + travellers) / (time.perf_counter() - start)
    print(f"{len(planted):,} listed travellers and {travellers:,} innocents of the same names: {rate:,.0f} a second\n")
    _print_curve(measured, NOTICES / listed)
    _print_worst("error class of the name", planted, measured.listed, lambda one: one.name_change)
    _print_worst("error class of the birth date", planted, measured.listed, lambda one: one.birth_change)
    _print_worst("culture", planted, measured.listed, lambda one: people[int(one.nominal_id[8:])].culture.name)
    return measured


def write(measured: Measured, listed: int) -> None:
    """Keep what each profile comes to, for `GET /v1/policy`."""
    rates = {
        name: {
            field: round(rate, 5)
            for field, rate in asdict(measured.at(each.second_line_score, each.first_line_score)).items()
        }
        for name, each in policy.POLICIES.items()
    }
    table = {"engine": f"{profile.NAME}/{profile.VERSION}", "listed": listed, "policies": rates}
    path = Path(policy.__file__).with_name(policy.MEASURED)
    path.write_text(json.dumps(table, indent=2) + "\n", encoding="utf-8")


def _built(nominals: Sequence[Nominal]) -> Index:
    start = time.perf_counter()
    index = Index.build(nominals)
    names = sum(len(nominal.names) for nominal in nominals)
    print(f"\n### Travellers on a list of {len(index):,} made-up nominals\n")
    print(f"{names:,} names, built in {time.perf_counter() - start:.1f} s;", end=" ")
    return index


def _print_curve(measured: Measured, scale: float) -> None:
    print(f"| score from | found | corroborated | innocents | corroborated | x {scale:.0f}: innocents | corroborated |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for threshold in THRESHOLDS:
        rates = measured.at(threshold, threshold)
        scaled = (f"{min(rates.referred * scale, 1):.2%}", f"{min(rates.stopped * scale, 1):.3%}")
        found = f"{rates.recall:.4f} | {rates.recall_first_line:.4f}"
        print(f"| {threshold} | {found} | {rates.referred:.2%} | {rates.stopped:.3%} | {' | '.join(scaled)} |")


def _print_worst(
    what: str, planted: Sequence[Crossing], outcomes: Iterable[Outcome], key: Callable[[Crossing], str]
) -> None:
    found: dict[str, list[bool]] = defaultdict(list)
    for one, outcome in zip(planted, outcomes, strict=True):
        found[key(one)].append(outcome.is_referred(profile.SECOND_LINE))
    print(f"\n| {what}, worst first | found at the second line | of |\n| --- | --- | --- |")
    for name, facts in sorted(found.items(), key=lambda row: sum(row[1]) / len(row[1])):
        print(f"| {name} | {sum(facts) / len(facts):.3f} | {len(facts)} |")
