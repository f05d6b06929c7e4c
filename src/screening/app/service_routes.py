"""Routes about the service itself: health, metrics, and what each kind of problem means."""

from typing import Literal

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel, Field

from screening import problems
from screening.problems import Kind
from screening.screenings import sources
from screening.screenings.vocabulary import CoverageStatus

router = APIRouter(tags=["service"])


class Health(BaseModel):
    """Whether the service can do its work, and if not, what cannot."""

    status: Literal["ok", "unavailable"]
    sources: dict[str, CoverageStatus] = Field(default_factory=dict)


class ProblemKind(BaseModel):
    """What one kind of problem means and what to do about it."""

    type: str
    status: int
    title: str
    remedy: str


@router.get("/health/live")
async def live() -> Health:
    """Tell that the process runs."""
    return Health(status="ok")


@router.get("/health/ready", responses={503: {"model": Health, "description": "A source cannot answer"}})
async def ready(request: Request, response: Response) -> Health:
    """Tell whether every source can answer now."""
    states = {state.source.value: state.status for state in await sources.present(request.app.state.checker)}
    if all(status is CoverageStatus.ANSWERED for status in states.values()):
        return Health(status="ok", sources=states)
    response.status_code = 503
    return Health(status="unavailable", sources=states)


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
async def metrics(request: Request) -> Response:
    """Give figures in the text format of Prometheus."""
    return Response(generate_latest(request.app.state.figures.registry), media_type=CONTENT_TYPE_LATEST)


@router.get("/problems/{slug}", responses=problems.responses(Kind.NOT_FOUND))
async def explain_problem(slug: str) -> ProblemKind:
    """Explain a kind of problem: the `type` of a problem document leads here."""
    for kind in Kind:
        if kind.value.slug == slug:
            entry = kind.value
            return ProblemKind(
                type=f"/problems/{entry.slug}", status=entry.status, title=entry.title, remedy=entry.remedy
            )
    raise problems.not_found("kind of problem")
