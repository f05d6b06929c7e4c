"""The papers and vehicles of made-up travellers, as border software sends them."""

import random
from dataclasses import replace
from typing import Any

from screening import mrz
from screening.crowd import Crowd, Person
from screening.crowd.cultures import cultures
from screening.crowd.people import Fields
from screening.dates import PartialDate
from screening.identifiers import vin
from screening.mrz import DocumentFields, Format, Sex

Json = dict[str, Any]

VALID_UNTIL = range(2027, 2037)
LINE = 39
"""Characters that a passport's first line has for the name."""

VIN_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"
MAKES = (("WVW", "Volkswagen", "Golf"), ("JTD", "Toyota", "Corolla"), ("VF3", "Peugeot", "308"))


def citizen(state: str, crowd: Crowd) -> Person:
    """Draw somebody of a State, of a culture at home there where one is known, whose name fits a passport."""
    at_home = [culture for culture in cultures() if state in culture.nationalities]
    while True:
        person = crowd.person(crowd.random.choice(at_home) if at_home else None)
        name = crowd.written(person)
        if name.surname and name.given and len(name.full) < LINE:
            return replace(person, nationality=state)


def number(source: random.Random) -> str:
    """Draw the number of a passport."""
    return f"{source.choice('ABCEHKLNPRT')}{source.choice('ABCEHKLNPRT')}{source.randrange(10**7):07d}"


def passport(person: Person, name: Fields, document_number: str, source: random.Random) -> str:
    """Write the machine-readable zone of a passport."""
    return _zone(Format.TD3, "P", person, name, document_number, source)


def card(person: Person, name: Fields, document_number: str, source: random.Random) -> str:
    """Write the machine-readable zone of an identity card."""
    return _zone(Format.TD1, "I", person, name, document_number, source)


def _zone(  # noqa: PLR0913 - what a document says
    form: Format, code: str, person: Person, name: Fields, document_number: str, source: random.Random
) -> str:
    fields = DocumentFields(
        document_code=code,
        issuing_state=person.nationality,
        number=document_number,
        nationality=person.nationality,
        surname=name.surname or name.given,
        given_names=name.given if name.surname else "",
        birth_date=person.birth_date,
        sex=Sex(person.sex.value),
        expiry_date=PartialDate(source.choice(VALID_UNTIL), source.randrange(1, 13), source.randrange(1, 29)),
    )
    return "\n".join(mrz.write(form, fields))


def car(state: str, source: random.Random) -> Json:
    """Draw a vehicle registered in a State."""
    maker, make, model = source.choice(MAKES)
    chassis = maker + "".join(source.choices(VIN_LETTERS, k=14))
    digit = vin.check_digit(chassis)
    assert digit is not None
    return {
        "vin": chassis[:8] + digit + chassis[9:],
        "plate": f"{''.join(source.choices('ABCDEFGHJKLMNPRSTVWXYZ', k=3))} {source.randrange(1000, 9999)}",
        "plate_country": state,
        "make": make,
        "model": model,
    }
