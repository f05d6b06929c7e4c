"""Which errors of drivers mean what."""

import asyncio

import asyncpg
import pytest
from sqlalchemy import exc, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from screening.db import failures
from screening.db.failures import Failure
from screening.problems import Kind

EXPECTED: list[tuple[BaseException, Failure | None]] = [
    (asyncpg.DiskFullError(), Failure.DISK_FULL),
    (asyncpg.OutOfMemoryError(), Failure.RESOURCES),
    (asyncpg.TooManyConnectionsError(), Failure.RESOURCES),
    (asyncpg.PostgresIOError(), Failure.RESOURCES),
    (asyncpg.AdminShutdownError(), Failure.UNREACHABLE),
    (asyncpg.CrashShutdownError(), Failure.UNREACHABLE),
    (asyncpg.CannotConnectNowError(), Failure.UNREACHABLE),
    (asyncpg.ConnectionDoesNotExistError(), Failure.UNREACHABLE),
    (asyncpg.ReadOnlySQLTransactionError(), Failure.UNREACHABLE),
    (asyncpg.InterfaceError("connection is closed"), Failure.UNREACHABLE),
    (ConnectionRefusedError(), Failure.UNREACHABLE),
    (FileNotFoundError(), Failure.UNREACHABLE),
    (asyncpg.QueryCanceledError(), Failure.SLOW),
    (asyncpg.LockNotAvailableError(), Failure.SLOW),
    (asyncpg.DeadlockDetectedError(), Failure.SLOW),
    (asyncpg.SerializationError(), Failure.SLOW),
    (TimeoutError(), Failure.SLOW),
    (exc.TimeoutError(), Failure.SLOW),
    (asyncpg.IdleInTransactionSessionTimeoutError(), Failure.SLOW),
    (asyncpg.InFailedSQLTransactionError(), Failure.REFUSED),
    (asyncpg.UniqueViolationError(), Failure.REFUSED),
    (asyncpg.UndefinedColumnError(), Failure.REFUSED),
    (asyncpg.InsufficientPrivilegeError(), Failure.REFUSED),
    (asyncpg.PostgresSyntaxError(), Failure.REFUSED),
    (ValueError(), None),
    (KeyError(), None),
]


@pytest.mark.parametrize(("error", "failure"), EXPECTED, ids=lambda each: type(each).__name__)
def test_an_error_has_its_meaning(error: BaseException, failure: Failure | None) -> None:
    assert failures.failure_of(error) is failure


@pytest.mark.parametrize(
    ("statement", "failure"),
    [
        ("SELECT nothing", Failure.REFUSED),
        ("SELECT 1 / 0", Failure.REFUSED),
        ("SELECT pg_terminate_backend(pg_backend_pid())", Failure.UNREACHABLE),
        ("SET LOCAL statement_timeout = '1ms'; SELECT pg_sleep(10)", Failure.SLOW),
    ],
)
async def test_an_error_of_a_session_means_what_that_of_its_driver_means(
    database_url: str, statement: str, failure: Failure
) -> None:
    engine = create_async_engine(database_url.replace("postgresql://", "postgresql+asyncpg://"))
    with pytest.raises(exc.DBAPIError) as failed:
        await run(engine, statement.split("; "))
    await engine.dispose()
    assert failures.failure_of(failed.value) is failure
    expected = Kind.INTERNAL if failure is Failure.REFUSED else Kind.UNAVAILABLE
    assert failures.problem_of(failed.value).kind is expected


async def run(engine: AsyncEngine, statements: list[str]) -> None:
    async with engine.begin() as connection:
        for statement in statements:
            await connection.execute(text(statement))


async def test_an_argument_of_the_wrong_type_is_our_mistake(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    with pytest.raises(asyncpg.DataError) as failed:
        await connection.fetchval("SELECT $1::int", "one")
    await connection.close()
    assert failures.failure_of(failed.value) is Failure.REFUSED


async def test_a_server_that_is_not_there_cannot_be_reached() -> None:
    with pytest.raises(OSError) as failed:  # noqa: PT011 - of which kind depends on the system
        await asyncio.wait_for(asyncpg.connect("postgresql://x@127.0.0.1:1/x"), 10)
    assert failures.failure_of(failed.value) is Failure.UNREACHABLE
