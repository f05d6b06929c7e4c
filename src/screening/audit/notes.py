"""Signed notes and checkpoints, as C2SP signed-note and tlog-checkpoint write them. Pure, but for the keys' arithmetic.

A note is a text and the signatures below it, each on a line of its own:

    example.org/log
    2
    jHXNWTi9Vw5fW1mQXnyQSYBzdYUcTmTnYa1VJkQmZZw=

    — example.org/log Az3grl…

The text of a checkpoint is the log's name, the number of leaves and the root. Signatures of witnesses (C2SP
tlog-cosignature) are kept as they came.

The log's key signs receipts too. Neither signature passes for the other: a receipt's signed bytes begin with a line
`screening/receipt/v1` and go on with JSON where a checkpoint has a number, and no log may bear that name.
"""

import base64
import binascii
import re
import struct
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from screening.audit import receipts, tree
from screening.audit.receipts import ED25519, PublicKey, Signer
from screening.audit.tree import HASH_BYTES, Head

DASH = "— "
"""An em dash and a space begin each signature's line."""

COSIGNATURE = b"\x04"
"""The signature type of a witness (C2SP tlog-cosignature)."""

KEY_ID_BYTES = 4
_NAME = re.compile(r"[^\s+]{1,200}")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")
_TIME = struct.Struct(">Q")
_LAST_SECOND = 253_402_300_799
"""The last that a calendar of four-digit years can name."""


class NoteError(Exception):
    """A note cannot be read, or does not say what it should; the text says why."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature of a note: whose, by which key, and its bytes (those of a witness begin with a time)."""

    name: str
    key_id: str
    content: bytes

    @property
    def line(self) -> str:
        """The line below the note."""
        encoded = base64.b64encode(bytes.fromhex(self.key_id) + self.content).decode()
        return f"{DASH}{self.name} {encoded}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text with its signatures."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        """Write the note as it travels."""
        return self.text + "\n" + "".join(signature.line for signature in self.signatures)

    def cosigned(self, more: Iterable[Signature]) -> "Note":
        """Give the note with further signatures, each once."""
        return replace(self, signatures=tuple(dict.fromkeys((*self.signatures, *more))))


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log commits to: its name, and a tree; lines behind these are kept."""

    origin: str
    head: Head
    extensions: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The text that is signed."""
        encoded = base64.b64encode(self.head.root).decode()
        return "".join(f"{line}\n" for line in (self.origin, str(self.head.size), encoded, *self.extensions))


def parse(note: str) -> Note:
    """Read a note; NoteError when it is none."""
    text, gap, signatures = note.rpartition("\n\n")
    if not gap or not signatures.endswith("\n") or any(ord(char) < 0x20 and char != "\n" for char in note):
        raise NoteError("not a signed note: a text, an empty line, and lines of signatures")
    return Note(text + "\n", parse_signatures(signatures))


def parse_signatures(lines: str) -> tuple[Signature, ...]:
    """Read lines of signatures; NoteError when one is none."""
    return tuple(_signature(line) for line in lines.splitlines())


def _signature(line: str) -> Signature:
    name, _, encoded = line.removeprefix(DASH).partition(" ")
    try:
        content = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        content = b""
    if not line.startswith(DASH) or not _NAME.fullmatch(name) or len(content) <= KEY_ID_BYTES:
        raise NoteError("a line below the note is not a signature")
    return Signature(name, content[:KEY_ID_BYTES].hex(), content[KEY_ID_BYTES:])


def parse_checkpoint(text: str) -> Checkpoint:
    """Read the text of a checkpoint; NoteError when it is none."""
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1] or not _NAME.fullmatch(lines[0]) or not _NUMBER.fullmatch(lines[1]):
        raise NoteError("not a checkpoint: a name, a size and a root, each on its line")
    try:
        root = base64.b64decode(lines[2], validate=True)
    except binascii.Error:
        root = b""
    if len(root) != HASH_BYTES:
        raise NoteError("the root of the checkpoint is not a SHA-256 hash in base64")
    return Checkpoint(lines[0], Head(int(lines[1]), root), tuple(lines[3:-1]))


