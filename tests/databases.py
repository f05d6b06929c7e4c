"""Databases for tests: real ones, of a server of our own or of the one that SCREENING_TEST_DATABASE_URL names.

Each test that asks for `database_url` gets a clone of a migrated template, so that its commits are real and its own.
"""

import asyncio
import os
import secrets
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import asyncpg
import pytest

from screening.db import embedded

EXTERNAL_URLS = ("SCREENING_TEST_DATABASE_URL", "SCREENING_DATABASE_URL")
"""The role in the URL must be one that may create databases and roles."""


@dataclass(frozen=True, slots=True)
class Server:
    """A PostgreSQL server on which tests make databases of their own."""

    url: str
    """The address of the role that owns the databases."""
    role: str = f"screening_test_{secrets.token_hex(6)}"
    """The role that the service works under."""
    password: str = secrets.token_hex(16)

    def url_of(self, database: str) -> str:
        """Give the owner's URL of one of its databases."""
        return urlsplit(self.url)._replace(path=f"/{database}").geturl()

    def service_url(self, owner_url: str) -> str:
        """Give the URL of the same database for the service's role."""
        parts = urlsplit(owner_url)
        return parts._replace(netloc=f"{self.role}:{self.password}@{parts.netloc.rpartition('@')[2]}").geturl()

    @contextmanager
    def with_role(self) -> Iterator[Self]:
        """Make the service's role, and drop it in the end, when no database knows it any more."""
        run_apart(self._execute, f"CREATE ROLE {self.role} LOGIN PASSWORD '{self.password}'")
        try:
            yield self
        finally:
            run_apart(self._execute, f"DROP ROLE {self.role}")

    @contextmanager
    def made(self, template: str) -> Iterator[str]:
        """Make a database from a template, give its name, and drop it in the end, whoever is still connected to it."""
        name = f"screening_test_{secrets.token_hex(6)}"
        run_apart(self._execute, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        try:
            yield name
        finally:
            run_apart(self._execute, f'DROP DATABASE "{name}" WITH (FORCE)')

    def forget_at_power_loss(self) -> None:
        """Write without waiting for the disk: who tests what survives a crash runs a server of its own."""
        for statement in ("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()"):
            run_apart(self._execute, statement)

    def _execute(self, statement: str) -> None:
        asyncio.run(self._executed(statement))

    async def _executed(self, statement: str) -> None:
        connection = await asyncpg.connect(self.url)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


def run_apart(function: Callable[[str], None], argument: str) -> None:
    """Run a function that uses an event loop of its own in a thread of its own: pytest's may be running in this one."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(function, argument).result()


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The server of this run of the tests."""
    external = next(filter(None, map(os.environ.get, EXTERNAL_URLS)), None)
    if external:
        with Server(external).with_role() as made:
            yield made
        return
    # Not pytest's own folder: run by root, that one is closed to the user whom PostgreSQL runs as.
    with tempfile.TemporaryDirectory(prefix="screening-tests-") as folder:
        Path(folder).chmod(0o711)
        with embedded.acquire(Path(folder, "data")) as lease, Server(lease.url).with_role() as made:
            made.forget_at_power_loss()
            yield made


@pytest.fixture(scope="session")
def template_database(server: Server) -> Iterator[str]:
    """The name of a migrated, empty database to clone."""
    from screening.db import roles  # noqa: PLC0415  What needs no tables runs while migrations do not.

    def prepare(url: str) -> None:
        asyncio.run(roles.prepare(roles.Addresses(server.service_url(url), url)))

    with server.made("template0") as name:
        run_apart(prepare, server.url_of(name))
        yield name


@pytest.fixture
def empty_database_url(server: Server) -> Iterator[str]:
    """The URL of a database without tables."""
    with server.made("template0") as name:
        yield server.url_of(name)


@pytest.fixture
def database_url(server: Server, template_database: str) -> Iterator[str]:
    """The owner's URL of a migrated, empty database that this test alone uses."""
    with server.made(template_database) as name:
        yield server.url_of(name)


@pytest.fixture
def service_url(server: Server, database_url: str) -> str:
    """The URL of the same database for the service's role."""
    return server.service_url(database_url)
