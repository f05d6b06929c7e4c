"""Tables of access."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.dialects.postgresql import DOUBLE_PRECISION
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
