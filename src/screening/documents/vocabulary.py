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


class DocumentStatus(StrEnum):
    """Whether a record still matches."""

    ACTIVE = "active"
    EXPIRED = "expired"
    """Its retention is over."""
    WITHDRAWN = "withdrawn"


class How(StrEnum):
    """How a record was found, the firmest first."""

    EXACT = "exact"
    RANGE = "range"
    """The number lies in a range of stolen blanks."""
    LOOK_ALIKE = "look_alike"
    """It is there for a number that differs by characters that a reader confuses."""


class RetentionReason(StrEnum):
    """Why a record is kept longer, or shorter, than was planned; the rules know one reason only."""

    PURPOSE_NOT_ACHIEVED = "purpose_not_achieved"
