"""The closed sets of words of a report, and the rules by which hits are counted. Pure."""

from collections.abc import Collection
from enum import StrEnum

from screening.hits.deadlines import GRAVE_AREAS, GRAVE_LABELS
from screening.identifiers.crime_areas import CrimeArea


class Part(StrEnum):
    """How much of an operation a report covers."""

    WHOLE = "whole"
    OWN = "own"
    """What was done at the posts of the reader's State, and by the reader's organisation."""


class Form(StrEnum):
    """How a report is written."""

    JSON = "json"
    CSV = "csv"
    HTML = "html"


class Verdict(StrEnum):
    """How a hit stands: each hit has one."""

    CONFIRMED = "confirmed"
    """The owner said that the record stands and means this traveller or thing."""
    NOT_CONFIRMED = "not_confirmed"
    """The owner said that it does not."""
    FALSE_MATCH = "false_match"
    """It was reported as a false match, or closed at the gate without asking the owner."""
    NO_REPLY = "no_reply"
    """The owner did not answer in time."""
    OPEN = "open"


AREA_OF = {
    "sltd": CrimeArea.TRAVEL_DOCUMENT_CRIME,
    "vehicles": CrimeArea.VEHICLES,
    "vessels": CrimeArea.VESSELS,
    "firearms": CrimeArea.FIREARMS,
    "yellow": CrimeArea.MISSING_PERSONS,
    "orange": CrimeArea.TERRORISM,
}
"""The area that a hit belongs to by its source or label, beside those that its record names."""

THREAT_LABELS = GRAVE_LABELS | {"red"}
THREAT_AREAS = GRAVE_AREAS
"""A potential threat is a confirmed hit on a record of such a colour or area (after what Red Lotus and Sunbird counted:
DOMAIN.md 3.3.2, 3.3.7). Each record counts once, however often it was found."""

ANSWER_BOUNDS = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100, 125, 150, 200, 250, 300, 400, 500,
                 750, 1000, 1500, 2000, 3000)  # fmt: skip
"""Times of answers are counted between these, in milliseconds; whole numbers, which every float holds exactly."""


def areas_of(source: str, label: str, named: Collection[str]) -> set[str]:
    """Give the areas of crime that a hit counts in."""
    return {*named, *(AREA_OF[each].value for each in (source, label) if each in AREA_OF)}
