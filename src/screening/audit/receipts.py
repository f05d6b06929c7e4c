"""Receipts: the log's signed promise that an entry is in it, verifiable offline with the public key."""

import base64
import hashlib
from dataclasses import dataclass
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from screening.audit import entries
from screening.audit.canonical import canonical

CONTEXT = b"screening/receipt/v1\n"
"""Comes before what is signed, so that a signature made for one use never serves another."""

ED25519 = b"\x01"
"""The signature type of C2SP signed-note for Ed25519."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the caller keeps: with the public key it proves that the log took the entry."""

    entry: str
    log: str
    leaf_hash: str
    at: str
    key_id: str
    signature: str


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The log's name and the key that its signatures verify with."""

    log: str
    key: Ed25519PublicKey

    @property
    def raw(self) -> bytes:
        """The 32 bytes of the key."""
        return self.key.public_bytes_raw()

    @property
    def pem(self) -> str:
        """The key as PEM, for openssl and the like."""
        return self.key.public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        ).decode()

    @property
    def key_id(self) -> str:
        """The key's short name: first four bytes of a hash over name and key (C2SP signed-note), in hex."""
        return key_id(self.log, ED25519, self.key)

    @property
    def verifier(self) -> str:
        """Name, id and key in one line: the verifier key of C2SP signed-note."""
        return f"{self.log}+{self.key_id}+{base64.b64encode(ED25519 + self.raw).decode()}"

    def verifies(self, receipt: Receipt) -> bool:
        """Tell whether this key signed this receipt, with nothing in it changed."""
        if (receipt.log, receipt.key_id) != (self.log, self.key_id):
            return False
        signed = _signed_bytes(receipt.entry, receipt.leaf_hash, receipt.at, receipt.log)
        try:
            self.key.verify(base64.b64decode(receipt.signature, validate=True), signed)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signer:
    """The log's name and its private key."""

    log: str
    key: Ed25519PrivateKey
    public: PublicKey
    key_id: str

    @classmethod
    def of(cls, log: str, key: Ed25519PrivateKey) -> Self:
        """Sign in the name of a log."""
        public = PublicKey(log, key.public_key())
        return cls(log, key, public, public.key_id)

    def receipt(self, sealed: entries.Sealed) -> Receipt:
        """Promise that an entry is in the log. Ed25519 always gives the same receipt for the same entry."""
        entry, leaf_hash, at = str(sealed.draft.id), sealed.leaf_hash.hex(), entries.instant(sealed.draft.at)
        signature = self.key.sign(_signed_bytes(entry, leaf_hash, at, self.log))
        return Receipt(entry, self.log, leaf_hash, at, self.key_id, base64.b64encode(signature).decode())


def key_id(name: str, kind: bytes, key: Ed25519PublicKey) -> str:
    """Give a key's id: the first four bytes of a hash over name, type and key (C2SP signed-note), in hex."""
    return hashlib.sha256(name.encode() + b"\n" + kind + key.public_bytes_raw()).digest()[:4].hex()


def _signed_bytes(entry: str, leaf_hash: str, at: str, log: str) -> bytes:
    return CONTEXT + canonical({"at": at, "entry": entry, "leaf_hash": leaf_hash, "log": log})
