"""Tables of hits."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, false, text
from sqlalchemy.dialects.postgresql import REAL
from sqlalchemy.orm import Mapped, mapped_column

from screening.db.metadata import Base, Id


class Hit(Base):
    """One record that matched in one screening. What the traveller submitted is not here but in the log's payload."""

    __tablename__ = "hits"
    __table_args__ = (
        Index("ix_hits_organisation", "organisation_id", "id"),
        Index("ix_hits_owner", "owner_id", "id"),
        Index("ix_hits_record", "record_id"),
        Index("ix_hits_operation", "operation", "id", postgresql_where=text("operation IS NOT NULL")),
    )

    id: Mapped[Id]
    screening_id: Mapped[UUID]
    at: Mapped[datetime]
    organisation_id: Mapped[UUID]
    post_id: Mapped[UUID | None]
    source: Mapped[str]
    record_id: Mapped[UUID]
    record_version: Mapped[int]
    owner_id: Mapped[UUID]
    label: Mapped[str]
    """The reason of a document record, or the colour of a notice."""
    strength: Mapped[str]
    desk: Mapped[str]
    score: Mapped[float] = mapped_column(REAL)
    status: Mapped[str]
    operation: Mapped[str | None]
    exercise: Mapped[bool] = mapped_column(server_default=false())
