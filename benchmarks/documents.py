"""Many documents: rows loaded a second, bytes a record, look-ups in the database, searches while a file comes in.

Run `python -m benchmarks documents [rows] [folder]`. Three quarters of the rows are a first file of one State, the last
quarter a file of another that comes in while screenings of documents go on. With a folder (a path with a slash) the
installation stays there, for services to be started on: `SCREENING_DATA_DIR=folder/data screening serve`. The documents
are made up, with numbers spread over all that two letters and seven digits give; `number` makes the same ones again.
"""

import asyncio
import os
import random
import socket
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import numpy as np

from benchmarks.loading import BUREAU, Client, Installed, quantile
from screening.db import embedded
from screening.documents import queries, ranges

ROWS = 1_000_000
OTHER = ("--organisation", "Bureau of Sweden", "--country", "SWE")
NUMBERS = 26 * 26 * 10_000_000
SPREAD = 3**18
"""Has no divisor in common with `NUMBERS`: no two rows get one number."""

LOOKUPS = 4_000
SEARCHES_A_SECOND = 20
BLOCK = 500_000
HEAD = b"number,type,issuing_state,reason,theft_date,theft_country\n"
SIZES = """
SELECT 'row' AS part, pg_table_size('document_records') AS bytes
UNION ALL SELECT indexrelid::regclass::text, pg_relation_size(indexrelid)
FROM pg_index WHERE indrelid = 'document_records'::regclass
UNION ALL SELECT 'intakes', pg_total_relation_size('document_intakes')
UNION ALL SELECT 'journal', pg_total_relation_size('record_changes')
"""


def number(row: int) -> str:
    """Give the document number of a row."""
    letters, digits = divmod(row * SPREAD % NUMBERS, 10_000_000)
    return f"{chr(65 + letters // 26)}{chr(65 + letters % 26)}{digits:07d}"


def write_file(path: Path, rows: range, state: bytes) -> None:
    """Write rows as a CSV file."""
    with path.open("wb") as stream:
        stream.write(HEAD)
        for start in range(rows.start, rows.stop, BLOCK):
            stream.write(lines(np.arange(start, min(start + BLOCK, rows.stop), dtype=np.int64), state))


def lines(rows: Any, state: bytes) -> bytes:
    """Make lines of one length but for the reason."""
    chance = np.random.default_rng(int(rows[0]))
    parts = rows * SPREAD % NUMBERS
    letters, digits = np.divmod(parts, 10_000_000)
    place = 10 ** np.arange(6, -1, -1)
    block = np.zeros((len(rows), 50), dtype=np.uint8)
    block[:, :2] = 65 + np.stack(np.divmod(letters, 26), axis=1)
    block[:, 2:9] = 48 + digits[:, None] // place % 10
    types, reasons = (
        np.array([b",PAS,", b",PAS,", b",IDC,", b",DIP,"]),
        np.array([b",stolen,", b",lost,", b",revoked,"]),
    )
    block[:, 9:14] = types[chance.integers(0, 4, len(rows))].view(np.uint8).reshape(-1, 5)
    block[:, 14:17] = np.frombuffer(state, np.uint8)
    block[:, 17:26] = reasons[chance.integers(0, 3, len(rows))].astype("S9").view(np.uint8).reshape(-1, 9)
    days = np.datetime64("2022-01-01") + chance.integers(0, 1400, len(rows))
    block[:, 26:36] = days.astype("S10").view(np.uint8).reshape(-1, 10)
    block[:, 36] = ord(",")
    block[:, 37:40] = np.frombuffer(state, np.uint8)
    block[:, 40] = ord("\n")
    return bytes(block[block != 0].tobytes())


@contextmanager
def installation(folder: Path | None) -> Iterator[Installed]:
    """Make an installation in a folder that stays, or in one that is gone in the end."""
    with tempfile.TemporaryDirectory(prefix="screening-bench-") as temporary, socket.socket() as probe:
        place = folder or Path(temporary)
        place.mkdir(parents=True, exist_ok=True)
        place.chmod(0o711)
        probe.bind(("127.0.0.1", 0))
        chosen = {"SCREENING_DATA_DIR": str(place / "data"), "SCREENING_PORT": str(probe.getsockname()[1])}
        probe.close()
        yield Installed(os.environ | chosen | {"SCREENING_LOG_LEVEL": "ERROR"}, place)


