"""SQL of the tree over the log."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from screening.audit.keylist import ListedKey
from screening.audit.tiles import Tile, Tiles
from screening.db.database import Connection, Pool

Reading: TypeAlias = Connection | Pool
"""What a query that only reads may be sent to."""

# What is to become a leaf must be an entry with its own hash: a row that somebody changed stays outside. LATERAL and
# its LIMIT keep the planner from reading all entries for the few that wait, as it likes to before it has statistics.
PENDING = r"""
SELECT waiting.entry_id, entry.leaf_hash,
       entry.leaf_hash = sha256('\x00'::bytea || entry.envelope)
       AND position(convert_to('"id":"' || entry.id || '"', 'UTF8') IN entry.envelope) > 0 AS whole
FROM (SELECT entry_id FROM audit_pending ORDER BY entry_id LIMIT $1) AS waiting
LEFT JOIN LATERAL (SELECT * FROM audit_entries WHERE id = waiting.entry_id LIMIT 1) AS entry ON true
ORDER BY waiting.entry_id
"""

# One statement, and so one round trip: in a busy process each one waits for its turn in the event loop.
INTEGRATE = """
WITH leaf AS (
    INSERT INTO audit_leaves (leaf_index, entry_id, leaf_hash)
    SELECT $1 + place - 1, entry_id, leaf_hash
    FROM unnest($2::uuid[], $3::bytea[]) WITH ORDINALITY AS fresh (entry_id, leaf_hash, place)
), no_longer_pending AS (
    DELETE FROM audit_pending WHERE entry_id = ANY ($2::uuid[])
), tile AS (
    INSERT INTO audit_tiles (level, tile_index, hashes) SELECT * FROM unnest($4::smallint[], $5::bigint[], $6::bytea[])
    ON CONFLICT (level, tile_index) DO UPDATE SET hashes = excluded.hashes
)
INSERT INTO audit_checkpoints (size, root, note, at) VALUES ($7, $8, $9, $10)
"""

KEEP_TILES = """
INSERT INTO audit_tiles (level, tile_index, hashes) SELECT * FROM unnest($1::smallint[], $2::bigint[], $3::bytea[])
ON CONFLICT (level, tile_index) DO UPDATE SET hashes = excluded.hashes
"""

FIND_TILES = """
SELECT level, tile_index, hashes FROM audit_tiles
JOIN unnest($1::smallint[], $2::bigint[]) AS wanted (level, tile_index) USING (level, tile_index)
"""

# Whatever the proof of a leaf is made of stands in the tiles above it and in those at the right edge, two of a level.
INCLUSION = """
SELECT leaf_index, leaf_hash, size, root, note, at, level, tile_index, hashes
FROM audit_leaves
CROSS JOIN (SELECT size, root, note, at FROM audit_checkpoints ORDER BY size DESC LIMIT 1) AS newest
CROSS JOIN generate_series(0, 7) AS above
CROSS JOIN LATERAL (VALUES (leaf_index >> 8 * (above + 1)), (size >> 8 * (above + 1))) AS wanted (place)
CROSS JOIN LATERAL (SELECT * FROM audit_tiles WHERE level = above AND tile_index = place LIMIT 1) AS tile
WHERE entry_id = $1 AND size >> 8 * above > 0
"""

LEAVES = r"""
SELECT leaf_index, leaf.entry_id, leaf.leaf_hash, envelope, signature, key_id, organisation_id
FROM audit_leaves AS leaf LEFT JOIN audit_entries AS entry ON entry.id = leaf.entry_id
WHERE leaf_index >= $1 AND leaf_index < $2 ORDER BY leaf_index
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An entry that is not in the tree yet; `whole` is false for one that does not fit its own hash or is gone."""

    entry_id: UUID
    leaf_hash: bytes
    whole: bool


@dataclass(frozen=True, slots=True)
class StoredCheckpoint:
    """One row of `audit_checkpoints`."""

    size: int
    root: bytes
    note: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Leaf:
    """A leaf with its entry; what is None was deleted from under the tree."""

    leaf_index: int
    entry_id: UUID
    leaf_hash: bytes
    envelope: bytes | None
    signature: str | None
    key_id: str | None
    organisation_id: UUID | None


async def list_pending(connection: Connection, limit: int) -> list[Waiting]:
    """List entries that are not in the tree yet, in the order of their ids."""
    rows = await connection.fetch(PENDING, limit)
    return [Waiting(row["entry_id"], row["leaf_hash"] or b"", bool(row["whole"])) for row in rows]


async def find_oldest_pending(connection: Connection) -> UUID | None:
    """Find the entry that waits longest to enter the tree."""
    found: UUID | None = await connection.fetchval("SELECT entry_id FROM audit_pending ORDER BY entry_id LIMIT 1")
    return found


async def integrate(
    connection: Connection, first: int, waiting: Sequence[Waiting], tiles: Tiles, checkpoint: StoredCheckpoint
) -> None:
    """Put entries into the tree from an index on, with the tiles and the checkpoint that come of it, or nothing."""
    await connection.execute(
        INTEGRATE,
        first,
        [each.entry_id for each in waiting],
        [each.leaf_hash for each in waiting],
        [tile.level for tile in tiles],
        [tile.number for tile in tiles],
        list(tiles.values()),
        checkpoint.size,
        checkpoint.root,
        checkpoint.note,
        checkpoint.at,
    )


async def keep_tiles(connection: Connection, tiles: Mapping[Tile, bytes]) -> None:
    """Store tiles that are new or longer than before."""
    await connection.execute(
        KEEP_TILES, [tile.level for tile in tiles], [tile.number for tile in tiles], list(tiles.values())
    )


async def find_tiles(reading: Reading, wanted: Collection[Tile]) -> Tiles:
    """Find tiles; those that are not stored are left out."""
    rows = await reading.fetch(FIND_TILES, [tile.level for tile in wanted], [tile.number for tile in wanted])
    return {Tile(row["level"], row["tile_index"]): row["hashes"] for row in rows}


async def add_checkpoint(connection: Connection, checkpoint: StoredCheckpoint) -> None:
    """Store a signed checkpoint."""
    await connection.execute(
        "INSERT INTO audit_checkpoints (size, root, note, at) VALUES ($1, $2, $3, $4)",
        checkpoint.size,
        checkpoint.root,
        checkpoint.note,
        checkpoint.at,
    )


async def find_checkpoint(reading: Reading) -> StoredCheckpoint | None:
    """Find the newest checkpoint."""
    row = await reading.fetchrow("SELECT size, root, note, at FROM audit_checkpoints ORDER BY size DESC LIMIT 1")
    return StoredCheckpoint(**dict(row)) if row else None


async def list_hourly_checkpoints(reading: Reading, size: int) -> list[StoredCheckpoint]:
    """List the last checkpoint of each hour up to a size, smallest first."""
    rows = await reading.fetch(
        "SELECT size, root, note, at FROM (SELECT DISTINCT ON (date_trunc('hour', at)) * FROM audit_checkpoints "
        "WHERE size <= $1 ORDER BY date_trunc('hour', at), size DESC) AS last ORDER BY size",
        size,
    )
    return [StoredCheckpoint(**dict(row)) for row in rows]


async def count_leaves(reading: Reading) -> int:
    """Give the index behind the last leaf."""
    count: int = await reading.fetchval("SELECT coalesce(max(leaf_index) + 1, 0) FROM audit_leaves")
    return count


async def list_leaves(reading: Reading, first: int, end: int) -> list[Leaf]:
    """List leaves with their entries, in their order."""
    return [Leaf(**dict(row)) for row in await reading.fetch(LEAVES, first, end)]


async def find_inclusion(reading: Reading, entry_id: UUID) -> tuple[int, bytes, StoredCheckpoint, Tiles] | None:
    """Find an entry's place and hash, the newest checkpoint, and the tiles that prove one by the other, all at once."""
    rows = await reading.fetch(INCLUSION, entry_id)
    if not rows:
        return None
    first = rows[0]
    checkpoint = StoredCheckpoint(first["size"], first["root"], first["note"], first["at"])
    found = {Tile(row["level"], row["tile_index"]): row["hashes"] for row in rows}
    return first["leaf_index"], first["leaf_hash"], checkpoint, found


