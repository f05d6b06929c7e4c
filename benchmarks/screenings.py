"""Whole screenings a second and their latency, over HTTP, beside the way one would do it without us.

MRZ, documents, names, decision, durable audit entry with its receipt. One in 100 travellers presents a reported
document, one in 200 is a listed person. `python -m benchmarks screenings [NOTICES DOCUMENTS [WORKERS]] [FOLDER]`:
10,000 notices, 100,000 documents and one process unless said otherwise, on an embedded PostgreSQL. Needs wrk
(`apt-get install wrk`). A folder (a path with a slash) keeps the installation, for another run with the same numbers.
"""

import json
import os
import random
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import uvloop

from benchmarks import documents as papers
from benchmarks import plain, wrk
from benchmarks.loading import BUREAU, Installed, free_port, installed
from benchmarks.spending import Spent, postmaster, resident
from screening import mrz
from screening.crowd import Crowd
from screening.dates import PartialDate
from screening.db import embedded
from screening.matching import Nominal, Traveller
from screening.mrz import DocumentFields

NOTICES, DOCUMENTS, DIFFERENT = 10_000, 100_000, 3_000
WARM_SECONDS, SECONDS = 3, 10
EXPIRY = PartialDate(2033, 5, 20)
HEADINGS = ("what", "in flight", "a second", "p50 ms", "p99 ms", "p99.9 ms", "CPU us: service", "PostgreSQL")
ROWS = {"notices": "notices", "document_records": "documents"}
"""Tables, and the attribute of a size that counts their rows."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much an installation holds, and how many processes serve it."""

    notices: int
    documents: int
    workers: int = 1


@dataclass(frozen=True, slots=True)
class Row:
    """One load, and what it cost."""

    what: str
    at_once: int
    load: wrk.Load
    spent: Spent

    def cells(self) -> tuple[str, ...]:
        """Give the texts below the headings."""
        each, load = 1e6 / max(self.load.requests, 1), self.load
        times = (f"{time_:.2f}" for time_ in (load.p50, load.p99, load.p999))
        cost = (f"{self.spent.service * each:.0f}", f"{self.spent.database * each:.0f}")
        trouble = f" ({load.refused} refused, {load.failed} failed)" if load.refused or load.failed else ""
        return (self.what, f"{self.at_once}", f"{load.a_second:,.1f}{trouble}", *times, *cost)


@dataclass(frozen=True, slots=True)
class Measured:
    """What one size gave."""

    size: Size
    ready: float
    """Seconds from the start until it was ready."""
    resident: tuple[int, ...]
    """Bytes of each serving process, shared memory in equal parts."""
    index_bytes: int
    document_bytes: int
    alone: Row
    whole: Row
    document: Row
    plain: Row

    @property
    def rows(self) -> tuple[Row, ...]:
        return (self.alone, self.whole, self.document, self.plain)

    @property
    def times(self) -> float:
        """How many times as many as the plain way."""
        return self.whole.load.a_second / self.plain.load.a_second


def main() -> None:
    numbers = [int(each) for each in sys.argv[1:] if each.isdigit()] or [NOTICES, DOCUMENTS]
    folder = next((Path(each) for each in sys.argv[1:] if "/" in each), None)
    size = Size(*numbers)
    print(f"{size.notices:,} notices, {size.documents:,} documents, {size.workers} process(es)\n")
    seen = run(size, folder)
    print("{:<24}{:>10}{:>12}{:>10}{:>10}{:>10}{:>17}{:>12}".format(*HEADINGS))
    for row in seen.rows:
        print("{:<24}{:>10}{:>12}{:>10}{:>10}{:>10}{:>17}{:>12}".format(*row.cells()))
    print(f"\n{seen.times:.0f} times as many as the plain way; ready after {seen.ready:.1f} s")
    print(f"memory: {', '.join(f'{each / 1e6:.0f} MB' for each in seen.resident)}")


def run(size: Size, folder: Path | None = None) -> Measured:
    """Fill an installation, drive it, and then the plain way over the same records."""
    if not wrk.is_there():
        sys.exit("wrk is not installed: apt-get install wrk")
    listed = list(Crowd(1).nominals(size.notices))
    with installed(folder) as service:
        key = service.key("first_line", "--post", "UTO-AIR-1", "--mode", "air")
        fill(service, size, listed)
        return measure(service, key, listed, size)


def fill(service: Installed, size: Size, listed: list[Nominal]) -> None:
    """Bring in what is not there yet."""
    there = count(service)
    if there["notices"] < size.notices:
        bring_in(service, "notices.ndjson", service.folder / "notices", map(notice, listed[there["notices"] :]))
    if there["documents"] < size.documents:
        papers.bring_in(service, range(there["documents"], size.documents), "UTO", BUREAU[1])


def count(service: Installed) -> dict[str, int]:
    """Count what an installation holds."""

    async def ask(url: str) -> dict[str, int]:
        connection = await asyncpg.connect(url)
        rows = {name: await connection.fetchval(f"SELECT count(*) FROM {table}") for table, name in ROWS.items()}
        await connection.close()
        return rows

    with embedded.acquire(Path(service.environment["SCREENING_DATA_DIR"])) as lease:
        return uvloop.run(ask(lease.url))


