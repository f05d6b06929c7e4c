"""`screening keys`: the keys of clients, made where the database is; the first key of all is made here."""

import asyncio
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from screening.access import queries, service
from screening.access.permissions import Role
from screening.access.schemas import KeyIn, Mode, OrganisationIn, OrganisationKind, PostIn
from screening.audit.trail import Trail
from screening.cli.offline import reported, workplace
from screening.db.database import transaction
from screening.problems import Kind, Problem
from screening.settings import Settings

app = typer.Typer(no_args_is_help=True)


@dataclass(frozen=True, slots=True)
class Place:
    """For whom a key is made: an organisation, and perhaps one of its posts; made when they are not there yet."""

    organisation: str
    country: str | None = None
    kind: OrganisationKind = OrganisationKind.BUREAU
    post: str | None = None
    mode: Mode = Mode.LAND


@app.command()
def create(  # noqa: PLR0913 - the options of a command are its contract
    name: Annotated[str, typer.Option(help="What the key is for, such as a desk.")],
    role: Annotated[Role, typer.Option(help="What its client may do.")],
    organisation: Annotated[str, typer.Option(help="Name of the organisation.")],
    country: Annotated[str | None, typer.Option(help="Its State; makes the organisation if it is new.")] = None,
    kind: Annotated[OrganisationKind, typer.Option(help="What a new organisation is.")] = OrganisationKind.BUREAU,
    post: Annotated[str | None, typer.Option(help="Code of the post where its client stands.")] = None,
    mode: Annotated[Mode, typer.Option(help="How travellers come to a new post.")] = Mode.LAND,
) -> None:
    """Make a key and print it. It is shown this once and kept nowhere; its id goes to standard error."""
    place = Place(organisation, country, kind, post, mode)
    with reported():
        key_id, text = asyncio.run(_create(Settings(), place, name, role))
        typer.echo(f"The key's id, by which it is revoked: {key_id}", err=True)
        typer.echo(text)


@app.command()
def revoke(key_id: Annotated[UUID, typer.Argument(help="The id of the key.")]) -> None:
    """Revoke a key for good. It is refused everywhere within a second."""
    with reported():
        asyncio.run(_revoke(Settings(), key_id))
    typer.echo("The key is revoked.")


async def _create(settings: Settings, place: Place, name: str, role: Role) -> tuple[UUID, str]:
    async with workplace(settings) as at, transaction(at.database) as session:
        return await make_key(session, at.trail, place, name=name, role=role)


async def _revoke(settings: Settings, key_id: UUID) -> None:
    async with workplace(settings) as at, transaction(at.database) as session:
        await service.revoke_key(session, at.trail, None, key_id)


async def make_key(session: AsyncSession, trail: Trail, place: Place, *, name: str, role: Role) -> tuple[UUID, str]:
    """Make a key, with its organisation and post where these are new; gives its id and its text."""
    organisation_id = await _organisation(session, trail, place)
    post_id = await _post(session, trail, organisation_id, place) if place.post else None
    wanted = KeyIn(name=name, role=role, organisation_id=organisation_id, post_id=post_id)
    key, text = await service.create_key(session, trail, None, wanted)
    return key.id, text


async def _organisation(session: AsyncSession, trail: Trail, place: Place) -> UUID:
    found = await queries.find_organisation(session, place.organisation)
    if found is None:
        wanted = OrganisationIn(name=place.organisation, kind=place.kind, country=place.country)
        found = await service.create_organisation(session, trail, wanted)
    return found.id


async def _post(session: AsyncSession, trail: Trail, organisation_id: UUID, place: Place) -> UUID:
    code = place.post or ""
    found = await queries.find_post(session, organisation_id, code)
    if found is None:
        if place.country is None:
            raise Problem(Kind.INVALID, "A new post needs --country: the State where it stands.")
        wanted = PostIn(code=code, name=code, country=place.country, mode=place.mode, organisation_id=organisation_id)
        found = await service.create_post(session, trail, None, wanted)
    return found.id
