"""The closed sets of words that records of objects use, on the wire and in the code."""

from enum import StrEnum


class ObjectKind(StrEnum):
    """The kinds of thing that are looked for."""

    VEHICLE = "vehicle"
    VESSEL = "vessel"
    FIREARM = "firearm"
    CONTAINER = "container"
    AIRCRAFT = "aircraft"


class Reason(StrEnum):
    """Why an object is looked for."""

    STOLEN = "stolen"
    MISAPPROPRIATED = "misappropriated"
    """Rented, leased or borrowed, and not given back."""
    LOST = "lost"
    TRAFFICKED = "trafficked"
    """Brought over a border, or sold, against the law."""


class Agreement(StrEnum):
    """How firmly an object presented is the one on record, the firmest first."""

    EXACT = "exact"
    STRONG = "strong"
    POSSIBLE = "possible"

    @property
    def rank(self) -> int:
        """Its place among them, 0 for the firmest."""
        return list(Agreement).index(self)


class Comparison(StrEnum):
    """What one trait says about that."""

    AGREES = "agrees"
    COMPATIBLE = "compatible"
    ABSENT = "absent"
    CONTRADICTS = "contradicts"
