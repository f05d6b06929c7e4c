"""How many misread numbers of vehicles, ships and documents are found, and what a whole crossing costs.

Run `python -m benchmarks identifiers`. Misreads are drawn with a fixed seed from what OCR users report, a table kept
apart from the one that look-alikes are made of, one character each. A misread is rescued when the record comes back
from the same comparison that a screening uses; beside it stands how many other numbers one misread asks for.
"""

import asyncio
import json
import random
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from benchmarks.loading import BUREAU, Answered, installed, load, quantile
from benchmarks.mrz import REPORTED_MISREADS, SERIAL, agreeing_with
from screening import mrz
from screening.dates import PartialDate
from screening.identifiers import document_numbers, ships, vin
from screening.mrz import DocumentFields
from screening.objects import comparing, presenting, traits
from screening.objects.vocabulary import ObjectKind

NUMBERS = 4_000
SERIES, INNOCENT = 500_000, 20_000
RECORDS, CROSSINGS, ROUNDS = 20_000, 800, 3
VIN_SIGNS = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"


def american_vin(chance: random.Random) -> str:
    """Make a VIN of a region with check digit."""
    return _checked(
        "".join((chance.choice("12345L"), *chance.choices(VIN_SIGNS, k=12), *chance.choices("0123456789", k=4)))
    )


def european_vin(chance: random.Random) -> str:
    """Make a VIN of a region without: a count of six digits behind year and plant."""
    maker = "".join((chance.choice("STUVWXYZ"), *chance.choices(VIN_SIGNS, k=10)))
    return maker + f"{chance.randrange(10**6):06d}"


def _checked(number: str) -> str:
    return number[: vin.CHECK_PLACE] + (vin.check_digit(number) or "0") + number[vin.CHECK_PLACE + 1 :]


def imo(chance: random.Random) -> str:
    """Make an IMO ship number."""
    six = f"{chance.randrange(1_000_000):06d}"
    return next(six + last for last in "0123456789" if ships.is_ship_number(six + last))


def misreads(number: str, chance: random.Random) -> Iterator[str]:
    """Misread one character in each way that is reported for it."""
    place = chance.randrange(len(number))
    for read in REPORTED_MISREADS.get(number[place], ""):
        if read != "<":
            yield number[:place] + read + number[place + 1 :]


def wrong_digits(number: str, chance: random.Random) -> Iterator[str]:
    """Replace one digit by any other."""
    place = chance.randrange(len(number))
    yield from (number[:place] + digit + number[place + 1 :] for digit in "0123456789" if digit != number[place])


def rescued(kind: ObjectKind, field: str, read: str, meant: str, **known: object) -> tuple[bool, int]:
    """Tell whether a misread finds its record, and how many questions it asked."""
    presented = presenting.present(kind, 0, {field: read, **known})
    recorded = traits.of(kind, {field: meant, **known})
    marks = set(presenting.marks(kind, recorded))
    found_by = [ask for ask in presented.asks if (ask.mark, ask.pattern) in marks]
    return bool(found_by and comparing.judge(presented, found_by, recorded)), len(presented.asks)


def report_rescues() -> None:
    chance = random.Random(3779)
    rows: list[
        tuple[str, Callable[..., str], Callable[..., Iterator[str]], tuple[ObjectKind, str], dict[str, object]]
    ] = [
        ("VIN with check digit", american_vin, misreads, (ObjectKind.VEHICLE, "vin"), {}),
        ("VIN without", european_vin, misreads, (ObjectKind.VEHICLE, "vin"), {}),
        ("VIN without, and colour", european_vin, misreads, (ObjectKind.VEHICLE, "vin"), {"colour": "blue"}),
        ("IMO, as OCR misreads", imo, misreads, (ObjectKind.VESSEL, "imo"), {}),
        ("IMO, any other digit", imo, wrong_digits, (ObjectKind.VESSEL, "imo"), {}),
    ]
    for title, make, spoil, (kind, field), known in rows:
        numbers = [make(chance) for _ in range(NUMBERS)]
        results = [rescued(kind, field, read, meant, **known) for meant in numbers for read in spoil(meant, chance)]
        show(title, results)
    show("document number, MRZ", list(document_rescues(chance, typed=False)))
    show("document number, typed", list(document_rescues(chance, typed=True)))


def document_rescues(chance: random.Random, *, typed: bool) -> Iterator[tuple[bool, int]]:
    """Misread document numbers: with their check digit, as a zone gives it, or without."""
    for _ in range(NUMBERS):
        meant = "".join(chance.choices(SERIAL, k=chance.randint(7, 9)))
        wrong = {"0": "O", "O": "0", "1": "I", "I": "1"}
        places = [place for place, sign in enumerate(meant) if sign in wrong]
        reads = [meant[:place] + wrong[meant[place]] + meant[place + 1 :] for place in places]
        for read in reads if typed else misreads(meant, chance):
            digit = mrz.check_digit(read if typed else meant) or ""
            alike = document_numbers.look_alikes(read, plausible=agreeing_with(digit))
            numbers = {each.number for each in (*alike, *(document_numbers.mistyped(read) if typed else ()))}
            yield meant in numbers, 1 + len(numbers)


