"""The keys that hash what entries are about: the newest writes, all search, the oldest goes when it is not needed.

A key is needed as long as an entry written under it has its payload. They lie in a file beside the signing key, for the
service alone, and are of no use without the database, nor the database without them.
"""

import hmac
import json
import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

from screening.audit.canonical import canonical
from screening.audit.entries import Json, instant
from screening.audit.keyfile import KeyFileError

DIGEST_BYTES = 16
"""Of a hash that finds an entry: a chance meeting of two among 10^10 has a probability of 10^-19."""

KEY_BYTES = 32

GRACE = timedelta(days=1)
"""How long after a rotation processes that were not restarted may still write under the key of before."""


@dataclass(frozen=True, slots=True)
class HashKey:
    """One key, and since when it writes."""

    secret: bytes = field(repr=False)
    since: datetime


@dataclass(frozen=True, slots=True)
class Keyring:
    """All keys, newest first."""

    keys: tuple[HashKey, ...]

    @classmethod
    def fresh(cls, now: datetime) -> Self:
        """Make a ring with one new key."""
        return cls((HashKey(secrets.token_bytes(KEY_BYTES), now),))

    def digests(self, forms: Iterable[str]) -> list[bytes]:
        """Hash forms as they are written."""
        return [_digest(self.keys[0], form) for form in sorted(forms)]

    def every_digest(self, forms: Iterable[str]) -> list[bytes]:
        """Hash forms as they are written now, and as they were under every earlier key."""
        return [_digest(key, form) for form in sorted(forms) for key in self.keys]

    def request_digest(self, request: Json) -> bytes:
        """Hash a request, to tell a retry from another request."""
        return _request_digest(self.keys[0], request)

    def is_request(self, request: Json, digest: bytes) -> bool:
        """Tell whether a digest, under whatever key, is that of a request."""
        return any(hmac.compare_digest(_request_digest(key, request), digest) for key in self.keys)

    def rotated(self, now: datetime) -> Self:
        """Put a new key before the others."""
        return type(self)((HashKey(secrets.token_bytes(KEY_BYTES), now), *self.keys))

    def without_idle(self, oldest: datetime | None) -> Self:
        """Drop the keys that nothing was written under since `oldest`, the oldest entry that can still be found."""
        kept = [self.keys[0]]
        for newer, key in zip(self.keys, self.keys[1:], strict=False):
            if oldest is not None and oldest <= newer.since + GRACE:
                kept.append(key)
        return type(self)(tuple(kept))


def load_or_make(file: Path, now: datetime) -> Keyring:
    """Read the ring, or make it at the first start. Processes that start together agree on one."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = _write(file, Keyring.fresh(now))
        try:
            os.link(fresh, file)
        except FileExistsError:
            pass  # Another process was first; its ring is the one.
        finally:
            fresh.unlink()
    return load(file)


def load(file: Path) -> Keyring:
    """Read the ring; KeyFileError when the file holds none, OSError when it cannot be read."""
    try:
        read = [
            HashKey(bytes.fromhex(key["secret"]), datetime.fromisoformat(key["since"]))
            for key in json.loads(file.read_text())
        ]
    except (ValueError, TypeError, KeyError):
        raise KeyFileError(f"{file} is not a ring of keys: bring it back from where it was kept") from None
    if not read or any(len(key.secret) != KEY_BYTES for key in read):
        raise KeyFileError(f"{file} holds no key, or one of another length")
    return Keyring(tuple(sorted(read, key=lambda key: key.since, reverse=True)))


def replace(file: Path, ring: Keyring) -> None:
    """Put another ring in the place of the one that is there."""
    _write(file, ring).replace(file)


def _write(file: Path, ring: Keyring) -> Path:
    """Write a ring beside its file, readable by its owner alone and safe on disk."""
    fresh = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    text = json.dumps([{"secret": key.secret.hex(), "since": instant(key.since)} for key in ring.keys], indent=1)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    return fresh


def _digest(key: HashKey, form: str) -> bytes:
    return hmac.digest(key.secret, b"subject\n" + form.encode(), "sha256")[:DIGEST_BYTES]


def _request_digest(key: HashKey, request: Json) -> bytes:
    return hmac.digest(key.secret, b"request\n" + canonical(request), "sha256")
