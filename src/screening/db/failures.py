"""Which failures mean that the database cannot serve now, and which are mistakes of ours."""

from enum import StrEnum

import asyncpg
from sqlalchemy import exc

from screening import problems
from screening.db.database import UNREACHABLE
from screening.problems import Problem

_DISK_FULL = "53100"
_CONNECTION = ("08", "57P", "25006")
"""Connection exceptions, a server that shuts down, starts or recovers, and one that is a standby now."""
_RESOURCES = ("53", "58")
"""Insufficient resources, and errors of the system below the database."""
_SLOW = ("57014", "55P03", "40", "25P03", "25P04")
"""Cancelled by a time limit, a lock not given, a deadlock or a serialization failure, a session idle for too long."""


class Failure(StrEnum):
    """Why the database did not do what it was asked."""

    UNREACHABLE = "database_unreachable"
    DISK_FULL = "disk_full"
    RESOURCES = "database_resources"
    SLOW = "database_slow"
    REFUSED = "statement_refused"
    """It answers, and says no: a mistake of ours, or of whoever changed the tables."""


def failure_of(error: BaseException) -> Failure | None:
    """Tell why the database failed; None for an error that is not of the database."""
    match error:
        case exc.DBAPIError(orig=orig) if orig is not None:
            return failure_of(orig.__cause__ or orig) or Failure.REFUSED
        case exc.TimeoutError() | TimeoutError():
            return Failure.SLOW
        case asyncpg.PostgresError():
            return _of_state(str(error.sqlstate or ""))
    return Failure.UNREACHABLE if isinstance(error, UNREACHABLE) else None


def _of_state(state: str) -> Failure:
    if state == _DISK_FULL:
        return Failure.DISK_FULL
    if state.startswith(_SLOW):
        return Failure.SLOW
    if state.startswith(_CONNECTION):
        return Failure.UNREACHABLE
    return Failure.RESOURCES if state.startswith(_RESOURCES) else Failure.REFUSED


def problem_of(error: Exception) -> Problem:
    """Give the problem that stands for any exception of a request: trying again helps, or it is our mistake."""
    failure = failure_of(error)
    if failure in {None, Failure.REFUSED}:
        return problems.of_exception(error)
    problem = problems.unavailable("The database cannot do this now. Send it again.")
    problem.reason = failure
    return problem
