"""What commands that work beside the service share: the database, and a trail in the log."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from screening import clock
from screening.app.build import database_url
from screening.audit import keyfile, log
from screening.audit.receipts import Signer
from screening.audit.trail import Trail
from screening.db import database, migrations
from screening.db.database import Database
from screening.settings import Settings


@dataclass(frozen=True, slots=True)
class Workplace:
    """The database and the trail of one command."""

    database: Database
    trail: Trail


@asynccontextmanager
async def workplace(settings: Settings) -> AsyncIterator[Workplace]:
    """Open the database as the service does, migrated, with the log's key."""
    async with database_url(settings) as url:
        await asyncio.to_thread(migrations.upgrade, url)
        signer = Signer.of(settings.log_name, keyfile.load_or_make(settings.key_file))
        async with database.connected(url, pool_size=2) as opened, log.writing(opened.pool, signer) as writer:
            yield Workplace(opened, Trail(writer, clock.system, request_id="command-line"))
