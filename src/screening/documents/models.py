"""Tables of travel documents.

There may be 150 million rows, so a row is kept narrow: columns stand in the order of their alignment, what all records
that came in together share stands in their intake, what follows from other columns is not stored (the family follows
from the type), and what is nearly always the same stays empty. `python -m benchmarks documents` weighs each part.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Identity, Index, Integer, SmallInteger, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from screening.db.metadata import Base

BYTEWISE = Text(collation="C")
"""Numbers are compared byte by byte, whatever the locale of the database: ranges rely on it."""

SINGLE = text("number_last IS NULL AND withdrawn_at IS NULL")
RANGE = text("number_last IS NOT NULL AND withdrawn_at IS NULL")
WITHDRAWN = text("withdrawn_at IS NOT NULL")


class DocumentIntake(Base):
    """Records that one owner brought in at one time: a report, or a batch of a file. Never changed, never deleted."""

    __tablename__ = "document_intakes"
    __table_args__ = (Index("ix_document_intakes_owner", "owner_id", "created_at", "base"),)

    number: Mapped[int] = mapped_column(Integer, Identity(always=True), primary_key=True)
    base: Mapped[UUID] = mapped_column(unique=True)
    """See `ids.base`."""
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    created_at: Mapped[datetime]
    import_id: Mapped[UUID | None]
    """The import whose records these are, where one row of the journal stands for the creation of them all."""


class DocumentRecord(Base):
    """One document, or a range of stolen blanks, that its issuing State reports as not valid."""

    __tablename__ = "document_records"
    __table_args__ = (
        # Both unique indexes are also how documents are looked up; a number is free again after a withdrawal.
        Index("uq_document_records_single", "number", "issuing_state", "type", unique=True, postgresql_where=SINGLE),
        Index(
            "uq_document_records_range",
            "number",
            "issuing_state",
            "type",
            "number_last",
            unique=True,
            postgresql_where=RANGE,
        ),
        Index("ix_document_records_withdrawn", "number", "issuing_state", "type", postgresql_where=WITHDRAWN),
    )

    updated_at: Mapped[datetime | None]
    """Empty until a first change."""
    withdrawn_at: Mapped[datetime | None]
    intake: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    """Without a foreign key, which would cost an import a look-up a row: intakes are never deleted."""
    place: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    """See `ids.place`."""
    retention_until: Mapped[date]
    """The last day on which the record matches."""
    theft_date: Mapped[date | None]
    issue_date: Mapped[date | None]
    expiry_date: Mapped[date | None]
    type: Mapped[int] = mapped_column(SmallInteger)
    """See `codes.of_letters`."""
    issuing_state: Mapped[int] = mapped_column(SmallInteger)
    """See `codes.of_letters`."""
    reason: Mapped[int] = mapped_column(SmallInteger)
    """See `codes.of_reason`."""
    theft_country: Mapped[int | None] = mapped_column(SmallInteger)
    """Empty where it is the issuing State."""
    version: Mapped[int | None] = mapped_column(SmallInteger)
    """Empty until a first change."""
    number: Mapped[str] = mapped_column(BYTEWISE)
    number_last: Mapped[str | None] = mapped_column(BYTEWISE)
    batch: Mapped[str | None]
    national_reference: Mapped[str | None]
    bureau_reference: Mapped[str | None]
    additional_information: Mapped[str | None]
    hidden_from: Mapped[str | None]
    """Codes of States, with commas between."""
    withdrawal_reason: Mapped[str | None]
