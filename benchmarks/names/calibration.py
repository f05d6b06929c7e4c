"""Scores held against what came true: of the candidates with this score, how many were the person?

A score states a probability at a prior: one traveller in so many is listed (`profile.PRIOR`). Listed travellers and
innocents are searched in equal numbers and weighed to that prior; each candidate that comes up is one case.
"""

import math
import random
from collections.abc import Iterator
from itertools import pairwise

from screening.crowd import Crowd, crossings
from screening.matching import Index, profile

SEED = 53
BINS = (0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 1.0)
BAR = 30
MOST_CANDIDATES = 50

Case = tuple[float, bool, float]
"""Score, whether it was the person, and what the case weighs at the prior."""


def run(listed: int, travellers: int) -> None:
    """Print the reliability diagram."""
    cases = list(_cases(listed, travellers))
    odds = math.exp(-profile.PRIOR)
    print(f"\n### Calibration: one traveller in {odds:,.0f} is listed, {listed:,} made-up nominals\n")
    print("| score | candidates | expected | observed | observed, drawn |\n| --- | --- | --- | --- | --- |")
    for low, high in pairwise(BINS):
        held = [case for case in cases if low <= case[0] < high]
        if held:
            total = sum(weight for *_, weight in held)
            expected = sum(score * weight for score, _, weight in held) / total
            observed = sum(weight for _, true, weight in held if true) / total
            bar = "#" * round(observed * BAR)
            print(f"| {low:.2f} to {high:.2f} | {len(held):,} | {expected:.3f} | {observed:.3f} | {bar} |")


def _cases(listed: int, travellers: int) -> Iterator[Case]:
    crowd = Crowd(SEED)
    people = list(crowd.people(listed))
    index = Index.build(crowd.listed(str(at), person) for at, person in enumerate(people))
    chosen = random.Random(SEED).sample(range(listed), min(travellers, listed))
    sent = [crossings.of_person(str(at), people[at], turn, crowd) for turn, at in enumerate(chosen)]
    share = math.exp(profile.PRIOR) * travellers / len(sent)
    for one in sent:
        for found in index.search(one.traveller, threshold=BINS[0], limit=MOST_CANDIDATES).candidates:
            yield found.score, found.nominal_id == one.nominal_id, share
    for traveller in crowd.travellers(travellers):
        for found in index.search(traveller, threshold=BINS[0], limit=MOST_CANDIDATES).candidates:
            yield found.score, False, 1.0
