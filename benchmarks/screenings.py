"""Whole screenings a second and their latency, over HTTP, beside the way one would do it without us.

MRZ, documents, names, decision, durable audit entry with its receipt. One in 100 travellers presents a reported
document, one in 200 is a listed person. `python -m benchmarks screenings [NOTICES DOCUMENTS [WORKERS]]`; unless said
otherwise 10,000 notices, 100,000 documents and one process; a fresh embedded PostgreSQL, and wrk.
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
from pathlib import Path
from typing import Any

import uvloop

from benchmarks import plain, wrk
from benchmarks.loading import BUREAU, Installed, free_port, installed
from benchmarks.spending import Spent, postmaster
from screening import mrz
from screening.crowd import Crowd
from screening.dates import PartialDate
from screening.db import embedded
from screening.matching import Nominal, Traveller
from screening.mrz import DocumentFields

NOTICES, DOCUMENTS, DIFFERENT = 10_000, 100_000, 3_000
WARM_SECONDS, SECONDS = 3, 10
EXPIRY = PartialDate(2033, 5, 20)


def main() -> None:
    notices, documents, workers = [*map(int, sys.argv[1:]), *(NOTICES, DOCUMENTS, 1)[len(sys.argv) - 1 :]]
    if not wrk.is_there():
        sys.exit("wrk is not installed: apt-get install wrk")
    print(f"{notices:,} notices, {documents:,} documents, {workers} process(es)\n")
    listed = list(Crowd(1).nominals(notices))
    with installed() as service:
        key = service.key("first_line", "--post", "UTO-AIR-1", "--mode", "air")
        bring_in(service, "notices.ndjson", service.folder / "notices", map(notice, listed))
        bring_in(service, "documents.ndjson", service.folder / "documents", map(document, range(documents)))
        measure(service, key, listed, documents, workers)


def measure(service: Installed, key: str, listed: list[Nominal], documents: int, workers: int) -> None:
    """Drive one installation, then the plain way over the same records."""
    whole = [submission(number, listed) for number in range(DIFFERENT)]
    papers = [{"documents": [paper(number)]} for number in range(DIFFERENT)]
    print("what                 in flight        a second      p50      p99    p99.9 ms   CPU us: service  PostgreSQL")
    with service.serving(*(("--workers", str(workers)) if workers > 1 else ())) as served:
        row("warm", service, key, whole, at_once=8, process=served.process, seconds=WARM_SECONDS)
        row("whole screening", service, key, whole, at_once=1, process=served.process)
        ours = row("whole screening", service, key, whole, at_once=32, process=served.process)
        row("document alone", service, key, papers, at_once=64, process=served.process)
    with serving_plain(service, listed, documents) as (port, process):
        other = Installed(service.environment | {"SCREENING_PORT": str(port)}, service.folder)
        theirs = row("the plain way", other, key, whole, at_once=2, process=process)
    print(f"\n{ours.a_second / theirs.a_second:.0f} times as many as the plain way")


def row(
    what: str, service: Installed, key: str, sent: list[Any], *, at_once: int, process: int, seconds: int = SECONDS
) -> wrk.Load:
    """Drive one load and print its figures."""
    server = postmaster(service)
    before = Spent.now(server, process)
    load = wrk.drive(service.port, key, sent, at_once=at_once, seconds=seconds)
    spent, each = Spent.now(server, process).since(before), 1e6 / max(load.requests, 1)
    print(
        f"{what:<20} {at_once:>9} {load.a_second:>15.1f} {load.p50:>8.2f} {load.p99:>8.2f} {load.p999:>8.2f}"
        f" {spent.service * each:>20.0f} {spent.database * each:>11.0f}"
        + (f"   {load.refused} refused, {load.failed} failed" if load.refused or load.failed else ""),
        flush=True,
    )
    return load


@contextmanager
def serving_plain(service: Installed, listed: list[Nominal], documents: int) -> Iterator[tuple[int, int]]:
    """Serve the plain way over the same list and documents; gives its port and its process."""
    names = [f"{each.names[0].given_names or ''} {each.names[0].surname or each.names[0].full_name}" for each in listed]
    records = [(each["number"], each["issuing_state"], each["reason"]) for each in map(document, range(documents))]
    with embedded.acquire(Path(service.environment["SCREENING_DATA_DIR"])) as lease:
        uvloop.run(plain.load(lease.url, names, records))
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


def document(number: int) -> dict[str, Any]:
    """Make a report of a stolen or lost passport."""
    reason = "stolen" if number % 3 else "lost"
    return {"number": reported(number), "type": "PAS", "issuing_state": "UTO", "reason": reason, "theft_country": "UTO"}


def reported(number: int) -> str:
    """Number a reported passport: spread over the numbers that a State issues."""
    return f"U{number * 997 % 100_000_000:08d}"


def submission(number: int, listed: list[Nominal]) -> dict[str, Any]:
    """Make a traveller with a passport, as border software sends them."""
    source = random.Random(number)
    person = Crowd(10_000_000 + number).traveller()
    if number % 200 == 0:
        wanted = listed[source.randrange(len(listed))]
        born = next((day for day in wanted.birth_dates if isinstance(day, PartialDate) and day.day), None)
        name = wanted.names[0]
        person = Traveller(name.surname, name.given_names, date_of_birth=born, nationalities=wanted.nationalities)
    return {
        "documents": [{"mrz": passport(person, presented(number))}],
        "crossing": {"direction": "entry", "mode": "air"},
    }


def paper(number: int) -> dict[str, Any]:
    """Make a document without a person, as a check of documents sends it."""
    return {"type": "PAS", "number": presented(number), "issuing_state": "UTO"}


def presented(number: int) -> str:
    """Number a passport that is presented: one in 100 is reported."""
    source = random.Random(number)
    return reported(source.randrange(DOCUMENTS)) if number % 100 == 1 else f"X{source.randrange(10**8):08d}"


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
