"""What travels about the log."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from screening.dates import PartialDate
from screening.matching import Traveller

Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=10, max_length=500)]
NameText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class ReceiptOut(BaseModel):
    """A signed promise that the log holds an entry; verifiable offline with the key of `/v1/audit/key`."""

    entry: UUID = Field(description="The id of the entry.")
    log: str = Field(description="The name of the log.")
    leaf_hash: str = Field(description="SHA-256 over 0x00 and the entry's canonical bytes (RFC 6962, 2.1), in hex.")
    at: str = Field(description="When the entry was made: UTC, to the microsecond.")
    key_id: str = Field(description="Which key signed, as C2SP signed-note names it, in hex.")
    signature: str = Field(description="Ed25519 over `screening/receipt/v1\\n` and the canonical receipt, in base64.")


class KeyOut(BaseModel):
    """The public key of the log."""

    log: str
    key_id: str
    algorithm: str
    public_key: str = Field(description="The 32 bytes of the key, in base64.")
    pem: str
    verifier: str = Field(description="Name, id and key in one line (C2SP signed-note).")


class EntryOut(BaseModel):
    """One entry of the log: its envelope, exactly as it was hashed, and the hash."""

    id: UUID
    at: datetime
    kind: str
    subject: str
    decision: str | None
    envelope: dict[str, Any] = Field(description="RFC 8785 canonical JSON of this object is what was hashed.")
    leaf_hash: str
    receipt: ReceiptOut


class EntryDetail(EntryOut):
    """One entry with its payload, unless that was erased or is not yours to see."""

    payload: dict[str, Any] | None = Field(description="Without hits on discreet records whose owner you do not audit.")
    salt: str | None = Field(
        description="Opens the envelope's commitment: SHA-256(salt + canonical payload), in hex. Null where something "
        "of the payload is kept from you."
    )
    erased_at: datetime | None = Field(description="When salt and payload were erased; the commitment stands.")


class EntryPage(BaseModel):
    """Entries, newest first."""

    items: list[EntryOut]
    next: UUID | None = Field(description="Ask again with `after` set to this; null at the end.")


class DocumentAsked(BaseModel):
    """A document that is looked for."""

    model_config = ConfigDict(extra="forbid")

    number: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
    issuing_state: Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{1,3}$")] | None = None


class PersonAsked(BaseModel):
    """A person who is looked for: the whole name as it was submitted, its words in any order."""

    model_config = ConfigDict(extra="forbid")

    surname: NameText | None = None
    given_names: NameText | None = None
    full_name: NameText | None = None
    date_of_birth: Annotated[str, StringConstraints(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")] | None = None

    @field_validator("date_of_birth")
    @classmethod
    def _is_calendar_date(cls, value: str | None) -> str | None:
        if value is not None:
            PartialDate.parse(value)
        return value

    @model_validator(mode="after")
    def _is_named(self) -> "PersonAsked":
        if not (self.surname or self.given_names or self.full_name):
            raise ValueError("a person is looked for by a name")
        return self

    def traveller(self) -> Traveller:
        """Give the form in which names are read."""
        born = PartialDate.parse(self.date_of_birth) if self.date_of_birth else None
        return Traveller(self.surname, self.given_names, self.full_name, date_of_birth=born)


class SubjectIn(BaseModel):
    """Whom or what to look for, and why."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "reason": "Complaint 2026/114 of the holder about a stop",
                    "document": {"number": "L898902C3", "issuing_state": "UTO"},
                },
                {
                    "reason": "Request for access 2026/87",
                    "person": {"surname": "Eriksson", "given_names": "Anna Maria", "date_of_birth": "1974-08-12"},
                },
            ]
        },
    )

    reason: Reason = Field(description="Why; it is logged with what was looked for.")
    document: DocumentAsked | None = None
    person: PersonAsked | None = None
    record: UUID | None = Field(default=None, description="The id of a record.")

    @model_validator(mode="after")
    def _asks_one_thing(self) -> "SubjectIn":
        if sum(each is not None for each in (self.document, self.person, self.record)) != 1:
            raise ValueError("name one of document, person and record")
        return self


class SearchIn(SubjectIn):
    """What to search the log for, and why."""

    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    limit: Annotated[int, Field(ge=1, le=500)] = 100
    after: UUID | None = Field(default=None, description="The `next` of the page before.")


class HoldKind(StrEnum):
    """What a hold is placed on."""

    HIT = "hit"
    SCREENING = "screening"
    RECORD = "record"
    OPERATION = "operation"


class HoldIn(BaseModel):
    """A hold on a case."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"kind": "operation", "reference": "SUNBIRD-5", "reason": "Proceedings 14 Js 220/26 of the court"}
            ]
        },
    )

    kind: HoldKind
    reference: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{2,40}$")] = Field(
        description="The id of a hit, screening or record; the code of an operation."
    )
    reason: Reason

    @model_validator(mode="after")
    def _is_id(self) -> "HoldIn":
        if self.kind is not HoldKind.OPERATION:
            self.reference = str(UUID(self.reference))
        return self


class LiftIn(BaseModel):
    """Why a hold is lifted."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"reason": "The judgment is final"}]})

    reason: Reason


class Hold(BaseModel):
    """A hold: nothing of its case is erased until it is lifted."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    kind: HoldKind
    reference: str
    organisation_id: UUID | None = Field(description="Whose entries it holds; null for those of all.")
    reason: str
    placed_at: datetime
    placed_by: UUID
    lifted_at: datetime | None
    lifted_by: UUID | None
    lift_reason: str | None


class HoldPage(BaseModel):
    """Holds, newest first."""

    items: list[Hold]
    next: UUID | None = Field(description="Ask again with `after` set to this; null at the end.")


class Count(BaseModel):
    """How many entries there are of one kind; what was not counted by is null."""

    hour: datetime | None = None
    post: UUID | None = None
    decision: str | None = None
    source: str | None = None
    entries: int


class Statistics(BaseModel):
    """Counts of screenings."""

    since: datetime
    until: datetime
    by: list[Literal["hour", "post", "decision", "source"]]
    items: list[Count]
    complete: bool = Field(description="False when there are more lines than are given: ask for a shorter time.")
