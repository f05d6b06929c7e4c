"""A record of an object as it is stored: made from a report, changed, withdrawn, shown. Pure."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from screening.audit import entries
from screening.journal import retention
from screening.journal.changes import Change, Operation
from screening.journal.retention import RecordStatus
from screening.objects import traits
from screening.objects.kinds import Described
from screening.objects.schemas import Kept, ObjectOwner, Report
from screening.objects.traits import Traits

NOT_KEPT = {"retention_date", "retention_reason"}
"""Fields of a report that decide on the record and are no part of it."""


@dataclass(frozen=True)
class Stored:
    """One row of `object_records`, with its body read back."""

    id: UUID
    owner_id: UUID
    described: Described
    report: Report
    retention_until: date
    version: int
    created_at: datetime
    updated_at: datetime
    withdrawn_at: datetime | None = None
    withdrawal_reason: str | None = None

    @cached_property
    def traits(self) -> Traits:
        """What is known of the object, in normal form."""
        return traits.of(self.described.kind, self.body)

    @cached_property
    def body(self) -> dict[str, Any]:
        """The report as it is stored: validated, and nothing in it that was left out."""
        return self.report.model_dump(mode="json", exclude_none=True, exclude=NOT_KEPT)

    @cached_property
    def identity(self) -> str:
        """What makes it unique among the records of its owner."""
        return self.described.identity(self.traits)

    def status(self, today: date) -> RecordStatus:
        """Tell whether it matches on a day."""
        return retention.status(today, retention_until=self.retention_until, withdrawn_at=self.withdrawn_at)

    def changed(self, report: Report, retention_until: date, at: datetime) -> "Stored":
        """Make the next version."""
        version = self.version + 1
        return replace(self, report=report, retention_until=retention_until, version=version, updated_at=at)

    def withdrawn(self, reason: str, at: datetime) -> "Stored":
        """Make the last version."""
        version = self.version + 1
        return replace(self, version=version, updated_at=at, withdrawn_at=at, withdrawal_reason=reason)


def journalled(stored: Stored) -> dict[str, Any]:
    """Give the whole record as the journal and the audit log keep it."""
    return {
        "id": str(stored.id),
        "owner_id": str(stored.owner_id),
        "version": stored.version,
        "retention_date": stored.retention_until.isoformat(),
        "withdrawn_at": entries.instant(stored.withdrawn_at) if stored.withdrawn_at else None,
        "withdrawal_reason": stored.withdrawal_reason,
        stored.described.kind.value: stored.body,
    }


def journal_entry(stored: Stored, operation: Operation, author_id: UUID | None = None) -> Change:
    """Give the line of the journal for a new version of a record."""
    return Change(
        kind=stored.described.record_kind,
        record_id=stored.id,
        version=stored.version,
        operation=operation,
        body=journalled(stored),
        author_id=author_id,
        at=stored.updated_at,
    )


def shown(stored: Stored, *, country: str | None, today: date) -> Kept:
    """Give a record as its owner sees it."""
    sent = stored.report.model_dump(exclude=NOT_KEPT)
    return stored.described.record.model_validate(
        sent
        | {
            "hidden_from": stored.report.hidden_from or [],
            "crime_areas": stored.report.crime_areas or [stored.described.crime_area],
            "id": stored.id,
            "owner": ObjectOwner(organisation_id=stored.owner_id, country=country),
            "version": stored.version,
            "status": stored.status(today),
            "retention_date": stored.retention_until,
            "created_at": stored.created_at,
            "updated_at": stored.updated_at,
            "withdrawn_at": stored.withdrawn_at,
            "withdrawal_reason": stored.withdrawal_reason,
        }
    )
