"""The text of a key: made, recognised and hashed here, shown once, stored never."""

import hashlib
import re
import secrets
from typing import NamedTuple

PREFIX = "scr_"
"""Lets anybody, and any scanner, see that a leaked text is one of our keys."""

SECRET_BYTES = 32
HINT_LENGTH = 8
_FORM = re.compile(r"scr_[A-Za-z0-9_-]{43}")


class Minted(NamedTuple):
    """A new key."""

    text: str
    hint: str
    digest: bytes


def mint() -> Minted:
    """Make a key from 256 random bits."""
    text = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
    return Minted(text, text[: len(PREFIX) + HINT_LENGTH], digest(text))


def digest(text: str) -> bytes:
    """Hash a key for storage and look-up. Its 256 random bits need no slow hash, and none is found by timing."""
    return hashlib.sha256(text.encode()).digest()


def well_formed(text: str) -> bool:
    """Tell whether a text can be one of our keys at all."""
    return _FORM.fullmatch(text) is not None
