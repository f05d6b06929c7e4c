"""Hits become cases: how far each has come, what happened in it, and redress for the wrongly stopped."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INSTANT = postgresql.TIMESTAMP(timezone=True)
OUTCOMES = postgresql.JSONB(astext_type=sa.Text())


def of_case() -> list[sa.Column[object]]:
    """Give the columns of a case; those with a default are filled for the hits that are there, then lose it."""
    return [
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("officer", sa.Text(), nullable=True),
        sa.Column("seriousness", sa.Text(), nullable=False, server_default="routine"),
        sa.Column("document_key", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False, server_default="1"),
        sa.Column("due_at", INSTANT, nullable=True),
        sa.Column("updated_at", INSTANT, nullable=False, server_default=sa.func.now()),
        sa.Column("escalated_at", INSTANT, nullable=True),
        sa.Column("assigned_to", sa.Uuid(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("outcomes", OUTCOMES, nullable=True),
        sa.Column("outcome_client_id", sa.Uuid(), nullable=True),
        sa.Column("outcome_officer", sa.Text(), nullable=True),
        sa.Column("record_seen", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("record_withdrawn_at", INSTANT, nullable=True),
    ]


def upgrade() -> None:
    columns = of_case()
    for column in columns:
        op.add_column("hits", column)
    op.execute("UPDATE hits SET record_seen = record_version, updated_at = at")
    for column in columns:
        if column.server_default is not None:
            op.alter_column("hits", column.name, server_default=None)
    not_escalated = sa.text("status <> 'closed' AND escalated_at IS NULL")
    op.create_index("ix_hits_due_at", "hits", ["due_at"], postgresql_where=not_escalated)
    op.create_table(
        "hit_events",
        sa.Column("hit_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("officer", sa.Text(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("outcomes", OUTCOMES, nullable=True),
        sa.Column("assigned_to", sa.Uuid(), nullable=True),
        sa.Column("record_version", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["hit_id"], ["hits.id"], name=op.f("fk_hit_events_hit_id_hits")),
        sa.PrimaryKeyConstraint("hit_id", "version", name=op.f("pk_hit_events")),
    )
    op.create_index(
        "uq_hit_events_record",
        "hit_events",
        ["hit_id", "record_version"],
        unique=True,
        postgresql_where=sa.text("record_version IS NOT NULL"),
    )
    op.execute(
        "CREATE TRIGGER only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON hit_events "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.create_table(
        "redresses",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("hit_id", sa.Uuid(), nullable=False),
        sa.Column("document_key", sa.LargeBinary(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("record_version", sa.BigInteger(), nullable=False),
        sa.Column("until", INSTANT, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_at", INSTANT, nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_officer", sa.Text(), nullable=True),
        sa.Column("approved_at", INSTANT, nullable=True),
        sa.Column("approved_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["hit_id"], ["hits.id"], name=op.f("fk_redresses_hit_id_hits")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redresses")),
    )
    not_ended = sa.text("ended_at IS NULL")
    op.create_index("uq_redresses_hit_id", "redresses", ["hit_id"], unique=True, postgresql_where=not_ended)
    op.create_index(
        "ix_redresses_document_key",
        "redresses",
        ["document_key"],
        postgresql_where=sa.text("approved_at IS NOT NULL AND ended_at IS NULL"),
    )
    op.create_index("ix_redresses_record_id", "redresses", ["record_id"], postgresql_where=not_ended)


def downgrade() -> None:
    op.drop_table("redresses")
    op.drop_table("hit_events")
    op.drop_index("ix_hits_due_at", table_name="hits")
    for column in of_case():
        op.drop_column("hits", column.name)
