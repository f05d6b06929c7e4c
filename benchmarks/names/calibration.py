"""Scores held against what came true: of the candidates with this score, how many were the person?

Listed travellers and innocents are searched; each candidate that comes up is one case. How many of them are right
depends on how many travellers are listed at all. The diagram is drawn for the share that `profile.LISTED_SHARE` states,
beside it the share at which scores are truest (least log loss). At a border hardly anybody is listed, and the same
score is right more rarely: multiply its odds by those of the two shares.
"""

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from screening.crowd import Crowd, crossings
from screening.matching import Candidate, Index, Traveller, profile

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


@dataclass(frozen=True, slots=True)
class Bin:
    """Candidates of like scores: how many, their weight at the prior, and the shares that should be and are right."""

    low: float
    high: float
    candidates: int
    weight: float
    expected: float
    observed: float


def run(listed: int, travellers: int) -> float:
    """Print the reliability diagram at the prior that is stated; give the expected calibration error."""
    cases = list(_cases(listed, travellers))
    one_in = round(1 / profile.LISTED_SHARE)
    bins = list(_bins(cases, one_in))
    error = sum(each.weight * abs(each.expected - each.observed) for each in bins) / sum(each.weight for each in bins)
    truest = min(ONE_IN, key=lambda share: _log_loss(cases, share))
    print(f"\n### Calibration where one traveller in {one_in} is listed; {listed:,} nominals\n")
    print(f"Expected calibration error {error:.4f}; scores are truest where one in {truest:,} is listed.\n")
    print("| score | candidates | expected | observed | observed, drawn |\n| --- | --- | --- | --- | --- |")
    for each in bins:
        drawn = f"{each.expected:.3f} | {each.observed:.3f} | {_bar(each)}"
        print(f"| {each.low:.2f} to {each.high:.2f} | {each.candidates:,} | {drawn} |")
    return error


def _bar(found: Bin) -> str:
    """Draw what is observed; the stroke stands where it is expected."""
    bar = list(("#" * round(found.observed * BAR)).ljust(BAR + 1))
    bar[round(found.expected * BAR)] = "\u2502"
    return f"`{''.join(bar)}`"


def _bins(cases: Sequence[Case], one_in: int) -> Iterator[Bin]:
    for low, high in pairwise(BINS):
        held = [(case, _weight(case, one_in)) for case in cases if low <= case.score < high]
        if held:
            total = sum(weight for _, weight in held)
            expected = sum(case.score * weight for case, weight in held) / total
            right = sum(weight for case, weight in held if case.right) / total
            yield Bin(low, high, len(held), total, expected, right)


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
