"""What travels about grants."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from screening.access.schemas import PostCode
from screening.access.vocabulary import Purpose, Source

MOST_HOLDERS = 200
MOST_SEARCHES = 1_000_000


def _in_utc(at: datetime) -> datetime:
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise ValueError("lies outside of the calendar") from None


Instant = Annotated[AwareDatetime, AfterValidator(_in_utc)]
Reason = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=3, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")
]
OperationCode = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9-]{2,20}$")]


class GrantState(StrEnum):
    """What a grant is good for, at one moment."""

    PROPOSED = "proposed"
    """It waits for the second person."""
    PENDING = "pending"
    """It is approved and begins later."""
    ACTIVE = "active"
    ENDED = "ended"
    REVOKED = "revoked"


class GrantIn(BaseModel):
    """Access that a bureau opens for posts that stand in its State, or for clients of organisations seated there."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "posts": ["UTO-AIR-1"],
                    "sources": ["sltd", "tdawn", "notices"],
                    "purposes": ["border_control"],
                    "begins_at": "2031-03-01T06:00:00Z",
                    "ends_at": "2031-03-15T06:00:00Z",
                    "searches_an_hour": 2000,
                }
            ]
        },
    )

    posts: Annotated[list[PostCode], Field(max_length=MOST_HOLDERS)] = Field(
        default_factory=list, description="Codes of posts that stand in your State, whoever runs them."
    )
    clients: Annotated[list[UUID], Field(max_length=MOST_HOLDERS)] = Field(
        default_factory=list,
        description="Ids of keys that stand in your State: at a post there, or in an organisation seated there.",
    )
    sources: Annotated[list[Source], Field(min_length=1, max_length=len(Source))]
    purposes: Annotated[list[Purpose], Field(min_length=1, max_length=len(Purpose))]
    operation: OperationCode | None = Field(
        default=None, description="The operation under which alone it may be used: searches then have to name it."
    )
    begins_at: Instant | None = Field(default=None, description="From its approval on, when left out.")
    ends_at: Instant | None = Field(description="The first moment at which it is refused; null for standing access.")
    searches_an_hour: Annotated[int, Field(ge=1, le=MOST_SEARCHES)] | None = None

    @model_validator(mode="after")
    def _means_something(self) -> Self:
        if not self.posts and not self.clients:
            raise ValueError("a grant names the posts or the clients that hold it")
        if self.begins_at and self.ends_at and self.ends_at <= self.begins_at:
            raise ValueError("ends_at lies behind begins_at")
        return self


class Approval(BaseModel):
    """The consent of a second person to what they looked at."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"version": 1}]})

    version: Annotated[int, Field(ge=1)] = Field(description="The version that you read; 409 when it is another now.")


class Extension(BaseModel):
    """A later end, which takes effect once a second person approves it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"ends_at": "2031-03-22T06:00:00Z", "reason": "The event goes on."}]},
    )

    ends_at: Instant
    reason: Reason = Field(description="Never personal data.")


class Revocation(BaseModel):
    """The end of a grant before its time."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"reason": "The post was closed."}]})

    reason: Reason = Field(description="Never personal data.")


class Grant(BaseModel):
    """Access to search, who holds it, and who gave it."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    state: GrantState
    organisation_id: UUID = Field(description="Whose bureau opened it.")
    posts: list[UUID]
    clients: list[UUID]
    sources: list[Source] | None = Field(description="Null for every source.")
    purposes: list[Purpose] | None = Field(description="Null for every purpose of the client's role.")
    operation: str | None
    begins_at: datetime
    ends_at: datetime | None = Field(description="The first moment at which it is refused; null for standing access.")
    searches_an_hour: int | None
    opened_at: datetime
    opened_by: UUID | None = Field(description="The client; null where access came with the post or the key itself.")
    approved_at: datetime | None
    approved_by: UUID | None
    extension_until: datetime | None = Field(description="An end that waits for a second person.")
    extension_by: UUID | None
    extension_reason: str | None
    revoked_at: datetime | None
    revocation_reason: str | None


class GrantPage(BaseModel):
    """Grants in the order they were opened."""

    items: list[Grant]
    next: UUID | None = Field(description="Ask again with `after` set to this; null at the end.")
