"""What travels about manifests."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from screening.access.vocabulary import Purpose
from screening.manifests.lists import MOST_PERSONS
from screening.manifests.vocabulary import Action, PersonKind, PersonStatus
from screening.screenings.schemas import Document, OperationCode, Reference, Traveller
from screening.screenings.vocabulary import BoardingVerdict, Decision, Desk, Mode

Place = Annotated[str, StringConstraints(strip_whitespace=True, to_upper=True, pattern=r"^[A-Za-z0-9]{2,8}$")]
LocalTime = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$")]

EXAMPLE: dict[str, Any] = {
    "action": "list",
    "voyage": {
        "carrier": "UT",
        "journey": "UT123",
        "mode": "air",
        "legs": [
            {
                "departure": "UTP",
                "arrival": "UTQ",
                "departure_at": "2031-05-01T10:20",
                "arrival_at": "2031-05-01T12:05",
            }
        ],
    },
    "persons": [
        {
            "reference": "1A",
            "kind": "passenger",
            "traveller": {
                "surname": "Eriksson",
                "given_names": "Anna Maria",
                "date_of_birth": "1974-08-12",
                "sex": "F",
                "nationality": "UTO",
            },
            "documents": [{"type": "P", "number": "L898902C3", "issuing_state": "UTO", "expiry_date": "2031-04-15"}],
        }
    ],
}


class LegIn(BaseModel):
    """One part of a voyage."""

    model_config = ConfigDict(extra="forbid")

    departure: Place | None = Field(default=None, description="IATA or UN/LOCODE.")
    arrival: Place | None = None
    departure_at: LocalTime | None = Field(default=None, description="Local time at the place.")
    arrival_at: LocalTime | None = None


class VoyageIn(BaseModel):
    """The flight or crossing."""

    model_config = ConfigDict(extra="forbid")

    carrier: Reference | None = None
    journey: Reference | None = Field(default=None, description="The number of the flight or sailing.")
    mode: Mode | None = None
    legs: Annotated[list[LegIn], Field(max_length=20)] = Field(default_factory=list)


class PersonIn(BaseModel):
    """One person of a list."""

    model_config = ConfigDict(extra="forbid")

    reference: Reference | None = Field(
        default=None, description="Your own for this person; a later list names the person by it."
    )
    booking: Reference | None = None
    kind: PersonKind = PersonKind.PASSENGER
    traveller: Traveller = Field(default_factory=Traveller)
    documents: Annotated[list[Document], Field(max_length=8)] = Field(default_factory=list)


class ManifestIn(BaseModel):
    """A list as JSON. Persons are read one by one: one that does not fit spoils no other."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [EXAMPLE]})

    action: Action = Action.LIST
    voyage: VoyageIn = Field(default_factory=VoyageIn)
    purpose: Purpose = Purpose.BORDER_CONTROL
    operation: OperationCode | None = None
    persons: Annotated[list[dict[str, Any]], Field(max_length=MOST_PERSONS)] = Field(
        default_factory=list, json_schema_extra={"items": {"$ref": "#/components/schemas/PersonIn"}}
    )


class PersonOut(BaseModel):
    """What came of one person. Carriers are told the verdict, never why."""

    model_config = ConfigDict(from_attributes=True)

    place: int = Field(description="Which person of the list, from 0.")
    position: str = Field(description="Where the person stands in what was sent.", examples=["segment 14", "persons.0"])
    reference: str | None
    status: PersonStatus
    verdict: BoardingVerdict | None = Field(description="What the carrier does; null until it is known.")
    reason: str | None = Field(description="Why a person was not screened.")
    screening: UUID | None = Field(description="The screening, at `/v1/screenings/{id}`; null for carriers.")
    decision: Decision | None
    desk: Desk | None


class Counts(BaseModel):
    """How many persons are in each state."""

    total: int
    pending: int
    screened: int
    damaged: int
    failed: int
    withdrawn: int
    replaced: int


class Manifest(BaseModel):
    """A list, how far it is screened, and a page of its persons."""

    id: UUID
    action: Action
    received_at: datetime
    finished_at: datetime | None = Field(description="Null while persons wait.")
    remarks: list[str] = Field(description="What is wrong with the list as a whole.")
    counts: Counts
    items: list[PersonOut]
    next: int | None = Field(description="Ask again with `after` set to this; null at the end.")
