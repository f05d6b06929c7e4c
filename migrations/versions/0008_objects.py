"""Vehicles, vessels and firearms, and the marks that they are found by."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "object_records",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("identity", sa.Text(collation="C"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("body", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("retention_until", sa.Date(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("withdrawn_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("withdrawal_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["organisations.id"], name=op.f("fk_object_records_owner_id_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_object_records")),
    )
    op.create_index(
        "uq_object_records_identity",
        "object_records",
        ["kind", "owner_id", "identity"],
        unique=True,
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.create_index(
        "ix_object_records_withdrawn",
        "object_records",
        ["kind", "owner_id", "identity"],
        postgresql_where=sa.text("withdrawn_at IS NOT NULL"),
    )
    op.create_index("ix_object_records_owner", "object_records", ["owner_id", "kind", "id"])
    op.create_table(
        "object_marks",
        sa.Column("mark", sa.Text(collation="C"), nullable=False),
        sa.Column("value", sa.Text(collation="C"), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"],
            ["object_records.id"],
            name=op.f("fk_object_marks_record_id_object_records"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("mark", "value", "record_id", name=op.f("pk_object_marks")),
    )
    op.create_index("ix_object_marks_record", "object_marks", ["record_id"])


def downgrade() -> None:
    op.drop_table("object_marks")
    op.drop_table("object_records")
