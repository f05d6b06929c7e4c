"""The name index at growing sizes: build, bytes, opening, searches, recall by kind of error, memory of processes.

    PYTHONPATH=src python -m benchmarks.names_scale [10000 100000 1000000]

Everybody is made up (`screening.crowd`). A search ends with candidates in words; the scan that it is compared with is
what a user would write: rapidfuzz, token_sort_ratio, every name. Bytes are those of the index; the records themselves
lie in the same file and are counted apart.
"""

import argparse
import multiprocessing
import random
import statistics
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from rapidfuzz import fuzz, process

from screening.crowd import Crowd, NameChange, Person, errors, people
from screening.matching import Index, ListedName, Nominal, Traveller, profile
from screening.matching.compiled.layout import TEXT, size
from screening.nominals import index_file
from screening.nominals.index_file import Stamp

SEARCHES, PLANTED, SCANS = 1_000, 40, 3
LIMIT = 50
LOW = 0.01
"""The threshold under which a planted person counts as missed: what a loose search brings up."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", nargs="*", type=int, default=[10_000, 100_000])
    warm_up()
    for count in parser.parse_args().sizes:
        measured(count)


def warm_up() -> None:
    start = time.perf_counter()
    index = Index.build(Crowd(1).nominals(10))
    for traveller in Crowd(2).travellers(3):
        index.search(traveller, threshold=0.5, limit=1)
    print(f"machine code ready after {time.perf_counter() - start:.1f} s")


def measured(count: int) -> None:
    persons = list(Crowd(23).people(PLANTED))
    listed = list(Crowd(21).nominals(count))
    planted = [planted_as(person, number) for number, person in enumerate(persons)]
    start = time.perf_counter()
    index = Index.build([*listed, *planted])
    print(f"\n{len(index):,} nominals: built in {time.perf_counter() - start:.1f} s", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        opened = written(index, Path(folder))
        innocents = list(Crowd(22).travellers(SEARCHES))
        mean = searches("whole submission", opened, innocents)
        searches("names only", opened, [replace(one, date_of_birth=None) for one in innocents])
        names = [name.written for nominal in listed for name in nominal.names]
        scans(names, innocents[:SCANS], mean)
        recall(opened, persons)
        for processes in (1, 2, 4):
            memory(Path(folder), processes)


def planted_as(person: Person, number: int) -> Nominal:
    """Put a person on a record that lacks nothing, with one name in its commonest spelling."""
    name = people.fields(person, {})
    listed = (ListedName(name.surname, name.given),)
    return Nominal(f"planted-{number}", listed, (person.birth_date,), frozenset({person.nationality}), person.sex)


def written(index: Index, folder: Path) -> Index:
    segment = index.merged()
    index_file.write(folder, segment, Stamp("", 0, "", len(segment.numbers)))
    text = size(segment.numbers, TEXT)
    total = 8 * len(segment.numbers)
    start = time.perf_counter()
    opened = Index([index_file.mapped(folder)])
    spent = 1e3 * (time.perf_counter() - start)
    print(
        f"{(total - text) / len(index):.0f} bytes a record, {text / len(index):.0f} of text; opened in {spent:.1f} ms"
    )
    return opened


def searches(title: str, index: Index, travellers: Sequence[Traveller]) -> float:
    for traveller in travellers[:50]:
        index.search(traveller, threshold=profile.SECOND_LINE, limit=LIMIT)
    times = []
    for traveller in travellers:
        start = time.thread_time()
        index.search(traveller, threshold=profile.SECOND_LINE, limit=LIMIT)
        times.append(time.thread_time() - start)
    ranked = sorted(times)
    figures = (statistics.fmean(times), ranked[len(ranked) // 2], ranked[int(0.99 * len(ranked))])
    shown = ", ".join(
        f"{what} {1e3 * figure:.2f}" for what, figure in zip(("mean", "p50", "p99"), figures, strict=True)
    )
    print(f"{title}: {shown} ms of processor time a search", flush=True)
    return figures[0]


def scans(names: Sequence[str], travellers: Iterable[Traveller], mean: float) -> None:
    times = []
    for traveller in travellers:
        start = time.thread_time()
        process.extract(f"{traveller.given_names} {traveller.surname}", names, scorer=fuzz.token_sort_ratio, limit=50)
        times.append(time.thread_time() - start)
    scan = statistics.fmean(times)
    print(f"rapidfuzz token_sort_ratio: {1e3 * scan:.1f} ms a scan, {scan / mean:.0f} times a search")


def recall(index: Index, persons: Sequence[Person]) -> None:
    for change in NameChange:
        changed = [altered(person, change, random.Random(seed)) for seed, person in enumerate(persons)]
        alone = [replace(one, date_of_birth=None, nationalities=frozenset(), sex=None) for one in changed]
        shares = [found(index, asked) for asked in (alone, changed)]
        print(f"{change:20} found by name {shares[0]:.3f}, by whole submission {shares[1]:.3f}")


def altered(person: Person, change: NameChange, source: random.Random) -> Traveller:
    return people.as_traveller(person, errors.changed(person, change, {}, source))


def found(index: Index, asked: Sequence[Traveller]) -> float:
    hits = 0
    for number, traveller in enumerate(asked):
        candidates = index.search(traveller, threshold=LOW, limit=LIMIT).candidates
        hits += f"planted-{number}" in {each.nominal_id for each in candidates}
    return hits / len(asked)


def memory(folder: Path, processes: int) -> None:
    """Print what each of several processes that search one file holds, shared pages divided among them."""
    context = multiprocessing.get_context("spawn")
    ready, release = context.Barrier(processes + 1), context.Barrier(processes + 1)
    answers = context.Queue()
    workers = [context.Process(target=hold, args=(folder, ready, release, answers)) for _ in range(processes)]
    for worker in workers:
        worker.start()
    ready.wait()
    release.wait()
    figures = [answers.get() for _ in workers]
    for worker in workers:
        worker.join()
    print(f"{processes} processes: PSS {', '.join(f'{figure:.0f}' for figure in figures)} MB, of the file and the rest")


def hold(folder: Path, ready: object, release: object, answers: object) -> None:
    index = Index([index_file.mapped(folder)])
    for traveller in Crowd(5).travellers(200):
        index.search(traveller, threshold=profile.SECOND_LINE, limit=LIMIT)
    ready.wait()  # type: ignore[attr-defined]  # multiprocessing has no public name for its barriers
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    figure = next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
    answers.put(figure)  # type: ignore[attr-defined]
    release.wait()  # type: ignore[attr-defined]


if __name__ == "__main__":
    main()
