"""HTTP of documents: the bureau of the issuing State writes, reads and withdraws its records."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, status

from screening import problems
from screening.access.actors import Actor
from screening.access.dependencies import ClockDep, RecordReaderDep, RecordWriterDep
from screening.audit.routing import AuditedRoute
from screening.audit.trail import TrailDep
from screening.clock import Clock
from screening.db.database import SessionDep
from screening.documents import owner_queries, service
from screening.documents.owner_queries import Filter
from screening.documents.records import StoredDocument, as_dict
from screening.documents.schemas import (
    DocumentIn,
    DocumentOwner,
    DocumentPatch,
    DocumentRecord,
    DocumentRecords,
    DocumentWithdrawal,
)
from screening.documents.vocabulary import Reason
from screening.journal.fields import StateCode
from screening.journal.retention import RecordStatus, day_of
from screening.problems import Kind

router = APIRouter(
    prefix="/v1/documents",
    tags=["documents"],
    route_class=AuditedRoute,
    responses=problems.EVERYWHERE,
)

Limit = Annotated[int, Query(ge=1, le=500)]
ONE = problems.responses(Kind.NOT_FOUND)
STATE = problems.responses(Kind.NOT_FOUND, Kind.CONFLICT)


def shown(stored: StoredDocument, actor: Actor, clock: Clock) -> DocumentRecord:
    """Give a record as its owner sees it."""
    return DocumentRecord(
        **as_dict(stored),
        id=stored.id,
        owner=DocumentOwner(organisation_id=stored.owner_id, country=actor.country),
        version=stored.version,
        status=stored.status(day_of(clock())),
        retention_date=stored.retention_until,
        created_at=stored.created_at,
        updated_at=stored.updated_at,
        withdrawn_at=stored.withdrawn_at,
        withdrawal_reason=stored.withdrawal_reason,
    )


@router.post("", status_code=status.HTTP_201_CREATED, responses=problems.responses(Kind.CONFLICT))
async def create_document(
    sent: DocumentIn, actor: RecordWriterDep, session: SessionDep, trail: TrailDep, clock: ClockDep
) -> DocumentRecord:
    """Report a document of your State that is not valid; from this answer on it matches."""
    return shown(await service.create(session, trail, actor, sent), actor, clock)


@router.get("", responses=ONE)
async def list_documents(  # noqa: PLR0913 - the query is the contract
    actor: RecordReaderDep,
    session: SessionDep,
    clock: ClockDep,
    reason: Reason | None = None,
    issuing_state: StateCode | None = None,
    state: Annotated[RecordStatus | None, Query(alias="status")] = None,
    after: UUID | None = None,
    limit: Limit = 100,
) -> DocumentRecords:
    """List the records of your organisation, oldest first."""
    wanted = Filter(actor.organisation_id, reason, issuing_state, state)
    behind = await service.get(session, actor, after) if after else None
    found = await owner_queries.list_documents(session, wanted, today=day_of(clock()), after=behind, limit=limit + 1)
    items = [shown(each, actor, clock) for each in found[:limit]]
    return DocumentRecords(items=items, next=items[-1].id if len(found) > limit else None)


@router.get("/{document_id}", responses=ONE)
async def read_document(
    document_id: UUID, actor: RecordReaderDep, session: SessionDep, clock: ClockDep
) -> DocumentRecord:
    """Read a record of your organisation, withdrawn ones included."""
    return shown(await service.get(session, actor, document_id), actor, clock)


@router.patch("/{document_id}", responses=STATE)
async def change_document(  # noqa: PLR0913 - dependencies
    document_id: UUID,
    patch: DocumentPatch,
    actor: RecordWriterDep,
    session: SessionDep,
    trail: TrailDep,
    clock: ClockDep,
) -> DocumentRecord:
    """Replace fields of a record; null empties one. Number, type, State and reason stay: withdraw and enter anew."""
    return shown(await service.change(session, trail, actor, document_id, patch), actor, clock)


@router.post("/{document_id}/withdrawal", responses=STATE)
async def withdraw_document(  # noqa: PLR0913 - dependencies
    document_id: UUID,
    withdrawal: DocumentWithdrawal,
    actor: RecordWriterDep,
    session: SessionDep,
    trail: TrailDep,
    clock: ClockDep,
) -> DocumentRecord:
    """End a record, because the document was found or the report was wrong: from this answer on it never matches."""
    return shown(await service.withdraw(session, trail, actor, document_id, withdrawal.reason), actor, clock)
