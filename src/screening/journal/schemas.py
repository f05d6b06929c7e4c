"""What travels: how an import went."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from screening.journal.queries import ImportStatus


class ImportRejectOut(BaseModel):
    """A place in the file that gave no record."""

    line: int = Field(description="The line of the file, from 1; in a JSON array, the place of the element.")
    reason: str = Field(description="What does not fit, and what would.")


EXAMPLE: dict[str, Any] = {
    "id": "0199d2c4-5a70-7cc1-a1de-3a7f4f8d2f11",
    "format": "documents.csv",
    "status": "finished",
    "failure": None,
    "started_at": "2026-03-01T09:00:00Z",
    "updated_at": "2026-03-01T09:00:09Z",
    "finished_at": "2026-03-01T09:00:09Z",
    "read": 12000,
    "created": 200,
    "updated": 14,
    "unchanged": 11785,
    "rejected": 1,
}


class ImportSummary(BaseModel):
    """How an import went, in figures: read = created + updated + unchanged + rejected."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    id: UUID
    format: str
    status: ImportStatus
    failure: str | None = Field(description="Why it did not reach the end of the file.")
    started_at: datetime
    updated_at: datetime
    finished_at: datetime | None
    read: int
    created: int
    updated: int
    unchanged: int
    rejected: int


class Import(ImportSummary):
    """How an import went, with its first rejects."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [EXAMPLE | {"rejects": [{"line": 7, "reason": "number: Field required"}]}]}
    )

    rejects: list[ImportRejectOut] = Field(description="The first hundred rejects.")


class Imports(BaseModel):
    """A page of imports."""

    items: list[ImportSummary]
    next: UUID | None = Field(description="Send it as `after` for the next page; null at the end.")
