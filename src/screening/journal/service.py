"""Receiving files over HTTP, and telling owners how their imports went."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import BinaryIO, cast
from uuid import UUID

from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncSession

from screening import problems
from screening.access.actors import Actor
from screening.audit.trail import Trail
from screening.db.database import Database
from screening.journal import imports, queries
from screening.journal.formats import ReloadRefusedError, UnreadableError
from screening.journal.imports import Job, Watcher
from screening.journal.queries import Progress
from screening.problems import FieldError, Kind, Problem

IN_MEMORY = 1 << 20
"""Bytes of a file that are held in memory; a larger one goes to a temporary file that nobody else can open."""

NOT_RAW = ("multipart/form-data", "application/x-www-form-urlencoded")


@asynccontextmanager
async def received(request: Request, *, largest: int) -> AsyncIterator[BinaryIO]:
    """Receive the body of a request into a file; answers 413 as soon as it is larger than it may be."""
    _refuse_packed(request)
    length = request.headers.get("content-length", "0")
    if length.isdecimal() and int(length) > largest:
        raise _too_large(largest)
    with tempfile.SpooledTemporaryFile(IN_MEMORY) as file:
        async for chunk in request.stream():
            if file.tell() + len(chunk) > largest:
                raise _too_large(largest)
            file.write(chunk)
        file.seek(0)
        yield cast("BinaryIO", file)


def _refuse_packed(request: Request) -> None:
    """Answer 415 to a form or a compressed body, which would be read as a damaged file."""
    if request.headers.get("content-type", "").lower().startswith(NOT_RAW):
        raise Problem(
            Kind.UNSUPPORTED_MEDIA, "Send the file itself as the body, not a form: `curl --data-binary @file`."
        )
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise Problem(Kind.UNSUPPORTED_MEDIA, "Send the file uncompressed.")


def _too_large(largest: int) -> Problem:
    return Problem(Kind.TOO_LARGE, f"A file has at most {largest} bytes. Send it in parts, or use `screening import`.")


async def run(database: Database, trail: Trail, job: Job, file: BinaryIO, most_withdrawn: int | None) -> Progress:
    """Import a file, as the whole list where a number is given; answers 422 when it is not taken."""
    try:
        if most_withdrawn is None:
            return await imports.run(database, trail, job, file)
        return await imports.reload(database, trail, job, file, most_withdrawn=most_withdrawn, watcher=Watcher())
    except (ReloadRefusedError, UnreadableError) as error:
        raise problems.invalid([FieldError(where="body", message=str(error))]) from None


async def get(session: AsyncSession, actor: Actor, import_id: UUID) -> Progress:
    """Give an import of the own organisation; answers 404 for those of others."""
    found = await queries.find(session, import_id)
    if found is None or found.organisation_id != actor.organisation_id:
        raise problems.not_found("import")
    return found
