"""Errors as RFC 9457 problem documents: one catalogue, one exception, one way out.

A `detail` says what was wrong and what would be right. It goes to the caller alone and never repeats a
value that the caller sent: such values may be a traveller's data, and answers end up in logs of others.
"""

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any, NamedTuple

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

MEDIA_TYPE = "application/problem+json"


class Entry(NamedTuple):
    """What the catalogue says of one kind of problem."""

    slug: str
    status: int
    title: str
    remedy: str


class Kind(Enum):
    """The kinds of problem that the service answers with."""

    BAD_REQUEST = Entry("bad-request", 400, "The request cannot be read", "Send well-formed HTTP and JSON in UTF-8.")
    UNAUTHORIZED = Entry(
        "unauthorized",
        401,
        "No valid key",
        "Send `Authorization: Bearer scr_…` with a key that is not revoked.",
    )
    FORBIDDEN = Entry(
        "forbidden",
        403,
        "Not allowed",
        "Use a key whose role, organisation and access cover this. It was logged.",
    )
    NOT_FOUND = Entry(
        "not-found", 404, "Not there", "Check the path and the id; a record may also not be yours to see."
    )
    METHOD_NOT_ALLOWED = Entry("method-not-allowed", 405, "Wrong method", "See the Allow header and /docs.")
    TOO_SLOW = Entry(
        "too-slow", 408, "Too slow", "Send a request in one go; a head within 10 s, a body at 4 kB/s or more."
    )
    CONFLICT = Entry("conflict", 409, "Not in this state", "Read the present state, then decide again.")
    TOO_LARGE = Entry("too-large", 413, "Too large", "Send less at once.")
    UNSUPPORTED_MEDIA = Entry(
        "unsupported-media-type",
        415,
        "Unknown media type",
        "Send one of the media types that the route documents.",
    )
    INVALID = Entry("invalid", 422, "The content does not fit", "Correct the fields named in `errors`.")
    KEY_REUSED = Entry(
        "idempotency-key-reused",
        422,
        "Idempotency-Key used for something else",
        "Use a new key for a new request; repeat a request unchanged.",
    )
    HEAD_TOO_LARGE = Entry("head-too-large", 431, "Headers too large", "Send at most 64 kB of headers.")
    TOO_FAST = Entry("too-fast", 429, "Too fast", "Wait as long as Retry-After says.")
    INTERNAL = Entry(
        "internal",
        500,
        "Our fault",
        "Send it again; if it stays, report the request id. Nothing was decided.",
    )
    UNAVAILABLE = Entry(
        "unavailable",
        503,
        "Cannot be done completely now",
        "Send it again after Retry-After. Nothing was decided.",
    )
    OVERLOADED = Entry(
        "overloaded",
        503,
        "Too busy now",
        "Send it again after Retry-After, or to another node. It was not looked at, and is not in the log.",
    )


OF_STATUS = {
    status: next(kind for kind in Kind if kind.value.status == status) for status in {k.value.status for k in Kind}
}


class FieldError(BaseModel):
    """One thing that does not fit, and where."""

    where: str = Field(examples=["body.documents.0.number"])
    message: str = Field(examples=["String should have at most 64 characters"])


class ProblemDocument(BaseModel):
    """An RFC 9457 problem document."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "/problems/forbidden",
                    "title": "Not allowed",
                    "status": 403,
                    "detail": "The role first_line may not do documents:write.",
                    "request_id": "0199d2c4-5a70-7cc1-a1de-3a7f4f8d2f11",
                }
            ]
        }
    )

    type: str = Field(description="Which kind of problem; the address explains it.")
    title: str = Field(description="The kind in words.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What was wrong here, and what would be right.")
    request_id: str | None = Field(default=None, description="Quote this when you ask about it.")
    errors: list[FieldError] | None = Field(default=None, description="The fields that do not fit.")


class Problem(Exception):  # noqa: N818 - it is called a problem on the wire
    """Raised anywhere to answer with a problem document."""

    def __init__(
        self, kind: Kind, detail: str, *, reason: str | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(kind.value.slug)
        self.kind = kind
        self.detail = detail
        self.reason = reason
        """A word for the audit log, where that may know more than the caller."""
        self.headers = dict(headers or {})
        self.errors: list[FieldError] | None = None


def not_found(what: str) -> Problem:
    """Answer for something that is not there, or that the caller may not see."""
    return Problem(Kind.NOT_FOUND, f"There is no such {what}, or it is not yours to see.")


def unavailable(detail: str, *, retry_after: int = 1) -> Problem:
    """Answer that the request cannot be served completely now; `retry_after` in seconds."""
    return Problem(Kind.UNAVAILABLE, detail, headers={"Retry-After": str(retry_after)})


def invalid(errors: Sequence[FieldError]) -> Problem:
    """Answer that some fields do not fit."""
    problem = Problem(Kind.INVALID, f"{len(errors)} field(s) do not fit; see `errors`.")
    problem.errors = list(errors)
    return problem


def of_validation(error: RequestValidationError) -> Problem:
    """Say what FastAPI found wrong, without the values that were sent."""
    return invalid(
        [FieldError(where=".".join(map(str, item["loc"])), message=_in_words(item)) for item in error.errors()]
    )


def _in_words(item: Mapping[str, Any]) -> str:
    """Say what is wrong; of JSON that cannot be read pydantic's message does not say why."""
    reason = item.get("ctx", {}).get("error") if item["type"] == "json_invalid" else None
    return f"{item['msg']}: {reason}" if reason else str(item["msg"]).removeprefix("Value error, ")


def of_http_exception(error: HTTPException) -> Problem:
    """Say what Starlette refused (unknown path, wrong method, body that is not JSON)."""
    kind = OF_STATUS.get(error.status_code, Kind.INTERNAL if error.status_code >= 500 else Kind.BAD_REQUEST)
    return Problem(kind, kind.value.remedy, headers=error.headers)


def of_exception(error: Exception) -> Problem:
    """Give the problem that stands for any exception of a request."""
    match error:
        case Problem():
            return error
        case RequestValidationError():
            return of_validation(error)
        case HTTPException():
            return of_http_exception(error)
        case _:
            return Problem(Kind.INTERNAL, Kind.INTERNAL.value.remedy)


def response(problem: Problem, request: Request) -> JSONResponse:
    """Write a problem as the answer to a request."""
    slug, status, title, _ = problem.kind.value
    document = ProblemDocument(
        type=f"/problems/{slug}",
        title=title,
        status=status,
        detail=problem.detail,
        request_id=getattr(request.state, "request_id", None),
        errors=problem.errors,
    )
    return JSONResponse(document.model_dump(exclude_none=True), status, headers=problem.headers, media_type=MEDIA_TYPE)


def responses(*kinds: Kind) -> dict[int | str, dict[str, Any]]:
    """Document problems of a route in OpenAPI."""
    by_status: dict[int | str, dict[str, Any]] = {}
    for kind in kinds:
        described = by_status.setdefault(
            kind.value.status,
            {"model": ProblemDocument, "description": kind.value.title, "content": {MEDIA_TYPE: {}}},
        )
        if described["description"] != kind.value.title:
            described["description"] += f"; {kind.value.title}"
    return by_status


EVERYWHERE = responses(
    Kind.BAD_REQUEST, Kind.UNAUTHORIZED, Kind.FORBIDDEN, Kind.INVALID, Kind.UNAVAILABLE, Kind.OVERLOADED
)
"""What any route that asks for a key may answer with."""
