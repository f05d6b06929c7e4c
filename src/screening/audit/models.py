"""Tables of the log. Entries are only ever added: a trigger refuses anything else."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from screening.db.metadata import Base, Id


class AuditEntry(Base):
    """One entry: its canonical envelope, and columns taken from it to search by."""

    __tablename__ = "audit_entries"

    id: Mapped[Id]
    at: Mapped[datetime]
    kind: Mapped[str]
    subject: Mapped[str]
    organisation_id: Mapped[UUID | None]
    post_id: Mapped[UUID | None]
    client_id: Mapped[UUID | None]
    decision: Mapped[str | None]
    envelope: Mapped[bytes]
    leaf_hash: Mapped[bytes]
    signature: Mapped[str]
    key_id: Mapped[str]

    __table_args__ = (
        Index("ix_audit_entries_at", "at", "id"),
        Index("ix_audit_entries_organisation", "organisation_id", "at", "id"),
        Index("ix_audit_entries_post", "post_id", "at", "id", postgresql_where=text("post_id IS NOT NULL")),
        Index("ix_audit_entries_decision", "decision", "at", "id", postgresql_where=text("decision IS NOT NULL")),
    )


class AuditPayload(Base):
    """What an entry's commitment stands for; it can be erased without touching the entry."""

    __tablename__ = "audit_payloads"

    entry_id: Mapped[UUID] = mapped_column(primary_key=True)
    salt: Mapped[bytes]
    payload: Mapped[bytes]


class IdempotencyKey(Base):
    """Which entry answered a client's Idempotency-Key, so that a retry gets the same answer."""

    __tablename__ = "idempotency_keys"

    client_id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    request_digest: Mapped[bytes]
    entry_id: Mapped[UUID]
    at: Mapped[datetime]
