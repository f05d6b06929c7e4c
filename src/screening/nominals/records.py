"""A notice as it is stored: made from what its owner sent, changed, withdrawn, shown. Pure."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from screening.audit import entries
from screening.audit.canonical import canonical
from screening.identifiers.crime_areas import CrimeArea
from screening.journal.changes import Change, Operation, RecordKind
from screening.nominals import kinds
from screening.nominals.schemas import Notice, NoticeIn, NoticeOwner, Status

VALIDITY = timedelta(days=5 * 365 + 1)
"""How long a notice stands unless its owner says otherwise (INTERPOL, Rules on the Processing of Data: a first period
is normally not above five years)."""


@dataclass(frozen=True, slots=True)
class Head:
    """What does not depend on the content of a notice."""

    id: UUID
    owner_id: UUID
    version: int
    valid_from: datetime
    valid_until: datetime
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Stored(Head):
    """One row of `notices`, with its body read back."""

    notice: NoticeIn
    updated_at: datetime
    withdrawn_at: datetime | None = None
    withdrawal_reason: str | None = None

    def status(self, at: datetime) -> Status:
        """Tell whether it stands at a moment."""
        if self.withdrawn_at is not None:
            return Status.WITHDRAWN
        if at >= self.valid_until:
            return Status.EXPIRED
        return Status.VALID if at >= self.valid_from else Status.NOT_YET_VALID


def body(notice: NoticeIn) -> dict[str, Any]:
    """Give the stored form of what was sent: validated, and nothing in it that was left out."""
    return notice.model_dump(mode="json", exclude_defaults=True)


def digest(notice: NoticeIn) -> bytes:
    """Hash a notice so that the same content, sent again, is known."""
    return hashlib.sha256(canonical(body(notice))).digest()


def create(record_id: UUID, owner_id: UUID, notice: NoticeIn, at: datetime) -> Stored:
    """Make the first version of a record."""
    return Stored(
        id=record_id,
        owner_id=owner_id,
        version=1,
        valid_from=notice.valid_from or at,
        valid_until=_end(notice, at),
        created_at=at,
        notice=notice,
        updated_at=at,
    )


def change(head: Head, notice: NoticeIn, at: datetime) -> Stored:
    """Make the next version of a record that stands."""
    return Stored(
        id=head.id,
        owner_id=head.owner_id,
        version=head.version + 1,
        valid_from=notice.valid_from or head.valid_from,
        valid_until=_end(notice, at),
        created_at=head.created_at,
        notice=notice,
        updated_at=at,
    )


def withdraw(stored: Stored, reason: str, at: datetime) -> Stored:
    """Make the last version of a record."""
    return replace(stored, version=stored.version + 1, updated_at=at, withdrawn_at=at, withdrawal_reason=reason)


def _end(notice: NoticeIn, at: datetime) -> datetime:
    """Give the end that was stated; else it runs from the last time that the owner confirmed the notice: now."""
    return notice.valid_until or max(notice.valid_from or at, at) + VALIDITY


def areas(notice: NoticeIn) -> list[CrimeArea]:
    """Give the crime areas of a notice: those stated, and those that follow from the offences."""
    derived = (area for offence in notice.offences if offence.code for area in kinds.areas_of(offence.code))
    return list(dict.fromkeys([*notice.crime_areas, *derived]))


def journalled(stored: Stored) -> dict[str, Any]:
    """Give the whole record as the journal and the audit log keep it."""
    return {
        "id": str(stored.id),
        "owner_id": str(stored.owner_id),
        "version": stored.version,
        "valid_from": entries.instant(stored.valid_from),
        "valid_until": entries.instant(stored.valid_until),
        "withdrawn_at": entries.instant(stored.withdrawn_at) if stored.withdrawn_at else None,
        "withdrawal_reason": stored.withdrawal_reason,
        "notice": body(stored.notice),
    }


def journal_entry(stored: Stored, operation: Operation, author_id: UUID | None = None) -> Change:
    """Give the line of the journal for a new version of a record."""
    return Change(
        kind=RecordKind.NOTICE,
        record_id=stored.id,
        version=stored.version,
        operation=operation,
        body=journalled(stored),
        author_id=author_id,
        at=stored.updated_at,
    )


def shown(stored: Stored, *, country: str | None, at: datetime) -> Notice:
    """Give a record as its owner sees it."""
    sent = stored.notice
    return Notice(
        id=stored.id,
        owner=NoticeOwner(organisation_id=stored.owner_id, country=country),
        version=stored.version,
        status=stored.status(at),
        kind=sent.kind,
        colour=sent.colour,
        reference=sent.reference,
        purpose=sent.purpose,
        subject=sent.subject,
        cautions=sent.cautions,
        offences=sent.offences,
        crime_areas=areas(sent),
        conditions_of_use=sent.conditions_of_use,
        hidden_from=sent.hidden_from,
        remarks=sent.remarks,
        discreet=sent.discreet,
        valid_from=stored.valid_from,
        valid_until=stored.valid_until,
        created_at=stored.created_at,
        updated_at=stored.updated_at,
        withdrawn_at=stored.withdrawn_at,
        withdrawal_reason=stored.withdrawal_reason,
    )