async def list_payloads(reading: Reading, entry_ids: Sequence[UUID]) -> dict[UUID, tuple[bytes, bytes]]:
    """Give salt and payload of those of some entries that still have them."""
    rows = await reading.fetch(
        "SELECT entry_id, salt, payload FROM audit_payloads WHERE entry_id = ANY($1::uuid[]) AND erased_at IS NULL",
        entry_ids,
    )
    return {row["entry_id"]: (row["salt"], row["payload"]) for row in rows}


async def list_silent(reading: Reading, entry_ids: Sequence[UUID], seen: Collection[UUID]) -> set[UUID]:
    """Give those entries that matched a discreet record of an owner that is not among those seen."""
    rows = await reading.fetch(
        "SELECT entry_id FROM audit_matches WHERE entry_id = ANY($1::uuid[]) AND desk = 'silent' "
        "AND owner_id <> ALL($2::uuid[])",
        entry_ids,
        list(seen),
    )
    return {row["entry_id"] for row in rows}


async def list_keys(reading: Reading) -> list[ListedKey]:
    """List every key that signs or signed, oldest first."""
    rows = await reading.fetch(
        "SELECT key_id, log, public_key, valid_from, valid_until, endorsed_by, endorsement "
        "FROM audit_keys ORDER BY valid_from, key_id"
    )
    return [ListedKey(**dict(row)) for row in rows]


async def add_key(connection: Connection, key: ListedKey) -> None:
    """Put a key on the list."""
    await connection.execute(
        "INSERT INTO audit_keys (key_id, log, public_key, valid_from, valid_until, endorsed_by, endorsement) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7)",
        key.key_id,
        key.log,
        key.public_key,
        key.valid_from,
        key.valid_until,
        key.endorsed_by,
        key.endorsement,
    )


async def retire_keys(connection: Connection, until: datetime) -> None:
    """End every key that has no end yet."""
    await connection.execute("UPDATE audit_keys SET valid_until = $1 WHERE valid_until IS NULL", until)


async def find_first_instant(connection: Connection) -> datetime | None:
    """Find when the oldest entry was made."""
    found: datetime | None = await connection.fetchval("SELECT at FROM audit_entries ORDER BY id LIMIT 1")
    return found
