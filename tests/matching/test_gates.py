"""How well names are told apart may not get worse: a small fixed sample of the yardstick, with floors and a ceiling.

The floors lie a little below what is measured. The sample is small, so they guard against a mistake, not a nuance;
`python -m benchmarks names` measures in earnest.
"""

from collections import defaultdict
from collections.abc import Sequence

import pytest

from benchmarks.names import measures, pairs
from benchmarks.names.pairs import Group, Pair
from benchmarks.names.scorers import ours
from screening.crowd import Crowd, alarms, crossings
from screening.crowd.alarms import Measured, Outcome
from screening.matching import Index, profile

PEOPLE = 450
LISTED, SENT = 1_200, 360

Scored = list[tuple[Pair, float]]


@pytest.fixture(scope="module")
def scored() -> Scored:
    return [(pair, ours(pair.submitted, pair.recorded)) for pair in pairs.generated(2026, PEOPLE)]


def bar(scored: Scored, group: Group) -> float:
    return measures.bar(sorted(score for pair, score in scored if pair.group is group and not pair.same), 0.01)


@pytest.mark.parametrize(("group", "recall", "auc"), [(Group.LATIN, 0.80, 0.94), (Group.ORIGINAL, 0.86, 0.96)])
def test_people_are_told_from_relatives_and_namesakes(scored: Scored, group: Group, recall: float, auc: float) -> None:
    same = [score for pair, score in scored if pair.group is group and pair.same]
    others = [score for pair, score in scored if pair.group is group and not pair.same]
    found = measures.quality(same, others)
    assert found.recall >= recall
    assert found.auc >= auc


def test_no_error_class_is_left_behind(scored: Scored) -> None:
    above = bar(scored, Group.LATIN)
    by_class: dict[str, list[float]] = defaultdict(list)
    for pair, score in scored:
        if pair.group is Group.LATIN and pair.same:
            by_class[pair.kind].append(score)
    assert len(by_class) >= 15
    recalls = {kind: measures.recall_above(scores, above) for kind, scores in by_class.items()}
    assert min(recalls.values()) >= 0.3, recalls


def test_no_script_is_left_behind(scored: Scored) -> None:
    above = bar(scored, Group.ORIGINAL)
    by_culture: dict[str, list[float]] = defaultdict(list)
    for pair, score in scored:
        if pair.group is Group.ORIGINAL and pair.same:
            by_culture[pair.culture].append(score)
    assert len(by_culture) >= 9
    recalls = {culture: measures.recall_above(scores, above) for culture, scores in by_culture.items()}
    assert min(recalls.values()) >= 0.5, recalls


@pytest.fixture(scope="module")
def measured() -> tuple[Measured, Sequence[str]]:
    crowd = Crowd(2027)
    people = list(crowd.people(LISTED))
    index = Index.build(crowd.listed(str(at), person) for at, person in enumerate(people))
    sent = [crossings.of_person(str(at), people[at], at, crowd) for at in range(SENT)]
    found = [alarms.of_listed(index, one.nominal_id, one.traveller) for one in sent]
    innocents = [alarms.of_innocent(index, one) for one in crowd.travellers(SENT)]
    return Measured(found, innocents), [one.name_change for one in sent]


def test_the_listed_are_found_and_innocents_are_not(measured: tuple[Measured, Sequence[str]]) -> None:
    rates = measured[0].at(profile.SECOND_LINE, profile.FIRST_LINE)
    assert rates.recall >= 0.95
    assert rates.referred <= 0.01
    assert rates.stopped <= 0.003


def test_no_change_of_a_name_hides_a_listed_traveller(measured: tuple[Measured, Sequence[str]]) -> None:
    by_change: dict[str, list[Outcome]] = defaultdict(list)
    for change, outcome in zip(measured[1], measured[0].listed, strict=True):
        by_change[change].append(outcome)
    shares = {
        change: sum(outcome.is_referred(profile.SECOND_LINE) for outcome in outcomes) / len(outcomes)
        for change, outcomes in by_change.items()
    }
    assert min(shares.values()) >= 0.75, shares
    assert shares["exact"] == 1
