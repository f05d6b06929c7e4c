"""One cluster of our own PostgreSQL: made, started, joined, stopped. Whoever calls holds its gate; see `embedded`."""

import asyncio
import os
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import asyncpg

from screening.db import installation, locks
from screening.db.database import Connection
from screening.db.installation import PORT, Account, EmbeddedError

OWNER = "screening"
"""The database, and the role that owns it and, as that of the cluster, may do anything."""

SERVICE = "screening_service"
"""The role that the service works under; `roles` gives it its rights."""

_START_SECONDS = 180
"""Recovery after a crash replays up to `max_wal_size`, 1 GB, before the server answers."""

_STOP_SECONDS = 60
_ANSWER_SECONDS = 5
_POLL_SECONDS = 0.02

_MAKE_SERVICE = f"""
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{SERVICE}') THEN CREATE ROLE {SERVICE} LOGIN; END IF;
END $$
"""

# An error's text, its details and its context may quote a record ("Key (number)=(...) already exists"), so none of them
# is ever logged: LOG ranks above ERROR, and `terse` drops details and contexts. They still reach the client.
_SETTINGS = {
    "port": str(PORT),
    "listen_addresses": "",
    "unix_socket_directories": ".",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "logging_collector": "off",
    "log_destination": "stderr",
    "log_checkpoints": "off",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}


@dataclass(frozen=True, slots=True)
class Server:
    """One cluster, and how to handle and to reach it."""

    gate: Path
    place: Path
    socket_folder: Path
    binaries: Path
    major: int
    account: Account

    @property
    def data(self) -> Path:
        """The folder of the cluster."""
        return self.place / "data"


def ensure_running(server: Server) -> None:
    """Start the server, or join the one that runs."""
    with locks.opened(server.place / "server") as lock:
        if _settle(server, lock):
            return
        if not server.data.exists():
            _create_cluster(server, lock)
        _start(server, lock)
    if not _answers(server):
        raise EmbeddedError(f"PostgreSQL in {server.data} started but does not answer. {_log_tail(server)}")


def ensure_service_role(server: Server) -> None:
    """Make the role that the service works under, unless it is there; its rights come with the tables."""

    async def make() -> None:
        connection = await _connect(server)
        try:
            await connection.execute(_MAKE_SERVICE)
        finally:
            await connection.close()

    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        runner.run(make())


def _settle(server: Server, lock: IO[bytes]) -> bool:
    """Wait until the server answers (true), or until no process of it is left and its lock is ours (false)."""
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if _answers(server):
            return True
        if locks.take(lock):
            return False
        time.sleep(_POLL_SECONDS)
    raise EmbeddedError(f"PostgreSQL in {server.data} runs but does not answer: stop it. {_log_tail(server)}")


def _answers(server: Server) -> bool:
    """Tell whether a server answers and calls this cluster its own."""
    try:
        with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
            return Path(runner.run(_ask_directory(server))).samefile(server.data)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError):
        return False


async def _ask_directory(server: Server) -> str:
    connection = await _connect(server)
    try:
        return str(await connection.fetchval("SHOW data_directory", timeout=_ANSWER_SECONDS))
    finally:
        connection.terminate()


async def _connect(server: Server) -> Connection:
    # All by name, as else the PG* variables of the caller would count.
    return await asyncpg.connect(
        host=str(server.socket_folder), port=PORT, user=OWNER, database="postgres", timeout=_ANSWER_SECONDS
    )


def _create_cluster(server: Server, lock: IO[bytes]) -> None:
    """Make the cluster beside its place and move it in when it is whole: a half-made one is never used."""
    partial = server.place / "data.partial"
    if partial.exists():
        shutil.rmtree(partial)
    partial.mkdir(mode=0o700)
    installation.give(partial, server.account)
    # PostgreSQL's own C.UTF-8 sorts alike on every system and release; before 17 only the C library has one.
    locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    if server.major < 17:
        locale = ["--locale=C.UTF-8", "--lc-messages=C"]
    options = [f"--username={OWNER}", "--encoding=UTF8", "--data-checksums", "--auth-local=trust", "--auth-host=reject"]
    _run_or_fail(server, ["initdb", "-D", partial, *options, *locale], lock)
    single: list[str | Path] = [
        "postgres",
        "--single",
        "-D",
        partial,
        *_options(),
        "-c",
        "exit_on_error=true",
        "postgres",
    ]
    _run_or_fail(server, single, lock, f"CREATE DATABASE {OWNER}\n")
    partial.rename(server.data)
    _sync(server.place)


