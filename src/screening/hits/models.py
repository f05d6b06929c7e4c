"""Tables of hits: the cases, what happened in each, and the redress of the wrongly stopped."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, false, text
from sqlalchemy.dialects.postgresql import JSONB, REAL
from sqlalchemy.orm import Mapped, mapped_column

from screening.db.metadata import Base, Id

NOT_ESCALATED = text("status <> 'closed' AND escalated_at IS NULL")
STANDING = text("approved_at IS NOT NULL AND ended_at IS NULL")
NOT_ENDED = text("ended_at IS NULL")
FROM_JOURNAL = text("record_version IS NOT NULL")


class Hit(Base):
    """One record that matched in one screening, and the case that it opened.

    What the traveller submitted is not here but in the log's payload.
    """

    __tablename__ = "hits"
    __table_args__ = (
        Index("ix_hits_organisation", "organisation_id", "id"),
        Index("ix_hits_owner", "owner_id", "id"),
        Index("ix_hits_record", "record_id"),
        Index("ix_hits_due_at", "due_at", postgresql_where=NOT_ESCALATED),
        Index("ix_hits_operation", "operation", "id", postgresql_where=text("operation IS NOT NULL")),
    )

    id: Mapped[Id]
    screening_id: Mapped[UUID]
    at: Mapped[datetime]
    organisation_id: Mapped[UUID]
    post_id: Mapped[UUID | None]
    client_id: Mapped[UUID | None]
    """Whose key screened the traveller."""
    officer: Mapped[str | None]
    operation: Mapped[str | None]
    exercise: Mapped[bool] = mapped_column(server_default=false())
    source: Mapped[str]
    record_id: Mapped[UUID]
    record_version: Mapped[int]
    owner_id: Mapped[UUID]
    label: Mapped[str]
    """The reason of a document record, or the colour of a notice."""
    strength: Mapped[str]
    desk: Mapped[str]
    score: Mapped[float] = mapped_column(REAL)
    seriousness: Mapped[str]
    document_key: Mapped[bytes | None]
    """The keyed hash of the travel document that a redress would name."""
    status: Mapped[str]
    version: Mapped[int]
    """How many things happened, the hit itself among them."""
    due_at: Mapped[datetime | None]
    updated_at: Mapped[datetime]
    escalated_at: Mapped[datetime | None]
    """When it was written that the present step is overdue."""
    assigned_to: Mapped[UUID | None]
    answer: Mapped[str | None]
    outcomes: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB)
    outcome_client_id: Mapped[UUID | None]
    outcome_officer: Mapped[str | None]
    record_seen: Mapped[int]
    """The newest version of the record that the case was told of."""
    record_withdrawn_at: Mapped[datetime | None]


class HitEvent(Base):
    """One thing that happened in a case. Events are only ever added: a trigger refuses anything else."""

    __tablename__ = "hit_events"
    __table_args__ = (
        Index("uq_hit_events_record", "hit_id", "record_version", unique=True, postgresql_where=FROM_JOURNAL),
    )

    hit_id: Mapped[UUID] = mapped_column(ForeignKey("hits.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    """The version of the case that it made."""
    id: Mapped[UUID]
    """Also that of its entry in the audit log."""
    at: Mapped[datetime]
    type: Mapped[str]
    status: Mapped[str]
    """The status of the case from then on."""
    organisation_id: Mapped[UUID | None]
    client_id: Mapped[UUID | None]
    officer: Mapped[str | None]
    comment: Mapped[str | None]
    outcomes: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB)
    assigned_to: Mapped[UUID | None]
    record_version: Mapped[int | None]
    """The version of the record that the journal told of."""


class RedressRow(Base):
    """That a travel document and a record no longer alarm together, as long as the record stays as it is."""

    __tablename__ = "redresses"
    __table_args__ = (
        Index("uq_redresses_hit_id", "hit_id", unique=True, postgresql_where=NOT_ENDED),
        Index("ix_redresses_document_key", "document_key", postgresql_where=STANDING),
        Index("ix_redresses_record_id", "record_id", postgresql_where=NOT_ENDED),
    )

    id: Mapped[Id]
    hit_id: Mapped[UUID] = mapped_column(ForeignKey("hits.id"))
    document_key: Mapped[bytes]
    record_id: Mapped[UUID]
    record_version: Mapped[int]
    until: Mapped[datetime]
    reason: Mapped[str]
    proposed_at: Mapped[datetime]
    proposed_by: Mapped[UUID]
    proposed_officer: Mapped[str | None]
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[UUID | None]
    ended_at: Mapped[datetime | None]
