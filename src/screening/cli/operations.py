"""`screening operations`: what a duty officer does where the database is, when the network to a bureau is not."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy.ext.asyncio import AsyncSession

from screening import problems
from screening.audit.trail import Trail
from screening.cli.offline import reported, workplace
from screening.db.database import transaction
from screening.operations import queries, service
from screening.operations.models import Operation
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


async def _list(settings: Settings) -> Sequence[Operation]:
    async with workplace(settings) as at, transaction(at.database) as session:
        return await queries.list_operations(session, None, after=None, limit=MOST)


async def _take(settings: Settings, code: str, step: Step) -> str:
    async with workplace(settings) as at, transaction(at.database) as session:
        operation = await queries.find_by_code(session, code)
        if operation is None:
            raise problems.not_found("operation")
        return (await step(session, at.trail, None, operation.id)).state
