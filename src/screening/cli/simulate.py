"""`screening simulate`: plays a joint operation through the API, and ends with what its report states."""

import asyncio
import contextlib
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import httpx
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from screening.access.permissions import Role
from screening.cli import sandbox
from screening.cli.keys import make_key
from screening.cli.offline import reported, workplace
from screening.db.database import transaction
from screening.db.metadata import new_id
from screening.settings import Settings
from screening.simulation import figures
from screening.simulation.api import Api, RefusedError
from screening.simulation.figures import Compared
from screening.simulation.play import Play, Played, PlayError
from screening.simulation.scenarios import SCENARIOS, Scenario

START_SECONDS = 180.0
"""How long the service may take to start; the name engine compiles for a minute at its first start of all."""

STOP_SECONDS = 20.0
ANSWER_SECONDS = 30.0
CONNECTIONS = 64


class Name(StrEnum):
    """The operations that can be played."""

    SUNBIRD = "sunbird"
    ADWENPA = "adwenpa"
    RED_LOTUS = "red-lotus"


def simulate(
    operation: Annotated[Name, typer.Argument(help="Which operation.")],
    scale: Annotated[
        float, typer.Option(min=0.001, max=1, help="Share of the real number of searches; what is found stays.")
    ] = 0.001,
    url: Annotated[str | None, typer.Option(help="A running test service; a sandbox of its own when left out.")] = None,
    key: Annotated[
        str | None,
        typer.Option(envvar="SCREENING_SIMULATE_KEY", help="An administrator's key of that service.", show_envvar=True),
    ] = None,
    report: Annotated[Path, typer.Option(help="Where the report is written.")] = Path("report.html"),
) -> None:
    """Play a joint operation with made-up people, and compare its report with what was published.

    Bureaus, posts and keys are made; access is opened and approved; records are put on file, met, sent to bureaus,
    confirmed by their owners and closed with an outcome: all through the API. Status 1 if the figures differ.
    """
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 120)
    scenario = SCENARIOS[operation]
    if url is not None and key is None:
        raise typer.BadParameter("a service of your own needs an administrator's key in SCREENING_SIMULATE_KEY")
    with reported():
        try:
            played = asyncio.run(_play(scenario, round(scenario.searches * scale), url, key, console))
        except (PlayError, RefusedError, httpx.TransportError) as error:
            console.print(f"The play cannot go on: {error}", style="red")
            raise typer.Exit(1) from None
    report.write_text(played.page, encoding="utf-8")
    agrees = _print(console, scenario, played)
    console.print(f"The whole report: [bold]{report.resolve()}[/]")
    if not agrees:
        raise typer.Exit(1)


async def _play(scenario: Scenario, searches: int, url: str | None, key: str | None, console: Console) -> Played:
    async with contextlib.AsyncExitStack() as stack:
        if url is None or key is None:
            console.print("Starting the sandbox: PostgreSQL, tables, name index …")
            address, administrator = await stack.enter_async_context(_sandbox())
        else:
            address, administrator = url, key
        client = httpx.AsyncClient(
            base_url=address, timeout=ANSWER_SECONDS, limits=httpx.Limits(max_connections=CONNECTIONS)
        )
        api = Api(await stack.enter_async_context(client))
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=console) as progress:
            return await Play(api, administrator, scenario, searches, new_id()).perform(progress)


@asynccontextmanager
async def _sandbox() -> AsyncIterator[tuple[str, str]]:
    """Run a service of our own in another process; gives its address, and an administrator's key."""
    settings = sandbox.settings_of(Settings())
    async with workplace(settings) as at, transaction(at.database) as session:
        _, key = await make_key(session, at.trail, sandbox.SECRETARIAT, name="simulation", role=Role.ADMINISTRATOR)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SCREENING_")}
    environment |= {
        "SCREENING_DATA_DIR": str(settings.data_dir),
        "SCREENING_HOST": settings.host,
        "SCREENING_PORT": str(settings.port),
        "SCREENING_LOG_NAME": settings.log_name,
    }
    address = f"http://{settings.host}:{settings.port}"
    output = settings.data_dir / "simulate.log"
    with output.open("wb") as stream:
        command = (sys.executable, "-m", "screening.cli.main", "serve")
        process = subprocess.Popen(command, env=environment, stdout=stream, stderr=subprocess.STDOUT)  # noqa: ASYNC220, S603 - ourselves
    try:
        await _started(address, process, output)
        yield address, key
    finally:
        process.terminate()
        await asyncio.to_thread(_ended, process)


def _ended(process: "subprocess.Popen[bytes]") -> None:
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


async def _started(address: str, process: "subprocess.Popen[bytes]", output: Path) -> None:
    until = time.monotonic() + START_SECONDS
    async with httpx.AsyncClient(base_url=address) as client:
        while time.monotonic() < until and process.poll() is None:
            with contextlib.suppress(httpx.TransportError):
                if (await client.get("/health/ready")).is_success:
                    return
            await asyncio.sleep(0.1)
    raise PlayError(f"The sandbox did not start; it says why in {output}.")


def _print(console: Console, scenario: Scenario, played: Played) -> bool:
    """Print the headline figures; gives whether all are what they should be."""
    rows = list(figures.compared(scenario, played.report, played.tally.searches))
    table = Table(title=f"{scenario.title}, played as {played.operation['code']}")
    for column in ("", "published", "the report states", ""):
        table.add_column(column, justify="left" if not column else "right")
    for row in rows:
        table.add_row(*_row(row))
    console.print(table)
    searches, hits = played.report["searches"], played.report["hits"]
    console.print(
        f"{searches['total']:,} searches ({searches['incomplete']:,} incomplete) at "
        f"{played.tally.searches / played.seconds:,.0f} a second; {hits['hits']:,} hits: "
        f"{hits['confirmed']:,} confirmed, {hits['false_match']:,} false matches."
    )
    console.print(f"Published: {scenario.source}. {scenario.ours}", style="dim")
    return all(row.agrees for row in rows)


def _row(row: Compared) -> tuple[str, str, str, str]:
    mark = "[green]agrees[/]" if row.agrees else "[bold red]differs[/]"
    return row.what, f"{row.wanted:,.0f}", f"{row.stated:,.0f}", mark
