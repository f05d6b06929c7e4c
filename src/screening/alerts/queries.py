"""SQL of alerts: telling, publishing in order, listing, and what becomes of deliveries."""

import json
from collections.abc import Sequence
from typing import Any

import asyncpg
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from screening.alerts.events import Alert, AlertType, Listener, Published
from screening.alerts.models import StoredAlert
from screening.db.database import Connection, Pool

LOCK = "SELECT pg_try_advisory_xact_lock($1), set_config('synchronous_commit', 'on', true)"
"""Positions are durable before anybody sees them: the worker's other commits need not wait for the disk."""

ONE_PUBLISHER = 7_261_841
"""The advisory lock under which alerts get their positions: they become visible in their order."""

CHANNEL = "alerts"
"""Who follows the alerts LISTENs here; a notification says only that there is something to read."""

COLUMNS = ("id", "type", "at", "recipients", "post_id", "operation", "exercise", "silent", "data")

TELL = (
    f"INSERT INTO alerts ({', '.join(COLUMNS)}) "  # noqa: S608 - constant names of columns
    f"VALUES ({', '.join(f'${number}' for number in range(1, len(COLUMNS) + 1))})"
)

PUBLISH = """
WITH fresh AS (
    SELECT id, row_number() OVER (ORDER BY at, id) AS place
    FROM (SELECT id, at FROM alerts WHERE position IS NULL ORDER BY at, id LIMIT $1) AS unpublished
), head AS (
    SELECT coalesce(max(position), 0) AS position FROM alerts
), published AS (
    UPDATE alerts SET position = head.position + fresh.place FROM fresh, head WHERE alerts.id = fresh.id
    RETURNING alerts.*
), told AS (
    INSERT INTO alert_recipients (organisation_id, position)
    SELECT DISTINCT unnest(recipients), position FROM published
)
SELECT * FROM published ORDER BY position
"""

# Withdrawals concern whoever found the record: of organisations without a hit on it nobody acted.
FOLLOW = """
WITH progress AS (
    SELECT position FROM alert_progress WHERE reader = 'journal' FOR UPDATE
), changes AS (
    SELECT c.position, c.kind, c.record_id, c.version, c.operation, c.at
    FROM record_changes c, progress WHERE c.position > progress.position ORDER BY c.position LIMIT $1
), moved AS (
    UPDATE alert_progress SET position = (SELECT max(position) FROM changes)
    WHERE reader = 'journal' AND EXISTS (SELECT FROM changes)
), concerned AS (
    SELECT c.position, c.kind, c.record_id, c.version, c.at, concerned.ids
    FROM changes c, LATERAL (
        SELECT array_agg(DISTINCT h.organisation_id) AS ids FROM hits h
        WHERE h.record_id = c.record_id AND h.desk <> 'silent'
    ) AS concerned
    WHERE c.operation = 'withdrawn' AND concerned.ids IS NOT NULL
), told AS (
    INSERT INTO alerts (id, type, at, recipients, exercise, silent, data)
    SELECT gen_random_uuid(), 'record.withdrawn', at, ids, false, false,
           jsonb_build_object('record', record_id, 'kind', kind, 'version', version)
    FROM concerned
)
SELECT count(*) FROM changes
"""

# The second bound on the position keeps a join in its order from beginning at the first alert ever.
LIST = """
SELECT a.* FROM alert_recipients r JOIN alerts a ON a.position = r.position
WHERE r.organisation_id = $1 AND r.position > $2 AND a.position > $2 AND a.type = ANY($3) AND (NOT a.silent OR $4)
  AND ($5::text IS NULL OR a.operation = $5) AND (NOT a.exercise OR $5 IS NOT NULL)
  AND (cardinality($6::uuid[]) = 0 OR a.post_id = ANY($6))
ORDER BY r.position LIMIT $7
"""


def tell_arguments(alert: Alert) -> list[Any]:
    """Give the arguments of `TELL`."""
    values = _values(alert) | {"data": json.dumps(alert.data)}
    return [values[column] for column in COLUMNS]


async def tell(session: AsyncSession, alerts: Sequence[Alert]) -> None:
    """Write alerts in a session's transaction."""
    if alerts:
        await session.execute(insert(StoredAlert), [_values(alert) for alert in alerts])


def _values(alert: Alert) -> dict[str, Any]:
    return {
        "id": alert.id,
        "type": alert.type,
        "at": alert.at,
        "recipients": sorted(alert.to),
        "post_id": alert.post_id,
        "operation": alert.operation,
        "exercise": alert.exercise,
        "silent": alert.silent,
        "data": alert.data,
    }


async def publish(connection: Connection, limit: int) -> list[Published]:
    """Give unpublished alerts their positions. The caller holds the lock, and holds it until the commit."""
    return [published(row) for row in await connection.fetch(PUBLISH, limit)]


async def follow_journal(connection: Connection, limit: int) -> int:
    """Tell of records withdrawn since the last time; gives how many changes were read."""
    count: int = await connection.fetchval(FOLLOW, limit)
    return count


async def list_alerts(pool: Pool, listener: Listener, *, after: int, limit: int) -> list[Published]:
    """List alerts for a listener in their order, from behind a position."""
    types, posts = sorted(listener.types), sorted(listener.post_ids)
    rows = await pool.fetch(
        LIST, listener.organisation_id, after, types, listener.hears_silent, listener.operation, posts, limit
    )
    return [published(row) for row in rows]


async def read_alerts(connection: Connection, *, after: int, limit: int) -> list[Published]:
    """Read what was published behind a position, for everybody."""
    rows = await connection.fetch("SELECT * FROM alerts WHERE position > $1 ORDER BY position LIMIT $2", after, limit)
    return [published(row) for row in rows]


async def head(connection: Connection | Pool) -> int:
    """Give the position of the newest alert; 0 if there is none."""
    position: int = await connection.fetchval("SELECT coalesce(max(position), 0) FROM alerts")
    return position


def published(row: asyncpg.Record) -> Published:
    """Read an alert from a row that has its columns."""
    return Published(
        position=row["position"],
        id=row["id"],
        type=AlertType(row["type"]),
        at=row["at"],
        recipients=frozenset(row["recipients"]),
        post_id=row["post_id"],
        operation=row["operation"],
        exercise=row["exercise"],
        silent=row["silent"],
        data=json.loads(row["data"]),
    )
