"""A tiny real witness: it keeps what it cosigned last, and cosigns nothing that did not grow out of that."""

import base64
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from screening.audit import notes, tree
from screening.audit.notes import NoteError, Signature, Witness
from screening.audit.receipts import PublicKey
from screening.audit.tree import Head, ProofError

SECONDS = 1_790_000_000


@dataclass(slots=True)
class TinyWitness:
    """One that knows one log."""

    name: str
    log: PublicKey
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    head: Head = field(default_factory=notes.empty)
    asked: int = 0

    @property
    def witness(self) -> Witness:
        return Witness(self.name, self.key.public_key())

    def handle(self, request: httpx.Request) -> httpx.Response:
        """Answer as C2SP tlog-witness asks for."""
        assert (request.method, request.url.path) == ("POST", "/add-checkpoint")
        status, answer = self.add_checkpoint(request.content)
        kind = "text/x.tlog.size" if status == 409 else "text/plain"
        return httpx.Response(status, text=answer, headers={"Content-Type": kind})

    def add_checkpoint(self, body: bytes) -> tuple[int, str]:
        self.asked += 1
        head, _, note = body.decode().partition("\n\n")
        first, *lines = head.split("\n")
        old = int(first.removeprefix("old "))
        try:
            checkpoint, opened, _ = notes.open_checkpoint(note, [self.log])
        except NoteError:
            return 403, ""
        if old > checkpoint.head.size:
            return 400, ""
        if old != self.head.size:
            return 409, f"{self.head.size}\n"
        try:
            tree.check_consistency(self.head, checkpoint.head, [base64.b64decode(line) for line in lines])
        except ProofError:
            return 422, ""
        self.head = checkpoint.head
        return 200, self.cosignature(opened.text).line

    def cosignature(self, text: str) -> Signature:
        signed = f"cosignature/v1\ntime {SECONDS}\n{text}".encode()
        return Signature(self.name, self.witness.key_id, SECONDS.to_bytes(8, "big") + self.key.sign(signed))


Handler = Callable[[httpx.Request], httpx.Response]


def client(handle: Handler) -> httpx.AsyncClient:
    """Give a client that reaches nobody but this handler."""
    return httpx.AsyncClient(transport=httpx.MockTransport(handle))
