"""Tables of the tree over the log: what waits to enter it, leaves, tiles, checkpoints, and the keys that sign."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from screening.db.metadata import Base


class AuditPending(Base):
    """An entry that is not in the tree yet; a trigger on `audit_entries` puts each one here as it is written."""

    __tablename__ = "audit_pending"

    entry_id: Mapped[UUID] = mapped_column(primary_key=True)


class AuditLeaf(Base):
    """One leaf: which entry stands at which place of the tree."""

    __tablename__ = "audit_leaves"

    leaf_index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entry_id: Mapped[UUID] = mapped_column(unique=True)
    leaf_hash: Mapped[bytes]


class AuditTile(Base):
    """One tile: up to 256 hashes; the last of each level grows until it is full."""

    __tablename__ = "audit_tiles"

    level: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    tile_index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hashes: Mapped[bytes]


class AuditCheckpoint(Base):
    """One signed checkpoint."""

    __tablename__ = "audit_checkpoints"

    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    root: Mapped[bytes]
    note: Mapped[str]
    at: Mapped[datetime]


class AuditCosignature(Base):
    """What a witness put below a checkpoint."""

    __tablename__ = "audit_cosignatures"

    key_id: Mapped[str] = mapped_column(primary_key=True)
    checkpoint_size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, index=True)
    witness: Mapped[str]
    signature: Mapped[bytes]


class AuditKey(Base):
    """A key that signs, or signed, receipts and checkpoints; each but the first is endorsed by the one before it."""

    __tablename__ = "audit_keys"

    key_id: Mapped[str] = mapped_column(primary_key=True)
    log: Mapped[str]
    public_key: Mapped[bytes] = mapped_column(unique=True)
    valid_from: Mapped[datetime]
    valid_until: Mapped[datetime | None]
    endorsed_by: Mapped[str | None]
    endorsement: Mapped[str | None]
