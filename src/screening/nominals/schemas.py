"""What travels: a notice as its owner sends it, and the record that we make of it."""

import unicodedata
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from screening import dates
from screening.identifiers import document_numbers
from screening.identifiers.crime_areas import CrimeArea
from screening.journal.fields import StateCode
from screening.matching import spelling
from screening.matching.model import NameKind
from screening.nominals import kinds
from screening.nominals.kinds import Colour, Kind

SHORTEST_NUMBER = 3
"""A document number with fewer letters and digits than this would agree with too much."""


def _without_controls(text: str) -> str:
    if any(unicodedata.category(character) == "Cc" and character not in "\n\t" for character in text):
        raise ValueError("a text holds no control characters")
    return text


def _with_a_letter(text: str) -> str:
    if not spelling.is_readable(text):
        raise ValueError("a name holds at least one letter that it can be found by")
    return text


def _birth_date(text: str) -> str:
    return str(dates.parse_birth_date(text))


def _number(text: str) -> str:
    if document_numbers.loses_characters(text):
        raise ValueError("a document number holds no letters or digits but A-Z and 0-9")
    if len(document_numbers.clean(text)) < SHORTEST_NUMBER:
        raise ValueError(f"a document number holds at least {SHORTEST_NUMBER} letters and digits")
    return text


def _in_utc(at: datetime) -> datetime:
    return at.astimezone(UTC)


def _nothing_if_unknown(sex: object) -> object:
    return None if sex == "U" else sex


Text = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=4000),
    AfterValidator(_without_controls),
]
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), AfterValidator(_without_controls)]
NameText = Annotated[Line, AfterValidator(_with_a_letter)]
BirthDateText = Annotated[str, StringConstraints(max_length=11), AfterValidator(_birth_date)]
OffenceCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}[A-Z0-9]{0,6}$")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$", to_lower=True)]
Reference = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ./_-]{0,63}$")]
Instant = Annotated[AwareDatetime, AfterValidator(_in_utc)]
Sex = Annotated[Literal["F", "M", "X"] | None, BeforeValidator(_nothing_if_unknown)]


class Name(BaseModel):
    """One name: its parts where they are known, or the whole where the order of the parts says nothing."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"kind": "primary", "surname": "ERIKSSON", "given_names": "ANNA MARIA"}]},
    )

    kind: NameKind = NameKind.PRIMARY
    surname: NameText | None = None
    given_names: NameText | None = None
    full_name: NameText | None = None

    @model_validator(mode="after")
    def _named(self) -> Self:
        if self.surname is None and self.given_names is None and self.full_name is None:
            raise ValueError("a name has a surname, given names or a full name")
        return self


class Place(BaseModel):
    """Where somebody was born, as far as known."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"name": "Zenith", "country": "UTO"}]})

    name: Line | None = None
    country: StateCode | None = None


class SubjectDocument(BaseModel):
    """A travel document that the subject holds or uses."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"number": "L898902C3", "type": "PAS", "issuing_state": "UTO"}]},
    )

    number: Annotated[Line, AfterValidator(_number)]
    type: Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,3}$")] | None = Field(
        default=None, description="INTERPOL code (PAS, DIP, IDC, NID, VSA …) or code of the MRZ (P, ID, V …)."
    )
    issuing_state: StateCode | None = None


class Subject(BaseModel):
    """The person that a notice is about."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "names": [{"kind": "primary", "surname": "ERIKSSON", "given_names": "ANNA MARIA"}],
                    "dates_of_birth": ["1974-08-12"],
                    "sex": "F",
                    "nationalities": ["UTO"],
                }
            ]
        },
    )

    names: Annotated[list[Name], Field(min_length=1, max_length=200)]
    dates_of_birth: Annotated[list[BirthDateText], Field(max_length=50)] = Field(
        default_factory=list,
        description="`1980`, `1980-02`, `1980-02-29`, `1980~` (about), `1975/1980` (some time between).",
    )
    sex: Sex = None
    nationalities: Annotated[list[StateCode], Field(max_length=20)] = Field(default_factory=list)
    places_of_birth: Annotated[list[Place], Field(max_length=20)] = Field(default_factory=list)
    documents: Annotated[list[SubjectDocument], Field(max_length=50)] = Field(default_factory=list)
    languages: Annotated[list[Language], Field(max_length=20)] = Field(default_factory=list)
    distinguishing_marks: Text | None = None


