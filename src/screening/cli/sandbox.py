"""The sandbox: made-up bureaus with keys, made-up records, and travellers to screen. Nobody in it exists."""

import socket
from dataclasses import dataclass
from typing import Any

import httpx
import typer
from sqlalchemy import select

from screening import mrz
from screening.access import service
from screening.access.models import Key
from screening.access.permissions import Role
from screening.access.schemas import Mode, OrganisationKind
from screening.audit.trail import Trail
from screening.cli.keys import Place, make_key
from screening.dates import PartialDate
from screening.db.database import Database, transaction
from screening.mrz import DocumentFields, Sex
from screening.screenings.schemas import SPECIMEN_MRZ
from screening.settings import Settings

UTOPIA = Place("Bureau of Utopia", "UTO", OrganisationKind.BUREAU, "UTO-AIR-1", Mode.AIR)
SECRETARIAT = Place("General Secretariat", None, OrganisationKind.GENERAL_SECRETARIAT)

KEYS = {
    Role.FIRST_LINE: UTOPIA,
    Role.SECOND_LINE: UTOPIA,
    Role.BUREAU: UTOPIA,
    Role.ADMINISTRATOR: SECRETARIAT,
    Role.AUDITOR: SECRETARIAT,
}

EXPIRY = PartialDate(2033, 5, 20)

STOLEN_PASSPORT = {
    "number": "UT4471093",
    "type": "PAS",
    "issuing_state": "UTO",
    "reason": "stolen",
    "theft_date": "2026-02-11",
    "theft_country": "UTO",
}

STOLEN_CAR = {
    "vin": "5GZCZ43D13S812715",
    "plate": "UT-SV 903",
    "plate_country": "UTO",
    "make": "Saturn",
    "model": "Vue",
    "colour": "silver",
    "year": 2003,
    "reason": "stolen",
    "theft_date": "2026-01-30",
    "theft_country": "UTO",
}

MISAPPROPRIATED_YACHT = {
    "hin": "GB-ABC00042-A3-99",
    "name": "Morning Tide",
    "flag": "UTO",
    "type": "sailing yacht",
    "reason": "misappropriated",
    "theft_country": "UTO",
}

STOLEN_PISTOL = {
    "serial": "UT771243",
    "make": "Beretta",
    "model": "92 FS",
    "calibre": "9x19",
    "type": "pistol",
    "reason": "stolen",
    "theft_country": "UTO",
}

WANTED_PERSON = {
    "kind": "notice",
    "colour": "red",
    "reference": "2026/90001",
    "purpose": "To locate and, where national law allows, provisionally arrest with a view to extradition.",
    "subject": {
        "names": [
            {"kind": "primary", "surname": "GRUBENTHALER", "given_names": "KONSTANTIN ALOIS"},
            {"kind": "alias", "full_name": "Konstantin Thaler"},
        ],
        "dates_of_birth": ["1979-03-14"],
        "sex": "M",
        "nationalities": ["AUT"],
    },
    "cautions": ["May be armed"],
    "offences": [{"code": "PCT", "text": "Forging of travel documents", "warrant_issued_by": "UTO"}],
}


RECORDS = (
    ("/v1/documents", STOLEN_PASSPORT),
    ("/v1/notices", WANTED_PERSON),
    ("/v1/vehicles", STOLEN_CAR),
    ("/v1/vessels", MISAPPROPRIATED_YACHT),
    ("/v1/firearms", STOLEN_PISTOL),
)
"""What is on record in the sandbox, and where it was sent."""


def settings_of(settings: Settings) -> Settings:
    """Give the settings of the sandbox: a database, keys and a log of its own, and a port that is free."""
    return settings.model_copy(
        update={
            "database_url": None,
            "database_owner_url": None,
            "data_dir": settings.data_dir / "sandbox",
            "signing_key_file": None,
            "redress_key_file": None,
            "subject_keys_file": None,
            "webhook_key_file": None,
            "log_name": "sandbox.screening.local/audit",
            "port": _free_port(settings.host, settings.port),
        }
    )


def _free_port(host: str, wanted: int) -> int:
    """Give the wanted port, or another one when something else has it."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise typer.BadParameter(f"no port can be opened on {host}")


@dataclass(frozen=True, slots=True)
class Scene:
    """One traveller of the demonstration."""

    title: str
    submission: dict[str, Any]


def scenes() -> list[Scene]:
    """Give the six travellers of the demonstration."""
    innocent = _passport("SWE", "AA6184203", "LINDQVIST", "ELSA MARGARETA", PartialDate(1991, 6, 2))
    zones = [
        ("The ICAO specimen passport", SPECIMEN_MRZ),
        ("A stolen passport", _passport("UTO", "UT4471093", "MORGENSTERN", "ADA", PartialDate(1988, 11, 30))),
        (
            "A wanted person, name misspelt",
            _passport("AUT", "U8812346", "GRUBENTALLER", "KONSTANTIN", PartialDate(1979, 3, 14), Sex.M),
        ),
        ("An MRZ cut off by the reader", innocent[:-9]),
        ("An innocent traveller", innocent),
    ]
    crossing = {"direction": "entry", "mode": "air", "carrier": "UT123"}
    scenes = [Scene(title, {"documents": [{"mrz": zone}], "crossing": crossing}) for title, zone in zones]
    car = {"vin": STOLEN_CAR["vin"], "plate": "UT-KM 551", "plate_country": "UTO"}
    by_road = {"documents": [{"mrz": innocent}], "vehicles": [car], "crossing": {"direction": "exit", "mode": "land"}}
    return [*scenes, Scene("The same in a stolen car, with another plate", by_road)]


def _passport(  # noqa: PLR0913 - the fields of a passport
    state: str, number: str, surname: str, given_names: str, born: PartialDate, sex: Sex = Sex.F
) -> str:
    fields = DocumentFields(
        document_code="P",
        issuing_state=state,
        number=number,
        nationality=state,
        surname=surname,
        given_names=given_names,
        birth_date=born,
        sex=sex,
        expiry_date=EXPIRY,
    )
    return "\n".join(mrz.write_td3(fields))


Keys = dict[Role, str]


async def make_keys(database: Database, trail: Trail) -> Keys:
    """Make a key for each role, and revoke those of earlier starts."""
    async with transaction(database) as session:
        for key_id in await session.scalars(select(Key.id).where(Key.revoked_at.is_(None))):
            await service.revoke_key(session, trail, None, key_id)
    keys = {}
    for role, place in KEYS.items():
        async with transaction(database) as session:
            _, keys[role] = await make_key(session, trail, place, name=f"sandbox {role}", role=role)
    return keys


async def seed(client: httpx.AsyncClient, keys: Keys) -> None:
    """Enter the records of the sandbox, unless they are there from an earlier start."""
    for path, record in RECORDS:
        answer = await client.post(path, json=record, headers=_as(keys[Role.BUREAU]))
        if answer.status_code != httpx.codes.CONFLICT:
            answer.raise_for_status()


async def screen(client: httpx.AsyncClient, keys: Keys, scene: Scene) -> dict[str, Any]:
    """Screen one traveller as a second-line terminal would, and give the answer."""
    answer = await client.post("/v1/screenings", json=scene.submission, headers=_as(keys[Role.SECOND_LINE]))
    answer.raise_for_status()
    screened: dict[str, Any] = answer.json()
    return screened


def _as(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}
