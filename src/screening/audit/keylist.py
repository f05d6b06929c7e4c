"""The list of keys that sign, or signed, for the log: each but the first is endorsed by the one before it.

So one key, got by another way than from us, is enough to trust all that came after it. Pure.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from screening.audit.canonical import canonical
from screening.audit.entries import instant
from screening.audit.receipts import PublicKey, Signer

CONTEXT = b"screening/key/v1\n"
"""Comes before what an endorsement signs; see receipts.CONTEXT."""

SKEW = timedelta(minutes=5)
"""How far the clocks of processes may be apart when the use of a key is judged."""


@dataclass(frozen=True, slots=True)
class ListedKey:
    """A key and when it signs, with the signature of the key before it."""

    key_id: str
    log: str
    public_key: bytes
    valid_from: datetime
    valid_until: datetime | None = None
    endorsed_by: str | None = None
    endorsement: str | None = None

    @property
    def public(self) -> PublicKey:
        """The key as it verifies."""
        return PublicKey(self.log, Ed25519PublicKey.from_public_bytes(self.public_key))


def listed(key: PublicKey, valid_from: datetime, endorser: Signer | None = None) -> ListedKey:
    """Make the row of a key; the first key of a log has nobody to endorse it."""
    signature = base64.b64encode(endorser.key.sign(_endorsed(key, valid_from))).decode() if endorser else None
    return ListedKey(
        key_id=key.key_id,
        log=key.log,
        public_key=key.raw,
        valid_from=valid_from,
        endorsed_by=endorser.key_id if endorser else None,
        endorsement=signature,
    )


def trusted(keys: Sequence[ListedKey], anchors: Sequence[PublicKey]) -> list[ListedKey]:
    """Give the keys that are anchors, or endorsed by a trusted key that was older; order is that of the list."""
    raw = {anchor.raw for anchor in anchors}
    found: dict[str, ListedKey] = {}
    for key in sorted(keys, key=lambda each: each.valid_from):
        endorser = found.get(key.endorsed_by or "")
        if key.public_key in raw or (endorser and _endorses(endorser, key)):
            found[key.key_id] = key
    return list(found.values())


def valid_at(key: ListedKey, at: datetime) -> bool:
    """Tell whether a key could sign at an instant, give or take the difference of clocks."""
    return key.valid_from - SKEW <= at and (key.valid_until is None or at <= key.valid_until + SKEW)


def _endorses(endorser: ListedKey, key: ListedKey) -> bool:
    try:
        signature = base64.b64decode(key.endorsement or "", validate=True)
        endorser.public.key.verify(signature, _endorsed(key.public, key.valid_from))
    except (InvalidSignature, ValueError):
        return False
    return True


def _endorsed(key: PublicKey, valid_from: datetime) -> bytes:
    return CONTEXT + canonical({"from": instant(valid_from), "key": key.verifier})
