"""`screening import`: a file of records, with progress, and a file of what was not taken."""

import asyncio
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, BinaryIO, TextIO

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from screening import problems
from screening.access import queries
from screening.access.actors import Owner
from screening.app.formats import FORMATS
from screening.cli.offline import Workplace, reported, workplace
from screening.db.database import transaction
from screening.journal import imports
from screening.journal.formats import BulkFormat, Format, Reject, ReloadRefusedError
from screening.journal.imports import Job, Watcher
from screening.journal.queries import Progress as Counts
from screening.settings import Settings

SUMMARY = "{read:,} read: {created:,} created, {updated:,} updated, {unchanged:,} unchanged, {rejected:,} rejected"
SOME_REJECTED = 3
"""The status of an import that reached the end of the file but did not take all of it."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What shall be imported for whom, and where rejects go."""

    file: Path
    form: Format | BulkFormat
    organisation: str
    rejects: Path
    most_withdrawn: int | None
    """Of a full list: how many records it may lack."""


def import_file(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="The file.")],
    form: Annotated[str, typer.Option("--format", help=f"One of: {', '.join(FORMATS)}.")],
    organisation: Annotated[str, typer.Option(help="Name of the organisation that owns the records.")],
    rejects: Annotated[Path | None, typer.Option(help="Where rejects go; FILE.rejects.ndjson when left out.")] = None,
    full_list_withdrawing: Annotated[
        int | None, typer.Option(min=0, help="The file is the whole list, and may lack so many records, which end.")
    ] = None,
) -> None:
    """Import a file of records. Good lines are kept; the others are written to a file, each with its reason.

    Importing the same file again changes nothing. Ends with status 3 when some lines were rejected.
    """
    if form not in FORMATS:
        raise typer.BadParameter(f"no such format; there are {', '.join(FORMATS)}", param_hint="--format")
    wanted = Wanted(
        file,
        FORMATS[form],
        organisation,
        rejects or file.with_name(f"{file.name}.rejects.ndjson"),
        full_list_withdrawing,
    )
    with reported():
        counts = asyncio.run(_import(Settings(), wanted))
    typer.echo(_summary(counts))
    if counts.rejected:
        typer.echo(f"Rejected lines, each with its reason: {wanted.rejects}")
        raise typer.Exit(SOME_REJECTED)


async def _import(settings: Settings, wanted: Wanted) -> Counts:
    async with workplace(settings) as at:
        job = Job(wanted.form, await _owner(at, wanted.organisation))
        with wanted.file.open("rb") as stream, _bar() as bar, _rejects_file(wanted.rejects) as rejects:
            size = os.fstat(stream.fileno()).st_size
            task = bar.add_task(wanted.file.name, total=size, counts="")

            def progressed(counts: Counts) -> None:
                bar.update(task, completed=stream.tell(), counts=f"{counts.read:,} read, {counts.rejected:,} rejected")

            watcher = Watcher(progressed, lambda reject: _write_reject(rejects, reject))
            if wanted.most_withdrawn is None:
                return await imports.run(at.database, at.trail, job, stream, watcher=watcher)
            return await _reload(at, job, stream, wanted.most_withdrawn, watcher)


async def _reload(at: Workplace, job: Job, stream: BinaryIO, most: int, watcher: Watcher) -> Counts:
    try:
        return await imports.reload(at.database, at.trail, job, stream, most_withdrawn=most, watcher=watcher)
    except ReloadRefusedError as error:
        for reject in error.rejects:
            watcher.on_reject(reject)
        raise


async def _owner(at: Workplace, name: str) -> Owner:
    async with transaction(at.database) as session:
        found = await queries.find_organisation(session, name)
    if found is None:
        raise problems.not_found("organisation")
    return Owner.of(found.id, found.kind, found.country)


def _bar() -> Progress:
    columns = (BarColumn(20), TaskProgressColumn(), TimeElapsedColumn(), TextColumn("{task.fields[counts]}"))
    return Progress(*columns, console=Console(stderr=True))


@contextmanager
def _rejects_file(path: Path) -> Iterator[TextIO]:
    """Open the file of rejects for its owner alone, since it holds records; it is gone again when there were none."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
        yield stream
        empty = stream.tell() == 0
    if empty:
        path.unlink()


def _write_reject(stream: TextIO, reject: Reject) -> None:
    stream.write(json.dumps(asdict(reject), ensure_ascii=False) + "\n")


def _summary(counts: Counts) -> str:
    return SUMMARY.format(**asdict(counts))
