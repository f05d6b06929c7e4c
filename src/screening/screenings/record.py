"""A record that matched, in the form that an answer shows, with what speaks for and against the match."""

from collections.abc import Callable
from dataclasses import dataclass

from screening.screenings.schemas import Action, Evidence, RecordOut
from screening.screenings.vocabulary import Strength


@dataclass(frozen=True, slots=True)
class MatchedRecord:
    """What an answer shows of a match, once it is ruled on."""

    record: RecordOut
    document: int | None
    evidence: tuple[Evidence, ...]
    action: Callable[[Strength], Action]
    counterfactual: str | None = None
