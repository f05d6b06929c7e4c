"""`screening operations`: what a duty officer does where the database is, when the network to a bureau is not."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy.ext.asyncio import AsyncSession

from screening import problems
from screening.audit.exported import ExportError
from screening.audit.trail import Trail
from screening.cli.offline import reported, workplace
from screening.db.database import transaction
from screening.operations import queries, service
from screening.operations.models import Operation
from screening.reports import counter, recounting
from screening.reports.recounting import UnknownOperationError
from screening.settings import Settings

app = typer.Typer(no_args_is_help=True)

MOST = 500
"""Operations that a list shows."""

COLUMNS = ("code", "kind", "state", "begins_at", "ends_at")

Code = Annotated[str, typer.Argument(help="The code of the operation.")]
Step = Callable[[AsyncSession, Trail, None, UUID], Awaitable[Operation]]


@app.command(name="list")
def list_() -> None:
    """List the operations in the order they were made."""
    with reported():
        rows = asyncio.run(_list(Settings()))
    table = Table(*COLUMNS, box=None)
    for row in rows:
        table.add_row(*(str(getattr(row, column)) for column in COLUMNS))
    Console().print(table)


@app.command(name="open")
def open_(code: Code) -> None:
    """Open a planned operation: from its beginning on its posts search under it."""
    with reported():
        typer.echo(f"{code} is {asyncio.run(_take(Settings(), code, service.open_))}.")


@app.command()
def close(code: Code, reason: Annotated[str, typer.Option(help="Why; never personal data.")]) -> None:
    """Close an operation for good. Every search under it is refused within a second."""
    with reported():
        typer.echo(f"{code} is {asyncio.run(_take(Settings(), code, partial(service.close, reason=reason)))}.")


@app.command()
def report(
    code: Code,
    from_export: Annotated[Path, typer.Option(help="An export of the whole log: a folder or a tar archive.")],
) -> None:
    """Count an operation's figures from an export alone and print them as JSON; no database is asked.

    `screening audit verify` says whether the export is whole. Discreet hits are not in these figures.
    """
    try:
        typer.echo(recounting.recount(from_export, code).model_dump_json(indent=1))
    except (ExportError, UnknownOperationError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None


@app.command("rebuild-report")
def rebuild_report() -> None:
    """Count all reports again from the first entry of the log on, and say whether they were right."""
    with reported():
        counted, differing = asyncio.run(_rebuild(Settings()))
    found = "nothing differed" if not differing else f"{differing} rows were wrong and are right now"
    typer.echo(f"{counted} entries counted again: {found}.")


async def _rebuild(settings: Settings) -> tuple[int, int]:
    async with workplace(settings) as at, counter.connected(at.database.url) as connection:
        return await counter.rebuild(connection)


async def _list(settings: Settings) -> Sequence[Operation]:
    async with workplace(settings) as at, transaction(at.database) as session:
        return await queries.list_operations(session, None, after=None, limit=MOST)


async def _take(settings: Settings, code: str, step: Step) -> str:
    async with workplace(settings) as at, transaction(at.database) as session:
        operation = await queries.find_by_code(session, code)
        if operation is None:
            raise problems.not_found("operation")
        return (await step(session, at.trail, None, operation.id)).state