def _start(server: Server, lock: IO[bytes]) -> None:
    made_by = (server.data / "PG_VERSION").read_text().strip()
    if made_by != str(server.major):
        message = f"{server.data} is of PostgreSQL {made_by}, but {server.binaries} are of {server.major}"
        raise EmbeddedError(f"{message}: name programs of {made_by} in PG_BINDIR, or dump there and restore here.")
    left = _disown(server)
    log = server.data / "server.log"
    code, said = _control(server, ["start", "-t", str(_START_SECONDS), "-l", log, "-o", " ".join(_options())], lock)
    if code != 0:
        _own_again(server, left)
        raise EmbeddedError(f"PostgreSQL in {server.data} did not start. {said} {_log_tail(server)}")


def _disown(server: Server) -> list[str]:
    """Make PostgreSQL judge a left-over pid file by its shared memory, not by a number that another process may bear.

    We hold the server's lock, so no server that we started lives, but one that an operator started by hand may.
    PostgreSQL takes the pid of pg_ctl's parent, ours, for stale, and still looks whether the shared memory is in use.
    Gives the lines of the file as they were.
    """
    (server.data / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)
    left = server.data / "postmaster.pid"
    lines = left.read_text().splitlines() if left.exists() else []
    left.unlink(missing_ok=True)
    if len(lines) < 7:  # It died before it had shared memory.
        return []
    _write_pid_file(server, [str(os.getpid()), *lines[1:]])
    return lines


def _own_again(server: Server, lines: list[str]) -> None:
    """Give a server that somebody started by hand its pid file back, without which it would stop within a minute."""
    file = server.data / "postmaster.pid"
    if lines and file.exists() and file.read_text().split("\n")[0] == str(os.getpid()):
        file.unlink()
        _write_pid_file(server, lines)


def _write_pid_file(server: Server, lines: list[str]) -> None:
    # Made anew, never through a link: root writes into a folder of the server's user here.
    file = server.data / "postmaster.pid"
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as fresh:
        fresh.write("\n".join([*lines, ""]))
    installation.give(file, server.account)


def stop(server: Server, gate: IO[bytes]) -> None:
    """Stop the server, if it runs."""
    with locks.opened(server.place / "server") as lock:
        if not _settle(server, lock):
            return
    # As the server answered, the number that pg_ctl reads from postmaster.pid is its own and safe to send a signal to.
    code, said = _control(server, ["stop", "-t", str(_STOP_SECONDS), "-m", "fast"], gate)
    if code != 0:
        raise EmbeddedError(f"PostgreSQL in {server.data} did not stop. {said} {_log_tail(server)}")


def _options() -> list[str]:
    return [part for name, value in _SETTINGS.items() for part in ("-c", f"{name}={value}")]


def _control(server: Server, arguments: Sequence[str | Path], lock: IO[bytes]) -> tuple[int, str]:
    command = [server.binaries / "pg_ctl", "-D", server.data, "-w", "-s", *arguments]
    return installation.run(command, server.account, lock, cwd=server.place)


def _run_or_fail(server: Server, command: Sequence[str | Path], lock: IO[bytes], text: str = "") -> None:
    code, said = installation.run(
        [server.binaries / command[0], *command[1:]], server.account, lock, text, cwd=server.place
    )
    if code != 0:
        raise EmbeddedError(f"{command[0]} failed in {server.place}: {said}")


def _sync(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _log_tail(server: Server, lines: int = 10) -> str:
    log = server.data / "server.log"
    text = log.read_text(errors="replace") if log.exists() else ""
    return "\n".join(["The server's log ends:", *text.splitlines()[-lines:]]) if text else "It left no log."
