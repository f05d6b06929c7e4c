"""What travels about organisations, posts and keys."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from screening.access.permissions import Role

Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120, pattern=r"^[^\x00-\x1f\x7f]+$")
]
CountryCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
PostCode = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9-]{2,20}$")]


class OrganisationKind(StrEnum):
    """What an organisation is."""

    BUREAU = "bureau"
    GENERAL_SECRETARIAT = "general_secretariat"
    PARTNER = "partner"


class Mode(StrEnum):
    """How travellers come to a post."""

    LAND = "land"
    AIR = "air"
    SEA = "sea"


class OrganisationIn(BaseModel):
    """A new organisation."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"name": "Bureau of Zenda", "kind": "bureau", "country": "XZD"}]},
    )

    name: Name
    kind: OrganisationKind
    country: CountryCode | None = Field(default=None, description="The State it speaks for; a bureau always has one.")


class Organisation(BaseModel):
    """An organisation."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    kind: OrganisationKind
    country: str | None
    created_at: datetime


class PostIn(BaseModel):
    """A new post."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"code": "UTO-SEA-2", "name": "Port of Utopia, pier 2", "country": "UTO", "mode": "sea"}]
        },
    )

    code: PostCode
    name: Name
    country: CountryCode
    mode: Mode
    organisation_id: UUID | None = Field(default=None, description="Your own organisation, when left out.")
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = None


class Post(BaseModel):
    """A place where travellers are checked."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    organisation_id: UUID
    code: str
    name: str
    country: str
    mode: Mode
    latitude: float | None
    longitude: float | None
    created_at: datetime


class KeyIn(BaseModel):
    """A new key."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"name": "second line, desk 4", "role": "second_line"}]},
    )

    name: Name
    role: Role
    organisation_id: UUID | None = Field(default=None, description="Your own organisation, when left out.")
    post_id: UUID | None = Field(default=None, description="Where its client stands; a first-line key always has one.")
    expires_at: AwareDatetime | None = None


class Key(BaseModel):
    """A key, without its secret."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    organisation_id: UUID
    post_id: UUID | None
    name: str
    role: Role
    hint: str = Field(description="How the key begins, to recognise it by.")
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


class NewKey(Key):
    """A key as it is shown once, when it is made."""

    secret: str = Field(description="The key itself. It is not kept: store it now.")


class AuditedIn(BaseModel):
    """Whose entries an auditor's key reads."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"organisation_ids": []}]})

    organisation_ids: Annotated[list[UUID], Field(max_length=250)] = Field(
        description="None: those of the key's own organisation; for a key of the General Secretariat, those of all."
    )


class Audited(BaseModel):
    """Whose entries an auditor's key reads."""

    key_id: UUID
    organisation_ids: list[UUID]


class OrganisationPage(BaseModel):
    """Organisations in the order they were made."""

    items: list[Organisation]
    next: UUID | None = Field(description="Ask again with `after` set to this; null at the end.")


class PostPage(BaseModel):
    """Posts in the order they were made."""

    items: list[Post]
    next: UUID | None = Field(description="Ask again with `after` set to this; null at the end.")


class KeyPage(BaseModel):
    """Keys in the order they were made."""

    items: list[Key]
    next: UUID | None = Field(description="Ask again with `after` set to this; null at the end.")
