"""Tables of the journal."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from screening.db.metadata import Base


class RecordChange(Base):
    """One change of one record: what it was changed to, by whom, when."""

    __tablename__ = "record_changes"
    __table_args__ = (
        Index("ix_record_changes_record", "record_id", "version"),
        Index("ix_record_changes_kind", "kind", "position"),
    )

    position: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    kind: Mapped[str]
    record_id: Mapped[UUID]
    version: Mapped[int]
    operation: Mapped[str]
    body: Mapped[dict[str, Any]]
    author_id: Mapped[UUID | None]
    at: Mapped[datetime]
