"""Measures of scores: area under the curve, recall at a share of false alarms, calibration."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quality:
    """How well scores part positives from negatives."""

    positives: int
    negatives: int
    auc: float
    recall: float
    """Of the positives, at the share of false alarms asked for."""


def quality(positives: Sequence[float], negatives: Sequence[float], *, false_alarms: float = 0.01) -> Quality:
    """Measure both; the negatives may be those of all groups, the positives those of one."""
    ranked = sorted(negatives)
    return Quality(
        positives=len(positives),
        negatives=len(negatives),
        auc=_auc(positives, ranked),
        recall=recall_above(positives, bar(ranked, false_alarms)),
    )


def bar(ranked: Sequence[float], false_alarms: float) -> float:
    """Give the score that no more than the share of the negatives, in order, exceed."""
    allowed = int(false_alarms * len(ranked))
    return ranked[len(ranked) - allowed - 1]


def recall_above(positives: Sequence[float], above: float) -> float:
    """Give the share of the positives that score more."""
    return sum(score > above for score in positives) / len(positives)


def _auc(positives: Sequence[float], ranked: Sequence[float]) -> float:
    """Give the chance that a positive scores above a negative; equal scores count half."""
    below = sum(bisect_left(ranked, score) + bisect_right(ranked, score) for score in positives)
    return below / (2 * len(positives) * len(ranked))
