"""Tables of the journal."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from screening.db.metadata import Base, Id


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


class Import(Base):
    """One file of records that came in: who sent it, and how far it got. The file and its name are not kept."""

    __tablename__ = "imports"
    __table_args__ = (Index("ix_imports_organisation_id", "organisation_id", "id"),)

    id: Mapped[Id]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    client_id: Mapped[UUID | None]
    format: Mapped[str]
    status: Mapped[str]
    failure: Mapped[str | None]
    """Why the import did not reach the end of the file."""
    started_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    read: Mapped[int]
    created: Mapped[int]
    updated: Mapped[int]
    unchanged: Mapped[int]
    rejected: Mapped[int]


class ImportReject(Base):
    """A place in an imported file that gave no record, and why; its text is not kept."""

    __tablename__ = "import_rejects"

    import_id: Mapped[UUID] = mapped_column(ForeignKey("imports.id", ondelete="CASCADE"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    """Which of the rejects it is, from 1."""
    line: Mapped[int]
    reason: Mapped[str]
