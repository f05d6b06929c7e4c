"""Routes about the service itself: health, metrics, and what each kind of problem means."""

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel

from screening import problems
from screening.app import figures, health
from screening.app.health import Health
from screening.problems import Kind

router = APIRouter(tags=["service"])


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


NOT_READY = "A source cannot answer, the audit log is in trouble, or the service is about to end"


@router.get("/health/ready", responses={503: {"model": Health, "description": NOT_READY}})
async def ready(request: Request, response: Response) -> Health:
    """Tell whether every source can answer now and the audit log takes entries; if not, what is wrong."""
    found = await health.examine(request.app)
    if found.status == "unavailable":
        response.status_code = 503
    return found


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
async def metrics(request: Request) -> Response:
    """Give figures in the text format of Prometheus."""
    await figures.refresh(request.app)
    return Response(request.app.state.figures.text(), media_type=CONTENT_TYPE_LATEST)


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
