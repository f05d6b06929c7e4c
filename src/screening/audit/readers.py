"""Whose entries a reader of the log may see."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from screening.audit.entries import Match

SILENT = "silent"
"""The desk of discreet records: what they match is for their owner alone (DOMAIN.md 6.1.5)."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose entries a reader of the log may see; None means those of all organisations."""

    organisation_ids: frozenset[UUID] | None

    def sees(self, organisation_id: UUID | None) -> bool:
        """Tell whether an entry of this organisation may be shown."""
        return self.organisation_ids is None or organisation_id in self.organisation_ids

    @property
    def single(self) -> UUID | None:
        """The one organisation that is seen, or None for all; ValueError for some, which have no common owner."""
        if self.organisation_ids is None:
            return None
        [organisation_id] = self.organisation_ids
        return organisation_id

    def within(self, organisation_id: UUID) -> Self:
        """Look at one organisation alone; at none when it is not one of these."""
        return type(self)(frozenset({organisation_id} if self.sees(organisation_id) else ()))

    def sees_hits_on(self, owner_id: UUID) -> bool:
        """Tell whether silent hits on the records of this owner may be shown."""
        return self.sees(owner_id)

    def sees_all(self, matches: Iterable[Match]) -> bool:
        """Tell whether nothing of what matched is to be kept from this reader."""
        return all(match.desk != SILENT or self.sees_hits_on(match.owner_id) for match in matches)
