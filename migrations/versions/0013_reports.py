"""Reports of operations: counts that are kept as entries enter the tree."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

INSTANT = postgresql.TIMESTAMP(timezone=True)
OUTCOMES = postgresql.JSONB(astext_type=sa.Text())


def upgrade() -> None:
    op.create_table(
        "report_position",
        sa.Column("one", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("counted", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("one", name=op.f("ck_report_position_one")),
        sa.PrimaryKeyConstraint("one", name=op.f("pk_report_position")),
    )
    op.execute("INSERT INTO report_position (counted) VALUES (0)")
    op.create_table(
        "report_searches",
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("hour", INSTANT, nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("bucket", sa.SmallInteger(), nullable=False),
        sa.Column("searches", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "operation", "hour", "organisation_id", "post_id", "decision", "bucket", name=op.f("pk_report_searches")
        ),
    )
    op.create_table(
        "report_hits",
        sa.Column("hit_id", sa.Uuid(), nullable=False),
        sa.Column("screening_id", sa.Uuid(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("crime_areas", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False, server_default="open"),
        sa.Column("outcomes", OUTCOMES, nullable=True),
        sa.Column("asked_at", INSTANT, nullable=True),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("escalated", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("overdue", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.PrimaryKeyConstraint("hit_id", name=op.f("pk_report_hits")),
    )
    op.create_index("ix_report_hits_operation", "report_hits", ["operation"])
    op.create_table(
        "report_events",
        sa.Column("hit_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("outcomes", OUTCOMES, nullable=True),
        sa.PrimaryKeyConstraint("hit_id", "version", name=op.f("pk_report_events")),
    )


def downgrade() -> None:
    for table in ("report_events", "report_hits", "report_searches", "report_position"):
        op.drop_table(table)
