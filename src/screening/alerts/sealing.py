"""The secrets of webhooks: made here, shown once, stored encrypted with a key that is not in the database."""

import base64
import os
import secrets
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from screening.alerts.cursors import Cursors

PREFIX = "whsec_"
"""How secrets begin (Standard Webhooks, «Signature scheme»)."""

SECRET_BYTES = 32
KEY_BYTES = 32
NONCE_BYTES = 12


class SealError(Exception):
    """The key does not open the secret, or the file holds no key."""


class Sealer:
    """Encrypts the secrets of webhooks, each bound to its webhook: moved to another row, it does not open."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)
        self.cursors = Cursors(key)
        """What hides positions, with a key derived from the same."""

    def seal(self, webhook_id: UUID, secret: str) -> bytes:
        """Encrypt a secret."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, secret.encode(), webhook_id.bytes)

    def open(self, webhook_id: UUID, sealed: bytes) -> str:
        """Decrypt a secret; SealError when it was sealed with another key, or for another webhook."""
        nonce, content = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        try:
            return self._cipher.decrypt(nonce, content, webhook_id.bytes).decode()
        except (InvalidTag, ValueError):
            raise SealError("the key of webhooks is not the one that sealed this secret") from None


def mint() -> str:
    """Make a secret from 256 random bits, in the form that the libraries of Standard Webhooks read."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def load_or_make(file: Path) -> Sealer:
    """Read the key, or make it at the first start; processes that start together agree on one."""
    if not file.exists():
        _make(file)
    key = file.read_bytes()
    if len(key) != KEY_BYTES:
        raise SealError(f"{file} holds no key of {KEY_BYTES} bytes; put the key of webhooks there")
    return Sealer(key)


def _make(file: Path) -> None:
    """Write a new key under a name of its own, then link it: the first of several processes wins."""
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(secrets.token_bytes(KEY_BYTES))
        stream.flush()
        os.fsync(stream.fileno())
    try:
        os.link(fresh, file)
    except FileExistsError:
        pass  # Another process was first; its key is the one.
    finally:
        fresh.unlink()
