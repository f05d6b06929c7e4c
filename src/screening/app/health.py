"""What is wrong with the service now, cause by cause: for `/health/ready` and `/metrics`."""

import asyncio
from collections.abc import Mapping
from enum import StrEnum
from typing import Literal

from fastapi import FastAPI
from pydantic import BaseModel, Field

from screening.app.crew import Crew
from screening.audit import keyfile
from screening.audit.log import Log
from screening.audit.routing import within
from screening.audit.sequencer import Role, State
from screening.audit.trail import CLOCK_TOLERANCE
from screening.audit.witnessing import Witnessing
from screening.clock import Steady
from screening.db.failures import Failure
from screening.screenings import sources
from screening.screenings.vocabulary import CoverageStatus, Source

ANSWER_SECONDS = 2.0
"""How long the sources may take to say how they are: a frozen database says nothing."""


class Cause(StrEnum):
    """What can be wrong."""

    SOURCE = "source"
    AUDIT_TREE = "audit_tree"
    CLOCK_WENT_BACK = "clock_went_back"
    KEY_FILE = "key_file"
    WITNESS = "witness"
    LEAVING = "leaving"
    PROCESS_MISSING = "process_missing"
    DATABASE_UNREACHABLE = Failure.UNREACHABLE.value
    DISK_FULL = Failure.DISK_FULL.value
    DATABASE_RESOURCES = Failure.RESOURCES.value
    DATABASE_SLOW = Failure.SLOW.value
    STATEMENT_REFUSED = Failure.REFUSED.value


class Trouble(BaseModel):
    """One thing that is wrong."""

    cause: Cause
    detail: str
    stops: bool = Field(description="Whether it keeps the service from answering; if not, it only wants mending.")


class TreeHealth(BaseModel):
    """How the tree over the audit log stands, as this process sees it."""

    role: Role = Field(description="What this process does for the tree; one process of all is `leader`.")
    size: int = Field(description="Leaves under the newest checkpoint.")
    trouble: str | None = Field(description="What is wrong; null when entries enter the tree as they should.")


class ProcessHealth(BaseModel):
    """How many processes share the work."""

    serving: int
    wanted: int


class Health(BaseModel):
    """Whether the service can do its work, and if not, what cannot."""

    status: Literal["ok", "degraded", "unavailable"]
    processes: ProcessHealth | None = None
    sources: dict[str, CoverageStatus] = Field(default_factory=dict)
    audit_tree: TreeHealth | None = None
    troubles: list[Trouble] = Field(default_factory=list)


async def examine(app: FastAPI) -> Health:
    """Look at everything that the service depends on."""
    state = app.state
    statuses, tree = await _sources(app), state.sequencer.report()
    troubles = [
        *_of_crew(state.crew),
        *_of_sources(statuses),
        *_of_log(state.log),
        *_of_tree(tree),
        *_of_clock(state.clock),
        *await asyncio.to_thread(_of_key_file, app),
        *_of_witnesses(state.witnessing),
    ]
    return Health(
        status="unavailable" if any(each.stops for each in troubles) else "degraded" if troubles else "ok",
        processes=ProcessHealth(serving=state.crew.serving, wanted=state.crew.wanted),
        sources=statuses,
        audit_tree=TreeHealth(role=tree.role, size=tree.size, trouble=tree.trouble),
        troubles=troubles,
    )


async def _sources(app: FastAPI) -> dict[str, CoverageStatus]:
    try:
        states = await within(ANSWER_SECONDS, sources.present(app.state.checker))
    except TimeoutError:
        return dict.fromkeys(map(str, Source), CoverageStatus.TIMEOUT)
    return {state.source.value: state.status for state in states}


def _of_crew(crew: Crew) -> list[Trouble]:
    """The service ends when all of it is leaving; one process that makes room for another is no matter to callers."""
    if crew.leaving and not crew.serving:
        return [Trouble(cause=Cause.LEAVING, detail="the service is about to end: send requests elsewhere", stops=True)]
    if crew.serving < crew.wanted:
        detail = f"{crew.serving} of {crew.wanted} processes serve"
        return [Trouble(cause=Cause.PROCESS_MISSING, detail=detail, stops=False)]
    return []


def _of_sources(statuses: Mapping[str, CoverageStatus]) -> list[Trouble]:
    return [
        Trouble(cause=Cause.SOURCE, detail=f"{source}: {status}", stops=True)
        for source, status in statuses.items()
        if status is not CoverageStatus.ANSWERED
    ]


def _of_log(log: Log) -> list[Trouble]:
    if log.trouble is None:
        return []
    detail = f"the last entry could not be written; {log.owed} refusals wait for theirs"
    return [Trouble(cause=Cause(log.trouble), detail=detail, stops=True)]


def _of_tree(tree: State) -> list[Trouble]:
    return [Trouble(cause=Cause.AUDIT_TREE, detail=tree.trouble, stops=True)] if tree.trouble else []


def _of_clock(clock: Steady) -> list[Trouble]:
    if clock.behind <= CLOCK_TOLERANCE:
        return []
    detail = f"it is {clock.behind.total_seconds():.0f} s behind what it said before: mend it, then restart"
    return [Trouble(cause=Cause.CLOCK_WENT_BACK, detail=detail, stops=True)]


def _of_witnesses(witnessing: Witnessing) -> list[Trouble]:
    """The log goes on without its witnesses, and tells them later."""
    told = [state.trouble for state in witnessing.states]
    return [Trouble(cause=Cause.WITNESS, detail=trouble, stops=False) for trouble in told if trouble]


def _of_key_file(app: FastAPI) -> list[Trouble]:
    """The key itself is in memory, so answers go on; the next start would fail."""
    detail = keyfile.find_trouble(app.state.settings.key_file, app.state.log.signer.key)
    return [Trouble(cause=Cause.KEY_FILE, detail=detail, stops=False)] if detail else []
