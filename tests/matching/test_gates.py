"""How well names are told apart may not get worse: a small fixed sample of the yardstick, with floors and a ceiling.

The floors lie a little below what is measured. The sample is small, so they guard against a mistake, not a nuance;
`python -m benchmarks names` measures in earnest.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

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


class Sent(NamedTuple):
    """A listed traveller who was searched: the class of error, the culture, and what came of it."""

    change: str
    culture: str
    whole: Outcome
    undated: Outcome


class Trial(NamedTuple):
    """A small list, searched."""

    measured: Measured
    sent: Sequence[Sent]


@pytest.fixture(scope="module")
def trial() -> Trial:
    crowd = Crowd(2027)
    people = list(crowd.people(LISTED))
    index = Index.build(crowd.listed(str(at), person) for at, person in enumerate(people))
    sent = []
    for at in range(SENT):
        one = crossings.of_person(str(at), people[at], at, crowd)
        undated = replace(one.traveller, date_of_birth=None)
        found = (alarms.of_listed(index, one.nominal_id, each) for each in (one.traveller, undated))
        sent.append(Sent(one.name_change, people[at].culture.name, *found))
    innocents = [alarms.of_innocent(index, one) for one in crowd.travellers(SENT)]
    return Trial(Measured([each.whole for each in sent], innocents), sent)


def shares(sent: Sequence[Sent], key: Callable[[Sent], str], outcome: Callable[[Sent], Outcome]) -> dict[str, float]:
    groups: dict[str, list[bool]] = defaultdict(list)
    for each in sent:
        groups[key(each)].append(outcome(each).is_referred(profile.SECOND_LINE))
    return {name: sum(facts) / len(facts) for name, facts in groups.items()}


def test_the_listed_are_found_and_innocents_are_not(trial: Trial) -> None:
    rates = trial.measured.at(profile.SECOND_LINE, profile.FIRST_LINE)
    assert rates.recall >= 0.95
    assert rates.referred <= 0.01
    assert rates.stopped <= 0.003


def test_no_change_of_a_name_hides_a_listed_traveller(trial: Trial) -> None:
    found = shares(trial.sent, lambda each: each.change, lambda each: each.whole)
    assert len(found) == 15
    assert min(found.values()) >= 0.75, found
    assert found["exact"] >= 0.95


def test_without_a_birth_date_a_name_still_finds_most(trial: Trial) -> None:
    found = shares(trial.sent, lambda each: each.change, lambda each: each.undated)
    assert sum(found.values()) / len(found) >= 0.7, found
    assert found["exact"] >= 0.9


def test_no_culture_is_left_behind(trial: Trial) -> None:
    found = shares(trial.sent, lambda each: each.culture, lambda each: each.whole)
    assert len(found) >= 20
    assert min(found.values()) >= 0.7, found
