"""What travels about the log."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field


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

    payload: dict[str, Any] | None
    salt: str | None = Field(description="Opens the envelope's commitment: SHA-256(salt + canonical payload), in hex.")


class EntryPage(BaseModel):
    """Entries, newest first."""

    items: list[EntryOut]
    next: str | None = Field(description="Ask again with `after` set to this; null at the end.")
