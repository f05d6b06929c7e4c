"""Keeping hits: each becomes durable in the same commit as the entry of its screening."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from screening.audit.log import Companion
from screening.hits import queries

NEW = "new"


@dataclass(frozen=True, slots=True)
class NewHit:
    """A hit at the moment that it is found."""

    id: UUID
    screening_id: UUID
    at: datetime
    organisation_id: UUID
    post_id: UUID | None
    source: str
    record_id: UUID
    record_version: int
    owner_id: UUID
    label: str
    strength: str
    desk: str
    score: float
    status: str = NEW
    operation: str | None = None
    exercise: bool = False


def opened(hit: NewHit) -> Companion:
    """Give the statement that keeps a hit; it commits together with the screening's entry, or not at all."""
    return Companion(queries.INSERT, [getattr(hit, column) for column in queries.COLUMNS])
