"""The closed sets of words of a case, on the wire and in the code."""

from enum import StrEnum


class Status(StrEnum):
    """How far a case has come."""

    NEW = "new"
    SENT = "sent"
    """The bureau of the post that found it has it."""
    AWAITING_CONFIRMATION = "awaiting_confirmation"
    """The owner of the record was asked whether it stands and means this person or thing."""
    CONFIRMED = "confirmed"
    NOT_CONFIRMED = "not_confirmed"
    NO_REPLY = "no_reply"
    CLOSED = "closed"


class EventType(StrEnum):
    """What can happen to a case. The last four are written by the service itself."""

    SENT = "sent"
    CONFIRMATION_REQUESTED = "confirmation_requested"
    CONFIRMED = "confirmed"
    NOT_CONFIRMED = "not_confirmed"
    NO_REPLY = "no_reply"
    OUTCOME_REPORTED = "outcome_reported"
    CLOSED = "closed"
    REOPENED = "reopened"
    ASSIGNED = "assigned"
    COMMENTED = "commented"
    REDRESS_PROPOSED = "redress_proposed"
    REDRESS_APPROVED = "redress_approved"
    REDRESS_ENDED = "redress_ended"
    OPENED = "opened"
    ESCALATED = "escalated"
    RECORD_CHANGED = "record_changed"
    RECORD_WITHDRAWN = "record_withdrawn"


class Seriousness(StrEnum):
    """How fast a case has to move."""

    IMMEDIATE = "immediate"
    URGENT = "urgent"
    ROUTINE = "routine"


class Outcome(StrEnum):
    """What came of a hit (DOMAIN.md 3.1 and 3.3.13)."""

    REFUSED_ENTRY = "refused_entry"
    ARRESTED = "arrested"
    RELEASED = "released"
    VICTIM_PROTECTED = "victim_protected"
    PERSON_LOCATED = "person_located"
    DOCUMENT_SEIZED = "document_seized"
    GOODS_SEIZED = "goods_seized"
    VEHICLE_SEIZED = "vehicle_seized"
    FIREARM_SEIZED = "firearm_seized"
    SILENT_REPORT = "silent_report"
    FALSE_MATCH = "false_match"


class Goods(StrEnum):
    """Kinds of goods, as reports of operations count them."""

    MEDICINES = "medicines"
    DRUGS = "drugs"
    TOBACCO = "tobacco"
    COUNTERFEITS = "counterfeits"
    WILDLIFE = "wildlife"
    CULTURAL_PROPERTY = "cultural_property"
    EXPLOSIVES = "explosives"
    CHEMICALS = "chemicals"
    CASH = "cash"
    OTHER = "other"


class Unit(StrEnum):
    """What an amount of goods is counted in."""

    PIECE = "piece"
    KILOGRAM = "kilogram"
    LITRE = "litre"
    EURO = "euro"
    US_DOLLAR = "us_dollar"


class Vehicle(StrEnum):
    """Kinds of vehicle."""

    CAR = "car"
    VAN = "van"
    LORRY = "lorry"
    BUS = "bus"
    MOTORCYCLE = "motorcycle"
    TRAILER = "trailer"
    VESSEL = "vessel"
    AIRCRAFT = "aircraft"
    OTHER = "other"


class Firearm(StrEnum):
    """Kinds of firearm, and what belongs to them."""

    PISTOL = "pistol"
    REVOLVER = "revolver"
    RIFLE = "rifle"
    SHOTGUN = "shotgun"
    AUTOMATIC = "automatic"
    PARTS = "parts"
    AMMUNITION = "ammunition"
    OTHER = "other"
