"""What travels about hits: cases, what happened in them, and what somebody wants to happen."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from screening.hits.outcomes import OutcomeIn
from screening.hits.vocabulary import EventType, Seriousness, Status

MOST_OUTCOMES = 20

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Officer = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]


class HitRecord(BaseModel):
    """One hit, and how far its case has come."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    screening_id: UUID
    at: datetime
    organisation_id: UUID = Field(description="Whose post found it.")
    post_id: UUID | None
    operation: str | None = Field(description="The code of the operation in which it was found.")
    exercise: bool = Field(description="Found in an exercise: only the organisation that found it sees it.")
    source: str
    record_id: UUID
    record_version: int
    owner_id: UUID = Field(description="Whose record it is.")
    label: str = Field(description="The reason of a document record, or the colour of a notice.")
    strength: str
    desk: str
    score: float
    seriousness: Seriousness
    status: Status
    version: int = Field(description="Grows by one with everything that happens; name it when you write an event.")
    due_at: datetime | None = Field(description="Until when the case must move on; null once it is closed.")
    overdue: bool = Field(description="Whether it should have moved on by now.")
    updated_at: datetime
    assigned_to: UUID | None = Field(description="The key of the client that has it in hand.")
    answer: Status | None = Field(description="What the owner said last: `confirmed` or `not_confirmed`.")
    outcomes: list[OutcomeIn] = Field(description="What came of it, as reported last.")
    record_withdrawn_at: datetime | None = Field(description="When the case was told that its record is withdrawn.")


class HitPage(BaseModel):
    """Hits, newest first."""

    items: list[HitRecord]
    next: UUID | None = Field(description="Ask again with `after` set to this; null at the end.")


class EventOut(BaseModel):
    """One thing that happened in a case."""

    id: UUID = Field(description="Also the id of its entry in the audit log.")
    version: int = Field(description="The version of the case that it made.")
    at: datetime
    type: EventType
    status: Status = Field(description="The status of the case from then on.")
    organisation_id: UUID | None = Field(description="Whose doing it was; null where the service itself wrote it.")
    client_id: UUID | None
    officer: str | None = Field(description="Shown to the own organisation only.")
    comment: str | None
    outcomes: list[OutcomeIn]
    assigned_to: UUID | None
    record_version: int | None = Field(description="The version of the record that the case was told of.")


class RedressOut(BaseModel):
    """That the traveller's document and the record no longer alarm together."""

    id: UUID
    until: datetime
    reason: str
    proposed_at: datetime
    approved_at: datetime | None = Field(description="Null while it waits for a second person.")
    applies: bool = Field(description="Whether it keeps the record from alarming now.")


class Case(HitRecord):
    """One hit with everything that happened in its case."""

    events: list[EventOut] = Field(description="In order, from the hit itself on.")
    redress: RedressOut | None = Field(description="The redress that was proposed and has not ended.")


def _example(**fields: Any) -> ConfigDict:
    return ConfigDict(extra="forbid", json_schema_extra={"examples": [fields]})


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid")

    version: int = Field(ge=1, le=1_000_000, description="The version of the case that you saw; 409 if it moved on.")
    officer: Officer | None = Field(default=None, description="Who acts, as your bureau knows them.")
    comment: Text | None = Field(default=None, description="For both sides of the case; nothing about third persons.")


class Step(_Sent):
    """A step that needs nothing but that it happened."""

    model_config = _example(type="sent", version=1, officer="UTO-4711")

    type: Literal[
        EventType.SENT,
        EventType.CONFIRMATION_REQUESTED,
        EventType.CONFIRMED,
        EventType.NOT_CONFIRMED,
        EventType.NO_REPLY,
        EventType.CLOSED,
        EventType.REDRESS_APPROVED,
    ]


class Comment(_Sent):
    """Something to be said, or why a case is opened again or a redress ends."""

    model_config = _example(type="commented", version=2, comment="The holder's bureau was called.")

    type: Literal[EventType.COMMENTED, EventType.REOPENED, EventType.REDRESS_ENDED]
    comment: Text


class Assignment(_Sent):
    """Who has the case in hand."""

    model_config = _example(type="assigned", version=2, assigned_to="0199d2c4-5a70-7cc1-a1de-3a7f4f8d2f11")

    type: Literal[EventType.ASSIGNED]
    assigned_to: UUID | None = Field(description="A key of your organisation, or null for nobody.")


class OutcomeReport(_Sent):
    """What came of it."""

    model_config = _example(
        type="outcome_reported", version=5, outcomes=[{"outcome": "arrested", "adults": 1, "minors": 0}]
    )

    type: Literal[EventType.OUTCOME_REPORTED]
    outcomes: Annotated[list[OutcomeIn], Field(min_length=1, max_length=MOST_OUTCOMES)]


class RedressProposal(_Sent):
    """That the traveller's document and the record shall no longer alarm together."""

    model_config = _example(
        type="redress_proposed", version=6, until="2027-03-01T00:00:00Z", comment="Same name, other person."
    )

    type: Literal[EventType.REDRESS_PROPOSED]
    until: AwareDatetime = Field(description="When it ends by itself; at most three years from now.")
    comment: Text = Field(description="Why.")


EventIn = Annotated[
    Step | Comment | Assignment | OutcomeReport | RedressProposal,
    Field(discriminator="type"),
]
"""What somebody wants to happen in a case."""
