"""How well the name engine finds the persons of the UN list, and how often it alarms on made-up innocents.

    PYTHONPATH=src python -m benchmarks.un_names [un_consolidated.xml] [--half tuned|other|both]

Each person is searched as a traveller by each of his names, with and without birth date and nationality. "Listed"
means that the record holds the name searched with; "held out" that it was taken off the record first, so that only
the other names can find him. Persons are halved by a hash of their id: weights were tuned on the first half only.
"""

import argparse
import hashlib
import re
import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import parse  # type: ignore[import-untyped]  # it has no types

from benchmarks.people import ERRORS, Crowd, altered
from screening.dates import BirthDate, PartialDate, YearRange
from screening.matching import Candidate, Index, ListedName, NameKind, Nominal, Traveller, profile

DEFAULT = Path(__file__).resolve().parents[2] / "shared" / "data" / "un_consolidated.xml"
INNOCENTS = 5_000
LIMIT = 50
LOW = 0.05
"""The threshold under which a person counts as not found at all."""


def persons(path: Path) -> Iterator[Nominal]:
    """Read the individuals of the list."""
    for individual in parse(path).getroot().iterfind("INDIVIDUALS/INDIVIDUAL"):
        yield Nominal(
            id=_text(individual, "DATAID"),
            names=tuple(_names(individual)),
            birth_dates=tuple(_birth_dates(individual)),
            nationalities=frozenset(_texts(individual, "NATIONALITY/VALUE")),
            places_of_birth=tuple(_texts(individual, "INDIVIDUAL_PLACE_OF_BIRTH/CITY")),
        )


def _text(element: Element, path: str) -> str:
    return " ".join((element.findtext(path) or "").split())


def _texts(element: Element, path: str) -> list[str]:
    return [" ".join(found.text.split()) for found in element.iterfind(path) if found.text and found.text.strip()]


def _names(individual: Element) -> Iterator[ListedName]:
    parts = [_text(individual, f"{which}_NAME") for which in ("FIRST", "SECOND", "THIRD", "FOURTH")]
    yield ListedName(full_name=" ".join(part for part in parts if part))
    if original := _text(individual, "NAME_ORIGINAL_SCRIPT"):
        yield ListedName(full_name=original, kind=NameKind.ORIGINAL_SCRIPT)
    for alias in individual.iterfind("INDIVIDUAL_ALIAS"):
        kind = NameKind.LOW_QUALITY_ALIAS if _text(alias, "QUALITY") == "Low" else NameKind.ALIAS
        for name in re.split(r";|\b[a-z]\)", _text(alias, "ALIAS_NAME")):
            if name.strip(" ,."):
                yield ListedName(full_name=name.strip(" ,."), kind=kind)


def _birth_dates(individual: Element) -> Iterator[BirthDate]:
    for stated in individual.iterfind("INDIVIDUAL_DATE_OF_BIRTH"):
        first, last = _text(stated, "FROM_YEAR"), _text(stated, "TO_YEAR")
        day, year = _text(stated, "DATE"), _text(stated, "YEAR")
        about = "~" if _text(stated, "TYPE_OF_DATE") == "APPROXIMATELY" else ""
        if first and last:
            yield YearRange(int(first), int(last))
        elif day or year:
            yield PartialDate.parse((day or year) + about)


@dataclass
class Tally:
    """Searches of one kind."""

    found: int = 0
    second: int = 0
    first: int = 0
    top: int = 0
    times: list[float] = field(default_factory=list)

    def count(self, nominal_id: str, candidates: tuple[Candidate, ...]) -> None:
        ids = [candidate.nominal_id for candidate in candidates]
        if nominal_id not in ids:
            return
        true = candidates[ids.index(nominal_id)]
        self.found += 1
        self.top += true.score >= candidates[0].score
        self.second += true.score >= profile.SECOND_LINE
        self.first += true.score >= profile.FIRST_LINE and true.corroborated

    def line(self) -> str:
        total = len(self.times) or 1
        shares = " ".join(f"{count / total:7.3f}" for count in (self.found, self.top, self.second, self.first))
        ranked = sorted(self.times) or [0.0]
        p99 = ranked[min(len(ranked) - 1, int(0.99 * len(ranked)))]
        return f"{len(self.times):6} {shares} {1e3 * statistics.fmean(ranked):8.1f} {1e3 * p99:7.1f}"


def in_first_half(nominal_id: str) -> bool:
    return hashlib.sha256(nominal_id.encode()).digest()[0] < 128


def searched(index: Index, tally: Tally, nominal_id: str, traveller: Traveller) -> None:
    start = time.perf_counter()
    found = index.search(traveller, threshold=LOW, limit=LIMIT)
    tally.times.append(time.perf_counter() - start)
    tally.count(nominal_id, found.candidates)


def as_traveller(nominal: Nominal, name: ListedName) -> Traveller:
    """The listed person at the border under one of his names; original script is given as such."""
    original = name.kind is NameKind.ORIGINAL_SCRIPT
    return Traveller(
        full_name=None if original else name.full_name,
        name_original=name.full_name if original else None,
        date_of_birth=next((one for one in nominal.birth_dates if isinstance(one, PartialDate)), None),
        nationalities=frozenset(sorted(nominal.nationalities)[:1]),
    )


Reduced = Callable[[Nominal, ListedName], Nominal]


def listed(nominal: Nominal, _: ListedName) -> Nominal:
    return nominal


