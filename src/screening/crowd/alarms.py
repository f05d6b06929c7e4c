"""How many listed travellers a threshold finds, and on how many others it alarms: measured by searching a list."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from screening.matching import Candidate, Index, State, Traveller

LOWEST = 0.05
"""Thresholds below are not measured."""
MOST_CANDIDATES = 50
MOST_NAMESAKES = 200
THRESHOLDS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.98, 0.99, 0.995)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one search brought that counts: the best score, the best that is corroborated, and any bare namesake."""

    score: float = 0.0
    corroborated: float = 0.0
    namesake: bool = False

    def is_referred(self, threshold: float) -> bool:
        """Whether the traveller is looked at: by score, or as the bearer of a listed name that nothing contradicts."""
        return self.namesake or self.score >= threshold


@dataclass(frozen=True, slots=True)
class Rates:
    """Shares at one pair of thresholds: of listed travellers found, of innocents referred and stopped."""

    recall: float
    recall_first_line: float
    referred: float
    stopped: float


@dataclass(frozen=True, slots=True)
class Measured:
    """The outcomes for listed travellers, each by his own record, and for innocents, by any record."""

    listed: Sequence[Outcome]
    innocents: Sequence[Outcome]

    def at(self, second_line: float, first_line: float) -> Rates:
        """Give the shares at these thresholds; the recall counts whoever is found at either desk."""
        return Rates(
            recall=_share(one.is_referred(second_line) for one in self.listed),
            recall_first_line=_share(one.corroborated >= first_line for one in self.listed),
            referred=_share(one.is_referred(second_line) for one in self.innocents),
            stopped=_share(one.corroborated >= first_line for one in self.innocents),
        )


def of_listed(index: Index, nominal_id: str, traveller: Traveller) -> Outcome:
    """Search a traveller who is listed, and look for his own record alone."""
    return _outcome(index, traveller, lambda candidate: candidate.nominal_id == nominal_id)


def of_innocent(index: Index, traveller: Traveller) -> Outcome:
    """Search a traveller who is not listed: whatever is found is a false alarm."""
    return _outcome(index, traveller, lambda _: True)


def _outcome(index: Index, traveller: Traveller, counts: Callable[[Candidate], bool]) -> Outcome:
    found = index.search(traveller, threshold=LOWEST, limit=MOST_CANDIDATES).candidates
    counted = [candidate for candidate in found if counts(candidate)]
    namesakes = index.namesakes(traveller, limit=MOST_NAMESAKES).candidates
    return Outcome(
        score=max((candidate.score for candidate in counted), default=0.0),
        corroborated=max((candidate.score for candidate in counted if candidate.corroborated), default=0.0),
        namesake=any(counts(candidate) and not _is_contradicted(candidate) for candidate in namesakes),
    )


def _is_contradicted(candidate: Candidate) -> bool:
    return any(part.state is State.CONTRADICTS for part in candidate.parts)


def _share(facts: Iterable[bool]) -> float:
    known = list(facts)
    return sum(known) / len(known) if known else 0.0
