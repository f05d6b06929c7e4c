"""Latency of whole screenings: MRZ, documents, names, decision, durable audit entry, over HTTP.

10,000 generated notices and 100,000 generated documents; one in 100 travellers presents a reported document, one in
200 is a listed person. Medians and tails at 1 and at 16 requests in flight, on a fresh embedded PostgreSQL.
"""

import asyncio
import json
import random
import time
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks.loading import BUREAU, Answered, installed, load, quantile
from screening import mrz
from screening.crowd import Crowd
from screening.dates import PartialDate
from screening.matching import Nominal, Traveller
from screening.mrz import DocumentFields

NOTICES, DOCUMENTS, REQUESTS = 10_000, 100_000, 3_000
EXPIRY = PartialDate(2033, 5, 20)


def main() -> None:
    print(f"{NOTICES:,} notices, {DOCUMENTS:,} documents, {REQUESTS:,} screenings a row")
    listed = list(Crowd(1).nominals(NOTICES))
    with installed() as service:
        gate = service.key("first_line", "--post", "UTO-AIR-1", "--mode", "air")
        bring_in(service, "notices.ndjson", service.folder / "notices", map(notice, listed))
        bring_in(service, "documents.ndjson", service.folder / "documents", map(document, range(DOCUMENTS)))
        with service.serving() as seconds:
            print(f"ready after {seconds:.1f} s")
            submissions = [submission(number, listed) for number in range(REQUESTS)]
            asyncio.run(load(service.port, gate, submissions[:300], at_once=4))  # warm: caches, prepared statements
            for at_once in (1, 16):
                began = time.perf_counter()
                answers = asyncio.run(load(service.port, gate, submissions, at_once=at_once))
                report(answers, time.perf_counter() - began, at_once)


def bring_in(service: Any, form: str, file: Path, records: Any) -> None:
    """Import generated records through the command line."""
    with file.open("w") as stream:
        stream.writelines(json.dumps(record) + "\n" for record in records)
    began = time.perf_counter()
    said = service.command("import", str(file), "--format", form, "--organisation", BUREAU[1])
    print(f"{form}: {said} ({time.perf_counter() - began:.1f} s with start and stop)")


def report(answers: list[Answered], seconds: float, at_once: int) -> None:
    """Print one row of figures."""
    spent = [answer.seconds * 1000 for answer in answers]
    decisions = Counter(answer.body.get("decision", answer.status) for answer in answers)
    print(
        f"{at_once:>3} at once: {len(answers) / seconds:7.1f}/s   p50 {quantile(spent, 0.5):6.2f} ms   "
        f"p99 {quantile(spent, 0.99):6.2f} ms   {dict(decisions)}"
    )


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
    own = reported(source.randrange(DOCUMENTS)) if number % 100 == 1 else f"X{source.randrange(10**8):08d}"
    return {"documents": [{"mrz": passport(person, own)}], "crossing": {"direction": "entry", "mode": "air"}}


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
