"""Telling once that a source turned stale, and once that it is current again, however many processes answer with it.

A source is stale as long as one process says so; a process that says nothing any more is gone, and its word with it.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from screening.alerts import queries
from screening.alerts.events import Alert, AlertType, SourceFacts
from screening.db.database import Connection, Pool, held
from screening.db.metadata import new_id

ONE_AT_A_TIME = 7_261_852
"""The advisory lock under which processes say what they see."""

GONE = timedelta(minutes=1)
"""A process that did not renew its word for so long is gone."""

KNOWN = "SELECT source, max(as_of) AS as_of FROM stale_sources GROUP BY source"
UNSAY = "DELETE FROM stale_sources WHERE (process = $1 AND source <> ALL($2)) OR seen_at < $3"
SAY = """
INSERT INTO stale_sources (source, process, as_of, seen_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (source, process) DO UPDATE SET as_of = excluded.as_of, seen_at = excluded.seen_at
"""


async def say(pool: Pool, process: UUID, stale: Mapping[str, datetime | None], at: datetime) -> None:
    """Say which sources are not current in a process; who is concerned is told where that changes something."""
    if not stale and not await pool.fetchval("SELECT EXISTS (SELECT FROM stale_sources)"):
        return
    async with held(pool) as connection, connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock($1)", ONE_AT_A_TIME)
        before = {row["source"] for row in await connection.fetch(KNOWN)}
        await connection.execute(UNSAY, process, list(stale), at - GONE)
        for source, as_of in stale.items():
            await connection.execute(SAY, source, process, as_of, at)
        after = {row["source"]: row["as_of"] for row in await connection.fetch(KNOWN)}
        for source in after.keys() - before:
            await _tell(connection, AlertType.SOURCE_STALE, SourceFacts(source=source, as_of=after[source]), at)
        for source in before - after.keys():
            await _tell(connection, AlertType.SOURCE_FRESH, SourceFacts(source=source, as_of=at), at)


async def _tell(connection: Connection, kind: AlertType, facts: SourceFacts, at: datetime) -> None:
    """Tell every organisation: its bureau, coordinators and administrators hear of sources."""
    everybody = await connection.fetch("SELECT id FROM organisations")
    alert = Alert(id=new_id(), type=kind, at=at, to=frozenset(row["id"] for row in everybody), facts=facts)
    await connection.execute(queries.TELL, *queries.tell_arguments(alert))
