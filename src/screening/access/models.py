"""Tables of access."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, DOUBLE_PRECISION
from sqlalchemy.orm import Mapped, mapped_column

from screening.db.metadata import Base, Id


class Organisation(Base):
    """A national bureau, the General Secretariat, or a partner."""

    __tablename__ = "organisations"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    country: Mapped[str | None]
    created_at: Mapped[datetime]


class Post(Base):
    """A place where travellers are checked."""

    __tablename__ = "posts"
    __table_args__ = (UniqueConstraint("organisation_id", "code"),)

    id: Mapped[Id]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    code: Mapped[str]
    name: Mapped[str]
    country: Mapped[str]
    mode: Mapped[str]
    latitude: Mapped[float | None] = mapped_column(DOUBLE_PRECISION)
    longitude: Mapped[float | None] = mapped_column(DOUBLE_PRECISION)
    created_at: Mapped[datetime]


class Key(Base):
    """A client's key: only its hash is kept."""

    __tablename__ = "keys"

    id: Mapped[Id]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    post_id: Mapped[UUID | None] = mapped_column(ForeignKey("posts.id"))
    name: Mapped[str]
    role: Mapped[str]
    hint: Mapped[str]
    digest: Mapped[bytes] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class AuditedOrganisation(Base):
    """An organisation whose entries an auditor's key reads; with none, a key reads those of its own organisation."""

    __tablename__ = "audited_organisations"

    key_id: Mapped[UUID] = mapped_column(ForeignKey("keys.id"), primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), primary_key=True)


class Grant(Base):
    """Access to search that a bureau opened, for a time or, standing, until it is revoked."""

    __tablename__ = "grants"
    __table_args__ = (
        Index("ix_grants_organisation_id", "organisation_id", "id"),
        Index("ix_grants_posts", "posts", postgresql_using="gin"),
        Index("ix_grants_clients", "clients", postgresql_using="gin"),
        Index("ix_grants_ends_at", "ends_at", postgresql_where=text("approved_at IS NOT NULL AND revoked_at IS NULL")),
    )

    id: Mapped[Id]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    """Whose bureau opened it."""
    posts: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    clients: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    sources: Mapped[list[str] | None]
    purposes: Mapped[list[str] | None]
    operation: Mapped[str | None]
    begins_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    searches_an_hour: Mapped[int | None]
    version: Mapped[int]
    opened_at: Mapped[datetime]
    opened_by: Mapped[UUID | None]
    """The client; None where access came with the post or the key itself."""
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[UUID | None]
    extension_until: Mapped[datetime | None]
    """An end that was asked for and waits for a second person."""
    extension_by: Mapped[UUID | None]
    extension_reason: Mapped[str | None]
    revoked_at: Mapped[datetime | None]
    revocation_reason: Mapped[str | None]


class GrantUse(Base):
    """How many searches of the present hour a grant's limit was spent on."""

    __tablename__ = "grant_uses"

    grant_id: Mapped[UUID] = mapped_column(ForeignKey("grants.id"), primary_key=True)
    hour: Mapped[datetime]
    taken: Mapped[int]
    lease: Mapped[int]
    """How many of them the last process took at once."""
