"""Tables of alerts and webhooks. The queue's own tables are in the schema `pgqueuer`."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Uuid

from screening.db.metadata import Base, Id


class StoredAlert(Base):
    """One alert; it gets its position when it is published, shortly after its cause was committed."""

    __tablename__ = "alerts"
    __table_args__ = (
        Index("ix_alerts_unpublished", "at", "id", postgresql_where=text("position IS NULL")),
        Index("uq_alerts_position", "position", unique=True, postgresql_where=text("position IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int | None] = mapped_column(BigInteger)
    type: Mapped[str]
    at: Mapped[datetime]
    recipients: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    """The organisations that it concerns."""
    post_id: Mapped[UUID | None]
    operation: Mapped[str | None]
    exercise: Mapped[bool]
    silent: Mapped[bool]
    data: Mapped[dict[str, Any]]


class AlertRecipient(Base):
    """A published alert among those of one organisation, in their order."""

    __tablename__ = "alert_recipients"

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger, primary_key=True)


class AlertProgress(Base):
    """How far alerts have followed the journal: one row."""

    __tablename__ = "alert_progress"

    reader: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger)


class GrantReminder(Base):
    """Of which end of a grant it was told already that it is near, or that it has come."""

    __tablename__ = "grant_reminders"

    grant_id: Mapped[UUID] = mapped_column(ForeignKey("grants.id"), primary_key=True)
    type: Mapped[str] = mapped_column(primary_key=True)
    ends_at: Mapped[datetime] = mapped_column(primary_key=True)


class StaleSource(Base):
    """A source that is not current in one process, and when that process last said so."""

    __tablename__ = "stale_sources"

    source: Mapped[str] = mapped_column(primary_key=True)
    process: Mapped[UUID] = mapped_column(primary_key=True)
    as_of: Mapped[datetime | None]
    seen_at: Mapped[datetime]


class Webhook(Base):
    """Where an organisation wants its alerts delivered. The secret is encrypted."""

    __tablename__ = "webhooks"

    id: Mapped[Id]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    role: Mapped[str]
    """The role that made it: it hears of no more than that one."""
    url: Mapped[str]
    types: Mapped[list[str]]
    operation: Mapped[str | None]
    posts: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    secret: Mapped[bytes]
    previous_secret: Mapped[bytes | None]
    previous_until: Mapped[datetime | None]
    created_at: Mapped[datetime]


class Delivery(Base):
    """One alert on its way to one webhook. Of the receiver's answers only the last status is kept."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        Index("ix_webhook_deliveries_webhook", "webhook_id", "position"),
        Index("ix_webhook_deliveries_alert", "alert_id"),
        Index("ix_webhook_deliveries_pending", "next_attempt_at", postgresql_where=text("status = 'pending'")),
        Index("ix_webhook_deliveries_dead", "created_at", postgresql_where=text("status = 'dead'")),
    )

    webhook_id: Mapped[UUID] = mapped_column(ForeignKey("webhooks.id", ondelete="CASCADE"), primary_key=True)
    alert_id: Mapped[UUID] = mapped_column(ForeignKey("alerts.id"), primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger)
    status: Mapped[str]
    replays: Mapped[int]
    """How often it was begun again."""
    attempts: Mapped[int]
    """How often it was tried since it began."""
    last_status: Mapped[int | None]
    """The HTTP status of the last answer."""
    last_failure: Mapped[str | None]
    """Why the last attempt failed, as a word."""
    created_at: Mapped[datetime]
    next_attempt_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
