"""What travels about hits."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class HitRecord(BaseModel):
    """One hit as it is kept."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    screening_id: UUID
    at: datetime
    organisation_id: UUID = Field(description="Whose post found it.")
    post_id: UUID | None
    source: str
    record_id: UUID
    record_version: int
    owner_id: UUID = Field(description="Whose record it is.")
    label: str = Field(description="The reason of a document record, or the colour of a notice.")
    strength: str
    desk: str
    score: float
    status: str
    operation: str | None = Field(description="The operation that the screening named.")
    exercise: bool = Field(description="Found in an exercise: only the organisation that found it sees it.")


class HitPage(BaseModel):
    """Hits, newest first."""

    items: list[HitRecord]
    next: UUID | None = Field(description="Ask again with `after` set to this; null at the end.")
