"""How a log and its witnesses talk: C2SP tlog-witness over HTTPS, or the same bytes through a folder.

A witness cosigns a checkpoint only if it is shown that the log grew out of the one that it cosigned before; so nobody
who gets cosigned checkpoints can be shown another log than everybody else.

In a folder we write `add-checkpoint`, the body that an HTTPS witness would be sent. A witness that fetches it puts the
checkpoint with its cosignature into `cosigned`, and, where it knows of another size than we think, that into `size`.
"""

import asyncio
import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import httpx

from screening.audit import notes
from screening.audit.notes import Note, NoteError, Witness

LARGEST_ANSWER = 1 << 16
"""Bytes of an answer that are read; a cosignature's line has some 150."""

SIZE_DIGITS = 19


class WitnessError(Exception):
    """A witness did not cosign; the text says why."""


class WitnessConflictError(Exception):
    """A witness knows the log at another size than we thought."""

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.size = size


@dataclass(frozen=True, slots=True)
class Submission:
    """What a witness is asked to cosign, and the proof that it grew out of the tree of `old` leaves."""

    old: int
    proof: Sequence[bytes]
    note: str

    @property
    def body(self) -> bytes:
        """The body of an `add-checkpoint` request."""
        lines = [f"old {self.old}", *(base64.b64encode(each).decode() for each in self.proof), "", self.note]
        return "\n".join(lines).encode()


class Correspondent(Protocol):
    """A witness, and the way to it."""

    @property
    def witness(self) -> Witness:
        """Who it is."""

    async def submit(self, submission: Submission) -> Note | None:
        """Hand over a checkpoint, and give a cosigned one, this or an earlier; None while there is no answer.

        Raises WitnessError and WitnessConflictError.
        """


@dataclass(frozen=True, slots=True)
class Pushed:
    """A witness that is sent checkpoints over HTTPS."""

    witness: Witness
    url: str
    client: httpx.AsyncClient

    async def submit(self, submission: Submission) -> Note | None:
        """Send a checkpoint, and give it with the cosignature that comes back."""
        try:
            status, answer = await self._post(submission.body)
        except httpx.HTTPError as error:
            raise WitnessError(f"cannot be reached ({type(error).__name__})") from None
        if status == httpx.codes.CONFLICT:
            raise WitnessConflictError(_read_size(answer))
        if status == httpx.codes.UNPROCESSABLE_ENTITY:
            raise WitnessError("says that the log did not grow out of the tree that it cosigned")
        if status != httpx.codes.OK:
            raise WitnessError(f"answers {status}")
        try:
            return notes.parse(submission.note).cosigned(notes.parse_signatures(answer))
        except NoteError:
            raise WitnessError("answers with something else than cosignatures") from None

    async def _post(self, body: bytes) -> tuple[int, str]:
        url = f"{self.url.rstrip('/')}/add-checkpoint"
        read = bytearray()
        async with self.client.stream("POST", url, content=body) as answer:
            async for piece in answer.aiter_bytes():
                read += piece
                if len(read) > LARGEST_ANSWER:
                    raise WitnessError("answers with more than any cosignature needs")
        return answer.status_code, read.decode(errors="replace")


@dataclass(frozen=True, slots=True)
class Fetching:
    """A witness that fetches checkpoints from a folder and leaves its cosignatures there."""

    witness: Witness
    folder: Path

    async def submit(self, submission: Submission) -> Note | None:
        """Put a checkpoint into the folder, and give what the witness cosigned last, if anything."""
        try:
            return await asyncio.to_thread(self._exchange, submission)
        except (OSError, UnicodeDecodeError) as error:
            raise WitnessError(f"its folder cannot be used ({type(error).__name__})") from None
        except NoteError:
            raise WitnessError("its folder holds something else than a cosigned checkpoint") from None

    def _exchange(self, submission: Submission) -> Note | None:
        known = self._read("size")
        if known is not None and (size := _read_size(known)) > submission.old:
            raise WitnessConflictError(size)
        self._write(submission.body)
        cosigned = self._read("cosigned")
        return None if cosigned is None else notes.parse(cosigned)

    def _read(self, name: str) -> str | None:
        try:
            with (self.folder / name).open("rb") as stream:
                return stream.read(LARGEST_ANSWER).decode()
        except FileNotFoundError:
            return None

    def _write(self, body: bytes) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        fresh = self.folder / f"add-checkpoint.{secrets.token_hex(4)}"
        try:
            fresh.write_bytes(body)
            fresh.replace(self.folder / "add-checkpoint")
        finally:
            fresh.unlink(missing_ok=True)


def _read_size(text: str) -> int:
    digits = text.strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) <= SIZE_DIGITS):
        raise WitnessError("names a size that is none")
    return int(digits)
