"""`screening bench`: what the policy comes to on the list that is loaded here."""

import asyncio
from collections.abc import Iterator, Sequence
from typing import Annotated

import asyncpg
import typer

from screening import clock
from screening.cli.offline import reported, workplace
from screening.crowd import Crowd, alarms, crossings
from screening.crowd.alarms import THRESHOLDS, Measured
from screening.db.database import CONNECT_SECONDS, Connection
from screening.matching import Index, Nominal, Traveller
from screening.nominals import queries, subjects
from screening.screenings.policy import POLICIES
from screening.settings import Settings

SEED = 41
FEWEST_NOMINALS = 20
"""A shorter list says nothing about how often names meet by chance."""
TRAVELLERS = 100_000
"""Alarms are told per so many travellers, a busy day of an airport."""

app = typer.Typer(no_args_is_help=True)


@app.callback()
def bench() -> None:
    """Measure this installation."""


@app.command("alarms")
def print_alarms(
    travellers: Annotated[int, typer.Option(min=100, help="Travellers of each kind that are sent.")] = 2_000,
) -> None:
    """Print how many of the listed are found, and how many innocents alarm, for every threshold.

    The travellers are made up: the listed with errors in name and birth date; innocents who bear the names of the
    list, put together anew (the worst case); and innocents of all the world (the usual case). Nothing is stored.
    """
    with reported():
        nominals = asyncio.run(_read(Settings()))
    if len(nominals) < FEWEST_NOMINALS:
        typer.echo(
            f"The list holds {len(nominals)} persons: too few to measure, {FEWEST_NOMINALS} are needed.", err=True
        )
        raise typer.Exit(1)
    for line in _report(nominals, travellers):
        typer.echo(line)


async def _read(settings: Settings) -> list[Nominal]:
    async with workplace(settings) as at:
        connection: Connection = await asyncpg.connect(at.database.url, timeout=CONNECT_SECONDS)
        try:
            return [
                subjects.read_nominal(record_id, subject)
                async for page in queries.read_all_subjects(connection, at=clock.system())
                for record_id, subject in page.items()
            ]
        finally:
            await connection.close()


def _report(nominals: Sequence[Nominal], travellers: int) -> Iterator[str]:
    index, crowd = Index.build(nominals), Crowd(SEED)
    sent = list(crossings.of_nominals(nominals, travellers, crowd))
    listed = [alarms.of_listed(index, nominal_id, traveller) for nominal_id, traveller in sent]
    worst = Measured(listed, _outcomes(index, crossings.resembling(nominals, travellers, crowd)))
    usual = Measured(listed, _outcomes(index, crowd.travellers(travellers)))
    yield f"{len(nominals):,} persons on the list; {len(listed):,} of them sent, and twice {travellers:,} innocents."
    yield f"Alarms per {TRAVELLERS:,} innocents: second line (referred) and first line (stopped).\n"
    yield "           listed         names of the list         names of the world"
    yield "  score     found       second        first       second        first"
    for threshold in THRESHOLDS:
        yield f"  {threshold:<8} {_row(worst, usual, threshold, threshold)}"
    yield "\nProfiles (SCREENING_POLICY), with their own thresholds:"
    for policy in POLICIES.values():
        yield f"  {policy.name:<8} {_row(worst, usual, policy.second_line_score, policy.first_line_score)}"


def _outcomes(index: Index, travellers: Iterator[Traveller]) -> list[alarms.Outcome]:
    return [alarms.of_innocent(index, traveller) for traveller in travellers]


def _row(worst: Measured, usual: Measured, second_line: float, first_line: float) -> str:
    hard, general = worst.at(second_line, first_line), usual.at(second_line, first_line)
    shares = (hard.referred, hard.stopped, general.referred, general.stopped)
    return f"{hard.recall:7.2%} " + " ".join(f"{share * TRAVELLERS:12,.0f}" for share in shares)
