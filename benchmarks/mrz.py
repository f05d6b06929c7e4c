"""How fast zones are read, and how many misread document numbers are rescued.

Run `python -m benchmarks.mrz`. Times are medians of several rounds on one core; misreads are drawn with a fixed
seed from what OCR users report, a table kept apart from the one that `screening.identifiers` searches with.
"""

import random
import statistics
import time
from collections.abc import Callable
from datetime import date

from screening import mrz
from screening.dates import PartialDate
from screening.identifiers import document_numbers
from screening.mrz import DocumentFields, Format

TODAY = date(2026, 1, 1)
ROUNDS, READINGS = 9, 3_000
MISREAD_NUMBERS = 20_000

SERIAL = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
CODES = {Format.TD3: "P", Format.TD2: "I", Format.TD1: "ID", Format.MRV_A: "V", Format.MRV_B: "V"}
REPORTED_MISREADS = {
    "0": "ODQU", "O": "0", "D": "0", "Q": "0", "U": "0V", "V": "U", "1": "ILJ", "I": "1", "L": "1", "2": "Z",
    "Z": "2", "5": "S", "S": "5", "6": "G", "G": "6C", "C": "G", "8": "B", "B": "8", "T": "7", "7": "T",
    "4": "A", "A": "4", "M": "N", "N": "M", "K": "<", "<": "K",
}  # fmt: skip


def zones(form: Format, count: int) -> list[str]:
    chance = random.Random(9303)
    return ["\n".join(mrz.write(form, _document(form, chance))) for _ in range(count)]


def _document(form: Format, chance: random.Random) -> DocumentFields:
    return DocumentFields(
        document_code=CODES[form],
        issuing_state=chance.choice(["D", "FRA", "KEN", "PER"]),
        number="".join(chance.choices(SERIAL, k=chance.randint(7, 9))),
        nationality=chance.choice(["D", "FRA", "KEN", "PER"]),
        surname="".join(chance.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ", k=chance.randint(4, 12))),
        given_names="ANNA MARIA",
        birth_date=PartialDate(chance.randint(1940, 2020), chance.randint(1, 12), chance.randint(1, 28)),
        expiry_date=PartialDate(chance.randint(2026, 2035), chance.randint(1, 12), chance.randint(1, 28)),
    )


def microseconds_each(work: Callable[[str], object], texts: list[str]) -> float:
    rounds = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        for text in texts:
            work(text)
        rounds.append((time.perf_counter() - started) / len(texts) * 1e6)
    return statistics.median(rounds)


def misread(chance: random.Random) -> list[tuple[str, str, str]]:
    """Draw a number and give it, its field with one character misread, and its check digit; or nothing."""
    number = "".join(chance.choices(SERIAL, k=chance.randint(6, 9)))
    field = number.ljust(9, "<")
    place = chance.randrange(min(len(number) + 1, 9))
    check = mrz.check_digit(field) or ""
    reads = REPORTED_MISREADS.get(field[place], "")
    return [(number, field[:place] + read + field[place + 1 :], check) for read in reads]


def agreeing_with(check: str) -> Callable[[str], bool]:
    return lambda field: mrz.check_digit(field) == check


def rescues() -> tuple[float, float]:
    """Give the share of misread numbers found again, and how many candidates one search has on average."""
    chance = random.Random(4257)
    cases = [case for _ in range(MISREAD_NUMBERS) for case in misread(chance)]
    found = candidates = 0
    for number, field, check in cases:
        numbers = document_numbers.look_alikes(field, plausible=agreeing_with(check))
        found += any(one.number == number for one in numbers)
        candidates += len(numbers)
    return found / len(cases), candidates / len(cases)


def main() -> None:
    for form in CODES:
        each = microseconds_each(lambda text: mrz.parse(text, today=TODAY), zones(form, READINGS))
        print(f"{form:6} {each:6.1f} us a reading  {1e6 / each:9,.0f} readings a second")
    each = microseconds_each(
        lambda field: document_numbers.look_alikes(field, plausible=agreeing_with("0")),
        [mrz.parse(zone, today=TODAY).number_field for zone in zones(Format.TD3, READINGS)],
    )
    print(f"look-alikes of a number {each:.1f} us")
    share, candidates = rescues()
    print(f"misread numbers rescued {share:.2%}, {candidates:.1f} candidates each")


if __name__ == "__main__":
    main()
