"""What travels: a document as its issuing State reports it, and the record that we make of it."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from screening.documents.records import IMMUTABLE, MUTABLE, Document
from screening.documents.vocabulary import Reason
from screening.identifiers import document_numbers, document_types
from screening.journal.fields import Day, Ending, Reference, Remark, StateCode
from screening.journal.retention import RecordStatus, RetentionReason

SENT_LENGTH = 64
"""Characters of a number as it is sent, with blanks and fillers; the rules judge what is left of it."""


def _type(text: str) -> str:
    found = document_types.document_type(text)
    if found is None or found.is_wildcard:
        raise ValueError(
            "a type is a code such as PAS, DIP or IDC, or of the MRZ such as PD; not one of a whole family"
        )
    return found.code


def _number(text: str) -> str:
    if document_numbers.loses_characters(text):
        raise ValueError("a number holds no letters or digits but A-Z and 0-9")
    return document_numbers.clean(text)


Number = Annotated[str, StringConstraints(max_length=SENT_LENGTH), AfterValidator(_number)]
DocumentType = Annotated[str, StringConstraints(max_length=3), AfterValidator(_type)]

EXAMPLE: dict[str, Any] = {
    "number": "UT9900001",
    "type": "PAS",
    "issuing_state": "UTO",
    "reason": "stolen",
    "theft_date": "2026-02-11",
    "theft_country": "UTO",
    "issue_date": "2022-04-15",
    "expiry_date": "2032-04-14",
    "national_reference": "UT-2026-004711",
}


class DocumentReport(BaseModel):
    """The part of a document record that its owner may change."""

    model_config = ConfigDict(extra="forbid")

    theft_date: Day | None = Field(default=None, description="When it was stolen, lost, revoked or made invalid.")
    issue_date: Day | None = None
    expiry_date: Day | None = Field(default=None, description="Left out if the document never expires.")
    batch: Reference | None = Field(default=None, description="The stolen lot; only with stolen_blank.")
    national_reference: Reference | None = None
    bureau_reference: Reference | None = None
    additional_information: Remark | None = Field(default=None, description="Never personal data of the holder.")
    retention_date: Day | None = Field(
        default=None,
        description="The last day on which it matches. By default, and at most: 5 years from now, 10 for "
        "administrative documents, 30 for stolen blanks.",
    )
    retention_reason: RetentionReason | None = Field(
        default=None, description="Goes with a retention_date that differs from the one on record."
    )


class DocumentIn(DocumentReport):
    """A document that is not valid, as its issuing State reports it."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [EXAMPLE]})

    number: Number = Field(description="Kept as 5 to 25 letters A to Z and digits; everything else is removed.")
    number_last: Number | None = Field(default=None, description="The last number of a range of stolen blanks.")
    type: DocumentType = Field(description="INTERPOL code (PAS, DIP, IDC, VSA …).")
    issuing_state: StateCode = Field(description="ICAO or ISO code; only that State's bureau may report it.")
    reason: Reason
    theft_country: StateCode = Field(description="Where it was stolen or lost; where it was issued if not known.")

    def document(self) -> Document:
        """Give the record's content."""
        return Document(
            number=self.number,
            number_last=self.number_last,
            type=self.type,
            issuing_state=self.issuing_state,
            reason=self.reason,
            theft_country=self.theft_country,
            theft_date=self.theft_date,
            issue_date=self.issue_date,
            expiry_date=self.expiry_date,
            batch=self.batch,
            national_reference=self.national_reference,
            bureau_reference=self.bureau_reference,
            additional_information=self.additional_information,
        )


class DocumentPatch(DocumentReport):
    """Fields to replace; null empties one. What identifies the document, its type and the reason stay."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"theft_date": "2026-02-10", "bureau_reference": "NCB-UTO-118"}]},
    )

    theft_country: StateCode | None = None

    @model_validator(mode="before")
    @classmethod
    def _only_what_may_change(cls, sent: Any) -> Any:
        if isinstance(sent, dict) and (fixed := [name for name in IMMUTABLE if name in sent]):
            raise ValueError(f"{', '.join(fixed)} cannot change: withdraw the record and enter it again")
        return sent

    def values(self) -> dict[str, Any]:
        """Give what was sent, under the names of the record."""
        sent = {name: getattr(self, name) for name in self.model_fields_set if name in (*MUTABLE, "retention_date")}
        if "retention_date" in sent:
            sent["retention_until"] = sent.pop("retention_date")
        return sent


class DocumentWithdrawal(BaseModel):
    """The end of a record."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"reason": "Found and returned to its owner."}]}
    )

    reason: Ending = Field(description="Never personal data of the holder.")


class DocumentOwner(BaseModel):
    """The organisation that answers for a record."""

    organisation_id: UUID
    country: str | None


class DocumentRecord(BaseModel):
    """The record of a document."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                EXAMPLE
                | {
                    "id": "0199d2c4-5a70-7cc1-a1de-3a7f4f8d2f11",
                    "owner": {"organisation_id": "0199d2c4-0000-7cc1-a1de-3a7f4f8d2f11", "country": "UTO"},
                    "version": 1,
                    "status": "active",
                    "number_last": None,
                    "batch": None,
                    "bureau_reference": None,
                    "additional_information": None,
                    "retention_date": "2031-03-01",
                    "created_at": "2026-03-01T09:00:00Z",
                    "updated_at": "2026-03-01T09:00:00Z",
                    "withdrawn_at": None,
                    "withdrawal_reason": None,
                }
            ]
        }
    )

    id: UUID
    owner: DocumentOwner
    version: int
    status: RecordStatus
    number: str
    number_last: str | None
    type: str
    issuing_state: str
    reason: Reason
    theft_date: date | None
    theft_country: str
    issue_date: date | None
    expiry_date: date | None
    batch: str | None
    national_reference: str | None
    bureau_reference: str | None
    additional_information: str | None
    retention_date: date
    created_at: datetime
    updated_at: datetime
    withdrawn_at: datetime | None
    withdrawal_reason: str | None


class DocumentRecords(BaseModel):
    """A page of records."""

    items: list[DocumentRecord]
    next: UUID | None = Field(description="Send it as `after` for the next page; null at the end.")