def measure(service: Installed, key: str, listed: list[Nominal], size: Size) -> Measured:
    """Drive one installation, then the plain way over the same records."""
    whole = [submission(number, listed, size.documents) for number in range(DIFFERENT)]
    alone = [{"documents": [paper(number, size.documents)]} for number in range(DIFFERENT)]
    with service.serving("--workers", str(size.workers)) as served:
        row("warm", service, key, whole, at_once=8, process=served.process, seconds=WARM_SECONDS)
        single = row("a screening alone", service, key, whole, at_once=1, process=served.process)
        loaded = row("whole screenings", service, key, whole, at_once=32, process=served.process)
        document = row("documents alone", service, key, alone, at_once=64, process=served.process)
        memory = resident(served.process)
    with serving_plain(service, listed) as (port, process):
        other = Installed(service.environment | {"SCREENING_PORT": str(port)}, service.folder)
        theirs = row("the plain way", other, key, whole, at_once=2, process=process)
    index = (Path(service.environment["SCREENING_DATA_DIR"]) / "names.index").stat().st_size
    return Measured(size, served.seconds, memory, index, weigh(service), single, loaded, document, theirs)


def weigh(service: Installed) -> int:
    """Give the bytes of the documents with their indexes."""

    async def ask(url: str) -> int:
        connection = await asyncpg.connect(url)
        size = await connection.fetchval("SELECT pg_total_relation_size('document_records')")
        await connection.close()
        return int(size)

    with embedded.acquire(Path(service.environment["SCREENING_DATA_DIR"])) as lease:
        return uvloop.run(ask(lease.url))


def row(
    what: str, service: Installed, key: str, sent: list[Any], *, at_once: int, process: int, seconds: int = SECONDS
) -> Row:
    """Drive one load."""
    server = postmaster(service)
    before = Spent.now(server, process)
    load = wrk.drive(service.port, key, sent, at_once=at_once, seconds=seconds)
    return Row(what, at_once, load, Spent.now(server, process).since(before))


@contextmanager
def serving_plain(service: Installed, listed: list[Nominal]) -> Iterator[tuple[int, int]]:
    """Serve the plain way over the same list and documents; gives its port and its process."""
    names = [f"{each.names[0].given_names or ''} {each.names[0].surname or each.names[0].full_name}" for each in listed]
    with embedded.acquire(Path(service.environment["SCREENING_DATA_DIR"])) as lease:
        uvloop.run(plain.load(lease.url, names))
        port = free_port()
        serving = subprocess.Popen([sys.executable, "-m", "benchmarks.plain", lease.url, str(port)], env=os.environ)
        try:
            wait_until_open(port)
            yield port, serving.pid
        finally:
            serving.terminate()
            serving.wait()


def wait_until_open(port: int) -> None:
    """Wait until something answers at a port."""
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/openapi.json").close()
            return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.05)


def bring_in(service: Any, form: str, file: Path, records: Any) -> None:
    """Import generated records through the command line."""
    with file.open("w") as stream:
        stream.writelines(json.dumps(record) + "\n" for record in records)
    began = time.perf_counter()
    said = service.command("import", str(file), "--format", form, "--organisation", BUREAU[1])
    print(f"{form}: {said} ({time.perf_counter() - began:.1f} s with start and stop)")


def notice(nominal: Nominal) -> dict[str, Any]:
    """Make a red notice of a generated person."""
    names = [
        {"kind": name.kind, "surname": name.surname, "given_names": name.given_names, "full_name": name.full_name}
        for name in nominal.names
    ]
    subject = {
        "names": [{key: value for key, value in name.items() if value} for name in names],
        "dates_of_birth": [str(born) for born in nominal.birth_dates],
        "nationalities": sorted(nominal.nationalities),
        "sex": nominal.sex,
    }
    return {"kind": "notice", "colour": "red", "reference": f"2026/{nominal.id}", "subject": subject}


def submission(number: int, listed: list[Nominal], documents: int = 1) -> dict[str, Any]:
    """Make a traveller with a passport, as border software sends them."""
    source = random.Random(number)
    person = Crowd(10_000_000 + number).traveller()
    if number % 200 == 0:
        wanted = listed[source.randrange(len(listed))]
        born = next((day for day in wanted.birth_dates if isinstance(day, PartialDate) and day.day), None)
        name = wanted.names[0]
        person = Traveller(name.surname, name.given_names, date_of_birth=born, nationalities=wanted.nationalities)
    return {
        "documents": [{"mrz": passport(person, presented(number, documents))}],
        "crossing": {"direction": "entry", "mode": "air"},
    }


def paper(number: int, documents: int) -> dict[str, Any]:
    """Make a document without a person, as a check of documents sends it."""
    return {"type": "PAS", "number": presented(number, documents), "issuing_state": "UTO"}


def presented(number: int, documents: int) -> str:
    """Number a passport that is presented: one in 100 is reported."""
    source = random.Random(number)
    return papers.number(source.randrange(documents) + (0 if number % 100 == 1 else documents))


def passport(person: Traveller, number: str) -> str:
    """Write the MRZ of a passport of Utopia."""
    fields = DocumentFields(
        document_code="P",
        issuing_state="UTO",
        number=number,
        nationality=min(person.nationalities, default="UTO"),
        surname=person.surname or "X",
        given_names=person.given_names or "",
        birth_date=person.date_of_birth,
        expiry_date=EXPIRY,
    )
    return "\n".join(mrz.write_td3(fields))


if __name__ == "__main__":
    main()
