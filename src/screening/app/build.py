"""The application: its rooms, and what lives as long as it does."""

import asyncio
import gc
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, contextmanager

import structlog
from fastapi import FastAPI

from screening import __version__, clock
from screening.access import grant_routes
from screening.access import routes as access_routes
from screening.access import service as access
from screening.access.actors import Directory
from screening.access.dependencies import AuditReaderDep, PayloadHolderDep, SubjectAnswererDep
from screening.access.gate import Gate
from screening.access.permits import Permits
from screening.access.queries import list_places
from screening.alerts import hub, sealing, webhook_routes, worker
from screening.alerts import routes as alerts_routes
from screening.alerts.housekeeping import Kept
from screening.alerts.sealing import SealError
from screening.alerts.service import Outward
from screening.app import documentation, figures, handlers, service_routes
from screening.app.crew import Crew
from screening.app.door import Door
from screening.app.figures import Figures
from screening.app.formats import FORMATS
from screening.app.middleware import Limited, Measured, RequestIds
from screening.audit import (
    hold_routes,
    keyfile,
    keyring,
    log,
    misuse_routes,
    retention,
    search_routes,
    sequencer,
    signing,
    tree_routes,
    witnessing,
)
from screening.audit import routes as audit_routes
from screening.audit.holds import Holder
from screening.audit.keyfile import KeyFileError
from screening.audit.memory import Memory
from screening.audit.notes import NoteError
from screening.audit.readers import Reader
from screening.audit.retention import Rules
from screening.audit.trail import Trail, note_clock
from screening.clock import Clock, Steady
from screening.db import database, embedded, roles
from screening.db.database import Database, SessionDep
from screening.db.embedded import EmbeddedError
from screening.db.roles import Addresses, RoleError
from screening.documents import routes as documents_routes
from screening.hits import alerting, keeper
from screening.hits import queries as hit_queries
from screening.hits import routes as hits_routes
from screening.hits.deadlines import Deadlines
from screening.hits.events import Cases
from screening.journal import routes as imports_routes
from screening.manifests import routes as manifests_routes
from screening.manifests import runner as manifests_runner
from screening.manifests.runner import Parts
from screening.nominals import routes as notices_routes
from screening.nominals import upkeep
from screening.objects import routes as objects_routes
from screening.operations import accreditation
from screening.operations import routes as operations_routes
from screening.operations.register import Register
from screening.reports import counter as report_counter
from screening.reports import routes as reports_routes
from screening.screenings import disclose, watching
from screening.screenings import routes as screenings_routes
from screening.screenings.sources import Checker
from screening.settings import Settings

logger = structlog.stdlib.get_logger(__name__)

LARGEST_BODY = 1 << 20
"""Bytes of a request; the longest submission that the contract allows is a tenth of it."""

OTHER_BODIES = {"/v1/imports": None, "/v1/manifests": 16 << 20, "/v1/operations": 16 << 20}
"""Files keep a limit of their own; a list of 10,000 persons, passengers or accredited, has some 4 MB."""

SWITCH_SECONDS = 0.0005
"""How long a thread that reads a list or builds an index keeps a request from going on; Python's own is ten times that,
and a screening gives way some ten times."""

STARTING = "service-start"
"""Stands in entries where a request would have its id."""

DESCRIPTION = """
Border software submits a traveller, the documents presented, and the vehicle, vessel, firearms, container or aircraft
that cross; the service checks them against stolen and lost documents, documents tied to notices, notices and
diffusions, and objects that are looked for, and answers **hit**, **no_hit** or **incomplete**
with reasons, the next step for the officer, and a signed receipt.

Every example on this page can be sent as it stands against the sandbox of `make demo`: press **Authorize** and paste
one of the keys that it prints.
"""


@asynccontextmanager
async def prepared(settings: Settings) -> AsyncIterator[Addresses]:
    """Give the addresses of a migrated database: those set, or those of our own server, which runs meanwhile."""
    if settings.database_url is not None:
        owner = settings.database_owner_url
        addresses = Addresses(settings.database_url.get_secret_value(), owner.get_secret_value() if owner else None)
        await roles.prepare(addresses)
        yield addresses
        return
    lease = await asyncio.to_thread(embedded.acquire, settings.data_dir)
    try:
        addresses = Addresses(lease.service_url, lease.url)
        await roles.prepare(addresses)
        yield addresses
    finally:
        await asyncio.to_thread(lease.release)


@asynccontextmanager
async def reading(primary: Database, settings: Settings) -> AsyncIterator[Database]:
    """Give the database that audit searches read: a standby where one is set, else the primary."""
    if settings.reading_url is None:
        yield primary
        return
    async with database.connected(settings.reading_url.get_secret_value(), pool_size=1) as standby:
        yield standby


async def get_reader(actor: AuditReaderDep, session: SessionDep) -> Reader:
    """An auditor reads the entries of the organisations that were assigned, now."""
    return Reader(await access.get_audited(session, actor))


async def get_answerer(actor: SubjectAnswererDep, session: SessionDep) -> Reader:
    """A request for access is answered from the same entries."""
    return Reader(await access.get_audited(session, actor))


async def get_holder(actor: PayloadHolderDep) -> Holder:
    """A hold covers the entries of the own organisation; one of the General Secretariat, those of all."""
    return Holder(actor.id, Reader(access.own_entries(actor)))


