"""The log by months: partitions, columns to search by, keyed hashes of subjects, holds, who audits whom."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

INSTANT = postgresql.TIMESTAMP(timezone=True)

FIRST_ID = """
CREATE FUNCTION audit_first_id(at timestamptz) RETURNS uuid LANGUAGE sql STABLE AS $$
    SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$$
"""

INSTANT_OF = """
CREATE FUNCTION audit_instant(id uuid) RETURNS timestamptz LANGUAGE sql STABLE AS $$
    SELECT to_timestamp(('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint / 1000.0)
$$
"""

# The role of the service need not own the tables: the function makes months in the name of who migrated. It makes
# each month apart and attaches it, which does not lock out readers and writers, and leaves out a month of which the
# default partition has rows already: they are found there, and inserts go on.
MAKE_MONTHS = """
CREATE FUNCTION make_audit_months(first timestamptz, last timestamptz) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = {schema}, pg_temp AS $$
DECLARE
    month timestamp := date_trunc('month', first AT TIME ZONE 'UTC');
    parent text;
    child text;
    low uuid;
    high uuid;
    taken boolean;
    made integer := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(7261841);
    WHILE month <= last AT TIME ZONE 'UTC' LOOP
        low := audit_first_id(month AT TIME ZONE 'UTC');
        high := audit_first_id((month + interval '1 month') AT TIME ZONE 'UTC');
        FOREACH parent IN ARRAY ARRAY['audit_entries', 'audit_payloads', 'audit_subjects'] LOOP
            child := parent || to_char(month, '_YYYY_MM');
            CONTINUE WHEN to_regclass('audit_months.' || child) IS NOT NULL;
            EXECUTE format(
                'SELECT EXISTS (SELECT FROM audit_months.%I WHERE %I >= $1 AND %I < $2)', parent || '_default',
                CASE parent WHEN 'audit_entries' THEN 'id' ELSE 'entry_id' END,
                CASE parent WHEN 'audit_entries' THEN 'id' ELSE 'entry_id' END
            ) INTO taken USING low, high;
            CONTINUE WHEN taken;
            EXECUTE format(
                'CREATE TABLE audit_months.%I '
                '(LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING INDEXES INCLUDING STORAGE)', child, parent
            );
            IF parent = 'audit_entries' THEN
                PERFORM guard_audit_month(child);
            END IF;
            EXECUTE format(
                'ALTER TABLE %I ATTACH PARTITION audit_months.%I FOR VALUES FROM (%L) TO (%L)', parent, child, low, high
            );
            made := made + 1;
        END LOOP;
        month := month + interval '1 month';
    END LOOP;
    RETURN made;
END
$$
"""

# Triggers of statements on a partitioned table see only what is sent to that table, so each month has its own.
GUARD_MONTH = """
CREATE FUNCTION guard_audit_month(child text) RETURNS void LANGUAGE plpgsql SET search_path = {schema}, pg_temp AS $$
BEGIN
    EXECUTE format(
        'CREATE TRIGGER only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_months.%I '
        'FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', child
    );
    EXECUTE format(
        'CREATE TRIGGER await_tree AFTER INSERT ON audit_months.%I REFERENCING NEW TABLE AS written '
        'FOR EACH STATEMENT EXECUTE FUNCTION await_tree()', child
    );
END
$$
"""

ONLY_ADDED = (
    "CREATE TRIGGER only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
)
AWAIT_TREE = (
    "CREATE TRIGGER await_tree AFTER INSERT ON audit_entries REFERENCING NEW TABLE AS written "
    "FOR EACH STATEMENT EXECUTE FUNCTION await_tree()"
)

PARTITIONED = ("audit_entries", "audit_payloads", "audit_subjects")

MONTHS_OF_OLD_ENTRIES = """
SELECT make_audit_months(min(at), max(at)) FROM (SELECT audit_instant(id) AS at FROM audit_entries_old) AS old
WHERE at BETWEEN '2020-01-01' AND now() + interval '1 year'
"""

COPY_ENTRIES = """
INSERT INTO audit_entries
SELECT id, at, kind, subject, organisation_id, post_id, client_id, decision, envelope, leaf_hash, signature, key_id,
       body -> 'actor' ->> 'country', body ->> 'operation', body -> 'outcome' ->> 'desk', NULL,
       (body -> 'outcome' ->> 'took_ms')::real
FROM (
    SELECT *, CASE WHEN get_byte(envelope, 0) = ascii('{') THEN convert_from(envelope, 'UTF8')::jsonb END AS body
    FROM audit_entries_old
) AS old
"""

COPY_MATCHES = """
INSERT INTO audit_matches (hit_id, entry_id, source, record_id, owner_id, colour, desk, organisation_id)
SELECT id, screening_id, source, record_id, owner_id, CASE WHEN source <> 'sltd' THEN label END, desk, organisation_id
FROM hits
"""

COPY_PAYLOADS = """
INSERT INTO audit_payloads (entry_id, salt, payload, retention)
SELECT entry_id, salt, payload, CASE
    WHEN EXISTS (SELECT FROM audit_matches AS match WHERE match.entry_id = old.entry_id) THEN 'hit'
    WHEN kind = 'screening' THEN 'no_hit'
    ELSE 'other'
END
FROM audit_payloads_old AS old JOIN audit_entries_old AS entry ON entry.id = old.entry_id
"""


def upgrade() -> None:
    schema = op.get_bind().scalar(sa.text("SELECT current_schema()"))
    _put_aside()
    _create_tables()
    op.execute("CREATE SCHEMA audit_months")
    op.execute(FIRST_ID)
    op.execute(INSTANT_OF)
    op.execute(GUARD_MONTH.format(schema=schema))
    op.execute(MAKE_MONTHS.format(schema=schema))
    for table in PARTITIONED:
        op.execute(f"CREATE TABLE audit_months.{table}_default PARTITION OF {table} DEFAULT")
    op.execute("SELECT make_audit_months(now() - interval '1 day', now() + interval '3 months')")
    op.execute(MONTHS_OF_OLD_ENTRIES)
    op.execute("ALTER TABLE audit_entries_old DISABLE TRIGGER USER")
    for statement in (COPY_ENTRIES, COPY_MATCHES, COPY_PAYLOADS):
        op.execute(statement)
    op.drop_table("audit_payloads_old")
    op.drop_table("audit_entries_old")
    op.execute("SELECT guard_audit_month('audit_entries_default')")
    for table in ("audit_entries", "audit_matches"):
        op.execute(ONLY_ADDED.format(table=table))
    op.execute(AWAIT_TREE)


def _put_aside() -> None:
    """Take the old tables out of the way, and the names of their indexes."""
    for index in ("at", "decision", "organisation", "post"):
        op.drop_index(f"ix_audit_entries_{index}", "audit_entries")
    for table in ("audit_entries", "audit_payloads"):
        op.execute(f"ALTER TABLE {table} RENAME CONSTRAINT pk_{table} TO pk_{table}_old")
        op.rename_table(table, f"{table}_old")


def _create_tables() -> None:
    op.create_table(
        "audit_entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("post_id", sa.Uuid(), nullable=True),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("envelope", sa.LargeBinary(), nullable=False),
        sa.Column("leaf_hash", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("operation", sa.Text(), nullable=True),
        sa.Column("desk", sa.Text(), nullable=True),
        sa.Column("officer", sa.Text(), nullable=True),
        sa.Column("took_ms", sa.REAL(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
        postgresql_partition_by="RANGE (id)",
    )
    op.create_index(
        "ix_audit_entries_organisation",
        "audit_entries",
        ["organisation_id", "id"],
        postgresql_include=["at", "kind", "post_id", "decision"],
    )
    op.create_index(
        "ix_audit_entries_kind", "audit_entries", ["kind", "id"], postgresql_where=sa.text("kind <> 'screening'")
    )
    for column in ("post_id", "client_id", "country", "operation", "decision", "desk", "officer"):
        present = sa.text(f"{column} IS NOT NULL")
        op.create_index(f"ix_audit_entries_{column}", "audit_entries", [column, "id"], postgresql_where=present)
    op.create_index(
        "ix_audit_entries_took_ms", "audit_entries", ["took_ms", "id"], postgresql_where=sa.text("took_ms IS NOT NULL")
    )
    op.create_table(
        "audit_payloads",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("payload", sa.LargeBinary(), nullable=True),
        sa.Column("retention", sa.Text(), server_default="other", nullable=False),
        sa.Column("erased_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_audit_payloads")),
        postgresql_partition_by="RANGE (entry_id)",
    )
    op.create_index(
        "ix_audit_payloads_retention",
        "audit_payloads",
        ["retention", "entry_id"],
        postgresql_where=sa.text("erased_at IS NULL"),
    )
    op.create_table(
        "audit_subjects",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", "digest", name=op.f("pk_audit_subjects")),
        postgresql_partition_by="RANGE (entry_id)",
    )
    op.create_index("ix_audit_subjects_digest", "audit_subjects", ["digest"])
    _create_plain_tables()


def _create_plain_tables() -> None:
    op.create_table(
        "audit_matches",
        sa.Column("hit_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("colour", sa.Text(), nullable=True),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("hit_id", name=op.f("pk_audit_matches")),
    )
    op.create_index("ix_audit_matches_entry_id", "audit_matches", ["entry_id"])
    for column in ("record_id", "source", "desk"):
        op.create_index(f"ix_audit_matches_{column}", "audit_matches", [column, "entry_id"])
    op.create_index(
        "ix_audit_matches_colour",
        "audit_matches",
        ["colour", "entry_id"],
        postgresql_where=sa.text("colour IS NOT NULL"),
    )
    op.create_table(
        "audit_holds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("placed_at", INSTANT, nullable=False),
        sa.Column("placed_by", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("lifted_at", INSTANT, nullable=True),
        sa.Column("lifted_by", sa.Uuid(), nullable=True),
        sa.Column("lift_reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_holds")),
    )
    op.create_index(
        "ix_audit_holds_reference", "audit_holds", ["reference"], postgresql_where=sa.text("lifted_at IS NULL")
    )
    op.create_table(
        "audited_organisations",
        sa.Column("key_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["key_id"], ["keys.id"], name=op.f("fk_audited_organisations_key_id_keys")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_audited_organisations_organisation_id_organisations"),
        ),
        sa.PrimaryKeyConstraint("key_id", "organisation_id", name=op.f("pk_audited_organisations")),
    )
    op.create_index("ix_idempotency_keys_at", "idempotency_keys", ["at"])


def downgrade() -> None:
    op.drop_index("ix_idempotency_keys_at", "idempotency_keys")
    for table in ("audited_organisations", "audit_holds", "audit_matches", "audit_subjects"):
        op.drop_table(table)
    for table in ("audit_entries", "audit_payloads"):
        op.execute(f"ALTER TABLE {table} RENAME TO {table}_months")
        op.execute(f"ALTER TABLE {table}_months RENAME CONSTRAINT pk_{table} TO pk_{table}_months")
    _create_unparted()
    op.execute(
        "INSERT INTO audit_entries SELECT id, at, kind, subject, organisation_id, post_id, client_id, decision, "
        "envelope, leaf_hash, signature, key_id FROM audit_entries_months"
    )
    op.execute(
        "INSERT INTO audit_payloads SELECT entry_id, salt, payload FROM audit_payloads_months WHERE erased_at IS NULL"
    )
    for table in ("audit_entries", "audit_payloads"):
        op.drop_table(f"{table}_months")
    op.execute("DROP SCHEMA audit_months")
    for function in ("make_audit_months", "guard_audit_month", "audit_instant", "audit_first_id"):
        op.execute(f"DROP FUNCTION {function}")
    _index_unparted()


def _create_unparted() -> None:
    op.create_table(
        "audit_entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("post_id", sa.Uuid(), nullable=True),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("envelope", sa.LargeBinary(), nullable=False),
        sa.Column("leaf_hash", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
    )
    op.create_table(
        "audit_payloads",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_audit_payloads")),
    )


def _index_unparted() -> None:
    op.create_index("ix_audit_entries_at", "audit_entries", ["at", "id"])
    op.create_index("ix_audit_entries_organisation", "audit_entries", ["organisation_id", "at", "id"])
    for name, column in (("post", "post_id"), ("decision", "decision")):
        op.create_index(
            f"ix_audit_entries_{name}",
            "audit_entries",
            [column, "at", "id"],
            postgresql_where=sa.text(f"{column} IS NOT NULL"),
        )
    op.execute(ONLY_ADDED.format(table="audit_entries"))
    op.execute(AWAIT_TREE)