class Offence(BaseModel):
    """What somebody is wanted, or warned about, for."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"code": "PCT", "text": "Use of forged passports", "warrant_issued_by": "UTO"}]
        },
    )

    code: OffenceCode | None = Field(default=None, description="Offence code; its beginning gives the crime area.")
    text: Text | None = None
    warrant_issued_by: StateCode | None = None


class Content(BaseModel):
    """The part of a notice that its owner may change."""

    model_config = ConfigDict(extra="forbid")

    purpose: Text | None = Field(default=None, description="Why it was issued, for whoever handles a hit.")
    subject: Subject | None = None
    cautions: Annotated[list[Line], Field(max_length=20)] = Field(
        default_factory=list, description="What an officer must know first: armed, violent, at risk."
    )
    offences: Annotated[list[Offence], Field(max_length=50)] = Field(default_factory=list)
    crime_areas: Annotated[list[CrimeArea], Field(max_length=len(CrimeArea))] = Field(default_factory=list)
    conditions_of_use: Text | None = None
    remarks: Text | None = None
    valid_from: Instant | None = Field(default=None, description="From receipt when left out.")
    valid_until: Instant | None = Field(
        default=None, description="Five years from receipt, or from the last change, when left out."
    )
    discreet: bool = Field(default=False, description="The first line answers as if nothing matched.")


EXAMPLE: dict[str, Any] = {
    "kind": "notice",
    "colour": "red",
    "reference": "2026/1042",
    "purpose": "To locate and, where national law allows, provisionally arrest with a view to extradition.",
    "subject": {
        "names": [
            {"kind": "primary", "surname": "MORGENROTH", "given_names": "IDA LOUISE"},
            {"kind": "alias", "full_name": "Ida Rothmann"},
        ],
        "dates_of_birth": ["1983-01-27"],
        "sex": "F",
        "nationalities": ["UTO"],
        "places_of_birth": [{"name": "Zenith", "country": "UTO"}],
        "documents": [{"number": "UT9900002", "type": "PAS", "issuing_state": "UTO"}],
    },
    "cautions": ["May be armed"],
    "offences": [{"code": "PCT", "text": "Use of forged passports", "warrant_issued_by": "UTO"}],
    "crime_areas": ["travel_document_crime"],
    "discreet": False,
}


class NoticeIn(Content):
    """A notice, diffusion or UN special notice, as its owner sends it."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [EXAMPLE]})

    kind: Kind
    colour: Colour
    reference: Reference = Field(description="Entity id, or permanent reference of the UN; one record per owner.")

    @model_validator(mode="after")
    def _lawful(self) -> Self:
        if not kinds.fits(self.kind, self.colour):
            raise ValueError("un_special notices have the colour un, and only they")
        if self.subject is None and self.colour in kinds.NEEDS_SUBJECT:
            raise ValueError(f"a {self.colour} notice needs a subject")
        if self.valid_from and self.valid_until and self.valid_until <= self.valid_from:
            raise ValueError("valid_until lies behind valid_from")
        return self


class NoticePatch(Content):
    """Fields to replace, whole; kind, colour and reference stay, because another colour is another notice."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"cautions": ["May be armed", "Needs medicine"]}]}
    )


class Withdrawal(BaseModel):
    """The end of a notice."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"reason": "The person was found; purpose achieved."}]}
    )

    reason: Annotated[Line, Field(min_length=3)]


class Status(StrEnum):
    """Whether a notice can match, at one moment."""

    VALID = "valid"
    NOT_YET_VALID = "not_yet_valid"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class NoticeOwner(BaseModel):
    """The organisation that answers for a notice."""

    organisation_id: UUID
    country: str | None


class Notice(BaseModel):
    """The record of a notice."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                EXAMPLE
                | {
                    "id": "0199d2c4-5a70-7cc1-a1de-3a7f4f8d2f11",
                    "owner": {"organisation_id": "0199d2c4-0000-7cc1-a1de-3a7f4f8d2f11", "country": "UTO"},
                    "version": 1,
                    "status": "valid",
                    "conditions_of_use": None,
                    "remarks": None,
                    "valid_from": "2026-03-01T09:00:00Z",
                    "valid_until": "2031-03-01T09:00:00Z",
                    "created_at": "2026-03-01T09:00:00Z",
                    "updated_at": "2026-03-01T09:00:00Z",
                    "withdrawn_at": None,
                    "withdrawal_reason": None,
                }
            ]
        }
    )

    id: UUID
    owner: NoticeOwner
    version: int
    status: Status
    kind: Kind
    colour: Colour
    reference: str
    purpose: str | None
    subject: Subject | None
    cautions: list[str]
    offences: list[Offence]
    crime_areas: list[CrimeArea] = Field(description="Those stated, and those that follow from the offences.")
    conditions_of_use: str | None
    remarks: str | None
    discreet: bool
    valid_from: datetime
    valid_until: datetime
    created_at: datetime
    updated_at: datetime
    withdrawn_at: datetime | None
    withdrawal_reason: str | None


class Notices(BaseModel):
    """A page of notices."""

    items: list[Notice]
    next: UUID | None = Field(description="Send it as `after` for the next page; null at the end.")
