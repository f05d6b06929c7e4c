"""Tables of operations."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Uuid
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from screening.db.metadata import Base, Id


class Operation(Base):
    """A joint operation, a major event or an exercise."""

    __tablename__ = "operations"
    __table_args__ = (
        Index("ix_operations_organisations", "organisations", postgresql_using="gin"),
        Index("ix_operations_posts", "posts", postgresql_using="gin"),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    name: Mapped[str]
    state: Mapped[str]
    crisis: Mapped[bool]
    coordinator_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    host: Mapped[str | None]
    neighbours: Mapped[list[str]]
    sites: Mapped[list[str]]
    countries: Mapped[list[str]]
    organisations: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    posts: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    crime_areas: Mapped[list[str]]
    objectives: Mapped[str | None]
    prepares_at: Mapped[datetime | None]
    begins_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    version: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class Accreditation(Base):
    """One person who shall work at a major event, screened in advance. Who that is, the log's payload alone knows."""

    __tablename__ = "accreditations"
    __table_args__ = (Index("ix_accreditations_operation", "operation_id", "organisation_id", "id"),)

    id: Mapped[Id]
    operation_id: Mapped[UUID] = mapped_column(ForeignKey("operations.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    """Whose list it was; others do not see it."""
    reference: Mapped[str]
    screening_id: Mapped[UUID]
    decision: Mapped[str]
    desk: Mapped[str | None]
    at: Mapped[datetime]
