"""The service as a process of its own, as an operator runs it."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

START_SECONDS = 60.0
SCREENING = (sys.executable, "-m", "screening.cli.main")


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that PostgreSQL may enter although root runs the tests; pytest's own are closed to others."""
    with tempfile.TemporaryDirectory(prefix="screening-tests-") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


@dataclass(frozen=True, slots=True)
class Installation:
    """Settings of one installation, and what its processes said."""

    environment: dict[str, str]
    folder: Path
    said: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        """Where its service listens."""
        return f"http://127.0.0.1:{self.environment['SCREENING_PORT']}"

    def command(self, *arguments: str, status: int = 0) -> str:
        """Run a command to its end, and give what it printed."""
        run = subprocess.run(
            [*SCREENING, *arguments], env=self.environment, capture_output=True, text=True, timeout=120, check=False
        )
        self.said.extend((run.stdout, run.stderr))
        assert run.returncode == status, run.stderr
        return run.stdout.strip()

    def key(self, role: str, *options: str) -> dict[str, str]:
        """Make a key on the command line, and give the headers to use it with."""
        who = ("--organisation", "Bureau of Utopia", "--country", "UTO")
        text = self.command("keys", "create", "--name", f"test {role}", "--role", role, *who, *options)
        return {"Authorization": f"Bearer {text}"}

    @contextmanager
    def working(self) -> Iterator["subprocess.Popen[bytes]"]:
        """Run a worker until the block ends; then it is told to stop and must end by itself."""
        output = self.folder / f"output-{len(self.said)}"
        with output.open("wb") as stream:
            process = subprocess.Popen(
                [*SCREENING, "worker"], env=self.environment, stdout=stream, stderr=subprocess.STDOUT
            )
        try:
            yield process
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
            process.wait(30)
        finally:
            process.kill()
            process.wait()
            self.said.append(output.read_text())

    @contextmanager
    def serving(self) -> Iterator["subprocess.Popen[bytes]"]:
        """Run the service until the block ends; then it is told to stop and must end by itself."""
        output = self.folder / f"output-{len(self.said)}"
        with output.open("wb") as stream:
            process = subprocess.Popen(
                [*SCREENING, "serve"], env=self.environment, stdout=stream, stderr=subprocess.STDOUT
            )
        try:
            self._wait_until_ready(process, output)
            yield process
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
            process.wait(30)
        finally:
            process.kill()
            process.wait()
            self.said.append(output.read_text())

    def _wait_until_ready(self, process: "subprocess.Popen[bytes]", output: Path) -> None:
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            assert process.poll() is None, output.read_text()
            with contextlib.suppress(httpx.TransportError):
                if httpx.get(f"{self.address}/health/ready").status_code == httpx.codes.OK:
                    return
        raise AssertionError(f"the service was not ready in time: {output.read_text()}")


def install(folder: Path, **settings: str) -> Installation:
    """Make an installation whose data lie in a folder; settings as in the environment, without the prefix."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    own = {name: value for name, value in os.environ.items() if not name.startswith("SCREENING_")}
    usual = {"DATA_DIR": str(folder / "data"), "PORT": str(port), "GRACE_SECONDS": "0"}
    chosen = usual | {name.upper(): value for name, value in settings.items()}
    return Installation(own | {f"SCREENING_{name}": value for name, value in chosen.items()}, folder)


def json_lines(text: str) -> list[dict[str, object]]:
    """Read log lines; fails for one that is not JSON."""
    return [json.loads(line) for line in text.splitlines() if line]
