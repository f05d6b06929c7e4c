"""Routes about the service itself: health, metrics, and what each kind of problem means."""

from typing import Literal

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel, Field

from screening import problems
from screening.audit.sequencer import Role, State
from screening.problems import Kind
from screening.screenings import sources
from screening.screenings.vocabulary import CoverageStatus

router = APIRouter(tags=["service"])


class TreeHealth(BaseModel):
    """How the tree over the audit log stands, as this process sees it."""

    role: Role = Field(description="What this process does for the tree; one process of all is `leader`.")
    size: int = Field(description="Leaves under the newest checkpoint.")
    trouble: str | None = Field(description="What is wrong; null when entries enter the tree as they should.")


class Health(BaseModel):
    """Whether the service can do its work, and if not, what cannot."""

    status: Literal["ok", "unavailable"]
    sources: dict[str, CoverageStatus] = Field(default_factory=dict)
    audit_tree: TreeHealth | None = None


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


NOT_READY = "A source cannot answer, or the audit log is in trouble"


@router.get("/health/ready", responses={503: {"model": Health, "description": NOT_READY}})
async def ready(request: Request, response: Response) -> Health:
    """Tell whether every source can answer now, and whether the audit log grows and can be signed."""
    states = {state.source.value: state.status for state in await sources.present(request.app.state.checker)}
    tree: State = request.app.state.sequencer.state
    audit_tree = TreeHealth(role=tree.role, size=tree.size, trouble=tree.trouble)
    if all(status is CoverageStatus.ANSWERED for status in states.values()) and tree.trouble is None:
        return Health(status="ok", sources=states, audit_tree=audit_tree)
    response.status_code = 503
    return Health(status="unavailable", sources=states, audit_tree=audit_tree)


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
async def metrics(request: Request) -> Response:
    """Give figures in the text format of Prometheus."""
    request.app.state.figures.show_tree(request.app.state.sequencer.state)
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
