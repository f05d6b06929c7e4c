"""The kinds and colours of notices, what each may hold, and the crimes that they concern. Pure."""

from enum import StrEnum

from screening.identifiers.crime_areas import CrimeArea


class Kind(StrEnum):
    """By which way a request or warning came."""

    NOTICE = "notice"
    DIFFUSION = "diffusion"
    UN_SPECIAL = "un_special"


class Colour(StrEnum):
    """What a notice asks for."""

    RED = "red"
    BLUE = "blue"
    GREEN = "green"
    YELLOW = "yellow"
    BLACK = "black"
    ORANGE = "orange"
    PURPLE = "purple"
    SILVER = "silver"
    UN = "un"


NEVER_A_TRAVELLER = frozenset({Colour.BLACK, Colour.PURPLE, Colour.SILVER})
"""Unidentified bodies, ways of committing crimes, assets: no ground to match anybody who stands at a checkpoint."""

MATCHABLE = frozenset(Colour) - NEVER_A_TRAVELLER

NEEDS_SUBJECT = frozenset({Colour.RED, Colour.BLUE, Colour.GREEN, Colour.YELLOW, Colour.UN})
"""The colours that are always about a person; orange may be, the others need not."""

AREAS_OF_OFFENCE: dict[str, tuple[CrimeArea, ...]] = {
    "IT": (CrimeArea.TERRORISM,),
    "ITB": (CrimeArea.TERRORISM, CrimeArea.CBRNE),
    "ITC": (CrimeArea.TERRORISM, CrimeArea.CBRNE),
    "ITR": (CrimeArea.TERRORISM, CrimeArea.CBRNE),
    "II": (CrimeArea.TRAFFICKING_IN_PERSONS, CrimeArea.MIGRANT_SMUGGLING),
    "PD": (CrimeArea.DRUGS,),
    "PW": (CrimeArea.FIREARMS,),
    "PCT": (CrimeArea.TRAVEL_DOCUMENT_CRIME,),
    "PEB": (CrimeArea.CBRNE,),
    "PEC": (CrimeArea.CBRNE,),
    "IO": (CrimeArea.ORGANISED_CRIME,),
    "IK": (CrimeArea.KIDNAPPING,),
    "IM": (CrimeArea.MISSING_PERSONS,),
}
"""INTERPOL's offence codes by how they begin (DOMAIN.md 2.2.7); the longest beginning counts."""


def areas_of(offence_code: str) -> tuple[CrimeArea, ...]:
    """Give the crime areas that an offence code belongs to, none if its family is not known.

    >>> [str(area) for area in areas_of("ITB1")]
    ['terrorism', 'cbrne']
    """
    for length in (3, 2):
        areas = AREAS_OF_OFFENCE.get(offence_code[:length])
        if areas is not None:
            return areas
    return ()


def fits(kind: Kind, colour: Colour) -> bool:
    """Tell whether a kind comes in a colour: the UN's special notices have a colour of their own, and nobody else."""
    return (kind is Kind.UN_SPECIAL) == (colour is Colour.UN)
