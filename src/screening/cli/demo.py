"""`screening demo`: a sandbox with a show. The service is the real one, on a socket, over its own PostgreSQL."""

import asyncio
import sys
from typing import Any

import httpx
import typer
import uvicorn
from rich.console import Console
from rich.table import Table

from screening.app.build import create_app
from screening.audit.trail import Trail
from screening.cli import sandbox
from screening.cli.offline import COMMAND_LINE, reported
from screening.cli.serving import Server
from screening.settings import Settings

COLOURS = {"hit": "bold red", "no_hit": "green", "incomplete": "yellow"}


def run(settings: Settings, *, detach: bool) -> None:
    """Show the service at work in a sandbox of its own; then serve on until Ctrl-C, or end at once."""
    sandboxed = sandbox.settings_of(settings)
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 120)
    console.print("Starting the sandbox: PostgreSQL, tables, name index …")
    with reported():
        try:
            asyncio.run(_perform(sandboxed, console, detach=detach))
        except KeyboardInterrupt:
            console.print("Stopped.")


async def _perform(settings: Settings, console: Console, *, detach: bool) -> None:
    app = create_app(settings)
    server = Server(app, settings)
    serving = asyncio.create_task(server.serve())
    await _started(server, serving)
    address = f"http://{settings.host}:{settings.port}"
    trail = Trail(app.state.log, app.state.clock, request_id=COMMAND_LINE)
    keys = await sandbox.make_keys(app.state.database, trail)
    async with httpx.AsyncClient(base_url=address, timeout=10) as client:
        await sandbox.seed(client, keys)
        await _screen_all(client, keys, console)
    if detach:
        server.should_exit = True
    else:
        _print_way_on(console, address, keys)
    await serving


async def _started(server: uvicorn.Server, serving: "asyncio.Task[None]") -> None:
    """Wait until the service answers; ends the command when it could not start."""
    while not server.started:
        if serving.done():
            serving.result()
            raise typer.Exit(1)
        await asyncio.sleep(0.02)


async def _screen_all(client: httpx.AsyncClient, keys: sandbox.Keys, console: Console) -> None:
    table = Table(title="Six travellers", show_lines=True)
    for column in ("Traveller", "Decision", "Reasons", "Next step", "Receipt"):
        table.add_column(column, overflow="fold")
    for scene in sandbox.scenes():
        answer = await sandbox.screen(client, keys, scene)
        table.add_row(*_row(scene.title, answer))
    console.print(table)


def _row(title: str, answer: dict[str, Any]) -> list[str]:
    colour = COLOURS[answer["decision"]]
    desk = f"\n{answer['desk']}" if answer["desk"] else ""
    receipt = answer["receipt"]
    return [
        title,
        f"[{colour}]{answer['decision']}[/]{desk}\nwithin {answer['took_ms']:.0f} ms",
        "\n".join(_reasons(answer)) or "Every source answered; nothing matches.",
        answer["action"]["text"],
        f"{receipt['leaf_hash'][:16]}…\n{receipt['at']}",
    ]


def _reasons(answer: dict[str, Any]) -> list[str]:
    reasons = []
    for hit in answer["hits"]:
        label = hit["record"]["reason"] or hit["record"]["colour"]
        reasons.append(f"{hit['source']}: {label}, {hit['strength']}, {hit['score']:.2f}")
        reasons.extend(f"{part['text']}" for part in hit["evidence"] if part["state"] != "absent")
    reasons.extend(finding["text"] for finding in answer["findings"])
    reasons.extend(
        f"{entry['source']}: {entry['status']}"
        for entry in answer["coverage"]
        if entry["required"] and entry["status"] != "answered"
    )
    return [f"• {reason}" for reason in dict.fromkeys(reasons)]


def _print_way_on(console: Console, address: str, keys: sandbox.Keys) -> None:
    table = Table(title="Keys of this sandbox, new at each start", show_header=False)
    for role, key in keys.items():
        table.add_row(role.value, key)
    console.print(table)
    console.print(f"Try it out: [bold]{address}/docs[/] (press Authorize and paste a key). Ctrl-C stops everything.")
