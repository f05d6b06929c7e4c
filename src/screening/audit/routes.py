"""HTTP routes of the log. Who may read is decided above: `build` is given the dependency that knows."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime

from screening import problems
from screening.audit import queries
from screening.audit.entries import EntryKind, Json, instant
from screening.audit.log import LogDep
from screening.audit.models import AuditEntry
from screening.audit.queries import Filter, Row
from screening.audit.routing import AuditedRoute
from screening.audit.schemas import EntryDetail, EntryOut, EntryPage, KeyOut, ReceiptOut
from screening.audit.trail import TrailDep
from screening.db.database import SessionDep
from screening.problems import Kind, responses

public = APIRouter(prefix="/v1/audit", tags=["audit"])


@public.get("/key")
async def get_key(log: LogDep) -> KeyOut:
    """Give the key that receipts verify with. It is public, and needs no key of yours."""
    key = log.signer.public
    return KeyOut(
        log=key.log,
        key_id=key.key_id,
        algorithm="Ed25519",
        public_key=base64.b64encode(key.raw).decode(),
        pem=key.pem,
        verifier=key.verifier,
    )


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose entries a reader of the log may see; None means those of all organisations."""

    organisation_ids: frozenset[UUID] | None

    def sees(self, organisation_id: UUID | None) -> bool:
        """Tell whether an entry of this organisation may be shown."""
        return self.organisation_ids is None or organisation_id in self.organisation_ids


def build(get_reader: Callable[..., Any]) -> APIRouter:
    """Make the routes that read the log; `get_reader` is a dependency that gives a Reader or refuses."""
    router = APIRouter(
        prefix="/v1/audit",
        tags=["audit"],
        route_class=AuditedRoute,
        responses=problems.EVERYWHERE,
    )

    @router.get("/entries")
    async def list_entries(  # noqa: PLR0913 - a route's parameters are its contract
        reader: Annotated[Reader, Depends(get_reader)],
        session: SessionDep,
        trail: TrailDep,
        since: Annotated[AwareDatetime | None, Query(description="From this instant on.")] = None,
        until: Annotated[AwareDatetime | None, Query(description="Before this instant.")] = None,
        kind: EntryKind | None = None,
        post: Annotated[UUID | None, Query(description="The id of a post.")] = None,
        decision: Annotated[str | None, Query(pattern="^[a-z_]{1,20}$", examples=["hit"])] = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
        after: Annotated[str | None, Query(max_length=80, description="The `next` of the page before.")] = None,
    ) -> EntryPage:
        """List entries of the organisations you audit, newest first. Reading the log is itself logged."""
        wanted = Filter(reader.organisation_ids, since, until, kind, post, decision)
        rows = await queries.list_entries(session, wanted, before=_cursor(after), limit=limit)
        outcome = {"entries": len(rows), "status": 200}
        await trail.append(trail.draft(EntryKind.REQUEST, "GET /v1/audit/entries", outcome))
        return EntryPage(
            items=[EntryOut(**_entry(row, trail.log.signer.log)) for row in rows],
            next=f"{instant(rows[-1].at)}_{rows[-1].id}" if len(rows) == limit else None,
        )

    @router.get("/entries/{entry_id}", responses=responses(Kind.NOT_FOUND))
    async def get_entry(
        entry_id: UUID, reader: Annotated[Reader, Depends(get_reader)], log: LogDep, trail: TrailDep
    ) -> EntryDetail:
        """Give one entry with its payload. Reading it is itself logged, with the id of what was read."""
        row = await log.find(entry_id)
        if row is None or not reader.sees(row.organisation_id):
            raise problems.not_found("entry")
        await trail.append(trail.draft(EntryKind.REQUEST, f"entry:{entry_id}", {"status": 200}))
        return EntryDetail(
            **_entry(row, log.signer.log),
            payload=json.loads(row.payload) if row.payload is not None else None,
            salt=row.salt.hex() if row.salt is not None else None,
        )

    return router


def _entry(row: AuditEntry | Row, log: str) -> Json:
    return {
        "id": row.id,
        "at": row.at,
        "kind": row.kind,
        "subject": row.subject,
        "decision": row.decision,
        "envelope": json.loads(row.envelope),
        "leaf_hash": row.leaf_hash.hex(),
        "receipt": ReceiptOut(
            entry=row.id,
            log=log,
            leaf_hash=row.leaf_hash.hex(),
            at=instant(row.at),
            key_id=row.key_id,
            signature=row.signature,
        ),
    }


def _cursor(text: str | None) -> tuple[datetime, UUID] | None:
    if text is None:
        return None
    try:
        at, _, entry_id = text.partition("_")
        return datetime.fromisoformat(at), UUID(entry_id)
    except ValueError:
        raise problems.Problem(Kind.INVALID, "`after` is not the `next` of an earlier page.") from None
