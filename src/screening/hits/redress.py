"""Redress: a travel document and a record that were wrongly matched no longer alarm together.

The document is kept as a keyed hash alone: a list of the wrongly stopped must not become a list of travellers.
"""

import hashlib
import hmac
from datetime import timedelta

LONGEST = timedelta(days=3 * 365)
"""How long a redress lasts at most. No public rule was found; a bureau should look at it again before that."""

_CONTEXT = b"screening/document/v1"


def document_key(secret: bytes, number: str, issuing_state: str, family: str | None) -> bytes:
    """Hash a travel document by its cleaned number, its State and its family; without the secret nobody can guess."""
    parts = (_CONTEXT, number.encode(), issuing_state.encode(), (family or "").encode())
    return hmac.digest(secret, b"\0".join(parts), hashlib.sha256)
