"""Tables of objects: one for all kinds, and one of the marks that records are found by."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from screening.db.metadata import Base, Id

BYTEWISE = Text(collation="C")
"""Marks are compared byte by byte, whatever the locale of the database: parts of plates are ranges."""


class ObjectRecord(Base):
    """One object as its owner reported it."""

    __tablename__ = "object_records"
    __table_args__ = (
        # An object is free again after a withdrawal: it can be stolen twice, and that is a new record.
        Index(
            "uq_object_records_identity",
            "kind",
            "owner_id",
            "identity",
            unique=True,
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
        Index(
            "ix_object_records_withdrawn",
            "kind",
            "owner_id",
            "identity",
            postgresql_where=text("withdrawn_at IS NOT NULL"),
        ),
        Index("ix_object_records_owner", "owner_id", "kind", "id"),
    )

    id: Mapped[Id]
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    kind: Mapped[str]
    identity: Mapped[str] = mapped_column(BYTEWISE)
    reason: Mapped[str]
    body: Mapped[dict[str, Any]]
    hidden_from: Mapped[list[str] | None]
    retention_until: Mapped[date]
    """The last day on which the record matches."""
    version: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    withdrawal_reason: Mapped[str | None]


class ObjectMark(Base):
    """Something that a record is found by: a number, a plate, a key of a name. Gone when the record is withdrawn."""

    __tablename__ = "object_marks"

    mark: Mapped[str] = mapped_column(BYTEWISE, primary_key=True)
    value: Mapped[str] = mapped_column(BYTEWISE, primary_key=True)
    record_id: Mapped[UUID] = mapped_column(ForeignKey("object_records.id", ondelete="CASCADE"), primary_key=True)

    __table_args__ = (Index("ix_object_marks_record", "record_id"),)
