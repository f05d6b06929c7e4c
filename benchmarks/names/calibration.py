"""Scores held against what came true: of the candidates with this score, how many were the person?

Listed travellers and innocents are searched; each candidate that comes up is one case. How many of them are right
depends on how many travellers are listed at all, so the share is looked for with which scores are truest (least log
loss), and the diagram is drawn for that one: it is the prior at which a score is a probability. At a border hardly
anybody is listed, and the same score is right more rarely: multiply its odds by those of the two shares.
"""

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from screening.crowd import Crowd, crossings
from screening.matching import Candidate, Index, Traveller

SEED = 53
BINS = (0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 1.0)
BAR = 30
MOST_CANDIDATES = 50

INNOCENTS = 3
"""Innocents for each listed traveller; they are rare in the high scores."""
ONE_IN = (2, 3, 5, 10, 20, 50, 100, 200, 500, 1_000)
"""Shares of listed travellers that are tried: one in so many."""


@dataclass(frozen=True, slots=True)
class Case:
    """A candidate that a search brought up: whose search, its score, and whether it was the person."""

    listed: bool
    score: float
    right: bool


def run(listed: int, travellers: int) -> None:
    """Print the reliability diagram at the prior that fits best."""
    cases = list(_cases(listed, travellers))
    one_in = min(ONE_IN, key=lambda share: _log_loss(cases, share))
    print(f"\n### Calibration: scores are truest where one traveller in {one_in:,} is listed; {listed:,} nominals\n")
    print("| score | candidates | expected | observed | observed, drawn |\n| --- | --- | --- | --- | --- |")
    for low, high in pairwise(BINS):
        held = [case for case in cases if low <= case.score < high]
        if held:
            weights = [_weight(case, one_in) for case in held]
            expected = sum(case.score * weight for case, weight in zip(held, weights, strict=True)) / sum(weights)
            right = sum(weight for case, weight in zip(held, weights, strict=True) if case.right) / sum(weights)
            bar = "#" * round(right * BAR)
            print(f"| {low:.2f} to {high:.2f} | {len(held):,} | {expected:.3f} | {right:.3f} | {bar} |")


def _weight(case: Case, one_in: int) -> float:
    """Weigh the searches of listed travellers to their share."""
    return INNOCENTS / (one_in - 1) if case.listed else 1.0


def _log_loss(cases: Sequence[Case], one_in: int) -> float:
    weights = [_weight(case, one_in) for case in cases]
    losses = (
        -weight * math.log(case.score if case.right else 1 - case.score)
        for case, weight in zip(cases, weights, strict=True)
    )
    return sum(losses) / sum(weights)


def _cases(listed: int, travellers: int) -> Iterator[Case]:
    crowd = Crowd(SEED)
    people = list(crowd.people(listed))
    index = Index.build(crowd.listed(str(at), person) for at, person in enumerate(people))
    chosen = random.Random(SEED).sample(range(listed), min(travellers, listed))
    for turn, at in enumerate(chosen):
        sent = crossings.of_person(str(at), people[at], turn, crowd)
        for found in _found(index, sent.traveller):
            yield Case(listed=True, score=found.score, right=found.nominal_id == sent.nominal_id)
    for traveller in crowd.travellers(INNOCENTS * len(chosen)):
        for found in _found(index, traveller):
            yield Case(listed=False, score=found.score, right=False)


def _found(index: Index, traveller: Traveller) -> tuple[Candidate, ...]:
    return index.search(traveller, threshold=BINS[0], limit=MOST_CANDIDATES).candidates
