"""What travels about the tree over the log."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

HASHES = "SHA-256 hashes in hex, the one nearest to the leaf first."


class InclusionOut(BaseModel):
    """The proof that an entry is in the tree (RFC 6962, 2.1.1)."""

    entry: UUID
    log: str
    index: int = Field(description="The entry's place in the tree, from 0 on.")
    size: int = Field(description="How many leaves the tree of this proof has.")
    leaf_hash: str = Field(description="The same as in the entry's receipt.")
    hashes: list[str] = Field(description=HASHES)
    checkpoint: str = Field(description="The signed checkpoint of that tree (C2SP tlog-checkpoint), as it stands.")


class ConsistencyOut(BaseModel):
    """The proof that one tree begins with all leaves of another, in their order (RFC 6962, 2.1.2)."""

    model_config = ConfigDict(populate_by_name=True)

    log: str
    first: int = Field(description="The leaves of the older tree.", alias="from")
    second: int = Field(description="The leaves of the newer tree.", alias="to")
    hashes: list[str] = Field(description=HASHES)


class ListedKeyOut(BaseModel):
    """One key that signs, or signed, receipts and checkpoints."""

    key_id: str
    verifier: str = Field(description="Name, id and key in one line (C2SP signed-note).")
    pem: str
    valid_from: datetime
    valid_until: datetime | None
    endorsed_by: str | None = Field(description="The id of the key before it; null for the first.")
    endorsement: str | None = Field(
        description="Ed25519 by that key over `screening/key/v1\\n` and canonical JSON of `from` and `key`, in base64."
    )


class ListedKeys(BaseModel):
    """Every key of the log, oldest first."""

    log: str
    keys: list[ListedKeyOut]
