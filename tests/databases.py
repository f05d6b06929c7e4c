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
from urllib.parse import urlsplit

import asyncpg
import pytest

from screening.db import embedded

EXTERNAL_URLS = ("SCREENING_TEST_DATABASE_URL", "SCREENING_DATABASE_URL")
"""The role in the URL must be one that may create databases."""


@dataclass(frozen=True, slots=True)
class Server:
    """A PostgreSQL server on which tests make databases of their own."""

    url: str

    def url_of(self, database: str) -> str:
        """Give the URL of one of its databases."""
        return urlsplit(self.url)._replace(path=f"/{database}").geturl()

    @contextmanager
    def made(self, template: str) -> Iterator[str]:
        """Make a database from a template, give its name, and drop it in the end, whoever is still connected to it."""
        name = f"screening_test_{secrets.token_hex(6)}"
        run_apart(self._execute, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        try:
            yield name
        finally:
            run_apart(self._execute, f'DROP DATABASE "{name}" WITH (FORCE)')

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
        yield Server(external)
        return
    # Not pytest's own folder: run by root, that one is closed to the user whom PostgreSQL runs as.
    with tempfile.TemporaryDirectory(prefix="screening-tests-") as folder:
        Path(folder).chmod(0o711)
        with embedded.acquire(Path(folder, "data")) as lease:
            yield Server(lease.url)


@pytest.fixture(scope="session")
def template_database(server: Server) -> Iterator[str]:
    """The name of a migrated, empty database to clone."""
    from screening.db import migrations  # noqa: PLC0415  What needs no tables runs while migrations do not.

    with server.made("template0") as name:
        run_apart(migrations.upgrade, server.url_of(name))
        yield name


@pytest.fixture
def empty_database_url(server: Server) -> Iterator[str]:
    """The URL of a database without tables."""
    with server.made("template0") as name:
        yield server.url_of(name)


@pytest.fixture
def database_url(server: Server, template_database: str) -> Iterator[str]:
    """The URL of a migrated, empty database that this test alone uses."""
    with server.made(template_database) as name:
        yield server.url_of(name)
