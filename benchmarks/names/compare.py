"""Names alone: ours beside the peers, by group, error class and culture, worst first."""

import time
from collections import defaultdict
from collections.abc import Callable, Sequence

from benchmarks.names import measures, pairs, people_of_the_un_list
from benchmarks.names.pairs import Group, Pair
from benchmarks.names.scorers import OURS, Scorer, scorers

SEED = 7
Scores = dict[str, list[float]]


def run(people: int, *, tuning: bool) -> None:
    """Print every table."""
    listed = people_of_the_un_list.read()
    wanted = [nominal for nominal in listed if people_of_the_un_list.for_tuning(nominal.id) is tuning]
    made_up = list(pairs.generated(SEED + tuning, people))
    _tables("made-up people", made_up)
    if listed:
        _tables(f"UN list, {'tuning' if tuning else 'reporting'} half", list(pairs.of_list(listed, wanted)))


def _tables(title: str, compared: Sequence[Pair]) -> None:
    scores = {name: _scored(scorer, compared) for name, scorer in scorers().items()}
    print(f"\n### {title}: {len(compared):,} pairs\n")
    print("| group | matcher | pairs a second | ROC AUC | recall at 1 % false alarms | of |")
    print("| --- | --- | --- | --- | --- | --- |")
    for group in Group:
        for name, (values, rate) in scores.items():
            _row(group, name, compared, values, rate)
    own = scores[OURS][0]
    _worst("class", compared, own, lambda pair: pair.kind)
    _worst("culture", compared, own, lambda pair: pair.culture)


def _scored(scorer: Scorer, compared: Sequence[Pair]) -> tuple[list[float], float]:
    scorer("warm", "up")
    start = time.perf_counter()
    values = [scorer(pair.submitted, pair.recorded) for pair in compared]
    return values, len(compared) / (time.perf_counter() - start)


def _row(group: Group, name: str, compared: Sequence[Pair], values: Sequence[float], rate: float) -> None:
    same, others = _parted(group, compared, values)
    if not same:
        return
    found = measures.quality(same, others)
    print(f"| {group} | {name} | {rate:,.0f} | {found.auc:.4f} | {found.recall:.3f} | {found.positives:,} |")


def _parted(group: Group, compared: Sequence[Pair], values: Sequence[float]) -> tuple[list[float], list[float]]:
    own = [(pair.same, value) for pair, value in zip(compared, values, strict=True) if pair.group is group]
    return [value for same, value in own if same], [value for same, value in own if not same]


def _worst(what: str, compared: Sequence[Pair], values: Sequence[float], key: Callable[[Pair], str]) -> None:
    """Print our recall by class or culture, at the bar of its whole group."""
    rows = []
    for group in Group:
        same, others = _parted(group, compared, values)
        if not same:
            continue
        bar = measures.bar(sorted(others), 0.01)
        by_key: dict[str, list[float]] = defaultdict(list)
        for pair, value in zip(compared, values, strict=True):
            if pair.same and pair.group is group:
                by_key[key(pair)].append(value)
        rows += [(measures.recall_above(own, bar), str(group), name, len(own)) for name, own in by_key.items()]
    if len({name for _, _, name, _ in rows}) > 1:
        print(f"\n| group | {what}, worst first | recall at 1 % false alarms | of |\n| --- | --- | --- | --- |")
        for recall, title, name, count in sorted(rows, key=lambda row: (row[1], row[0])):
            print(f"| {title} | {name} | {recall:.3f} | {count} |")
