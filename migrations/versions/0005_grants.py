"""Grants, operations and restrictions; whoever may search today gets standing access."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

INSTANT = postgresql.TIMESTAMP(timezone=True)

STANDING = """
INSERT INTO grants (id, organisation_id, posts, clients, begins_at, version, opened_at, approved_at)
SELECT gen_random_uuid(), organisation_id, posts, clients, now(), 1, now(), now() FROM (
    SELECT p.organisation_id, ARRAY[p.id] AS posts, '{}'::uuid[] AS clients
    FROM posts p JOIN organisations o ON o.id = p.organisation_id
    WHERE o.kind = 'bureau' AND o.country = p.country
    UNION ALL
    SELECT k.organisation_id, '{}'::uuid[], ARRAY[k.id]
    FROM keys k JOIN organisations o ON o.id = k.organisation_id
    WHERE o.kind <> 'partner' AND k.post_id IS NULL AND k.revoked_at IS NULL AND k.role IN ('second_line', 'bureau')
) AS held
"""


def upgrade() -> None:
    op.create_table(
        "grants",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("posts", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("clients", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("sources", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("purposes", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("operation", sa.Text(), nullable=True),
        sa.Column("begins_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=True),
        sa.Column("searches_an_hour", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=True),
        sa.Column("approved_at", INSTANT, nullable=True),
        sa.Column("approved_by", sa.Uuid(), nullable=True),
        sa.Column("extension_until", INSTANT, nullable=True),
        sa.Column("extension_by", sa.Uuid(), nullable=True),
        sa.Column("extension_reason", sa.Text(), nullable=True),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.Column("revocation_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_grants_organisation_id_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grants")),
    )
    op.create_index("ix_grants_organisation_id", "grants", ["organisation_id", "id"])
    op.create_index("ix_grants_posts", "grants", ["posts"], postgresql_using="gin")
    op.create_index("ix_grants_clients", "grants", ["clients"], postgresql_using="gin")
    op.create_table(
        "grant_uses",
        sa.Column("grant_id", sa.Uuid(), nullable=False),
        sa.Column("hour", INSTANT, nullable=False),
        sa.Column("taken", sa.BigInteger(), nullable=False),
        sa.Column("lease", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["grant_id"], ["grants.id"], name=op.f("fk_grant_uses_grant_id_grants")),
        sa.PrimaryKeyConstraint("grant_id", name=op.f("pk_grant_uses")),
    )
    op.create_table(
        "operations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("crisis", sa.Boolean(), nullable=False),
        sa.Column("coordinator_id", sa.Uuid(), nullable=False),
        sa.Column("host", sa.Text(), nullable=True),
        sa.Column("neighbours", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("sites", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("countries", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("organisations", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("posts", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("crime_areas", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("objectives", sa.Text(), nullable=True),
        sa.Column("prepares_at", INSTANT, nullable=True),
        sa.Column("begins_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["coordinator_id"], ["organisations.id"], name=op.f("fk_operations_coordinator_id_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operations")),
        sa.UniqueConstraint("code", name=op.f("uq_operations_code")),
    )
    op.create_index("ix_operations_organisations", "operations", ["organisations"], postgresql_using="gin")
    op.create_index("ix_operations_posts", "operations", ["posts"], postgresql_using="gin")
    op.create_table(
        "accreditations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("operation_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("screening_id", sa.Uuid(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("desk", sa.Text(), nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["operation_id"], ["operations.id"], name=op.f("fk_accreditations_operation_id_operations")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_accreditations_organisation_id_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accreditations")),
    )
    op.create_index("ix_accreditations_operation", "accreditations", ["operation_id", "organisation_id", "id"])
    op.add_column("document_records", sa.Column("hidden_from", sa.Text(), nullable=True))
    op.add_column("notices", sa.Column("hidden_from", postgresql.ARRAY(sa.Text()), nullable=True))
    op.add_column("hits", sa.Column("operation", sa.Text(), nullable=True))
    op.add_column("hits", sa.Column("exercise", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.create_index("ix_hits_operation", "hits", ["operation", "id"], postgresql_where=sa.text("operation IS NOT NULL"))
    op.execute(STANDING)


def downgrade() -> None:
    op.drop_index("ix_hits_operation", table_name="hits", postgresql_where=sa.text("operation IS NOT NULL"))
    op.drop_column("hits", "exercise")
    op.drop_column("hits", "operation")
    op.drop_column("notices", "hidden_from")
    op.drop_column("document_records", "hidden_from")
    op.drop_table("accreditations")
    op.drop_table("operations")
    op.drop_table("grant_uses")
    op.drop_table("grants")
