"""One process's way to the database: a pool for the hot path, sessions for everything else."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, TypeAlias, cast

import asyncpg
from fastapi import Depends, Request
from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

COMMAND_SECONDS = 3.0
"""How long one statement of the hot path may take; it also bounds the wait for a server that stopped answering."""

CONNECT_SECONDS = 5.0
"""How long one attempt to connect may take."""

UNREACHABLE = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
)
"""What asyncpg raises when the database cannot be reached or went away."""

if TYPE_CHECKING:
    Connection: TypeAlias = asyncpg.Connection[asyncpg.Record]
    Pool: TypeAlias = asyncpg.Pool[asyncpg.Record]
else:  # Only the stubs give the classes a parameter; a text would not do, because `Connection | Pool` is evaluated.
    Connection, Pool = asyncpg.Connection, asyncpg.Pool


@dataclass(frozen=True, slots=True)
class Database:
    """Both ways to one database."""

    url: str
    pool: Pool
    """Raw asyncpg connections, for what happens in each screening."""
    engine: AsyncEngine
    sessions: async_sessionmaker[AsyncSession]
    owner_url: str
    """The address of the role that owns the tables, for maintenance; `url` where there is no such role."""


async def _keep_state(_connection: object) -> None:
    """Leave a connection as it is on release: we set no session state, and a reset would cost a round trip."""


@asynccontextmanager
async def connected(url: str, *, pool_size: int, owner_url: str | None = None) -> AsyncIterator[Database]:
    """Open both ways to the database at `url` (postgresql://…), and close them in the end."""
    engine = create_async_engine(
        make_url(url).set(drivername="postgresql+asyncpg"),
        pool_pre_ping=True,
        connect_args={"timeout": CONNECT_SECONDS, "server_settings": {"application_name": "screening"}},
    )
    try:
        async with asyncpg.create_pool(
            url,
            min_size=1,
            max_size=pool_size,
            timeout=CONNECT_SECONDS,
            command_timeout=COMMAND_SECONDS,
            reset=_keep_state,
            server_settings={"application_name": "screening-hot", "jit": "off"},
        ) as pool:
            yield Database(url, pool, engine, async_sessionmaker(engine, expire_on_commit=False), owner_url or url)
    finally:
        await asyncio.shield(engine.dispose())


@asynccontextmanager
async def held(pool: Pool) -> AsyncIterator[Connection]:
    """Hold a connection of a pool; what a pool gives is a proxy that has all that a connection has."""
    async with pool.acquire() as pooled:
        yield cast("Connection", pooled)


@asynccontextmanager
async def transaction(database: Database) -> AsyncIterator[AsyncSession]:
    """Give a session whose changes are committed at the end, or none of them. The only place that commits."""
    async with database.sessions() as session, session.begin():
        yield session


@asynccontextmanager
async def owned(database: Database) -> AsyncIterator[Database]:
    """Give the same database as its owner, for maintenance that goes on as long as the service does."""
    if database.owner_url == database.url:
        yield database
        return
    async with connected(database.owner_url, pool_size=1) as opened:
        yield opened


@asynccontextmanager
async def as_owner(database: Database) -> AsyncIterator[Connection]:
    """Give a connection of the tables' owner, for maintenance that the service's role may not do."""
    connection: Connection = await asyncpg.connect(
        database.owner_url, timeout=CONNECT_SECONDS, server_settings={"application_name": "screening-maintenance"}
    )
    try:
        yield connection
    finally:
        with contextlib.suppress(Exception):  # It may be gone already, and what was done stands.
            await connection.close(timeout=CONNECT_SECONDS)


async def get_database(request: Request) -> Database:
    """Give a route the database of its application."""
    return cast("Database", request.app.state.database)


DatabaseDep = Annotated[Database, Depends(get_database)]


async def get_session(database: DatabaseDep) -> AsyncIterator[AsyncSession]:
    """Give a route a session; its changes are committed before the answer leaves."""
    async with transaction(database) as session:
        yield session


SessionDep = Annotated[AsyncSession, Depends(get_session, scope="function")]


async def get_reading(request: Request) -> Database:
    """Give a route the database for long reads that may be seconds behind: a standby, where one is set."""
    return cast("Database", request.app.state.reading)


ReadingDep = Annotated[Database, Depends(get_reading)]


async def get_reading_session(database: ReadingDep) -> AsyncIterator[AsyncSession]:
    """Give a route a session for such reads."""
    async with transaction(database) as session:
        yield session


ReadingSessionDep = Annotated[AsyncSession, Depends(get_reading_session, scope="function")]
