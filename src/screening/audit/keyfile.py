"""The file that holds the log's signing key: made once, readable by the service alone."""

import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SECRET_BYTES = 32


class KeyFileError(Exception):
    """There is no key that we can use: what was wrong and what would be right."""


def load_or_make(file: Path) -> Ed25519PrivateKey:
    """Read the signing key, or make it at the first start. Processes that start together agree on one key."""
    if not file.exists():
        _make(file, _pem(Ed25519PrivateKey.generate()))
    return load(file)


def load_or_make_secret(file: Path) -> bytes:
    """Read a secret that hashes are keyed with, or make it at the first start, just as the signing key."""
    if not file.exists():
        _make(file, secrets.token_bytes(SECRET_BYTES))
    secret = file.read_bytes()
    if len(secret) != SECRET_BYTES:
        raise KeyFileError(f"{file} holds no secret of {SECRET_BYTES} bytes; put back the one of your other machines")
    return secret


def load(file: Path) -> Ed25519PrivateKey:
    """Read the signing key (PKCS#8 PEM); KeyFileError when there is none to be read."""
    try:
        key = serialization.load_pem_private_key(file.read_bytes(), password=None)
    except OSError as error:
        raise KeyFileError(f"{file} cannot be read ({error.strerror}); the log's key belongs there") from error
    except ValueError as error:
        raise KeyFileError(f"{file} is not a private key in PEM form; put the log's Ed25519 key there") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyFileError(f"{file} holds another kind of key; the log signs with Ed25519")
    return key


def find_trouble(file: Path, key: Ed25519PrivateKey) -> str | None:
    """Say why the next start would not find the key that signs now; None when it would. Blocks."""
    try:
        found = load(file)
    except KeyFileError as error:
        return str(error)
    if found.public_key() != key.public_key():
        return f"{file} holds another key than the one that signs here: was it rotated? Then restart"
    return None


def replace(file: Path, key: Ed25519PrivateKey) -> None:
    """Put another key in the place of the one that is there."""
    fresh = _write(file, _pem(key))
    fresh.replace(file)


def _pem(key: Ed25519PrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _make(file: Path, content: bytes) -> None:
    """Write a new key under a name of its own, then link it: the first of several processes wins."""
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = _write(file, content)
    try:
        os.link(fresh, file)
    except FileExistsError:
        pass  # Another process was first; its key is the one.
    finally:
        fresh.unlink()


def _write(file: Path, content: bytes) -> Path:
    """Write a key beside its file, readable by its owner alone and safe on disk."""
    fresh = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    return fresh
