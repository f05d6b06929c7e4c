"""A service of its own for a benchmark, and a client light enough not to be what is measured."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SCREENING = (sys.executable, "-m", "screening.cli.main")
BUREAU = ("--organisation", "Bureau of Utopia", "--country", "UTO")


@dataclass(frozen=True, slots=True)
class Served:
    """A service that runs: how many seconds it took to be ready, and its process."""

    seconds: float
    process: int


@dataclass(frozen=True, slots=True)
class Installed:
    """A service with its own data and PostgreSQL."""

    environment: dict[str, str]
    folder: Path

    @property
    def port(self) -> int:
        return int(self.environment["SCREENING_PORT"])

    def command(self, *arguments: str) -> str:
        run = subprocess.run(
            [*SCREENING, *arguments], env=self.environment, stdout=subprocess.PIPE, check=True, text=True
        )
        return run.stdout.strip()

    def key(self, role: str, *options: str) -> str:
        return self.command("keys", "create", "--name", role, "--role", role, *BUREAU, *options)

    @contextmanager
    def serving(self, *options: str) -> Iterator[Served]:
        """Run the service until the block ends."""
        began = time.perf_counter()
        process = subprocess.Popen([*SCREENING, "serve", *options], env=self.environment)
        try:
            while not self._is_ready():
                assert process.poll() is None, "the service did not start"
                time.sleep(0.02)
            yield Served(time.perf_counter() - began, process.pid)
        finally:
            process.terminate()
            process.wait()

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health/ready") as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, ConnectionError):
            return False


def free_port() -> int:
    """Give a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def installed() -> Iterator[Installed]:
    """Make an installation that is gone in the end."""
    with tempfile.TemporaryDirectory(prefix="screening-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        port = str(free_port())
        chosen = {"SCREENING_DATA_DIR": str(folder / "data"), "SCREENING_PORT": port, "SCREENING_LOG_LEVEL": "ERROR"}
        chosen["SCREENING_ANSWER_SLOT_SECONDS"] = "0"  # what a screening takes is measured, not what it waits
        yield Installed(os.environ | chosen, folder)


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer and how long it took, in seconds."""

    seconds: float
    status: int
    body: dict[str, Any]


class Client:
    """One kept-alive connection that posts JSON."""

    def __init__(self, port: int, key: str) -> None:
        self._port = port
        self._head = (
            "POST /v1/screenings HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer {key}\r\nContent-Length: "
        )

    async def post_all(self, submissions: Iterator[dict[str, Any]]) -> list[Answered]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        answered = []
        for submission in submissions:
            body = json.dumps(submission).encode()
            began = time.perf_counter()
            writer.write(f"{self._head}{len(body)}\r\n\r\n".encode() + body)
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
            content = await reader.readexactly(length)
            answered.append(Answered(time.perf_counter() - began, int(head[9:12]), json.loads(content)))
        writer.close()
        return answered


async def load(port: int, key: str, submissions: Sequence[dict[str, Any]], *, at_once: int) -> list[Answered]:
    """Send all submissions over so many connections at once; each takes the next when it has its answer."""
    waiting = iter(submissions)
    clients = (Client(port, key).post_all(waiting) for _ in range(at_once))
    return [answer for answers in await asyncio.gather(*clients) for answer in answers]


def quantile(values: Sequence[float], share: float) -> float:
    """Give the value that so large a share lies below."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]
