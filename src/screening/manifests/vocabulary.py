"""The closed sets of words that manifests use, on the wire and in the code."""

from enum import StrEnum


class PersonKind(StrEnum):
    """As what a person travels (PAXLST, NAD 3035: FL, FM, DDU, DDT)."""

    PASSENGER = "passenger"
    CREW = "crew"
    TRANSIT_PASSENGER = "transit_passenger"
    TRANSIT_CREW = "transit_crew"


class Action(StrEnum):
    """What a list does to the lists of the same voyage that came before it."""

    LIST = "list"
    """These persons travel."""
    CHANGE = "change"
    """What is said of these persons replaces what was said before."""
    CANCEL = "cancel"
    """These persons do not travel after all."""
    NOT_ON_BOARD = "not_on_board"
    """The doors are closed, and these persons are not on board."""
    CLOSE = "close"
    """The doors are closed; everybody who was listed travels."""


class PersonStatus(StrEnum):
    """What became of one person of a list."""

    PENDING = "pending"
    SCREENED = "screened"
    DAMAGED = "damaged"
    """The list cannot be read here; nobody was screened."""
    FAILED = "failed"
    """The service could not screen; send the person again."""
    WITHDRAWN = "withdrawn"
    """A later list cancelled the person, or this one does."""
    REPLACED = "replaced"
    """A later list said something else of the person."""


WITHDRAWING = frozenset({Action.CANCEL, Action.NOT_ON_BOARD})
"""The actions whose persons are not screened."""
