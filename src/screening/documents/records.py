"""A document record as it is reported, and as it is stored. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from operator import attrgetter
from typing import Any, Self
from uuid import UUID

from screening.audit import entries
from screening.documents.vocabulary import Reason
from screening.identifiers import document_types
from screening.identifiers.document_types import Family
from screening.journal import retention
from screening.journal.changes import Change, Operation, RecordKind
from screening.journal.retention import RecordStatus

Key = tuple[str, str, str, str | None]
"""What makes a record that is not withdrawn unique: number, issuing State, type and, for a range, its last number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What the issuing State says of a document; numbers are cleaned, States are ICAO codes of three letters."""

    number: str
    number_last: str | None = None
    type: str
    issuing_state: str
    reason: Reason
    theft_country: str
    theft_date: date | None = None
    issue_date: date | None = None
    expiry_date: date | None = None
    batch: str | None = None
    national_reference: str | None = None
    bureau_reference: str | None = None
    additional_information: str | None = None
    hidden_from: tuple[str, ...] | None = None
    """States that must not see the record; None, in a report alone, leaves that as it is."""

    @property
    def key(self) -> Key:
        """What makes it unique."""
        return (self.number, self.issuing_state, self.type, self.number_last)

    @property
    def family(self) -> Family | None:
        """Which family of types it belongs to: it follows from the type, so it is not stored."""
        return document_types.family_of(self.type)


IMMUTABLE = ("number", "number_last", "type", "issuing_state", "reason")
"""What can only be corrected by withdrawing the record and entering it again (DOMAIN.md 1.3.8)."""

MUTABLE = tuple(field.name for field in fields(Document) if field.name not in IMMUTABLE)
_CHANGING = attrgetter(*MUTABLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDocument(Document):
    """One record, as it is now."""

    id: UUID
    owner_id: UUID
    owner_name: str | None = None
    """Filled in by a look-up, for the officer."""
    retention_until: date
    """The last day on which it matches."""
    version: int
    created_at: datetime
    updated_at: datetime
    withdrawn_at: datetime | None = None
    withdrawal_reason: str | None = None
    import_id: UUID | None = None
    """The import that made it, where one row of the journal stands for the creation of many records."""

    @classmethod
    def new(cls, record_id: UUID, owner_id: UUID, document: Document, *, retention_until: date, at: datetime) -> Self:
        """Make the first version of a record."""
        said = as_dict(document) | {"hidden_from": document.hidden_from or ()}
        return cls(
            **said,
            id=record_id,
            owner_id=owner_id,
            retention_until=retention_until,
            version=1,
            created_at=at,
            updated_at=at,
        )

    def status(self, today: date) -> RecordStatus:
        """Tell whether it matches on a day."""
        return retention.status(today, retention_until=self.retention_until, withdrawn_at=self.withdrawn_at)

    def changed(self, values: Mapping[str, Any], at: datetime) -> Self:
        """Make the next version, with new values for some of what may change."""
        return replace(self, **values, version=self.version + 1, updated_at=at)

    def withdrawn(self, reason: str, at: datetime) -> Self:
        """Make the last version."""
        return self.changed({"withdrawn_at": at, "withdrawal_reason": reason}, at)


_NAMES = tuple(field.name for field in fields(Document))
_VALUES = attrgetter(*_NAMES)


def as_dict(document: Document) -> dict[str, Any]:
    """Give what the issuing State says, by name."""
    return dict(zip(_NAMES, _VALUES(document), strict=True))


def differences(stored: StoredDocument, document: Document) -> dict[str, Any]:
    """Give the values in which a report differs from a record, among those that may change."""
    reported = zip(MUTABLE, _CHANGING(document), _CHANGING(stored), strict=True)
    return {
        name: value
        for name, value, present in reported
        if value != present and not (name == "hidden_from" and value is None)
    }


def journalled(stored: StoredDocument) -> dict[str, Any]:
    """Give the whole record as the journal and the audit log keep it: JSON, without what is not known."""
    values = as_dict(stored) | {
        "hidden_from": [*stored.hidden_from] if stored.hidden_from else None,
        "id": str(stored.id),
        "owner_id": str(stored.owner_id),
        "retention_date": stored.retention_until,
        "version": stored.version,
        "created_at": entries.instant(stored.created_at),
        "updated_at": entries.instant(stored.updated_at),
        "withdrawn_at": entries.instant(stored.withdrawn_at) if stored.withdrawn_at else None,
        "withdrawal_reason": stored.withdrawal_reason,
        "import_id": str(stored.import_id) if stored.import_id else None,
    }
    return {
        name: value.isoformat() if type(value) is date else value for name, value in values.items() if value is not None
    }


def journal_entry(stored: StoredDocument, operation: Operation, author_id: UUID | None = None) -> Change:
    """Give the line of the journal for a new version of a record."""
    return Change(
        kind=RecordKind.DOCUMENT,
        record_id=stored.id,
        version=stored.version,
        operation=operation,
        body=journalled(stored),
        author_id=author_id,
        at=stored.updated_at,
    )


def unwritten(stored: StoredDocument) -> list[Change]:
    """Give the creation of a record that is about to change, where one line of the journal stood for many."""
    if stored.version > 1 or stored.import_id is None:
        return []
    return [journal_entry(stored, Operation.CREATED)]
