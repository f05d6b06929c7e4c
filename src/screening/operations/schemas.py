"""What travels about operations."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from screening.access.grant_schemas import Instant, OperationCode, Reason
from screening.access.schemas import CountryCode, Mode, Name, PostCode
from screening.identifiers.crime_areas import CrimeArea
from screening.operations.vocabulary import Kind, State
from screening.screenings.schemas import Document, Traveller
from screening.screenings.vocabulary import Decision, Desk

MOST = 200
"""Of countries, organisations or posts of one operation; Sunbird III had 35 points in 10 countries."""

MOST_PERSONS = 100
"""Of one list for accreditation whose results are waited for."""

MOST_LISTED = 10_000
"""Of one that is screened while its sender goes on: the staff of a championship, in one piece."""

Objectives = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Badge = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9./_-]{0,39}$")]
Countries = Annotated[list[CountryCode], Field(max_length=MOST)]


class OperationIn(BaseModel):
    """A new operation, in the state `planned`."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "code": "SUNBIRD-31",
                    "kind": "operation",
                    "name": "Operation Sunbird 31",
                    "countries": ["UTO"],
                    "posts": ["UTO-AIR-1"],
                    "crime_areas": ["terrorism", "travel_document_crime"],
                    "objectives": "Find stolen travel documents at airports.",
                    "begins_at": "2031-03-01T06:00:00Z",
                    "ends_at": "2031-03-09T06:00:00Z",
                }
            ]
        },
    )

    code: OperationCode = Field(description="What screenings name it by; taken once, for ever.")
    kind: Kind
    name: Name
    countries: Countries = Field(min_length=1, description="The States that take part, each by its bureau.")
    organisations: Annotated[list[UUID], Field(max_length=MOST)] = Field(
        default_factory=list, description="Ids of others that take part: partners, the General Secretariat."
    )
    posts: Annotated[list[PostCode], Field(max_length=MOST)] = Field(
        default_factory=list, description="Codes of posts that stand in the States that take part."
    )
    crime_areas: Annotated[list[CrimeArea], Field(max_length=len(CrimeArea))] = Field(default_factory=list)
    objectives: Objectives | None = None
    host: CountryCode | None = Field(default=None, description="Of a major event: where it takes place.")
    neighbours: Countries = Field(default_factory=list, description="Of a major event: States beside the host.")
    sites: Annotated[list[Name], Field(max_length=MOST)] = Field(default_factory=list)
    prepares_at: Instant | None = Field(
        default=None, description="Of a major event: from when on those who shall work there are screened in advance."
    )
    begins_at: Instant
    ends_at: Instant = Field(description="The first moment at which nobody searches under it any more.")

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.ends_at <= self.begins_at:
            raise ValueError("ends_at lies behind begins_at")
        if self.kind is not Kind.MAJOR_EVENT and (self.host or self.neighbours or self.sites or self.prepares_at):
            raise ValueError("host, neighbours, sites and prepares_at are for a major_event")
        if self.kind is Kind.MAJOR_EVENT and self.host not in self.countries:
            raise ValueError("a major_event has a host, which is among its countries")
        if not set(self.neighbours) <= set(self.countries):
            raise ValueError("neighbours are among the countries")
        if self.prepares_at and self.prepares_at > self.begins_at:
            raise ValueError("prepares_at does not lie behind begins_at")
        return self


