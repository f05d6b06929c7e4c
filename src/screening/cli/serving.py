"""Running the service in this process."""

import asyncio
import functools
import math
import os
import resource
import signal
import socket
import time
from collections.abc import Sequence
from types import FrameType
from typing import cast

import structlog
import typer
import uvicorn
from fastapi import FastAPI

from screening import clock, logging
from screening.alerts import sealing, worker
from screening.alerts.housekeeping import Kept
from screening.app.build import create_app, prepared
from screening.app.crew import Crew, Standing
from screening.cli import connections
from screening.cli.connections import Connection, Doorway
from screening.cli.offline import reported
from screening.settings import Settings

DRAIN_SECONDS = 5
"""How long requests in flight may take to finish when the service is told to stop."""

LOOK_TICKS = 10
"""At each how many ticks, ten of which make a second, connections are looked at."""

logger = structlog.stdlib.get_logger(__name__)


class Server(uvicorn.Server):
    """A server that takes requests for a while after SIGTERM, and ends streams before it waits for anybody to go.

    Streams would hold it up for as long as it waits at all.
    """

    def __init__(self, app: FastAPI, settings: Settings) -> None:
        super().__init__(configuration(app, settings))
        self._app = app
        self._crew: Crew = app.state.crew
        self._grace_seconds = settings.grace_seconds
        self._ends_at = math.inf

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to leave on SIGTERM; end at once on SIGINT, or before anything was served."""
        if sig == signal.SIGTERM and self.started:
            self.leave(self._grace_seconds)
        else:
            super().handle_exit(sig, frame)

    def leave(self, grace_seconds: float) -> None:
        """Say that this process is leaving, and serve on for a while."""
        self._crew.mark(Standing.LEAVING)
        self._ends_at = min(self._ends_at, time.monotonic() + grace_seconds)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start."""
        await super().startup(sockets)
        if self.started:
            self._crew.mark(Standing.SERVING)

    async def on_tick(self, counter: int) -> bool:
        """Show that the process is alive; tells whether to end."""
        self._crew.beat()
        if counter % LOOK_TICKS == 0:
            self.look_at_connections(asyncio.get_running_loop().time())
        return await super().on_tick(counter) or time.monotonic() >= self._ends_at

    def look_at_connections(self, now: float) -> None:
        """Hang up on clients that are overdue."""
        for connection in list(self.server_state.connections):
            cast("Connection", connection).look(now)

    async def shutdown(self, sockets: Sequence[socket.socket] | None = None) -> None:
        """Stop."""
        self._crew.mark(Standing.LEAVING)
        self._app.state.alerts.close()
        await super().shutdown(list(sockets) if sockets else None)


def configuration(app: FastAPI, settings: Settings) -> uvicorn.Config:
    """Give uvicorn's configuration: our own logging, no access lines, since these would hold addresses."""
    doorway = Doorway(settings.connections, settings.connections_per_address)
    return uvicorn.Config(
        app,
        http=cast("type[asyncio.Protocol]", functools.partial(Connection, doorway=doorway)),
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=connections.IDLE_SECONDS,
        timeout_graceful_shutdown=DRAIN_SECONDS,
    )


def allow_many_files() -> None:
    """Let this process open as many connections as the system lets it; the usual limit is 1024."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def serve(settings: Settings) -> None:
    """Serve in this process until told to stop; ends with status 1 when the service could not start."""
    logging.configure(settings.log_level)
    allow_many_files()
    server = Server(create_app(settings), settings)
    server.run()
    if not server.started:
        raise typer.Exit(1)


def serve_together(settings: Settings, crew: Crew, listening: socket.socket, watching: int) -> int:
    """Serve as one process of several, on their socket, until told to stop or the parent is gone; gives the status."""
    server = Server(create_app(settings, crew=crew), settings)

    def abandoned() -> None:
        asyncio.get_running_loop().remove_reader(watching)
        server.handle_exit(signal.SIGTERM, None)

    async def until_told() -> None:
        # Nobody writes to the pipe: it becomes readable when the parent has died, and nobody would tell us any more.
        asyncio.get_running_loop().add_reader(watching, abandoned)
        try:
            await server.serve([listening])
        except Exception as error:
            # Whatever holds up an orderly end would leave connections open that nobody serves; another takes our place.
            logger.critical("process failed", exc_info=error)
            os._exit(1)

    with asyncio.Runner(loop_factory=server.config.get_loop_factory()) as runner:
        runner.run(until_told())
    return 0 if server.started else 1


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
