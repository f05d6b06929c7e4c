"""Tables of the log. Entries are only ever added: a trigger refuses anything else.

Entries, payloads and what they are about lie in months: an id carries its time (UUIDv7), so it is the key of the
partition too, and a look-up by id goes to one month. The months live in the schema `audit_months`; see ADR 16.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.dialects.postgresql import REAL
from sqlalchemy.orm import Mapped, mapped_column

from screening.db.metadata import Base, Id


def _by(column: str) -> Index:
    """Index entries by a column that many of them lack, newest last."""
    return Index(f"ix_audit_entries_{column}", column, "id", postgresql_where=text(f"{column} IS NOT NULL"))


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
    country: Mapped[str | None]
    operation: Mapped[str | None]
    desk: Mapped[str | None]
    officer: Mapped[str | None]
    took_ms: Mapped[float | None] = mapped_column(REAL)

    __table_args__ = (
        Index(
            "ix_audit_entries_organisation",
            "organisation_id",
            "id",
            postgresql_include=["at", "kind", "post_id", "decision"],
        ),
        # Most entries are screenings: these are found by the primary key.
        Index("ix_audit_entries_kind", "kind", "id", postgresql_where=text("kind <> 'screening'")),
        *map(_by, ("post_id", "client_id", "country", "operation", "decision", "desk", "officer")),
        Index("ix_audit_entries_took_ms", "took_ms", "id", postgresql_where=text("took_ms IS NOT NULL")),
        {"postgresql_partition_by": "RANGE (id)"},
    )


class AuditPayload(Base):
    """What an entry's commitment stands for. At its time salt and payload are erased; the row says when."""

    __tablename__ = "audit_payloads"
    __table_args__ = (
        Index("ix_audit_payloads_retention", "retention", "entry_id", postgresql_where=text("erased_at IS NULL")),
        {"postgresql_partition_by": "RANGE (entry_id)"},
    )

    entry_id: Mapped[UUID] = mapped_column(primary_key=True)
    salt: Mapped[bytes | None]
    payload: Mapped[bytes | None]
    retention: Mapped[str] = mapped_column(server_default="other")
    erased_at: Mapped[datetime | None]


class AuditSubject(Base):
    """Keyed hashes of whom or what a payload is about; they are erased with it."""

    __tablename__ = "audit_subjects"
    __table_args__ = (
        Index("ix_audit_subjects_digest", "digest"),
        {"postgresql_partition_by": "RANGE (entry_id)"},
    )

    entry_id: Mapped[UUID] = mapped_column(primary_key=True)
    digest: Mapped[bytes] = mapped_column(primary_key=True)


class AuditMatch(Base):
    """A record that a screening matched, to search entries by. Silent ones are for auditors of the owner."""

    __tablename__ = "audit_matches"
    __table_args__ = (
        Index("ix_audit_matches_entry_id", "entry_id"),
        Index("ix_audit_matches_record_id", "record_id", "entry_id"),
        Index("ix_audit_matches_source", "source", "entry_id"),
        Index("ix_audit_matches_colour", "colour", "entry_id", postgresql_where=text("colour IS NOT NULL")),
        Index("ix_audit_matches_desk", "desk", "entry_id"),
    )

    hit_id: Mapped[UUID] = mapped_column(primary_key=True)
    entry_id: Mapped[UUID]
    source: Mapped[str]
    record_id: Mapped[UUID]
    owner_id: Mapped[UUID]
    colour: Mapped[str | None]
    desk: Mapped[str]
    organisation_id: Mapped[UUID | None]
    """Whose entry it is."""


class AuditHold(Base):
    """A case whose payloads are not erased until the hold is lifted."""

    __tablename__ = "audit_holds"
    __table_args__ = (Index("ix_audit_holds_reference", "reference", postgresql_where=text("lifted_at IS NULL")),)

    id: Mapped[Id]
    kind: Mapped[str]
    reference: Mapped[str]
    organisation_id: Mapped[UUID | None]
    """Whose entries it holds; those of all when it is null."""
    placed_at: Mapped[datetime]
    placed_by: Mapped[UUID]
    reason: Mapped[str]
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[UUID | None]
    lift_reason: Mapped[str | None]


class IdempotencyKey(Base):
    """Which entry answered a client's Idempotency-Key, so that a retry gets the same answer for a day."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (Index("ix_idempotency_keys_at", "at"),)

    client_id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    request_digest: Mapped[bytes]
    entry_id: Mapped[UUID]
    at: Mapped[datetime]