def held_out(nominal: Nominal, name: ListedName) -> Nominal:
    return replace(nominal, names=tuple(one for one in nominal.names if one.full_name != name.full_name))


def other_script(nominal: Nominal, name: ListedName) -> Nominal:
    """Keep only names of the other script than the one searched with."""
    original = name.kind is NameKind.ORIGINAL_SCRIPT
    kept = [one for one in nominal.names if (one.kind is NameKind.ORIGINAL_SCRIPT) is not original]
    return replace(nominal, names=tuple(kept))


ROWS: tuple[tuple[str, NameKind, Reduced], ...] = (
    ("primary, listed", NameKind.PRIMARY, listed),
    ("good alias, listed", NameKind.ALIAS, listed),
    ("low alias, listed", NameKind.LOW_QUALITY_ALIAS, listed),
    ("primary, held out", NameKind.PRIMARY, held_out),
    ("good alias, held out", NameKind.ALIAS, held_out),
    ("low alias, held out", NameKind.LOW_QUALITY_ALIAS, held_out),
    ("original script, Latin record", NameKind.ORIGINAL_SCRIPT, other_script),
    ("Latin, original record", NameKind.PRIMARY, other_script),
)


def recall(index: Index, nominals: Iterable[Nominal]) -> None:
    rows = {title: (Tally(), Tally()) for title, _, _ in ROWS}
    for nominal in nominals:
        for title, kind, reduced in ROWS:
            for name in (one for one in nominal.names if one.kind is kind):
                left = reduced(nominal, name)
                if not left.names:
                    continue
                index.put(left)
                traveller = as_traveller(nominal, name)
                searched(
                    index, rows[title][0], nominal.id, replace(traveller, date_of_birth=None, nationalities=frozenset())
                )
                if traveller.date_of_birth:
                    searched(index, rows[title][1], nominal.id, traveller)
        index.put(nominal)
    print(f"{'searched by':32} {'':9} {'n':>6} {'found':>7} {'top':>7} {'second':>7} {'first':>7} {'ms':>8} {'p99':>7}")
    for title, (alone, dated) in rows.items():
        print(f"{title:32} {'name':9} {alone.line()}\n{'':32} {'and date':9} {dated.line()}")


def errors(index: Index, crowd: Iterable[Traveller]) -> None:
    """Plant made-up people on the list and look for them as documents and fingers change their names."""
    planted = {f"planted-{at}": traveller for at, traveller in enumerate(crowd)}
    for nominal_id, traveller in planted.items():
        name = ListedName(traveller.surname, traveller.given_names)
        dates = (traveller.date_of_birth,) if traveller.date_of_birth else ()
        index.put(Nominal(nominal_id, (name,), dates, traveller.nationalities, traveller.sex))
    for how in ERRORS:
        alone, dated = Tally(), Tally()
        for at, (nominal_id, traveller) in enumerate(planted.items()):
            changed = altered(traveller, how, seed=at)
            searched(
                index, alone, nominal_id, replace(changed, date_of_birth=None, nationalities=frozenset(), sex=None)
            )
            searched(index, dated, nominal_id, changed)
        print(f"{how:32} {'name':9} {alone.line()}\n{'':32} {'and date':9} {dated.line()}")
    for nominal_id in planted:
        index.remove(nominal_id)


def alarms(title: str, index: Index, crowd: Iterable[Traveller]) -> None:
    times, first, second = [], 0, 0
    for traveller in crowd:
        start = time.perf_counter()
        found = index.search(traveller, threshold=profile.SECOND_LINE, limit=LIMIT).candidates
        times.append(time.perf_counter() - start)
        second += bool(found)
        first += any(one.score >= profile.FIRST_LINE and one.corroborated for one in found)
    total = len(times)
    print(f"{title:42} {total} innocents: second line {second / total:.4f}, first line {first / total:.5f},"
          f" {1e3 * statistics.fmean(times):.1f} ms, p99 {1e3 * sorted(times)[int(0.99 * total)]:.1f} ms")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", nargs="?", type=Path, default=DEFAULT)
    parser.add_argument("--half", choices=("tuned", "other", "both"), default="both")
    parser.add_argument("--list", type=int, default=20_000, help="made-up nominals of the second list")
    arguments = parser.parse_args()
    if not arguments.path.exists():
        print(f"no UN list at {arguments.path.name}: nothing to measure")
        return
    nominals = list(persons(arguments.path))
    start = time.perf_counter()
    index = Index.build(nominals)
    names = sum(len(one.names) for one in nominals)
    print(f"{len(index)} persons, {names} names, built in {time.perf_counter() - start:.1f} s")
    for half, wanted in (("tuned", True), ("other", False)):
        if arguments.half in {half, "both"}:
            print(f"\n{half} half")
            recall(index, [one for one in nominals if in_first_half(one.id) is wanted])
    alarms("\nUN list", index, Crowd(11).travellers(INNOCENTS))
    alarms("UN list, no birth dates", index, [replace(one, date_of_birth=None) for one in Crowd(12).travellers(1_000)])
    if arguments.list:
        made_up(arguments.list)


def made_up(count: int) -> None:
    start = time.perf_counter()
    index = Index.build(Crowd(21).nominals(count))
    print(f"\n{len(index)} made-up nominals, built in {time.perf_counter() - start:.1f} s")
    alarms("made-up list, same distribution (worst)", index, Crowd(22).travellers(2_000))
    errors(index, list(Crowd(23).travellers(150)))


if __name__ == "__main__":
    main()
