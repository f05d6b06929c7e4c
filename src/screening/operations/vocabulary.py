"""The closed sets of words that operations use."""

from enum import StrEnum


class Kind(StrEnum):
    """What an operation is (DOMAIN.md 3.3)."""

    OPERATION = "operation"
    MAJOR_EVENT = "major_event"
    EXERCISE = "exercise"
    """Leaves no trace in statistics, and alerts nobody outside it."""


class State(StrEnum):
    """How far an operation has come."""

    PLANNED = "planned"
    OPEN = "open"
    EXTENDED = "extended"
    CLOSED = "closed"


class Verb(StrEnum):
    """What its coordinator does with it."""

    OPEN = "open"
    CHANGE = "change"
    """Other posts, participants, crime areas or objectives."""
    EXTEND = "extend"
    CRISIS = "crisis"
    """A major event turns into a crisis response (DOMAIN.md 3.3.18)."""
    CLOSE = "close"
