"""Documents in half the space: ids as two small numbers, what records of an intake share apart, codes for States.

Rewrites the whole table, with searches waiting: it is made before the first release, where tables are small.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

INSTANT = postgresql.TIMESTAMP(timezone=True)
OPTIONAL = "number_last, batch, national_reference, bureau_reference, additional_information, hidden_from"
INDEXES = {
    "uq_document_records_single": ("UNIQUE", "", "number_last IS NULL AND withdrawn_at IS NULL"),
    "uq_document_records_range": ("UNIQUE", ", number_last", "number_last IS NOT NULL AND withdrawn_at IS NULL"),
    "ix_document_records_withdrawn": ("", "", "withdrawn_at IS NOT NULL"),
}

# An id is the base of its intake and, in its last seven hexadecimal digits, a place.
BASE = "(left(id::text, 29) || '0000000')::uuid"
PLACE = "('x0' || right(id::text, 7))::bit(32)::integer"
ID = "(left(i.base::text, 29) || lpad(to_hex(r.place), 7, '0'))::uuid"


def code(letters: str) -> str:
    """Give the SQL that reads three letters as a number to the base 26."""
    first, second, third = (f"(ascii(substr({letters}, {place}, 1)) - 65)" for place in (1, 2, 3))
    return f"({first} * 676 + {second} * 26 + {third})::smallint"


def letters(code: str) -> str:
    """Give the SQL for the reverse."""
    return f"(chr(65 + {code} / 676) || chr(65 + {code} / 26 % 26) || chr(65 + {code} % 26))"


def upgrade() -> None:
    op.create_table(
        "document_intakes",
        sa.Column("number", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("base", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["organisations.id"], name=op.f("fk_document_intakes_owner_id_organisations")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_document_intakes")),
        sa.UniqueConstraint("base", name=op.f("uq_document_intakes_base")),
    )
    op.create_index("ix_document_intakes_owner", "document_intakes", ["owner_id", "created_at", "base"])
    retire()
    op.create_table(
        "document_records",
        sa.Column("updated_at", INSTANT, nullable=True),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        sa.Column("intake", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("retention_until", sa.Date(), nullable=False),
        sa.Column("theft_date", sa.Date(), nullable=True),
        sa.Column("issue_date", sa.Date(), nullable=True),
        sa.Column("expiry_date", sa.Date(), nullable=True),
        sa.Column("type", sa.SmallInteger(), nullable=False),
        sa.Column("issuing_state", sa.SmallInteger(), nullable=False),
        sa.Column("reason", sa.SmallInteger(), nullable=False),
        sa.Column("theft_country", sa.SmallInteger(), nullable=True),
        sa.Column("version", sa.SmallInteger(), nullable=True),
        sa.Column("number", sa.Text(collation="C"), nullable=False),
        sa.Column("number_last", sa.Text(collation="C"), nullable=True),
        sa.Column("batch", sa.Text(), nullable=True),
        sa.Column("national_reference", sa.Text(), nullable=True),
        sa.Column("bureau_reference", sa.Text(), nullable=True),
        sa.Column("additional_information", sa.Text(), nullable=True),
        sa.Column("hidden_from", sa.Text(), nullable=True),
        sa.Column("withdrawal_reason", sa.Text(), nullable=True),
    )
    op.execute(f"""
        INSERT INTO document_intakes (base, owner_id, created_at)
        SELECT DISTINCT {BASE}, owner_id, created_at FROM former ORDER BY 1
    """)  # noqa: S608 - constants only
    op.execute(f"""
        INSERT INTO document_records (intake, place, updated_at, withdrawn_at, retention_until, theft_date, issue_date,
            expiry_date, type, issuing_state, reason, theft_country, version, number, {OPTIONAL}, withdrawal_reason)
        SELECT i.number, {PLACE}, updated_at, withdrawn_at, retention_until, theft_date, issue_date, expiry_date, type,
            {code("issuing_state")}, reason, {code("nullif(theft_country, issuing_state)")}, nullif(version, 1),
            f.number, {OPTIONAL}, withdrawal_reason
        FROM former f JOIN document_intakes i ON i.base = {BASE}
    """)  # noqa: S608 - constants only
    op.drop_table("former")
    op.create_primary_key("pk_document_records", "document_records", ["intake", "place"])
    make_indexes()
    op.execute(
        "CREATE TRIGGER only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON document_intakes "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def retire() -> None:
    """Put the table aside, without the names that its successor needs."""
    op.execute("ALTER TABLE document_records RENAME TO former")
    for name in INDEXES:
        op.execute(f"DROP INDEX {name}")
    op.execute("ALTER TABLE former DROP CONSTRAINT pk_document_records")


def make_indexes() -> None:
    """Make the indexes by which documents are looked up: the same before and after."""
    for name, (unique, more, where) in INDEXES.items():
        op.execute(
            f"CREATE {unique} INDEX {name} ON document_records (number, issuing_state, type{more}) WHERE {where}"
        )


def downgrade() -> None:
    retire()
    op.create_table(
        "document_records",
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=True),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("retention_until", sa.Date(), nullable=False),
        sa.Column("theft_date", sa.Date(), nullable=True),
        sa.Column("issue_date", sa.Date(), nullable=True),
        sa.Column("expiry_date", sa.Date(), nullable=True),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("reason", sa.SmallInteger(), nullable=False),
        sa.Column("type", sa.SmallInteger(), nullable=False),
        sa.Column("number", sa.Text(collation="C"), nullable=False),
        sa.Column("issuing_state", sa.Text(), nullable=False),
        sa.Column("theft_country", sa.Text(), nullable=False),
        sa.Column("number_last", sa.Text(collation="C"), nullable=True),
        sa.Column("batch", sa.Text(), nullable=True),
        sa.Column("national_reference", sa.Text(), nullable=True),
        sa.Column("bureau_reference", sa.Text(), nullable=True),
        sa.Column("additional_information", sa.Text(), nullable=True),
        sa.Column("withdrawal_reason", sa.Text(), nullable=True),
        sa.Column("hidden_from", sa.Text(), nullable=True),
    )
    op.execute(f"""
        INSERT INTO document_records (created_at, updated_at, withdrawn_at, id, owner_id, retention_until, theft_date,
            issue_date, expiry_date, version, reason, type, number, issuing_state, theft_country, {OPTIONAL},
            withdrawal_reason)
        SELECT i.created_at, updated_at, withdrawn_at, {ID}, i.owner_id, retention_until, theft_date, issue_date,
            expiry_date, coalesce(version, 1), reason, type, r.number, {letters("issuing_state")},
            {letters("coalesce(theft_country, issuing_state)")}, {OPTIONAL}, withdrawal_reason
        FROM former r JOIN document_intakes i ON i.number = r.intake
    """)  # noqa: S608 - constants only
    op.drop_table("former")
    op.drop_table("document_intakes")
    op.create_primary_key("pk_document_records", "document_records", ["id"])
    op.create_foreign_key(
        "fk_document_records_owner_id_organisations", "document_records", "organisations", ["owner_id"], ["id"]
    )
    make_indexes()
    op.create_index("ix_document_records_owner", "document_records", ["owner_id", "created_at"])
