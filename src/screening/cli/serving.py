"""Running the service in this process."""

import asyncio
import signal
import socket
from collections.abc import Sequence

import structlog
import typer
import uvicorn
from fastapi import FastAPI

from screening import clock, logging
from screening.alerts import sealing, worker
from screening.alerts.housekeeping import Kept
from screening.app.build import create_app, prepared
from screening.cli.offline import reported
from screening.settings import Settings

DRAIN_SECONDS = 5
"""How long requests in flight may take to finish when the service is told to stop."""


logger = structlog.stdlib.get_logger(__name__)


class Server(uvicorn.Server):
    """A server that ends the streams first when it stops: they would hold it up for as long as it waits at all."""

    def __init__(self, app: FastAPI, settings: Settings) -> None:
        super().__init__(configuration(app, settings))
        self._app = app

    async def shutdown(self, sockets: Sequence[socket.socket] | None = None) -> None:
        """Stop."""
        self._app.state.alerts.close()
        await super().shutdown(list(sockets) if sockets else None)


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
    server = Server(create_app(settings), settings)
    server.run()
    if not server.started:
        raise typer.Exit(1)


def work(settings: Settings) -> None:
    """Publish and deliver alerts until told to stop."""
    logging.configure(settings.log_level)

    async def until_stopped() -> None:
        stopping = asyncio.Event()
        for told in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(told, stopping.set)
        async with prepared(settings) as addresses:
            sealer = sealing.load_or_make(settings.sealing_key_file)
            kept, allowed = Kept.of(settings), settings.webhook_networks
            async with worker.working(addresses.service, sealer, allowed, clock.system, kept):
                logger.info("worker started")
                await stopping.wait()

    with reported():
        asyncio.run(until_stopped())


def migrate(settings: Settings) -> None:
    """Migrate the database, give the service's role its rights, and say so."""

    async def upgrade() -> None:
        async with prepared(settings):
            pass

    with reported():
        asyncio.run(upgrade())
    typer.echo("The database is up to date.")
