"""Tables of manifests. What a list says of a person is kept until the person is screened, and then only in the log."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from screening.db.metadata import Base, Id


class ManifestRow(Base):
    """One list: who sent it, for which voyage, and how far it is screened."""

    __tablename__ = "manifests"
    __table_args__ = (
        Index("ix_manifests_voyage", "organisation_id", "carrier", "journey", "departs_on"),
        Index("ix_manifests_unfinished", "leased_until", postgresql_where=text("finished_at IS NULL")),
        Index("ix_manifests_finished", "finished_at", postgresql_where=text("finished_at IS NOT NULL")),
        Index(
            "uq_manifests_idempotency_key",
            "client_id",
            "idempotency_key",
            unique=True,
            postgresql_where=text("idempotency_key IS NOT NULL"),
        ),
    )

    id: Mapped[Id]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    client_id: Mapped[UUID]
    received_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    leased_until: Mapped[datetime]
    """Until then the process that runs it is trusted to be alive; afterwards any may take over."""
    action: Mapped[str]
    carrier: Mapped[str | None]
    journey: Mapped[str | None]
    departs_on: Mapped[str | None]
    mode: Mapped[str | None]
    legs: Mapped[list[Any]] = mapped_column(JSONB)
    purpose: Mapped[str]
    operation: Mapped[str | None]
    sender: Mapped[str | None]
    transaction: Mapped[str | None]
    remarks: Mapped[list[str]]
    idempotency_key: Mapped[str | None]
    request_digest: Mapped[bytes | None]


class ManifestPerson(Base):
    """One person of a list."""

    __tablename__ = "manifest_persons"
    __table_args__ = (
        Index("ix_manifest_persons_pending", "manifest_id", "place", postgresql_where=text("status = 'pending'")),
        Index("ix_manifest_persons_finished", "manifest_id", "finished"),
    )

    manifest_id: Mapped[UUID] = mapped_column(ForeignKey("manifests.id", ondelete="CASCADE"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[str]
    reference: Mapped[str | None]
    booking: Mapped[str | None]
    kind: Mapped[str | None]
    status: Mapped[str]
    submission: Mapped[dict[str, Any] | None]
    """What is still to be screened; null once it is."""
    reason: Mapped[str | None]
    verdict: Mapped[str | None]
    screening_id: Mapped[UUID | None]
    decision: Mapped[str | None]
    desk: Mapped[str | None]
    finished: Mapped[int | None]
    """In which order the persons of a list were done, from 1: what a stream goes by."""
