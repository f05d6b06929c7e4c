"""Every error leaves as a problem document, and none of them quotes what a traveller sent."""

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from starlette.exceptions import HTTPException

from screening import problems
from screening.db.database import UNREACHABLE
from screening.problems import Problem

logger = structlog.stdlib.get_logger(__name__)


async def answer(request: Request, error: Exception) -> JSONResponse:
    """Answer with the problem that an expected error stands for."""
    return problems.response(problems.of_exception(error), request)


async def answer_unreachable(request: Request, error: Exception) -> JSONResponse:
    """Answer that the database cannot be reached: nothing was decided, and trying again is right."""
    logger.warning("database not reachable", error=type(error).__name__)
    return problems.response(problems.unavailable("The database cannot be reached now. Send it again."), request)


async def answer_unexpected(request: Request, error: Exception) -> JSONResponse:
    """Answer for a mistake of ours; the log names its kind and place, never its message."""
    logger.error("unexpected error", exc_info=error, request_id=getattr(request.state, "request_id", None))
    return problems.response(problems.of_exception(error), request)


def add_handlers(app: FastAPI) -> None:
    """Put the handlers in place."""
    for expected in (Problem, HTTPException, RequestValidationError):
        app.add_exception_handler(expected, answer)
    for unreachable in (*UNREACHABLE, OperationalError, InterfaceError, DBAPIError):
        app.add_exception_handler(unreachable, answer_unreachable)
    app.add_exception_handler(Exception, answer_unexpected)
