"""Alerts of grants, of grants that end and of stale sources; indexes for forgetting; hits told from plain columns."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_HITS_BEGIN = """
CREATE OR REPLACE FUNCTION tell_of_hits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO alerts (id, type, at, recipients, post_id, operation, exercise, silent, data)
    SELECT id, 'hit.opened', at,
"""

# Every column by its name: a row as JSON and back costs half as much again, for each hit of a busy second.
TELL_OF_HITS = f"""{_HITS_BEGIN}
           array_remove(ARRAY[CASE WHEN desk <> 'silent' OR owner_id = organisation_id THEN organisation_id END,
                              CASE WHEN NOT exercise AND owner_id <> organisation_id THEN owner_id END], NULL),
           post_id, operation, exercise, desk = 'silent',
           jsonb_build_object('hit', id, 'status', status, 'desk', desk, 'source', source, 'label', label,
                              'post', post_id, 'organisation', organisation_id, 'owner', owner_id,
                              'operation', operation)
    FROM opened;
    RETURN NULL;
END
$$
"""

TELL_OF_HITS_BEFORE = f"""{_HITS_BEGIN}
           array_remove(ARRAY[CASE WHEN desk <> 'silent' OR owner_id = organisation_id THEN organisation_id END,
                              CASE WHEN NOT practised AND owner_id <> organisation_id THEN owner_id END], NULL),
           post_id, kept ->> 'operation', practised, desk = 'silent',
           jsonb_build_object('hit', id, 'status', status, 'desk', desk, 'source', source, 'label', label,
                              'post', post_id, 'organisation', organisation_id, 'owner', owner_id,
                              'operation', kept ->> 'operation')
    FROM opened AS hit, to_jsonb(hit) AS kept, coalesce((kept ->> 'exercise')::boolean, false) AS practised;
    RETURN NULL;
END
$$
"""

# Told are the bureau that opened it, whoever holds it, and who coordinates its operation; of what only waits for the
# bureau's second person, the bureau alone.
TELL_OF_GRANT = """
CREATE FUNCTION tell_of_grant(told grants, what text, happened_at timestamptz, until timestamptz) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO alerts (id, type, at, recipients, operation, exercise, silent, data)
    SELECT gen_random_uuid(), what, happened_at,
           CASE WHEN what = 'grant.proposed' THEN ARRAY[told.organisation_id] ELSE ARRAY(
               SELECT told.organisation_id
               UNION SELECT organisation_id FROM posts WHERE id = ANY(told.posts)
               UNION SELECT organisation_id FROM keys WHERE id = ANY(told.clients)
               UNION SELECT coordinator_id FROM operations WHERE code = told.operation
           ) END,
           told.operation,
           EXISTS (SELECT FROM operations WHERE code = told.operation AND kind = 'exercise'),
           false,
           jsonb_build_object('grant', told.id, 'operation', told.operation,
                              'until', to_char(until AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
$$
"""

# Standing access comes with a post or a key and is approved as it is made: nobody is told.
TELL_OF_GRANTS = """
CREATE FUNCTION tell_of_grants() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.approved_at IS NULL THEN
            PERFORM tell_of_grant(NEW, 'grant.proposed', NEW.opened_at, NEW.ends_at);
        END IF;
    ELSIF NEW.revoked_at IS NOT NULL AND OLD.revoked_at IS NULL THEN
        PERFORM tell_of_grant(NEW, 'grant.revoked', NEW.revoked_at, NEW.ends_at);
    ELSIF NEW.approved_at IS NOT NULL AND OLD.approved_at IS NULL THEN
        PERFORM tell_of_grant(NEW, 'grant.opened', NEW.approved_at, NEW.ends_at);
    ELSIF NEW.ends_at IS DISTINCT FROM OLD.ends_at THEN
        PERFORM tell_of_grant(NEW, 'grant.extended', clock_timestamp(), NEW.ends_at);
    ELSIF NEW.extension_until IS NOT NULL AND NEW.extension_until IS DISTINCT FROM OLD.extension_until THEN
        PERFORM tell_of_grant(NEW, 'grant.proposed', clock_timestamp(), NEW.extension_until);
    END IF;
    RETURN NULL;
END
$$
"""


def upgrade() -> None:
    op.create_table(
        "grant_reminders",
        sa.Column("grant_id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("ends_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["grant_id"], ["grants.id"], name=op.f("fk_grant_reminders_grant_id_grants")),
        sa.PrimaryKeyConstraint("grant_id", "type", "ends_at", name=op.f("pk_grant_reminders")),
    )
    op.create_table(
        "stale_sources",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("process", sa.Uuid(), nullable=False),
        sa.Column("as_of", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("seen_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("source", "process", name=op.f("pk_stale_sources")),
    )
    in_force = sa.text("approved_at IS NOT NULL AND revoked_at IS NULL")
    op.create_index("ix_grants_ends_at", "grants", ["ends_at"], postgresql_where=in_force)
    op.create_index("ix_webhook_deliveries_alert", "webhook_deliveries", ["alert_id"])
    op.create_index(
        "ix_webhook_deliveries_dead", "webhook_deliveries", ["created_at"], postgresql_where=sa.text("status = 'dead'")
    )
    op.execute(TELL_OF_HITS)
    op.execute(TELL_OF_GRANT)
    op.execute(TELL_OF_GRANTS)
    op.execute(
        "CREATE TRIGGER tell_of_grants AFTER INSERT OR UPDATE ON grants FOR EACH ROW EXECUTE FUNCTION tell_of_grants()"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER tell_of_grants ON grants")
    op.execute("DROP FUNCTION tell_of_grants")
    op.execute("DROP FUNCTION tell_of_grant")
    op.execute(TELL_OF_HITS_BEFORE)
    op.drop_index("ix_webhook_deliveries_dead", "webhook_deliveries")
    op.drop_index("ix_webhook_deliveries_alert", "webhook_deliveries")
    op.drop_index("ix_grants_ends_at", "grants")
    op.drop_table("stale_sources")
    op.drop_table("grant_reminders")
