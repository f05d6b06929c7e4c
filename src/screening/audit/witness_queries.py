"""SQL of the cosignatures that witnesses put below checkpoints."""

from collections.abc import Sequence

from screening.audit import notes
from screening.audit.notes import Signature
from screening.audit.tree_queries import Reading, StoredCheckpoint

NEWEST_COSIGNED = """
SELECT size, root, note, at FROM audit_checkpoints WHERE size = (
    SELECT checkpoint_size FROM audit_cosignatures
    GROUP BY checkpoint_size HAVING count(*) >= $1 ORDER BY checkpoint_size DESC LIMIT 1
)
"""

# Some few witnesses and millions of cosignatures: from one key to the next by the index, not through all of them.
NEWEST_OF_EACH = """
WITH RECURSIVE witness AS (
    (SELECT key_id FROM audit_cosignatures ORDER BY key_id LIMIT 1)
    UNION ALL
    SELECT (SELECT key_id FROM audit_cosignatures AS next WHERE next.key_id > witness.key_id ORDER BY key_id LIMIT 1)
    FROM witness WHERE witness.key_id IS NOT NULL
)
SELECT DISTINCT size, root, note, at
FROM witness
CROSS JOIN LATERAL (
    SELECT checkpoint_size FROM audit_cosignatures AS own
    WHERE own.key_id = witness.key_id AND checkpoint_size <= $1 ORDER BY checkpoint_size DESC LIMIT 1
) AS newest
JOIN audit_checkpoints ON size = checkpoint_size
ORDER BY size
"""


async def keep_cosignature(reading: Reading, size: int, signature: Signature) -> None:
    """Keep what a witness put below the checkpoint of a size; the first one stays."""
    await reading.execute(
        "INSERT INTO audit_cosignatures (key_id, checkpoint_size, witness, signature) VALUES ($1, $2, $3, $4) "
        "ON CONFLICT DO NOTHING",
        signature.key_id,
        size,
        signature.name,
        signature.content,
    )


async def find_cosigned_size(reading: Reading, key_id: str) -> int:
    """Find the size that a witness cosigned last; 0 for none."""
    found: int | None = await reading.fetchval(
        "SELECT max(checkpoint_size) FROM audit_cosignatures WHERE key_id = $1", key_id
    )
    return found or 0


async def find_checkpoint_of(reading: Reading, size: int) -> StoredCheckpoint | None:
    """Find the checkpoint of a size."""
    row = await reading.fetchrow("SELECT size, root, note, at FROM audit_checkpoints WHERE size = $1", size)
    return StoredCheckpoint(**dict(row)) if row else None


async def find_cosigned(reading: Reading, witnesses: int) -> StoredCheckpoint | None:
    """Find the newest checkpoint that at least so many witnesses cosigned."""
    row = await reading.fetchrow(NEWEST_COSIGNED, witnesses)
    return StoredCheckpoint(**dict(row)) if row else None


async def list_newest_cosigned(reading: Reading, size: int) -> list[StoredCheckpoint]:
    """List, for each witness, the newest checkpoint that it cosigned up to a size."""
    return [StoredCheckpoint(**dict(row)) for row in await reading.fetch(NEWEST_OF_EACH, size)]


async def write_cosigned(reading: Reading, checkpoints: Sequence[StoredCheckpoint]) -> list[str]:
    """Write checkpoints as notes, with every cosignature that was kept."""
    rows = await reading.fetch(
        "SELECT checkpoint_size, witness, key_id, signature FROM audit_cosignatures "
        "WHERE checkpoint_size = ANY($1::bigint[]) ORDER BY witness, key_id",
        [checkpoint.size for checkpoint in checkpoints],
    )
    kept: dict[int, list[Signature]] = {}
    for row in rows:
        kept.setdefault(row["checkpoint_size"], []).append(Signature(row["witness"], row["key_id"], row["signature"]))
    return [
        str(notes.parse(checkpoint.note).cosigned(more)) if (more := kept.get(checkpoint.size)) else checkpoint.note
        for checkpoint in checkpoints
    ]
