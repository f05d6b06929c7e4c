"""Cosignatures of witnesses below checkpoints."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_cosignatures",
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("checkpoint_size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("witness", sa.Text(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("key_id", "checkpoint_size", name=op.f("pk_audit_cosignatures")),
    )
    op.create_index(op.f("ix_audit_cosignatures_checkpoint_size"), "audit_cosignatures", ["checkpoint_size"])
    op.execute(
        "CREATE TRIGGER only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_cosignatures "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    op.drop_table("audit_cosignatures")
