"""The `screening` command."""

import sys
from pathlib import Path
from typing import Annotated

import typer
import yaml
from pydantic import ValidationError

from screening import __version__, logging, matching
from screening.app.build import create_app
from screening.cli import audit, bench, imports, keys, operations, serving, simulate, supervising
from screening.cli import demo as demo_command
from screening.settings import Settings

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
app.add_typer(keys.app, name="keys", help="Make and revoke the keys of clients.")
app.add_typer(operations.app, name="operations", help="List, open and close joint operations.")
app.add_typer(audit.app, name="audit", help="Check, export and key the audit log.")
app.add_typer(bench.app, name="bench", help="Measure this installation.")
app.command("import")(imports.import_file)
app.command()(simulate.simulate)


def read_settings() -> Settings:
    """Read the settings from the environment, or say which one does not fit and end."""
    try:
        return Settings()
    except ValidationError as error:
        for item in error.errors():
            name = "SCREENING_" + "_".join(map(str, item["loc"])).upper()
            typer.echo(f"{name}: {item['msg']}", err=True)
        raise typer.Exit(2) from None


@app.callback()
def quiet() -> None:
    """Let commands speak for themselves: their log lines are of interest only when something is wrong."""
    logging.configure("WARNING")


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on; SCREENING_HOST.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; SCREENING_PORT.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, max=64, help="Processes; SCREENING_WORKERS.")] = None,
) -> None:
    """Run the service until Ctrl-C or SIGTERM; with several processes SIGHUP replaces one after the other."""
    given = {"host": host, "port": port, "workers": workers}
    changed = {name: value for name, value in given.items() if value is not None}
    settings = read_settings().model_copy(update=changed)
    if settings.workers > 1:
        supervising.serve(settings)
    else:
        serving.serve(settings)


@app.command()
def worker() -> None:
    """Deliver alerts until Ctrl-C or SIGTERM, for serving processes that run with SCREENING_DELIVER_ALERTS=false."""
    serving.work(read_settings())


@app.command()
def demo(
    detach: Annotated[bool, typer.Option("--detach", help="End after printing, instead of serving on.")] = False,  # noqa: FBT002
) -> None:
    """Start a sandbox, screen six travellers through the real API, and print what came out."""
    demo_command.run(read_settings(), detach=detach)


@app.command()
def migrate() -> None:
    """Bring the tables of the database to the form that this version expects."""
    serving.migrate(read_settings())


@app.command("compile")
def compile_names() -> None:
    """Compile the name engine ahead of the first start, which would else take a minute longer."""
    matching.warm_up()


@app.command()
def openapi() -> None:
    """Print the OpenAPI document of the service as YAML."""
    document = create_app(Settings(data_dir=Path("unused"))).openapi()
    yaml.safe_dump(document, sys.stdout, sort_keys=False, allow_unicode=True, width=120)


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(__version__)


if __name__ == "__main__":
    app()
