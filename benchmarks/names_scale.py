"""The name index at growing sizes: build, bytes, opening, searches, recall by kind of error, memory of processes.

    PYTHONPATH=src python -m benchmarks names_scale [10000 100000 1000000]

Everybody is made up (`screening.crowd`), with 1.9 names each. The build begins with subjects as PostgreSQL holds them,
as JSON, and ends with the file. Bytes are those of the index; the records as text, from which answers are explained,
lie in the same mapped file and are counted apart. A search ends with candidates in words; the scan that it is compared
with is what a user would write: rapidfuzz, token_sort_ratio, every name.
"""

import argparse
import asyncio
import json
import multiprocessing
import os
import random
import resource
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from multiprocessing.pool import Pool
from pathlib import Path
from typing import Any
from uuid import UUID

from rapidfuzz import fuzz, process

from benchmarks.spending import pss
from screening.crowd import Crowd, NameChange, Person, errors, people
from screening.matching import Index, ListedName, NameKind, Nominal, Traveller, profile, warm_up
from screening.matching.compiled.layout import TEXT, size
from screening.nominals import index_file, loading
from screening.nominals.index_file import Stamp

PART, SEARCHES, PLANTED, SCANS = 10_000, 2_000, 100, 3
OTHER_SURNAMES = 0.24
"""The share of records with a name under another surname besides, so that there are 1.9 names a record."""
LIMIT = 50
LOOSELY = 0.05
"""The score from which a planted person counts as found: what a loose search brings up."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", nargs="*", type=int, default=[10_000, 100_000])
    start = time.perf_counter()
    warm_up()
    print(f"machine code ready after {time.perf_counter() - start:.1f} s")
    for count in parser.parse_args().sizes:
        with tempfile.TemporaryDirectory() as folder:
            measured(count, Path(folder))


def measured(count: int, folder: Path) -> None:
    persons = list(Crowd(23).people(PLANTED))
    pages = [*drawn(count), {UUID(int=at): written(planted_as(person)) for at, person in enumerate(persons)}]
    print(f"\n{count:,} nominals drawn", flush=True)
    index = built(pages, folder)
    innocents = list(Crowd(22).travellers(SEARCHES))
    mean = searches("whole submission", index, innocents)
    searches("names only", index, list(map(name_alone, innocents)))
    scans(pages, innocents[:SCANS], mean)
    pages.clear()
    recall(index, persons)
    for processes in (1, 2, 4):
        memory(folder, processes)


def drawn(count: int) -> Iterator[dict[UUID, str]]:
    """Draw records on every processor; the same for the same count."""
    parts = [(number, min(PART, count - number * PART)) for number in range(-(-count // PART))]
    with Pool(os.cpu_count()) as pool:
        yield from pool.imap(draw, parts)


def draw(part: tuple[int, int]) -> dict[UUID, str]:
    number, count = part
    crowd = Crowd(1_000 + number)
    return {UUID(int=(number + 1) << 32 | at): written(on_record(crowd)) for at in range(count)}


def on_record(crowd: Crowd) -> Nominal:
    nominal = crowd.listed("", crowd.person())
    if crowd.random.random() >= OTHER_SURNAMES:
        return nominal
    other = crowd.written(crowd.person())
    alias = ListedName(other.surname, nominal.names[0].given_names, kind=NameKind.ALIAS)
    return replace(nominal, names=(*nominal.names, alias))


def planted_as(person: Person) -> Nominal:
    name = people.fields(person, {})
    listed = (ListedName(name.surname, name.given),)
    return Nominal("", listed, (person.birth_date,), frozenset({person.nationality}), person.sex)


def written(nominal: Nominal) -> str:
    """Write a nominal as the subject of a notice is stored."""
    names = [
        {"surname": each.surname, "given_names": each.given_names, "full_name": each.full_name, "kind": each.kind}
        for each in nominal.names
    ]
    subject = {
        "names": [{field: value for field, value in name.items() if value} for name in names],
        "dates_of_birth": list(map(str, nominal.birth_dates)),
        "nationalities": sorted(nominal.nationalities),
        "sex": nominal.sex,
    }
    return json.dumps(subject, ensure_ascii=False)


def built(pages: Sequence[dict[UUID, str]], folder: Path) -> Index:
    start, own = time.perf_counter(), spent()
    parts = asyncio.run(loading.folded(given(pages)))
    folded = time.perf_counter() - start
    index = Index.of_parts([part.columns for part in parts])
    segment = index.merged()
    index_file.write(folder, segment, Stamp("", 0, "", len(segment.numbers)))
    took, text = time.perf_counter() - start, size(segment.numbers, TEXT)
    print(
        f"built in {took:.1f} s, of which {folded:.1f} s folding; {spent() - own:.1f} s of processor time", flush=True
    )
    print(f"{(8 * len(segment.numbers) - text) / len(index):.0f} bytes a record, {text / len(index):.0f} of text")
    start = time.perf_counter()
    opened = Index([index_file.mapped(folder)])
    print(f"opened in {1e3 * (time.perf_counter() - start):.1f} ms", flush=True)
    return opened


async def given(pages: Sequence[dict[UUID, str]]) -> AsyncIterator[dict[UUID, str]]:
    for page in pages:
        yield page


def spent() -> float:
    """Give the processor time of this process and of those that it waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def name_alone(traveller: Traveller) -> Traveller:
    return replace(traveller, date_of_birth=None, nationalities=frozenset(), sex=None)


