"""Tables of reports: counts that are kept as entries enter the tree. All of them can be made again from the log."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, SmallInteger, false, true
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from screening.db.metadata import Base

NO_POST = UUID(int=0)
"""Stands where a search was made by a desk: a primary key holds no NULL."""


class ReportPosition(Base):
    """How many entries are counted: one row. Whoever counts holds it, and moves it with what was counted."""

    __tablename__ = "report_position"
    __table_args__ = (CheckConstraint("one", name="one"),)

    one: Mapped[bool] = mapped_column(primary_key=True, server_default=true())
    counted: Mapped[int]


class ReportSearches(Base):
    """How many searches of one operation, hour and place came to a decision within some time."""

    __tablename__ = "report_searches"

    operation: Mapped[str] = mapped_column(primary_key=True)
    hour: Mapped[datetime] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    post_id: Mapped[UUID] = mapped_column(primary_key=True)
    decision: Mapped[str] = mapped_column(primary_key=True)
    bucket: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    """Which of the times of answers it lies in, from 0."""
    searches: Mapped[int]


class ReportHit(Base):
    """One hit that the first line was told of, as its entry has it, and how its case stands."""

    __tablename__ = "report_hits"
    __table_args__ = (Index("ix_report_hits_operation", "operation"),)

    hit_id: Mapped[UUID] = mapped_column(primary_key=True)
    screening_id: Mapped[UUID]
    operation: Mapped[str]
    at: Mapped[datetime]
    organisation_id: Mapped[UUID]
    post_id: Mapped[UUID]
    source: Mapped[str]
    label: Mapped[str]
    crime_areas: Mapped[list[str]]
    record_id: Mapped[UUID]
    verdict: Mapped[str] = mapped_column(server_default="open")
    outcomes: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB)
    asked_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    escalated: Mapped[bool] = mapped_column(server_default=false())
    overdue: Mapped[bool] = mapped_column(server_default=false())


class ReportEvent(Base):
    """One thing that happened in a case of an operation. Its hit may come later, or be one that nobody here sees."""

    __tablename__ = "report_events"

    hit_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    event: Mapped[str]
    status: Mapped[str]
    outcomes: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB)
