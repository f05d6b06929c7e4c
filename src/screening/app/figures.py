"""What `/metrics` tells. Several processes count in files of one folder, so that each of them tells the sum of all."""

import asyncio
import contextlib
import os
import tempfile
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime

import structlog
from asyncpg import PostgresError
from fastapi import FastAPI
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, multiprocess, values

from screening import background
from screening.alerts import webhook_queries
from screening.alerts.webhook_queries import Backlog
from screening.app import health
from screening.app.crew import Crew
from screening.app.health import ANSWER_SECONDS, Cause
from screening.audit.log import Log
from screening.audit.sequencer import Role, State
from screening.audit.witnessing import State as WitnessState
from screening.db.database import UNREACHABLE

BUCKETS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 3.0)

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""The variable in which prometheus_client looks for the folder that processes share."""

REFRESH_SECONDS = 5.0
"""How often a process writes down how it stands, for when another of them is asked."""

logger = structlog.stdlib.get_logger(__name__)


class Figures:
    """The figures of one process; labels are of closed sets and never name anybody."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "screening_requests", "Requests answered", ["method", "route", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "screening_request_seconds", "Time to answer", ["route"], buckets=BUCKETS, registry=self.registry
        )
        self.refused = Counter(
            "screening_refused", "Requests refused for load", ["lane", "reason"], registry=self.registry
        )
        self.tree_size = self._highest("screening_audit_tree_size", "Leaves that are signed")
        self.tree_trouble = self._highest("screening_audit_tree_trouble", "1 while something is wrong with the tree")
        self.tree_leader = self._highest("screening_audit_tree_leader", "1 where a process leads")
        self.owed = self._sum("screening_audit_owed", "Refusals whose entries wait to be written")
        self.forgotten = self._sum("screening_audit_forgotten", "Refusals without entry: too many waited")
        self.witnessed = self._highest("screening_witness_size", "Leaves that a witness cosigned", "witness")
        self.trouble = self._highest("screening_trouble", "1 while something is wrong", "cause")
        self.processes = self._highest("screening_processes", "Processes that serve")
        self.unpublished = self._highest("screening_alerts_unpublished", "Alerts that are in no order yet")
        self.deliveries = self._highest("screening_deliveries", "Deliveries to webhooks that are not made", "state")
        self.oldest_delivery = self._highest(
            "screening_delivery_oldest_seconds", "Age of the delivery that waits longest"
        )

    def _highest(self, name: str, told: str, *labels: str) -> Gauge:
        return Gauge(name, told, labels, multiprocess_mode="livemax", registry=self.registry)

    def _sum(self, name: str, told: str) -> Gauge:
        return Gauge(name, told, multiprocess_mode="livesum", registry=self.registry)

    def show_tree(self, state: State) -> None:
        """Take over how the tree over the audit log stands."""
        self.tree_size.set(state.size)
        self.tree_trouble.set(state.trouble is not None)
        self.tree_leader.set(state.role is Role.LEADER)

    def show_log(self, log: Log) -> None:
        """Take over what the log owes."""
        self.owed.set(log.owed)
        self.forgotten.set(log.forgotten)

    def show_witnesses(self, states: Collection[WitnessState]) -> None:
        """Take over how far each witness cosigned."""
        for state in states:
            self.witnessed.labels(state.name).set(state.size)

    def show_causes(self, causes: Collection[Cause]) -> None:
        """Take over what is wrong now."""
        for cause in Cause:
            self.trouble.labels(cause.value).set(cause in causes)

    def show_crew(self, crew: Crew) -> None:
        """Take over how many processes serve."""
        self.processes.set(crew.serving)

    def show_backlog(self, backlog: Backlog, at: datetime) -> None:
        """Take over what waits to be told."""
        self.unpublished.set(backlog.unpublished)
        for state in ("waiting", "failed", "dead"):
            self.deliveries.labels(state).set(getattr(backlog, state))
        self.oldest_delivery.set((at - backlog.oldest).total_seconds() if backlog.oldest else 0)

    def text(self) -> bytes:
        """Write the figures of all processes, as Prometheus reads them."""
        if FOLDER not in os.environ:
            return generate_latest(self.registry)
        together = CollectorRegistry()
        multiprocess.MultiProcessCollector(together)  # type: ignore[no-untyped-call]
        return generate_latest(together)


async def refresh(app: FastAPI) -> None:
    """Write down how everything stands, as this process sees it."""
    figures, state = app.state.figures, app.state
    figures.show_tree(state.sequencer.report())
    figures.show_log(state.log)
    figures.show_witnesses(state.witnessing.states)
    figures.show_crew(state.crew)
    with contextlib.suppress(*UNREACHABLE, PostgresError):  # what else there is to tell is of use just then
        async with asyncio.timeout(ANSWER_SECONDS):
            figures.show_backlog(await webhook_queries.read_backlog(state.database.pool), state.clock())
    found = await health.examine(app)
    figures.show_causes({trouble.cause for trouble in found.troubles})


@asynccontextmanager
async def refreshing(app: FastAPI) -> AsyncIterator[None]:
    """Keep the figures of this process fresh for the others, as long as the block lasts."""
    if FOLDER not in os.environ:
        yield
        return
    async with background.running(_each_time(app), "figures"):
        yield


async def _each_time(app: FastAPI) -> None:
    while True:
        try:
            await refresh(app)
        except Exception as error:  # noqa: BLE001 - figures that are a little old stop nobody
            logger.warning("figures not refreshed", error=type(error).__name__)
        await asyncio.sleep(REFRESH_SECONDS)


@contextmanager
def shared() -> Iterator[None]:
    """Let processes that are forked while the block lasts count together."""
    with tempfile.TemporaryDirectory(prefix="screening-figures-") as folder:
        os.environ[FOLDER] = folder
        # prometheus_client decides by the variable when it is imported, and that was before we knew.
        single, values.ValueClass = values.ValueClass, values.MultiProcessValue()  # type: ignore[no-untyped-call]
        try:
            yield
        finally:
            values.ValueClass = single
            del os.environ[FOLDER]


def forget(pid: int) -> None:
    """Leave out how a process stands that is gone; what it counted stays."""
    multiprocess.mark_process_dead(pid, os.environ[FOLDER])  # type: ignore[no-untyped-call]
