"""A record that matched, in the form that an answer shows, with what speaks for and against the match."""

from collections.abc import Callable
from dataclasses import dataclass

from screening.screenings.schemas import Action, Evidence, RecordOut
from screening.screenings.vocabulary import HitKind, Strength


@dataclass(frozen=True, slots=True)
class MatchedRecord:
    """What an answer shows of a match, once it is ruled on."""

    record: RecordOut
    document: int | None
    evidence: tuple[Evidence, ...]
    action: Callable[[Strength], Action]
    object: int | None = None
    """Which of the submitted objects of its kind, from 0."""

    @property
    def kind(self) -> HitKind:
        """What of the submission it matched."""
        if self.object is not None:
            return HitKind(self.record.kind)
        return HitKind.PERSON if self.document is None else HitKind.DOCUMENT