def sign(checkpoint: Checkpoint, signer: Signer) -> Note:
    """Sign a checkpoint in the name of its log."""
    if not _NAME.fullmatch(checkpoint.origin) or checkpoint.origin == receipts.CONTEXT.decode().strip():
        raise NoteError("a log's name has no spaces and no plus, and is not the one that receipts are signed under")
    signature = Signature(signer.log, signer.key_id, signer.key.sign(checkpoint.text.encode()))
    return Note(checkpoint.text, (signature,))


def read_verifier(line: str) -> PublicKey:
    """Read a key of a log from one line, as `PublicKey.verifier` writes it; NoteError when it is none."""
    name, key_id, kind, content = _read_key(line)
    key = PublicKey(name, content)
    if kind != ED25519 or key.key_id != key_id:
        raise NoteError("the verifier key is not of Ed25519, or its id is not its own")
    return key


def read_witness(line: str) -> "Witness":
    """Read a key of a witness from one line (C2SP tlog-cosignature); NoteError when it is none."""
    name, key_id, kind, content = _read_key(line)
    witness = Witness(name, content)
    if kind != COSIGNATURE or witness.key_id != key_id:
        raise NoteError("the verifier key is not of an Ed25519 cosigner, or its id is not its own")
    return witness


def _read_key(line: str) -> tuple[str, str, bytes, Ed25519PublicKey]:
    name, _, rest = line.strip().partition("+")
    key_id, _, encoded = rest.partition("+")
    try:
        content = base64.b64decode(encoded, validate=True)
        return name, key_id, content[:1], Ed25519PublicKey.from_public_bytes(content[1:])
    except ValueError:
        raise NoteError("not a verifier key: name+id+key") from None


def signed_by(note: Note, keys: Iterable[PublicKey]) -> PublicKey | None:
    """Find the key that signed a note; NoteError when a signature claims one of the keys and is not by it."""
    known = {(key.log, key.key_id): key for key in keys}
    signer = None
    for signature in note.signatures:
        if key := known.get((signature.name, signature.key_id)):
            if not _verifies(key.key, signature.content, note.text.encode()):
                raise NoteError(f"the signature of {signature.name} by key {signature.key_id} is wrong")
            signer = key
    return signer


def open_checkpoint(text: str, keys: Iterable[PublicKey]) -> tuple[Checkpoint, Note, PublicKey]:
    """Read a checkpoint that one of the keys signed in the name of its log; NoteError otherwise."""
    note = parse(text)
    checkpoint = parse_checkpoint(note.text)
    signer = signed_by(note, [key for key in keys if key.log == checkpoint.origin])
    if signer is None:
        raise NoteError(f"no known key of {checkpoint.origin} signed the checkpoint")
    return checkpoint, note, signer


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness: its name and its key."""

    name: str
    key: Ed25519PublicKey

    @property
    def key_id(self) -> str:
        """The key's short name, as that of a log but of another type."""
        return receipts.key_id(self.name, COSIGNATURE, self.key)

    @property
    def verifier(self) -> str:
        """Name, id and key in one line, as `read_witness` reads it."""
        return f"{self.name}+{self.key_id}+{base64.b64encode(COSIGNATURE + self.key.public_bytes_raw()).decode()}"

    def find_cosignature(self, note: Note) -> tuple[Signature, datetime] | None:
        """Find this witness's cosignature below a note, and when it was made; None where none is right."""
        for signature in note.signatures:
            if self.verifies(note, signature):
                (seconds,) = _TIME.unpack(signature.content[:8])
                return signature, datetime.fromtimestamp(min(seconds, _LAST_SECOND), UTC)
        return None

    def verifies(self, note: Note, signature: Signature) -> bool:
        """Tell whether this witness cosigned a note (C2SP tlog-cosignature)."""
        if (signature.name, signature.key_id) != (self.name, self.key_id) or len(signature.content) != 72:
            return False
        (seconds,) = _TIME.unpack(signature.content[:8])
        signed = f"cosignature/v1\ntime {seconds}\n{note.text}".encode()
        return _verifies(self.key, signature.content[8:], signed)


def _verifies(key: Ed25519PublicKey, signature: bytes, signed: bytes) -> bool:
    try:
        key.verify(signature, signed)
    except InvalidSignature:
        return False
    return True


def empty() -> Head:
    """Give the tree without leaves."""
    return Head(0, tree.EMPTY_ROOT)
