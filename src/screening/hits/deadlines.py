"""How long each step of a case may take, by list and by seriousness. Pure.

INTERPOL publishes no time for the confirmation of a hit. The one public practice is that of SIRENE bureaus in the EU:
an answer within 12 hours, at once where it is about terrorism (DOMAIN.md 3.1.8). These are our standard; an operator
may set others.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import assert_never

from screening.hits.vocabulary import Seriousness, Status

GRAVE_AREAS = frozenset({"terrorism", "foreign_terrorist_fighters", "cbrne"})
GRAVE_LABELS = frozenset({"orange", "un"})
URGENT_LABELS = frozenset({"red", "yellow", "stolen_blank"})

FIRST_STEP = {
    Seriousness.IMMEDIATE: timedelta(minutes=15),
    Seriousness.URGENT: timedelta(hours=1),
    Seriousness.ROUTINE: timedelta(hours=4),
}
"""From the hit to the bureau, and from the bureau to the owner: the traveller waits meanwhile (DOMAIN.md 3.1.3)."""

ANSWER = {
    Seriousness.IMMEDIATE: timedelta(hours=1),
    Seriousness.URGENT: timedelta(hours=12),
    Seriousness.ROUTINE: timedelta(hours=12),
}
"""For the owner's answer."""

OUTCOME = {
    Seriousness.IMMEDIATE: timedelta(hours=24),
    Seriousness.URGENT: timedelta(hours=72),
    Seriousness.ROUTINE: timedelta(days=7),
}
"""From the answer to the end of the case."""


@dataclass(frozen=True, slots=True)
class Deadlines:
    """The times of one installation."""

    answers: Mapping[str, timedelta] = field(default_factory=dict)
    """Other times for the owner's answer than ours, by list and seriousness: `sltd/urgent`."""

    def due(self, status: Status, source: str, seriousness: Seriousness, since: datetime) -> datetime | None:
        """Say until when a case that reached a status must move on; None when nothing is left to do."""
        match status:
            case Status.NEW | Status.SENT:
                return since + FIRST_STEP[seriousness]
            case Status.AWAITING_CONFIRMATION:
                return since + self.answers.get(f"{source}/{seriousness}", ANSWER[seriousness])
            case Status.CONFIRMED | Status.NOT_CONFIRMED | Status.NO_REPLY:
                return since + OUTCOME[seriousness]
            case Status.CLOSED:
                return None
            case _:
                assert_never(status)


def seriousness_of(label: str, crime_areas: Collection[str]) -> Seriousness:
    """Judge a hit by the reason or colour of its record, and by what the record is about."""
    if label in GRAVE_LABELS or not GRAVE_AREAS.isdisjoint(crime_areas):
        return Seriousness.IMMEDIATE
    return Seriousness.URGENT if label in URGENT_LABELS else Seriousness.ROUTINE
