"""Running the service in this process."""

import asyncio

import typer
import uvicorn
from fastapi import FastAPI

from screening import logging
from screening.app.build import create_app, prepared
from screening.cli.offline import reported
from screening.settings import Settings

DRAIN_SECONDS = 5
"""How long requests in flight may take to finish when the service is told to stop."""


def configuration(app: FastAPI, settings: Settings) -> uvicorn.Config:
    """Give uvicorn's configuration: our own logging, no access lines, since these would hold addresses."""
    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=DRAIN_SECONDS,
    )


def serve(settings: Settings) -> None:
    """Serve until told to stop; ends with status 1 when the service could not start."""
    logging.configure(settings.log_level)
    server = uvicorn.Server(configuration(create_app(settings), settings))
    server.run()
    if not server.started:
        raise typer.Exit(1)


def migrate(settings: Settings) -> None:
    """Migrate the database, give the service's role its rights, and say so."""

    async def upgrade() -> None:
        async with prepared(settings):
            pass

    with reported():
        asyncio.run(upgrade())
    typer.echo("The database is up to date.")
