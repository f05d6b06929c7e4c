"""The closed sets of words that access is given in: what may be searched, and why. Pure."""

from enum import StrEnum


class Source(StrEnum):
    """What a submission is checked against."""

    SLTD = "sltd"
    """Stolen, lost, revoked and invalid documents, and stolen blanks."""
    TDAWN = "tdawn"
    """Travel documents associated with notices."""
    NOTICES = "notices"
    """Persons who are the subject of notices and diffusions."""
    ADMINISTRATIVE_DOCUMENTS = "administrative_documents"
    """Papers of vehicles, driving licences and birth certificates; asked when one may have been submitted."""
    VEHICLES = "vehicles"
    VESSELS = "vessels"
    FIREARMS = "firearms"
    CONTAINERS = "containers"
    AIRCRAFT = "aircraft"
    """Objects that are looked for; each is asked when an object of its kind was submitted."""


class Purpose(StrEnum):
    """Why a search is made (RPD, purposes of processing; point (h) for border control; DOMAIN.md 3.2.1)."""

    BORDER_CONTROL = "border_control"
    INVESTIGATION = "investigation"
    ACCREDITATION = "accreditation"
    """Of those who shall work at a major event, before it begins."""
    VISA = "visa"
    BOARDING = "boarding"
    """By a carrier, before a passenger boards (DOMAIN.md 1.5.5)."""
