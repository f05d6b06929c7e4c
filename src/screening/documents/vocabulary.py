"""The closed sets of words that document records use, on the wire and in the code."""

from enum import StrEnum


class Reason(StrEnum):
    """Why a document is not valid, as its issuing State reports it."""

    STOLEN = "stolen"
    LOST = "lost"
    STOLEN_BLANK = "stolen_blank"
    """Stolen before it was issued to anybody: one number, or a range of them."""
    REVOKED = "revoked"
    INVALID = "invalid"


class How(StrEnum):
    """How a record was found, the firmest first."""

    EXACT = "exact"
    RANGE = "range"
    """The number lies in a range of stolen blanks."""
    LOOK_ALIKE = "look_alike"
    """It is there for a number that differs by characters that a reader confuses."""
