"""Tables of travel documents.

There may be 150 million rows, so a row is kept narrow: columns stand in the order of their alignment, what follows
from other columns is not stored (the family follows from the type), and `updated_at` stays empty until a first change.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, SmallInteger, Text, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from screening.db.metadata import Base, new_id

BYTEWISE = Text(collation="C")
"""Numbers are compared byte by byte, whatever the locale of the database: ranges rely on it."""

SINGLE = text("number_last IS NULL AND withdrawn_at IS NULL")
RANGE = text("number_last IS NOT NULL AND withdrawn_at IS NULL")
WITHDRAWN = text("withdrawn_at IS NOT NULL")


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
        # The rows of an imported batch share `created_at`, so this index stores its key once for all of them.
        Index("ix_document_records_owner", "owner_id", "created_at"),
    )

    created_at: Mapped[datetime]
    updated_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    retention_until: Mapped[date]
    """The last day on which the record matches."""
    theft_date: Mapped[date | None]
    issue_date: Mapped[date | None]
    expiry_date: Mapped[date | None]
    version: Mapped[int] = mapped_column(SmallInteger)
    reason: Mapped[int] = mapped_column(SmallInteger)
    """See `codes.of_reason`."""
    type: Mapped[int] = mapped_column(SmallInteger)
    """See `codes.of_type`."""
    number: Mapped[str] = mapped_column(BYTEWISE)
    issuing_state: Mapped[str]
    theft_country: Mapped[str]
    number_last: Mapped[str | None] = mapped_column(BYTEWISE)
    batch: Mapped[str | None]
    national_reference: Mapped[str | None]
    bureau_reference: Mapped[str | None]
    additional_information: Mapped[str | None]
    hidden_from: Mapped[str | None]
    """Codes of States, with commas between."""
    withdrawal_reason: Mapped[str | None]