def report_neighbours() -> None:
    """Count innocent cars of one series that look like a stolen one of it, with and without asking for neighbours."""
    chance = random.Random(7)
    series = [f"WVWZZZ1JZ3W{count:06d}" for count in chance.sample(range(10**6), SERIES)]
    stolen, innocent = set(series[: SERIES // 200]), series[SERIES // 200 :][:INNOCENT]
    alike = [[each for each in vin.look_alikes(number) if each.number in stolen] for number in innocent]
    every = sum(map(bool, alike)) / len(innocent)
    counted = sum(any(not vin.is_neighbour(each) for each in found) for found in alike) / len(innocent)
    print(f"innocent cars like a stolen one: {every:.2%}; without neighbours in the count: {counted:.2%}")


def show(title: str, results: Sequence[tuple[bool, int]]) -> None:
    share = sum(found for found, _ in results) / len(results)
    asked = sum(count for _, count in results) / len(results)
    print(f"{title:<26} {share:7.2%} of {len(results):6,} misreads rescued, {asked:5.1f} numbers asked for")


def crossings() -> None:
    """Compare a document alone with a whole crossing, turn by turn in one run."""
    chance = random.Random(1)
    cars = [american_vin(chance) if place % 2 else european_vin(chance) for place in range(RECORDS)]
    with installed() as service:
        gate = service.key("first_line", "--post", "UTO-LAND-1", "--mode", "land")
        for form, records in (("vehicles", map(vehicle, cars)), ("documents", map(document, range(RECORDS)))):
            file = service.folder / form
            file.write_text("".join(json.dumps(record) + "\n" for record in records))
            began = time.perf_counter()
            said = service.command("import", str(file), "--format", f"{form}.ndjson", "--organisation", BUREAU[1])
            print(f"{form}: {said} ({time.perf_counter() - began:.1f} s with start and stop)")
        with service.serving():
            kinds = {"document alone": [], "traveller and document": ["mrz"], "with vehicle": ["mrz", "vehicle"]}
            ways = {title: [crossing(each, parts, cars) for each in range(CROSSINGS)] for title, parts in kinds.items()}
            for submissions in ways.values():
                asyncio.run(load(service.port, gate, submissions[:200], at_once=1))  # warm
            spent: dict[str, list[float]] = {title: [] for title in ways}
            for _ in range(ROUNDS):
                for title, submissions in ways.items():
                    answers = asyncio.run(load(service.port, gate, submissions, at_once=1))
                    spent[title] += [answer.seconds * 1000 for answer in expected(answers)]
    for title, seconds in spent.items():
        print(f"{title:<24} p50 {quantile(seconds, 0.5):6.2f} ms   p99 {quantile(seconds, 0.99):6.2f} ms")


def expected(answers: list[Answered]) -> list[Answered]:
    """Give answers that all could decide."""
    assert {answer.body["decision"] for answer in answers} <= {"hit", "no_hit"}
    return answers


def vehicle(number: str) -> dict[str, Any]:
    return {"vin": number, "plate": f"UT{number[-6:]}", "plate_country": "UTO", "colour": "blue", "reason": "stolen"}


def document(number: int) -> dict[str, Any]:
    return {
        "number": f"U{number * 997 % 100_000_000:08d}",
        "type": "PAS",
        "issuing_state": "UTO",
        "reason": "stolen",
        "theft_country": "UTO",
    }


def crossing(place: int, parts: Sequence[str], cars: Sequence[str]) -> dict[str, Any]:
    """Make one crossing; one vehicle in a hundred is on record."""
    chance = random.Random(place)
    number = f"X{chance.randrange(10**8):08d}"
    sent: dict[str, Any] = {"documents": [{"type": "P", "number": number, "issuing_state": "UTO"}]}
    if "mrz" in parts:
        sent["documents"] = [{"mrz": passport(number, chance)}]
    if "vehicle" in parts:
        driven = chance.choice(cars) if place % 100 == 0 else european_vin(chance)
        sent["vehicles"] = [{"vin": driven, "plate": f"XX{place:06d}", "plate_country": "UTO", "colour": "red"}]
    return sent


def passport(number: str, chance: random.Random) -> str:
    fields = DocumentFields(
        document_code="P",
        issuing_state="UTO",
        number=number,
        nationality="UTO",
        surname="".join(chance.choices("ABCDEFGHIKLMNOPRSTUVZ", k=8)),
        given_names="ANNA",
        birth_date=PartialDate(1980, chance.randint(1, 12), chance.randint(1, 28)),
        expiry_date=PartialDate(2033, 5, 20),
    )
    return "\n".join(mrz.write_td3(fields))


if __name__ == "__main__":
    report_rescues()
    report_neighbours()
    crossings()