def bring_in(service: Installed, rows: range, state: str, organisation: str) -> float:
    """Import a file through the command line; gives the rows a second, start and stop included."""
    file = service.folder / f"{state}.csv"
    write_file(file, rows, state.encode())
    began = time.perf_counter()
    said = service.command("import", str(file), "--format", "documents.csv", "--organisation", organisation)
    seconds = time.perf_counter() - began
    file.unlink()
    print(f"{state}: {said.splitlines()[0]} in {seconds:.0f} s: {len(rows) / seconds:,.0f} a second", flush=True)
    return seconds


class Searching(threading.Thread):
    """Screens documents at an even pace until it is told to stop."""

    def __init__(self, service: Installed, key: str, rows: int) -> None:
        super().__init__()
        self._service, self._key, self._rows = service, key, rows
        self._enough = threading.Event()
        self.seconds: list[float] = []

    def run(self) -> None:
        answers = asyncio.run(Client(self._service.port, self._key).post_all(self._submissions()))
        self.seconds = [answer.seconds for answer in answers[SEARCHES_A_SECOND:]]

    def _submissions(self) -> Iterator[dict[str, Any]]:
        chance = random.Random(1)
        while not self._enough.wait(1 / SEARCHES_A_SECOND):
            number_ = number(chance.randrange(2 * self._rows))
            yield {"documents": [{"type": "PAS", "number": number_, "issuing_state": "UTO"}]}

    def stop(self, when: str) -> None:
        self._enough.set()
        self.join()
        told = "   ".join(f"{name} {quantile(self.seconds, share) * 1000:.1f} ms" for name, share in QUANTILES)
        print(f"screening a document, {when}: {told} ({len(self.seconds)})", flush=True)


QUANTILES = (("p50", 0.5), ("p99", 0.99), ("longest", 1.0))


async def look_up(url: str, rows: int) -> None:
    """Ask for six numbers at once, half of the first on record: by the clock of the database, and by ours."""
    connection = await asyncpg.connect(url)
    chance, inside, outside = random.Random(3), [], []
    try:
        for turn in range(LOOKUPS):
            shown = number(chance.randrange(rows)) if turn % 2 else number(rows + chance.randrange(rows))
            asked = [shown, *(f"{letter}{shown[1:]}" for letter in "OISUG")]
            arguments: tuple[Any, ...] = (asked, [*map(ranges.lowest_first, asked)], datetime.now(UTC).date(), [])
            if turn % 4 < 2:
                plan = await connection.fetchval(
                    f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {queries.FIND}", *arguments
                )
                inside.append(float(plan.split('"Execution Time":')[1].split("\n")[0].strip(" ,")))
            else:
                began = time.perf_counter()
                await connection.fetch(queries.FIND, *arguments)
                outside.append((time.perf_counter() - began) * 1000)
    finally:
        await connection.close()
    for where, spent in (("in the database", inside), ("with its round trip", outside)):
        cuts = statistics.quantiles(spent[100:], n=100)
        print(f"look-up of six numbers {where}: p50 {cuts[49]:.3f} ms, p99 {cuts[98]:.3f} ms", flush=True)


async def weigh(url: str, rows: int) -> None:
    """Print the bytes a record by part."""
    connection = await asyncpg.connect(url)
    try:
        parts = {row["part"]: row["bytes"] / rows for row in await connection.fetch(SIZES)}
    finally:
        await connection.close()
    told = ", ".join(f"{part} {size:.1f}" for part, size in parts.items())
    print(f"{sum(parts.values()):.1f} bytes a record: {told}", flush=True)


def measure(service: Installed, rows: int) -> None:
    """Load, and measure on the way."""
    first, gate = rows * 3 // 4, service.key("first_line", "--post", "UTO-AIR-1", "--mode", "air")
    service.command("keys", "create", "--name", "bureau", "--role", "bureau", *OTHER)
    (service.folder / "gate.key").write_text(gate)
    bring_in(service, range(first), "UTO", BUREAU[1])
    with service.serving():
        quiet = Searching(service, gate, first)
        quiet.start()
        time.sleep(10)
        quiet.stop("quiet")
        beside = Searching(service, gate, first)
        beside.start()
        bring_in(service, range(first, rows), "SWE", OTHER[1])
        beside.stop(f"while {rows - first:,} come in")
    with embedded.acquire(service.folder / "data") as lease:
        asyncio.run(weigh(lease.url, rows))
        asyncio.run(look_up(lease.url, rows))


def main() -> None:
    """Run it."""
    rows = next((int(each) for each in sys.argv[1:] if each.isdigit()), ROWS)
    folder = next((Path(each) for each in sys.argv[1:] if "/" in each), None)
    with installation(folder) as service:
        measure(service, rows)


if __name__ == "__main__":
    main()
