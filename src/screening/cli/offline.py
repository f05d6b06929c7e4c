"""What commands that work beside the service share: the database, a trail in the log, and errors in plain words."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

import typer

from screening import clock
from screening.alerts.sealing import SealError
from screening.app.build import prepared
from screening.audit import keyring, log, signing
from screening.audit.keyfile import KeyFileError
from screening.audit.trail import Trail
from screening.db import database
from screening.db.database import UNREACHABLE, Database
from screening.db.embedded import EmbeddedError
from screening.db.roles import RoleError
from screening.journal.formats import ReloadRefusedError, UnreadableError
from screening.problems import Problem
from screening.settings import Settings

COMMAND_LINE = "command-line"
"""Stands in entries where a request would have its id."""


@dataclass(frozen=True, slots=True)
class Workplace:
    """The database and the trail of one command."""

    database: Database
    trail: Trail


@asynccontextmanager
async def workplace(settings: Settings) -> AsyncIterator[Workplace]:
    """Open the database as the service does, migrated, with the log's key."""
    async with (
        prepared(settings) as addresses,
        database.connected(addresses.service, pool_size=2, owner_url=addresses.owner) as opened,
    ):
        signer = await signing.get_signer(opened.pool, settings.log_name, settings.key_file)
        ring = keyring.load_or_make(settings.hash_key_file, clock.system())
        async with log.writing(opened, signer, ring) as writer:
            yield Workplace(opened, Trail(writer, clock.system, request_id=COMMAND_LINE))


@contextmanager
def reported() -> Iterator[None]:
    """End a command with status 1 and a sentence where it failed for a reason that we know."""
    try:
        yield
    except Problem as problem:
        message = "; ".join([problem.detail, *(f"{error.where}: {error.message}" for error in problem.errors or ())])
    except (EmbeddedError, KeyFileError, ReloadRefusedError, RoleError, SealError, UnreadableError) as error:
        message = str(error)
    except UNREACHABLE as error:
        message = f"The database cannot be reached ({type(error).__name__}); see SCREENING_DATABASE_URL."
    else:
        return
    typer.echo(message, err=True)
    raise typer.Exit(1)
