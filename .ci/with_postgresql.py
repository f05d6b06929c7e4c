"""Runs a command against a PostgreSQL of its own: `with_postgresql.py FOLDER_OF_BINARIES COMMAND...`."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from screening.db import embedded


def main() -> int:
    """Start the server, run the command with its URL in the environment, and give the command's exit code."""
    binaries, *command = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="screening-ci-") as folder:
        Path(folder).chmod(0o711)  # PostgreSQL does not run as root and must get in.
        with embedded.acquire(Path(folder, "data"), binaries=Path(binaries)) as lease:
            environment = {**os.environ, "SCREENING_TEST_DATABASE_URL": lease.url}
            return subprocess.run(command, env=environment, check=False).returncode  # noqa: S603  The caller's command.


sys.exit(main())
