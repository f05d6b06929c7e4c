"""No migration locks a big table for long: who adds one that does learns it here (see docs/operation.md)."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

MIGRATIONS = Path(__file__).parents[2] / "migrations" / "versions"
BIG = (
    "document_records",
    "record_changes",
    "audit_entries",
    "audit_payloads",
    "audit_subjects",
    "hits",
    "object_marks",
)
EARLIER = {"0014_narrow_documents.py"}
"""Made before the first release, where no table was big."""

UPGRADE = re.compile(r"^def upgrade.*?(?=^def |\Z)", re.MULTILINE | re.DOTALL)
INDEX = re.compile(r"create_index\((?:[^()]|\([^()]*\))*\)|CREATE (?:UNIQUE )?INDEX[^\"]*")
CONSTRAINT = re.compile(
    r"create_(?:foreign_key|check_constraint|unique_constraint)\([^)]*\)|ALTER TABLE[^\"]*ADD CONSTRAINT[^\"]*"
)


def _about(table: str, statement: str) -> bool:
    return re.search(rf"\b{table}\b", statement) is not None


def long_locks(source: str) -> Iterator[str]:
    """Give the statements that hold a lock on a big table for as long as it takes to read it."""
    found = UPGRADE.search(source)
    body = found[0] if found else ""
    for table in BIG:
        if re.search(rf'create_table\(\s*"{table}"', body):
            continue
        for each in INDEX.findall(body):
            if _about(table, each) and "concurrently" not in each.lower():
                yield each
        for each in CONSTRAINT.findall(body):
            if _about(table, each) and "not_valid" not in each.lower().replace(" ", "_"):
                yield each


@pytest.mark.parametrize("path", [path for path in sorted(MIGRATIONS.glob("*.py")) if path.name[:4] > "0010"], ids=str)
def test_a_migration_never_locks_a_big_table_for_long(path: Path) -> None:
    assert path.name in EARLIER or [*long_locks(path.read_text())] == []


@pytest.mark.parametrize(
    ("statement", "locks"),
    [
        ('op.create_index("ix", "hits", ["desk"])', True),
        ('op.create_index("ix", "hits", ["desk"], postgresql_concurrently=True)', False),
        ('op.create_index("ix", "posts", ["code"])', False),
        ('op.create_index("ix", "report_hits", ["desk"])', False),
        ('op.execute("CREATE INDEX ix ON record_changes (at)")', True),
        ('op.execute("CREATE INDEX CONCURRENTLY ix ON record_changes (at)")', False),
        ('op.execute("ALTER TABLE hits ADD CONSTRAINT c CHECK (score > 0)")', True),
        ('op.execute("ALTER TABLE hits ADD CONSTRAINT c CHECK (score > 0) NOT VALID")', False),
        ('op.create_foreign_key("fk", "hits", "posts", ["post_id"], ["id"])', True),
        ('op.create_foreign_key("fk", "hits", "posts", ["post_id"], ["id"], postgresql_not_valid=True)', False),
    ],
)
def test_what_locks_is_told_from_what_does_not(statement: str, locks: bool) -> None:
    assert bool([*long_locks(f"def upgrade() -> None:\n    {statement}\n")]) == locks
