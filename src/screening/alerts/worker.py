"""The worker: publishes, delivers and keeps alerts in order, inside a serving process or as one of its own."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import asyncpg

from screening.alerts.addresses import Network
from screening.alerts.deliverer import Deliverer
from screening.alerts.housekeeping import Housekeeper, Kept
from screening.alerts.outbound import Sender
from screening.alerts.publisher import Publisher
from screening.alerts.sealing import Sealer
from screening.clock import Clock
from screening.db.database import CONNECT_SECONDS

CONNECTIONS = 6
COMMAND_SECONDS = 10.0

SESSION = {
    "application_name": "screening-worker",
    "jit": "off",
    # What came of an attempt may be lost with the server: then there is another, which the receiver knows by its id.
    "synchronous_commit": "off",
}


async def _keep_state(_connection: object) -> None:
    """Leave a connection as it is on release: no session state is set, and a reset would cost a round trip."""


@asynccontextmanager
async def working(
    url: str, sealer: Sealer, allowed: Sequence[Network], clock: Clock, kept: Kept
) -> AsyncIterator[None]:
    """Work for as long as the block lasts; attempts under way at its end are finished."""
    async with (
        asyncpg.create_pool(
            url,
            min_size=1,
            max_size=CONNECTIONS,
            timeout=CONNECT_SECONDS,
            command_timeout=COMMAND_SECONDS,
            reset=_keep_state,
            server_settings=SESSION,
        ) as pool,
        Sender(allowed) as sender,
    ):
        publisher, deliverer = Publisher(pool, clock), Deliverer(pool, sender, sealer, clock)
        housekeeper = Housekeeper(pool, clock, kept)
        works = (publisher.run(), deliverer.run(), deliverer.sweep(), housekeeper.run())
        running = [asyncio.create_task(each) for each in works]
        try:
            yield
        finally:
            publisher.stop()
            deliverer.stop()
            housekeeper.stop()
            await asyncio.gather(*running)
