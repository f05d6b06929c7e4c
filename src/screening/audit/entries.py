"""The bytes of a log entry, which never change once written.

An entry is its envelope (who, where, what came out; no personal data) in RFC 8785 canonical JSON. The payload (what
was asked, what matched) lives apart, so that it can be erased; the envelope holds a commitment to it. The leaf hash is
that of RFC 6962, 2.1. A later form of the envelope gets a higher `v`; readers keep understanding every form.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from screening.audit.canonical import canonical

FORM = 1
SALT_BYTES = 32
ENVELOPE_BYTES = 0xFFFF
"""What an envelope may have at most: C2SP tlog-tiles says its length in two bytes. Ours have some 700."""

LEAF_PREFIX = b"\x00"
"""RFC 6962, 2.1: tells the hash of a leaf from that of an inner node."""

Json = Mapping[str, Any]


class EntryKind(StrEnum):
    """What an entry is about."""

    SCREENING = "screening"
    REQUEST = "request"
    REFUSAL = "refusal"
    RECORD = "record"
    IMPORT = "import"
    ACCESS = "access"
    SERVICE = "service"
    """About the service itself."""
    CASE = "case"
    HOLD = "hold"
    ERASURE = "erasure"


@dataclass(frozen=True, slots=True)
class Party:
    """Who acted: a client's key and what it stood for at that time."""

    organisation_id: UUID
    client_id: UUID
    role: str
    post_id: UUID | None = None
    country: str | None = None

    def as_json(self) -> Json:
        """Give the form in which the envelope holds it."""
        return {
            "client": str(self.client_id),
            "country": self.country,
            "organisation": str(self.organisation_id),
            "post": str(self.post_id) if self.post_id else None,
            "role": self.role,
        }


class Retention(StrEnum):
    """How long a payload is kept depends on what came of it."""

    NO_HIT = "no_hit"
    HIT = "hit"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Match:
    """One record that a screening found: what the log is searched by. Silent ones are known to their owner alone."""

    hit_id: UUID
    source: str
    record_id: UUID
    owner_id: UUID
    colour: str | None
    desk: str


@dataclass(frozen=True, slots=True)
class Draft:
    """What shall be logged; the log adds its name and hashes it."""

    id: UUID
    kind: EntryKind
    at: datetime
    party: Party | None
    subject: str
    """What it concerns: `screening:<id>`, `document:<id>`, or the method and template of a route."""
    outcome: Json
    """What came out, without personal data: decision and coverage, status and reason, operation and version."""
    request_id: str | None = None
    purpose: str | None = None
    operation: str | None = None
    payload: Json | None = None
    subjects: frozenset[str] = field(default=frozenset(), repr=False)
    """Whom or what the payload is about (see subjects); kept as keyed hashes alone, as long as the payload."""
    matches: tuple[Match, ...] = ()

    @property
    def retention(self) -> Retention:
        """Tell how long the payload is kept."""
        if self.kind is not EntryKind.SCREENING:
            return Retention.OTHER
        return Retention.HIT if self.matches else Retention.NO_HIT


@dataclass(frozen=True, slots=True)
class Sealed:
    """An entry as it is stored, with what opens its commitment."""

    draft: Draft
    envelope: bytes
    leaf_hash: bytes
    salt: bytes | None
    payload: bytes | None = field(repr=False)


def instant(at: datetime) -> str:
    """Write an instant as entries and receipts do: UTC, microseconds, `Z`."""
    return at.isoformat(timespec="microseconds").replace("+00:00", "Z")


def commitment(salt: bytes, payload: bytes) -> bytes:
    """Hash a payload so that nobody learns from it, or changes it, without the salt."""
    return hashlib.sha256(salt + payload).digest()


def leaf_hash(envelope: bytes) -> bytes:
    """Hash an entry as a leaf of the tree (RFC 6962, 2.1)."""
    return hashlib.sha256(LEAF_PREFIX + envelope).digest()


def seal(draft: Draft, *, log: str, salt: bytes) -> Sealed:
    """Make the stored form of an entry; `salt` is fresh random bytes, used if there is a payload.

    Raises ValueError for an envelope that no bundle could hold.
    """
    payload = None if draft.payload is None else canonical(draft.payload)
    committed = None if payload is None else commitment(salt, payload)
    envelope = canonical(
        {
            "actor": draft.party.as_json() if draft.party else None,
            "at": instant(draft.at),
            "commitment": committed.hex() if committed else None,
            "id": str(draft.id),
            "kind": draft.kind,
            "log": log,
            "operation": draft.operation,
            "outcome": draft.outcome,
            "purpose": draft.purpose,
            "request": draft.request_id,
            "subject": draft.subject,
            "v": FORM,
        }
    )
    if len(envelope) > ENVELOPE_BYTES:
        raise ValueError(f"an envelope of {len(envelope)} bytes fits no bundle")
    return Sealed(draft, envelope, leaf_hash(envelope), salt if payload else None, payload)
