"""HTTP routes of organisations, posts and keys."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from screening import problems
from screening.access import queries, service
from screening.access.dependencies import AccessReaderDep, AuditorAssignerDep, KeyWriterDep, OrganisationWriterDep
from screening.access.models import Key, Organisation, Post
from screening.access.schemas import (
    Audited,
    AuditedIn,
    KeyIn,
    KeyPage,
    NewKey,
    OrganisationIn,
    OrganisationPage,
    PostIn,
    PostPage,
)
from screening.access.schemas import (
    Key as KeyOut,
)
from screening.access.schemas import (
    Organisation as OrganisationOut,
)
from screening.access.schemas import (
    Post as PostOut,
)
from screening.audit.routing import AuditedRoute
from screening.audit.trail import TrailDep
from screening.db.database import SessionDep
from screening.problems import Kind, responses

router = APIRouter(
    prefix="/v1",
    tags=["access"],
    route_class=AuditedRoute,
    responses=problems.EVERYWHERE,
)

Limit = Annotated[int, Query(ge=1, le=500, description="How many at most.")]
After = Annotated[UUID | None, Query(description="The `next` of the page before.")]


@router.get("/organisations")
async def list_organisations(
    actor: AccessReaderDep, session: SessionDep, limit: Limit = 100, after: After = None
) -> OrganisationPage:
    """List organisations: all for an administrator, their own for others."""
    within = service.visible_organisation(actor)
    rows = await queries.list_rows(session, Organisation, within=within, after=after, limit=limit)
    return OrganisationPage(
        items=[OrganisationOut.model_validate(row) for row in rows], next=rows[-1].id if len(rows) == limit else None
    )


@router.post("/organisations", status_code=201, responses=responses(Kind.CONFLICT))
async def create_organisation(
    wanted: OrganisationIn, _actor: OrganisationWriterDep, session: SessionDep, trail: TrailDep
) -> OrganisationOut:
    """Make an organisation."""
    return OrganisationOut.model_validate(await service.create_organisation(session, trail, wanted))


@router.get("/posts")
async def list_posts(actor: AccessReaderDep, session: SessionDep, limit: Limit = 100, after: After = None) -> PostPage:
    """List posts: all for an administrator, those of their organisation for others."""
    within = service.visible_organisation(actor)
    rows = await queries.list_rows(session, Post, within=within, after=after, limit=limit)
    return PostPage(
        items=[PostOut.model_validate(row) for row in rows], next=rows[-1].id if len(rows) == limit else None
    )


@router.post("/posts", status_code=201, responses=responses(Kind.NOT_FOUND, Kind.CONFLICT))
async def create_post(wanted: PostIn, actor: KeyWriterDep, session: SessionDep, trail: TrailDep) -> PostOut:
    """Make a post of your organisation."""
    return PostOut.model_validate(await service.create_post(session, trail, actor, wanted))


@router.get("/keys")
async def list_keys(actor: AccessReaderDep, session: SessionDep, limit: Limit = 100, after: After = None) -> KeyPage:
    """List keys, without their secrets: all for an administrator, those of their organisation for others."""
    within = service.visible_organisation(actor)
    rows = await queries.list_rows(session, Key, within=within, after=after, limit=limit)
    return KeyPage(items=[KeyOut.model_validate(row) for row in rows], next=rows[-1].id if len(rows) == limit else None)


@router.post("/keys", status_code=201, responses=responses(Kind.NOT_FOUND))
async def create_key(wanted: KeyIn, actor: KeyWriterDep, session: SessionDep, trail: TrailDep) -> NewKey:
    """Make a key. Its secret is in this answer and nowhere else."""
    key, secret = await service.create_key(session, trail, actor, wanted)
    return NewKey(**KeyOut.model_validate(key).model_dump(), secret=secret)


@router.post("/keys/{key_id}/revocation", responses=responses(Kind.NOT_FOUND))
async def revoke_key(key_id: UUID, actor: KeyWriterDep, session: SessionDep, trail: TrailDep) -> KeyOut:
    """Revoke a key for good. It is refused everywhere within a second."""
    return KeyOut.model_validate(await service.revoke_key(session, trail, actor, key_id))


@router.get("/keys/{key_id}/audited-organisations")
async def list_audited(key_id: UUID, _actor: AuditorAssignerDep, session: SessionDep) -> Audited:
    """List the organisations that were assigned to an auditor's key."""
    return Audited(key_id=key_id, organisation_ids=sorted(await queries.list_audited(session, key_id)))


@router.put("/keys/{key_id}/audited-organisations", responses=responses(Kind.NOT_FOUND))
async def assign_auditor(
    key_id: UUID, wanted: AuditedIn, _actor: AuditorAssignerDep, session: SessionDep, trail: TrailDep
) -> Audited:
    """Say whose entries an auditor's key reads. It counts from the next request on."""
    assigned = await service.assign_auditor(session, trail, key_id, frozenset(wanted.organisation_ids))
    return Audited(key_id=key_id, organisation_ids=sorted(assigned))