class OperationPatch(BaseModel):
    """Parts to replace, whole; what is left out stays. Dates change by extension and closing, code and kind never."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"version": 2, "posts": ["UTO-AIR-1", "UTO-SEA-1"], "reason": "Routes moved to the coast."}]
        },
    )

    version: Annotated[int, Field(ge=1)] = Field(description="The version that you read; 409 when it is another now.")
    reason: Reason = Field(description="Never personal data.")
    name: Name | None = None
    countries: Annotated[list[CountryCode], Field(min_length=1, max_length=MOST)] | None = None
    organisations: Annotated[list[UUID], Field(max_length=MOST)] | None = Field(
        default=None, description="Those beside the bureaus of the States; the coordinator always takes part."
    )
    posts: Annotated[list[PostCode], Field(max_length=MOST)] | None = None
    crime_areas: Annotated[list[CrimeArea], Field(max_length=len(CrimeArea))] | None = None
    objectives: Objectives | None = None
    sites: Annotated[list[Name], Field(max_length=MOST)] | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if not self.model_fields_set - {"version", "reason"}:
            raise ValueError("names at least one part to replace")
        if any(getattr(self, name) is None for name in self.model_fields_set - {"objectives"}):
            raise ValueError("only objectives may be null")
        return self


class Prolongation(BaseModel):
    """A later end."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"ends_at": "2031-03-16T06:00:00Z", "reason": "Routes moved to the coast."}]},
    )

    ends_at: Instant
    reason: Reason = Field(description="Never personal data.")


class Ending(BaseModel):
    """The end, before or at its time."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"reason": "All objectives are met."}]})

    reason: Reason = Field(description="Never personal data.")


class PostOut(BaseModel):
    """A post that takes part."""

    id: UUID
    code: str
    name: str
    country: str
    mode: Mode


class Operation(BaseModel):
    """An operation."""

    id: UUID
    code: str
    version: int
    kind: Kind
    name: str
    state: State
    over: bool = Field(description="Whether its end has passed: from then on nobody searches under it.")
    crisis: bool = Field(description="Whether a major event has turned into a crisis response.")
    coordinator_id: UUID = Field(description="The organisation that runs it.")
    host: str | None
    neighbours: list[str]
    sites: list[str]
    countries: list[str]
    organisations: list[UUID] = Field(description="Every organisation that takes part.")
    posts: dict[Mode, list[PostOut]] = Field(description="The posts that take part, by how travellers come to them.")
    crime_areas: list[CrimeArea]
    objectives: str | None
    prepares_at: datetime | None
    begins_at: datetime
    ends_at: datetime
    created_at: datetime
    updated_at: datetime
    closed_at: datetime | None


class OperationPage(BaseModel):
    """Operations in the order they were made."""

    items: list[Operation]
    next: UUID | None = Field(description="Ask again with `after` set to this; null at the end.")


class Person(BaseModel):
    """Somebody who shall work at a major event."""

    model_config = ConfigDict(extra="forbid")

    reference: Badge = Field(description="What your accreditation office calls this person: a number, never a name.")
    traveller: Traveller | None = None
    documents: Annotated[list[Document], Field(max_length=8)] = Field(default_factory=list)

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.documents and not (self.traveller and self.traveller.is_named):
            raise ValueError("a person has a name or a document")
        return self


class LongAccreditationList(BaseModel):
    """Persons to screen in advance, while their sender goes on."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "persons": [
                        {
                            "reference": "MEDIA-0042",
                            "traveller": {"surname": "Sandberg", "given_names": "Ada", "date_of_birth": "1990-05-17"},
                        }
                    ]
                }
            ]
        },
    )

    persons: Annotated[list[Person], Field(min_length=1, max_length=MOST_LISTED)]

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if len({person.reference for person in self.persons}) < len(self.persons):
            raise ValueError("each reference stands in the list once")
        return self


class AccreditationList(LongAccreditationList):
    """Persons to screen in advance, and at once."""

    persons: Annotated[list[Person], Field(min_length=1, max_length=MOST_PERSONS)]


class AccreditationProgress(BaseModel):
    """How far a long list has come; its results are among the accreditations, why persons failed in the manifest."""

    id: UUID = Field(description="Also under GET /v1/manifests/{id}, person by person, for seven days.")
    persons: int
    screened: int
    failed: int
    received_at: datetime
    finished_at: datetime | None = Field(description="Null while persons wait.")


class Accreditation(BaseModel):
    """What screening one person came to; GET /v1/screenings/{id} gives all of it."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    reference: str
    screening_id: UUID
    decision: Decision
    desk: Desk | None
    at: datetime


class AccreditationPage(BaseModel):
    """Persons screened in advance, in the order of screening; one screened again stands there again."""

    items: list[Accreditation]
    next: UUID | None = Field(description="Ask again with `after` set to this; null at the end.")