def searches(title: str, index: Index, travellers: Sequence[Traveller]) -> float:
    for traveller in travellers[:200]:
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


def scans(pages: Sequence[dict[UUID, str]], travellers: Sequence[Traveller], mean: float) -> None:
    listed = (name for page in pages for subject in page.values() for name in json.loads(subject)["names"])
    names = [each.get("full_name") or f"{each.get('given_names', '')} {each.get('surname', '')}" for each in listed]
    times = []
    for traveller in travellers:
        start = time.thread_time()
        process.extract(f"{traveller.given_names} {traveller.surname}", names, scorer=fuzz.token_sort_ratio, limit=50)
        times.append(time.thread_time() - start)
    scan = statistics.fmean(times)
    print(f"{len(names):,} names scanned by rapidfuzz token_sort_ratio: {1e3 * scan:.1f} ms,", end=" ")
    print(f"{scan / mean:.0f} times a search", flush=True)


def recall(index: Index, persons: Sequence[Person]) -> None:
    shares = []
    for change in NameChange:
        changed = [altered(person, change, random.Random(seed)) for seed, person in enumerate(persons)]
        alone = [replace(one, date_of_birth=None, nationalities=frozenset(), sex=None) for one in changed]
        dated = [replace(one, nationalities=frozenset(), sex=None) for one in changed]
        shares.append([found(index, asked) for asked in (alone, dated)])
        print(f"{change:20} found by name {shares[-1][0]:.3f}, with the birth date {shares[-1][1]:.3f}", flush=True)
    means = [statistics.fmean(column) for column in zip(*shares, strict=True)]
    print(f"{'all':20} found by name {means[0]:.3f}, with the birth date {means[1]:.3f}")


def altered(person: Person, change: NameChange, source: random.Random) -> Traveller:
    return people.as_traveller(person, errors.changed(person, change, {}, source))


def found(index: Index, asked: Sequence[Traveller]) -> float:
    hits = 0
    for number, traveller in enumerate(asked):
        held = index.held(traveller, threshold=LOOSELY)
        hits += str(UUID(int=number)) in held
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


def hold(folder: Path, ready: Any, release: Any, answers: Any) -> None:
    index = Index([index_file.mapped(folder)])
    for traveller in Crowd(5).travellers(200):
        index.search(traveller, threshold=profile.SECOND_LINE, limit=LIMIT)
    ready.wait()
    answers.put(pss(os.getpid()) / 2**20)
    release.wait()


if __name__ == "__main__":
    main()
