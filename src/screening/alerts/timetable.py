"""When deliveries are due, kept by PgQueuer in a schema of its own.

A job says only which delivery is due. How that stands is in `webhook_deliveries`, from which jobs are made again should
the queue lose one.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Self
from uuid import UUID

from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment, QueryQueueBuilder, QuerySchedulerBuilder
from pgqueuer.db import AsyncpgDriver, AsyncpgPoolDriver, Driver
from pgqueuer.domain.settings import DBSettings
from pgqueuer.domain.types import Channel
from pgqueuer.qm import QueueManager
from pgqueuer.queries import Queries

from screening.db.database import Connection, Pool

ENTRYPOINT = "webhook"

# Every name is said here: PgQueuer would take what is left out from variables such as CHANNEL of the environment.
NAMES: Mapping[str, Any] = {
    "prefix": "",
    "db_schema": "pgqueuer",
    "channel": "ch_pgqueuer",
    "function": "fn_pgqueuer_changed",
    "statistics_table": "pgqueuer_statistics",
    "queue_status_type": "pgqueuer_status",
    "queue_table": "pgqueuer",
    "queue_table_log": "pgqueuer_log",
    "trigger": "tg_pgqueuer_changed",
    "schedules_table": "pgqueuer_schedules",
    "durability": "durable",
    "widen_id": True,
}

# What became of a delivery is in `webhook_deliveries`; the queue's own log is of use for a day, and grows for ever.
CLEAR_LOG = "DELETE FROM pgqueuer.pgqueuer_log WHERE created < now() - interval '1 day'"


class Due(NamedTuple):
    """Which delivery a job is about."""

    webhook_id: UUID
    alert_id: UUID
    replays: int = 0
    """How often it was begun again: a job of an earlier time is about nothing any more, and in nobody's way."""

    @classmethod
    def read(cls, payload: bytes) -> Self:
        """Read the payload of a job."""
        return cls(UUID(bytes=payload[:16]), UUID(bytes=payload[16:32]), int.from_bytes(payload[32:]))

    @property
    def payload(self) -> bytes:
        """The payload of a job."""
        return self.webhook_id.bytes + self.alert_id.bytes + self.replays.to_bytes(4)


async def enter(connection: Connection, dues: Sequence[Due]) -> None:
    """Enter deliveries that are due now, in the transaction of the connection; those that have a job keep that one."""
    if not dues:
        return
    await _queries(AsyncpgDriver(connection)).enqueue(
        [ENTRYPOINT] * len(dues),
        [due.payload for due in dues],
        [0] * len(dues),
        dedupe_key=[due.payload.hex() for due in dues],
        on_conflict="skip",
    )


def manager(pool: Pool) -> QueueManager:
    """Give what takes jobs from the queue."""
    return QueueManager(_queries(AsyncpgPoolDriver(pool)), channel=Channel(NAMES["channel"]))


async def clear_log(pool: Pool) -> None:
    """Forget what the queue did until yesterday."""
    await pool.execute(CLEAR_LOG)


def _queries(driver: Driver) -> Queries:
    settings = DBSettings(**NAMES)
    return Queries(
        driver, QueryBuilderEnvironment(settings), QueryQueueBuilder(settings), QuerySchedulerBuilder(settings)
    )
