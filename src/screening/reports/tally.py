"""What is counted of an operation, before it is laid out: each count by its table, row and column. Pure.

Tables `hour`, `place` (`organisation/post`), `took` (which bucket), `label` (`source/label`), `area`, `outcome`
(outcome, kind and unit), `answer` and `total`. They come from the counts that are kept, or from an export of the log.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias
from uuid import UUID

Tally: TypeAlias = Mapping[tuple[str, str, str], Decimal]

HOUR_FORM = "%Y-%m-%dT%H:00:00Z"


@dataclass(frozen=True, slots=True)
class Post:
    """A post that takes part."""

    id: UUID
    code: str
    country: str
    mode: str


@dataclass(frozen=True, slots=True)
class Ground:
    """Where an operation takes place."""

    code: str
    posts: Mapping[UUID, Post]
    countries: tuple[str, ...]
    crime_areas: tuple[str, ...]
    seats: Mapping[UUID, str | None]
    """The States of the organisations that searched."""
