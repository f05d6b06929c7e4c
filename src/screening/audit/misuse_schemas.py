"""What travels about conspicuous use."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from screening.audit.misuse import Pattern


class MisuseFinding(BaseModel):
    """One conspicuous thing: a question to ask, not a verdict."""

    pattern: Pattern
    reason: str = Field(description="What stands out, and against what.", examples=["412 searches in a day; …"])
    first_at: datetime
    last_at: datetime
    searches: int
    organisation: UUID | None = Field(description="Null where several did it.")
    client: UUID | None
    officer: str | None = Field(description="The reference that the client gave for its officer.")
    post: UUID | None
    entries: list[UUID] = Field(description="The first 20 entries that it is about; reading one is logged.")


class MisuseReport(BaseModel):
    """What use stands out in some time."""

    model_config = ConfigDict(populate_by_name=True)

    since: datetime = Field(alias="from")
    until: datetime = Field(alias="to")
    searches: int = Field(description="Searches that were looked at.")
    erased: int = Field(
        description="Of these, searches whose payload is erased: only their time and place were judged."
    )
    findings: list[MisuseFinding]