@contextmanager
def explained() -> Iterator[None]:
    """Say in one line why the service cannot start, where that is for the operator to mend."""
    try:
        yield
    except (EmbeddedError, KeyFileError, NoteError, RoleError, SealError) as error:
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
            addresses = await stack.enter_async_context(prepared(settings))
            url = addresses.service
            app.state.database = await stack.enter_async_context(
                database.connected(url, pool_size=settings.pool_size, owner_url=addresses.owner)
            )
            pool = app.state.database.pool
            app.state.reading = await stack.enter_async_context(reading(app.state.database, settings))
            if await roles.may_rewrite(pool):
                logger.warning("the service's role could rewrite the audit log: see SCREENING_DATABASE_OWNER_URL")
            signer = await signing.get_signer(pool, settings.log_name, settings.key_file)
            ring = keyring.load_or_make(settings.hash_key_file, now())
            writing = log.writing(app.state.database, signer, ring, (hit_queries.OPENED,))
            app.state.log = await stack.enter_async_context(writing)
            await note_clock(Trail(app.state.log, now, request_id=STARTING), pool)
            retaining = Trail(app.state.log, now, request_id="retention")
            maintained = await stack.enter_async_context(database.owned(app.state.database))
            await stack.enter_async_context(retention.running(maintained, retaining, Rules.of(settings)))
            memory = Memory(settings.checkpoint_folder)
            app.state.sequencer = await stack.enter_async_context(sequencer.running(url, signer, memory, now))
            app.state.witnessing = await stack.enter_async_context(
                witnessing.running(pool, app.state.sequencer, settings.witnesses)
            )
            app.state.directory = Directory(pool)
            app.state.gate = Gate(Permits(pool), Register(pool))
            await follow_alerts(app, settings, url, stack)
            names = await stack.enter_async_context(upkeep.following(app.state.database, now, settings.data_dir))
            secret = keyfile.load_or_make_secret(settings.redress_key)
            app.state.checker = Checker(pool, names, now, settings, redress_secret=secret)
            await stack.enter_async_context(watching.watching(app.state.checker))
            trail = Trail(app.state.log, now)
            kept = keeper.keeping(app.state.database, trail, app.state.cases)
            app.state.keeper = await stack.enter_async_context(kept)
            parts = Parts(
                app.state.database,
                app.state.checker,
                app.state.gate,
                app.state.log,
                app.state.cases,
                app.state.directory,
                now,
                accreditation.keep,
            )
            app.state.manifests = await stack.enter_async_context(manifests_runner.running(parts))
            await stack.enter_async_context(report_counter.running(url))
            await stack.enter_async_context(figures.refreshing(app))
            sys.setswitchinterval(SWITCH_SECONDS)
            gc.collect()
            gc.freeze()  # the index stays: collections that walk it again and again would show in the latency
            yield

    return alive


async def follow_alerts(app: FastAPI, settings: Settings, url: str, stack: AsyncExitStack) -> None:
    """Let the application follow the alerts, and deliver them where no other process is there to do so."""
    sealer, allowed = sealing.load_or_make(settings.sealing_key_file), settings.webhook_networks
    app.state.outward = Outward(sealer, allowed)
    app.state.alerts = await stack.enter_async_context(hub.listening(url))
    if settings.deliver_alerts:
        kept = Kept.of(settings)
        await stack.enter_async_context(worker.working(url, sealer, allowed, app.state.clock, kept))


def create_app(settings: Settings, *, now: Clock = clock.system, crew: Crew | None = None) -> FastAPI:
    """Build the application; everything that it holds open is made and closed in its lifespan."""
    steady = Steady(now)
    app = FastAPI(
        title="screening",
        version=__version__,
        summary="Border screening: documents, notices and persons in milliseconds, every answer audited.",
        description=DESCRIPTION,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan(settings, steady),
        separate_input_output_schemas=False,
    )
    app.state.clock = steady
    app.state.settings = settings
    app.state.crew = crew or Crew()
    app.state.figures = Figures()
    app.state.cases = Cases(Deadlines(settings.answer_times), alerting.tell)
    for router in (
        screenings_routes.live,
        screenings_routes.router,
        manifests_routes.router,
        hits_routes.router,
        alerts_routes.router,
        webhook_routes.router,
        documents_routes.router,
        notices_routes.router,
        *objects_routes.ROUTERS,
        imports_routes.build(FORMATS),
        access_routes.router,
        grant_routes.router,
        operations_routes.router,
        reports_routes.router,
        audit_routes.build(get_reader, disclose.withheld),
        search_routes.build(get_reader, get_answerer, disclose.withheld),
        hold_routes.build(get_holder),
        audit_routes.public,
        misuse_routes.build(get_reader, list_places),
        tree_routes.build(get_reader),
        tree_routes.public,
        service_routes.router,
    ):
        app.include_router(router)
    documentation.add_documentation(app)
    documentation.add_contract(app)
    handlers.add_handlers(app)
    app.add_middleware(Limited, largest=LARGEST_BODY, others=OTHER_BODIES)
    app.add_middleware(Measured, figures=app.state.figures)
    app.add_middleware(RequestIds)
    app.add_middleware(Door, crew=app.state.crew)
    return app
