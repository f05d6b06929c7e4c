"""Every error leaves as a problem document, and none of them quotes what a traveller sent."""

import asyncpg
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionError
from starlette.exceptions import HTTPException

from screening import problems
from screening.app.middleware import REQUEST_ID
from screening.db import failures
from screening.db.database import UNREACHABLE
from screening.db.failures import Failure
from screening.problems import Problem

logger = structlog.stdlib.get_logger(__name__)


async def answer(request: Request, error: Exception) -> JSONResponse:
    """Answer with the problem that an expected error stands for."""
    return problems.response(problems.of_exception(error), request)


async def answer_database(request: Request, error: Exception) -> JSONResponse:
    """Answer that the database cannot do it now, and trying again is right; or that we asked it something wrong."""
    failure = failures.failure_of(error)
    if failure in {None, Failure.REFUSED}:
        return await answer_unexpected(request, error)
    logger.warning("database failed", failure=failure, error=type(error).__name__)
    return problems.response(failures.problem_of(error), request)


async def answer_unexpected(request: Request, error: Exception) -> JSONResponse:
    """Answer for a mistake of ours; the log names its kind and place, never its message."""
    logger.error("unexpected error", exc_info=error, request_id=getattr(request.state, "request_id", None))
    response = problems.response(problems.of_exception(error), request)
    # This answer leaves outside all middleware, and so outside the one that names the request.
    response.headers[REQUEST_ID] = getattr(request.state, "request_id", "")
    return response


def add_handlers(app: FastAPI) -> None:
    """Put the handlers in place."""
    for expected in (Problem, HTTPException, RequestValidationError):
        app.add_exception_handler(expected, answer)
    for failed in (*UNREACHABLE, asyncpg.PostgresError, DBAPIError, NoConnectionError):
        app.add_exception_handler(failed, answer_database)
    app.add_exception_handler(Exception, answer_unexpected)
