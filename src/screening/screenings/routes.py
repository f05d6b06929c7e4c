"""HTTP routes of screenings, and of what they depend on: the policy and the sources."""

from dataclasses import asdict
from typing import Annotated, cast
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Request

from screening import problems
from screening.access.dependencies import BoardingDep, ScreenerDep, ScreeningReaderDep, ServiceReaderDep
from screening.access.gate import GateDep
from screening.access.permissions import Role
from screening.audit.routing import PromptRoute
from screening.audit.trail import TrailDep
from screening.hits.routes import CasesDep
from screening.problems import Kind, responses
from screening.screenings import answers, boarding, disclose, service, slots, sources
from screening.screenings.direct import ScreeningRoute
from screening.screenings.schemas import (
    Boarding,
    BoardingSubmission,
    PolicyOut,
    Screening,
    SourceList,
    SourceOut,
    Submission,
)
from screening.screenings.service import Means
from screening.screenings.sources import Checker

router = APIRouter(
    prefix="/v1",
    route_class=PromptRoute,
    responses=problems.EVERYWHERE,
)
live = APIRouter(prefix="/v1", tags=["screenings"], route_class=ScreeningRoute, responses=problems.EVERYWHERE)
"""What travellers wait for."""


async def get_checker(request: Request) -> Checker:
    """Give a route the sources of its application."""
    return cast("Checker", request.app.state.checker)


CheckerDep = Annotated[Checker, Depends(get_checker)]
IdempotencyKey = Annotated[
    str | None,
    Header(
        min_length=8,
        max_length=128,
        pattern=r"^[\x21-\x7e]+$",
        description="Names this request: sent again with the same key it gets the same answer and one audit entry.",
    ),
]


async def get_means(checker: CheckerDep, gate: GateDep, trail: TrailDep, cases: CasesDep) -> Means:
    """Give a route what it screens with."""
    return Means(checker, gate, trail, cases)


MeansDep = Annotated[Means, Depends(get_means)]
PROBLEMS = responses(Kind.INVALID, Kind.KEY_REUSED, Kind.TOO_FAST)


@live.post("/screenings", responses=PROBLEMS)
async def screen(
    submission: Submission, actor: ScreenerDep, means: MeansDep, idempotency_key: IdempotencyKey = None
) -> Screening:
    """Screen a traveller and the documents presented.

    `no_hit` is answered only if every required source answered with fresh data and the audit entry is durable;
    anything else is a `hit`, `incomplete`, or a 503.
    """
    async with slots.even(means.checker.limits.slot_seconds):
        with means.checker.pace.live():
            return await service.screen(service.Request(submission, actor, idempotency_key), means)


@live.post("/boarding-checks", responses=PROBLEMS)
async def check_boarding(
    submission: BoardingSubmission, actor: BoardingDep, means: MeansDep, idempotency_key: IdempotencyKey = None
) -> Boarding:
    """Tell a carrier whether to board a passenger: yes, no, ask the State's desk, or send more. Never why."""
    async with slots.even(means.checker.limits.slot_seconds):
        with means.checker.pace.live():
            screened = await service.screen(service.Request(submission, actor, idempotency_key), means)
    disclosed = disclose.disclose(screened, Role.CARRIER, actor.organisation_id)
    return Boarding(
        id=screened.id,
        verdict=boarding.verdict(disclosed),
        screened_at=screened.screened_at,
        receipt=screened.receipt,
    )


@router.get("/screenings/{screening_id}", tags=["screenings"], responses=responses(Kind.NOT_FOUND))
async def get_screening(
    screening_id: UUID, actor: ScreeningReaderDep, checker: CheckerDep, trail: TrailDep
) -> Screening:
    """Give an earlier answer of your organisation."""
    async with slots.even(checker.limits.slot_seconds):
        return await service.get_screening(screening_id, actor, trail)


@router.get("/policy", tags=["service"])
async def get_policy(_actor: ServiceReaderDep, checker: CheckerDep) -> PolicyOut:
    """Give the rules that decide."""
    return answers.describe(checker.policy, checker.limits)


@router.get("/sources", tags=["service"])
async def list_sources(_actor: ServiceReaderDep, checker: CheckerDep) -> SourceList:
    """Tell how fresh each source is."""
    return SourceList(items=[SourceOut(**asdict(state)) for state in await sources.present(checker)])
