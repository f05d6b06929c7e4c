"""Conspicuous use of the service: what is known of a search, and what a finding says. Pure; see `patterns`.

A finding is a question to ask, not a verdict: its reason says in plain words what stands out and against what. Names
and numbers are compared and forgotten; of what was asked a finding holds only the ids of entries.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

USUAL_DAYS = 10
"""Days with searches that it takes to know a post's hours."""
RARE = 0.05
"""The share of these days up to which an hour counts as closed, if its neighbours are so too."""


class Pattern(StrEnum):
    """What stands out."""

    NAMES_IN_SEQUENCE = "names_in_sequence"
    NUMBERS_IN_SEQUENCE = "numbers_in_sequence"
    FAR_ABOVE_PEERS = "far_above_peers"
    OUT_OF_HOURS = "out_of_hours"
    IMPOSSIBLE_JOURNEY = "impossible_journey"
    WITHOUT_CROSSING = "without_crossing"


@dataclass(frozen=True, slots=True)
class Place:
    """A post: what it is called, what kind it is and where it stands."""

    code: str
    mode: str
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class Hours:
    """When a post was used: the days with any search, and for each hour of the day (UTC) the days with one."""

    days: int
    active: tuple[int, ...]

    def closed_at(self, hour: int) -> bool:
        """Tell whether a post is not used at an hour, nor in the hour before or after."""
        near = [self.active[(hour + step) % 24] for step in (-1, 0, 1)]
        return self.days >= USUAL_DAYS and max(near) <= RARE * self.days


@dataclass(frozen=True, slots=True)
class Who:
    """Who searched: a client, and the officer that it named."""

    organisation: UUID | None
    client: UUID | None
    officer: str | None
    role: str
    mode: str

    @property
    def peers(self) -> tuple[str, str]:
        """With whom this one is compared."""
        return (self.role, self.mode)


@dataclass(frozen=True, slots=True)
class Search:
    """One search. What names the traveller is None where the payload was erased."""

    entry: UUID
    at: datetime
    who: Who
    post: UUID | None
    crossing: bool | None
    subject: bytes | None = None
    """The same for the same traveller, and for nobody else: a keyed hash."""
    name: str | None = field(default=None, repr=False)
    number: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Finding:
    """One conspicuous thing, and why."""

    pattern: Pattern
    reason: str
    first_at: datetime
    last_at: datetime
    searches: int
    entries: tuple[UUID, ...]
    who: Who | None = None
    post: UUID | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What is known beside the searches: the posts, and when they were used before."""

    places: Mapping[UUID, Place] = field(default_factory=dict)
    hours: Mapping[UUID, Hours] = field(default_factory=dict)

    def code(self, post: UUID | None) -> str:
        """Give what a post is called."""
        place = self.places.get(post) if post else None
        return place.code if place else "an unknown post"
