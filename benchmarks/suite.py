"""Everything that one may want to know before choosing: a report in Markdown, from 10,000 notices up.

`make bench` runs it at two sizes in some ten minutes; `make bench LARGE=1` goes to 1,000,000 notices and 20,000,000
documents, which takes an hour and 15 GB of disk. `KEEP=NAME` writes docs/benchmarks/NAME.md, with a chart.
"""

import argparse
import os
import platform
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.screenings import HEADINGS, Measured, Size, run
from screening import __version__
from screening.db import installation
from screening.reports import charts
from screening.reports.charts import Wanted

SIZES = (Size(10_000, 100_000, 2), Size(100_000, 1_000_000, 2))
LARGE = Size(1_000_000, 20_000_000, 2)
FOLDER = Path(__file__).parents[1] / "docs" / "benchmarks"
MILLION = 1_000_000


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.suite", description=__doc__)
    parser.add_argument("--large", action="store_true", help="go to 1,000,000 notices and 20,000,000 documents")
    parser.add_argument("--keep", metavar="NAME", help="write docs/benchmarks/NAME.md and NAME.svg")
    parser.add_argument("--folder", type=Path, help="keep the installations in this folder, for another run")
    chosen = parser.parse_args()
    sizes = [*SIZES, *([LARGE] if chosen.large else [])]
    seen = []
    for size in sizes:
        print(f"{size.notices:,} notices, {size.documents:,} documents", file=sys.stderr, flush=True)
        seen.append(run(size, chosen.folder / f"{size.notices}" if chosen.folder else None))
    text = "\n".join(report(seen))
    print(text)
    if chosen.keep:
        FOLDER.mkdir(exist_ok=True)
        (FOLDER / f"{chosen.keep}.svg").write_text(drawn(seen))
        (FOLDER / f"{chosen.keep}.md").write_text(f"{text}\n![whole screenings a second]({chosen.keep}.svg)\n")


def report(seen: Sequence[Measured]) -> Iterator[str]:
    """Write the report, line by line."""
    yield f"# Screenings, {datetime.now(UTC).date()}\n"
    yield from machine()
    for each in seen:
        size = each.size
        yield f"\n## {size.notices:,} notices, {size.documents:,} documents, {size.workers} processes\n"
        yield from table(HEADINGS, (row.cells() for row in each.rows))
        yield f"\n{each.times:,.0f} times as many screenings a second as the plain way."
        yield f"Ready {each.ready:.1f} s after the start."
        yield f"Memory of the processes, what they share in equal parts: {told(each.resident)}."
        yield f"The name index has {each.index_bytes / size.notices:.0f} bytes a notice on disk, mapped once;"
        yield f"documents have {each.document_bytes / size.documents:.0f} bytes each with their indexes."
    yield "\n## Growth\n"
    first, last = seen[0], seen[-1]
    yield from table(("notices", "documents", "whole screenings a second", "p50 alone", "p99"), map(growth, seen))
    slower = last.alone.load.p50 / first.alone.load.p50
    yield f"\nFrom the first size to the last the latency of a screening alone grows {slower:.1f} times."
    yield "\nThe plain way is FastAPI, SQLAlchemy's ORM and rapidfuzz's `process.extract` over the list, on the same"
    yield "machine and database, in the same run: `benchmarks/plain.py`.\n"


def machine() -> Iterator[str]:
    """Say what it ran on."""
    account = installation.choose_account(Path("none"))
    _, major = installation.runnable(installation.find_binaries(None), account)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    yield f"{processor()}, {os.cpu_count()} cores, {memory:.0f} GB, {platform.system()};"
    yield f"Python {platform.python_version()}, PostgreSQL {major} (embedded, fsync on), screening {__version__}."
    yield "Load generator (wrk), service and database share the machine; answers are not held back to hide silent hits."


def processor() -> str:
    """Name the processor."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def growth(each: Measured) -> tuple[str, ...]:
    """Give one line of the growth."""
    size, whole = each.size, each.whole.load
    a_second = f"{whole.a_second:,.0f}"
    return f"{size.notices:,}", f"{size.documents:,}", a_second, f"{each.alone.load.p50:.1f} ms", f"{whole.p99:.1f} ms"


def table(headings: Sequence[str], rows: Iterator[Sequence[str]]) -> Iterator[str]:
    """Write a table."""
    yield f"| {' | '.join(headings)} |"
    yield f"|{' --- |' * len(headings)}"
    yield from (f"| {' | '.join(cells)} |" for cells in rows)


def told(sizes: Sequence[int]) -> str:
    """Write sizes of memory."""
    return ", ".join(f"{size / MILLION:,.0f} MB" for size in sizes)


def drawn(seen: Sequence[Measured]) -> str:
    """Draw whole screenings a second beside the plain way."""
    bars = charts.bars([bar for each in seen for bar in pair(each)], width=760)
    box = f'viewBox="0 0 {bars.width} {bars.height}" font-family="sans-serif"'
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" {box}>', "<title>Whole screenings a second</title>"]
    for bar in bars.bars:
        lines.append(f'<text x="0" y="{bar.y + 12}" font-size="12">{bar.name}</text>')
        for piece in bar.pieces:
            colour = "#1f5f8b" if piece.kind == "screening" else "#b0b0b0"
            lines.append(f'<rect x="{piece.x}" y="{bar.y}" width="{piece.width:.1f}" height="16" fill="{colour}"/>')
        lines.append(f'<text x="{bar.end + 6:.1f}" y="{bar.y + 12}" font-size="12">{bar.value}</text>')
    return "\n".join([*lines, "</svg>"]) + "\n"


def pair(each: Measured) -> tuple[Wanted, Wanted]:
    """Give the two bars of one size."""
    ours, theirs = each.whole.load.a_second, each.plain.load.a_second
    name = f"{each.size.notices:,} notices"
    return (
        Wanted(name, f"{ours:,.0f}", {"screening": round(ours)}),
        Wanted("the plain way", f"{theirs:,.1f}", {"plain": round(theirs)}),
    )


if __name__ == "__main__":
    main()
