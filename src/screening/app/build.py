"""The application: its rooms, and what lives as long as it does."""

import asyncio
import gc
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, contextmanager

import structlog
from fastapi import FastAPI

from screening import __version__, clock
from screening.access import routes as access_routes
from screening.access.actors import Directory
from screening.access.dependencies import AuditReaderDep
from screening.access.schemas import OrganisationKind
from screening.app import documentation, handlers, service_routes
from screening.app.formats import FORMATS
from screening.app.middleware import Figures, Limited, Measured, RequestIds
from screening.audit import keyfile, log, sequencer, tree_routes
from screening.audit import routes as audit_routes
from screening.audit.keyfile import KeyFileError
from screening.audit.memory import Memory
from screening.audit.receipts import Signer
from screening.audit.routes import Reader
from screening.clock import Clock
from screening.db import database, embedded, migrations
from screening.db.embedded import EmbeddedError
from screening.documents import routes as documents_routes
from screening.hits import routes as hits_routes
from screening.journal import routes as imports_routes
from screening.nominals import index as name_index
from screening.nominals import routes as notices_routes
from screening.objects import routes as objects_routes
from screening.screenings import routes as screenings_routes
from screening.screenings.sources import Checker
from screening.settings import Settings

logger = structlog.stdlib.get_logger(__name__)

LARGEST_BODY = 1 << 20
"""Bytes of a request; the longest submission that the contract allows is a tenth of it."""

DESCRIPTION = """
Border software submits a traveller, the documents presented, and the vehicle, vessel or firearms that cross; the
service checks them against stolen and lost documents, documents tied to notices, notices and diffusions, and objects
that are looked for, and answers **hit**, **no_hit** or **incomplete**
with reasons, the next step for the officer, and a signed receipt.

Every example on this page can be sent as it stands against the sandbox of `make demo`: press **Authorize** and paste
one of the keys that it prints.
"""


@asynccontextmanager
async def database_url(settings: Settings) -> AsyncIterator[str]:
    """Give the address of the database: the one that is set, or that of our own server, which runs meanwhile."""
    if settings.database_url is not None:
        yield settings.database_url.get_secret_value()
        return
    lease = await asyncio.to_thread(embedded.acquire, settings.data_dir)
    try:
        yield lease.url
    finally:
        await asyncio.to_thread(lease.release)


def get_reader(actor: AuditReaderDep) -> Reader:
    """An auditor reads the entries of the own organisation; one of the General Secretariat, all."""
    if actor.organisation_kind == OrganisationKind.GENERAL_SECRETARIAT:
        return Reader(None)
    return Reader(frozenset({actor.organisation_id}))


@contextmanager
def explained() -> Iterator[None]:
    """Say in one line why the service cannot start, where that is for the operator to mend."""
    try:
        yield
    except (EmbeddedError, KeyFileError) as error:
        logger.critical("cannot start", reason=str(error))  # our own words, which quote no record
        raise
    except Exception as error:
        logger.critical("cannot go on", exc_info=error)
        # The server writes the traceback of what leaves here, messages and all, and those may quote a record.
        raise RuntimeError(f"ended by {type(error).__name__}") from None


def lifespan(settings: Settings, now: Clock) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """Make what the application needs as long as it lives: database, log, name index, sources."""

    @asynccontextmanager
    async def alive(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            stack.enter_context(explained())
            url = await stack.enter_async_context(database_url(settings))
            await asyncio.to_thread(migrations.upgrade, url)
            app.state.database = await stack.enter_async_context(database.connected(url, pool_size=settings.pool_size))
            pool = app.state.database.pool
            signer = Signer.of(settings.log_name, keyfile.load_or_make(settings.key_file))
            app.state.log = await stack.enter_async_context(log.writing(pool, signer))
            memory = Memory(settings.checkpoint_folder)
            app.state.sequencer = await stack.enter_async_context(sequencer.running(url, signer, memory, now))
            app.state.directory = Directory(pool)
            names = await stack.enter_async_context(name_index.following(app.state.database, now))
            app.state.checker = Checker(pool, names, now, settings)
            gc.collect()
            gc.freeze()  # the index stays: collections that walk it again and again would show in the latency
            yield

    return alive


def create_app(settings: Settings, *, now: Clock = clock.system) -> FastAPI:
    """Build the application; everything that it holds open is made and closed in its lifespan."""
    app = FastAPI(
        title="screening",
        version=__version__,
        summary="Border screening: documents, notices and persons in milliseconds, every answer audited.",
        description=DESCRIPTION,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan(settings, now),
        separate_input_output_schemas=False,
    )
    app.state.clock = now
    app.state.settings = settings
    app.state.figures = Figures()
    for router in (
        screenings_routes.router,
        hits_routes.router,
        documents_routes.router,
        notices_routes.router,
        *objects_routes.ROUTERS,
        imports_routes.build(FORMATS),
        access_routes.router,
        audit_routes.build(get_reader),
        audit_routes.public,
        tree_routes.build(get_reader),
        tree_routes.public,
        service_routes.router,
    ):
        app.include_router(router)
    documentation.add_documentation(app)
    documentation.add_contract(app)
    handlers.add_handlers(app)
    app.add_middleware(Limited, largest=LARGEST_BODY, unlimited="/v1/imports")
    app.add_middleware(Measured, figures=app.state.figures)
    app.add_middleware(RequestIds)
    return app
