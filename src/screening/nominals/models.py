"""Tables of notices."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from screening.db.metadata import Base, Id


class Notice(Base):
    """One notice, diffusion or UN special notice: the record as its owner sent it, and what is searched by."""

    __tablename__ = "notices"
    __table_args__ = (
        # A reference is free again once its notice is withdrawn: a notice can be issued anew, as a new record.
        Index(
            "uq_notices_owner_id_reference",
            "owner_id",
            "reference",
            unique=True,
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
        Index("ix_notices_withdrawn", "owner_id", "reference", postgresql_where=text("withdrawn_at IS NOT NULL")),
        Index("ix_notices_owner_id", "owner_id", "id"),
    )

    id: Mapped[Id]
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    kind: Mapped[str]
    colour: Mapped[str]
    reference: Mapped[str]
    body: Mapped[dict[str, Any]]
    digest: Mapped[bytes]
    discreet: Mapped[bool]
    hidden_from: Mapped[list[str] | None]
    valid_from: Mapped[datetime]
    valid_until: Mapped[datetime]
    version: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    withdrawal_reason: Mapped[str | None]


class NoticeDocument(Base):
    """A travel document associated with a notice (TDAWN), under its cleaned number."""

    __tablename__ = "notice_documents"
    __table_args__ = (Index("ix_notice_documents_number", "number", "issuing_state"),)

    notice_id: Mapped[UUID] = mapped_column(ForeignKey("notices.id", ondelete="CASCADE"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    """Which of the subject's documents it is, from 0."""
    number: Mapped[str]
    type: Mapped[str | None]
    family: Mapped[str | None]
    issuing_state: Mapped[str | None]
