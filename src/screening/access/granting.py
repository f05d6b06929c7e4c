"""Opening, approving, extending and revoking grants. Each change writes its entry in the same transaction.

A bureau opens access in its own State alone (RPD art. 21), and no client approves what it asked for itself.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from screening import problems
from screening.access import permissions, queries
from screening.access.actors import Actor
from screening.access.gate import Operations
from screening.access.grant_schemas import Extension, GrantIn, GrantState
from screening.access.models import Grant, Key, Organisation, Post
from screening.access.permissions import Permission, Role
from screening.access.schemas import OrganisationKind
from screening.audit.entries import EntryKind, Json
from screening.audit.trail import Trail
from screening.clock import Clock
from screening.db.metadata import new_id
from screening.problems import FieldError, Kind, Problem


async def open_grant(
    session: AsyncSession, trail: Trail, actor: Actor, wanted: GrantIn, operations: Operations
) -> Grant:
    """Propose access; it opens once a second person approves it. Answers 422 for holders beyond the actor's State."""
    country = _state_of(actor)
    at = trail.clock()
    if wanted.ends_at is not None and wanted.ends_at <= at:
        raise problems.invalid([FieldError(where="body.ends_at", message="This has passed already")])
    if wanted.operation is not None and not await operations.exists(wanted.operation):
        raise problems.invalid([FieldError(where="body.operation", message="There is no such operation")])
    grant = Grant(
        id=new_id(),
        organisation_id=actor.organisation_id,
        posts=await _posts(session, country, wanted.posts),
        clients=await _clients(session, country, wanted.clients),
        sources=list(dict.fromkeys(wanted.sources)),
        purposes=list(dict.fromkeys(wanted.purposes)),
        operation=wanted.operation,
        begins_at=wanted.begins_at or at,
        ends_at=wanted.ends_at,
        searches_an_hour=wanted.searches_an_hour,
        version=1,
        opened_at=at,
        opened_by=actor.id,
    )
    await _add(session, trail, grant, "opened")
    return grant


async def get_grant(session: AsyncSession, actor: Actor, grant_id: UUID) -> Grant:
    """Give a grant to the bureau that opened it, or to an administrator; 404 to others."""
    return _visible(await session.get(Grant, grant_id), actor)


async def approve(session: AsyncSession, trail: Trail, actor: Actor, grant_id: UUID, version: int) -> Grant:
    """Put a grant, or the extension that was asked for, into force; answers 403 to the client that asked."""
    grant = await _lock_standing(session, trail.clock, actor, grant_id)
    if grant.version != version:
        raise Problem(Kind.CONFLICT, "The grant changed since you read it: look at it again.", reason="version")
    asked_by = grant.extension_by if grant.approved_at else grant.opened_by
    if grant.approved_at and not grant.extension_until:
        raise Problem(Kind.CONFLICT, "Nothing of this grant waits for approval.", reason="approved")
    if asked_by == actor.id:
        raise Problem(Kind.FORBIDDEN, "Whoever asks for access does not approve it.", reason="grant:same_person")
    if grant.approved_at:
        grant.ends_at, grant.extension_until, grant.extension_by = grant.extension_until, None, None
    else:
        grant.approved_at, grant.approved_by = trail.clock(), actor.id
    await _change(session, trail, grant, "approved")
    return grant


async def extend(session: AsyncSession, trail: Trail, actor: Actor, grant_id: UUID, wanted: Extension) -> Grant:
    """Ask for a later end; it counts once a second person approves it. A grant that ended can be extended too."""
    grant = _lockable(await session.get(Grant, grant_id, with_for_update=True), actor)
    if grant.approved_at is None or grant.ends_at is None:
        detail = "Only an approved grant that has an end is extended."
        raise Problem(Kind.CONFLICT, detail, reason="not_extendable")
    if wanted.ends_at <= max(grant.ends_at, trail.clock()):
        raise problems.invalid([FieldError(where="body.ends_at", message="Lies no later than the present end, or now")])
    grant.extension_until, grant.extension_by, grant.extension_reason = wanted.ends_at, actor.id, wanted.reason
    await _change(session, trail, grant, "extension_asked", {"reason": wanted.reason})
    return grant


async def revoke(session: AsyncSession, trail: Trail, actor: Actor, grant_id: UUID, reason: str) -> Grant:
    """End a grant for good; every process refuses it within a second."""
    grant = _lockable(await session.get(Grant, grant_id, with_for_update=True), actor)
    grant.revoked_at, grant.revocation_reason = trail.clock(), reason
    await _change(session, trail, grant, "revoked", {"reason": reason})
    return grant


def state_of(grant: Grant, clock: Clock) -> GrantState:
    """Tell what a grant is good for now."""
    at = clock()
    if grant.revoked_at is not None:
        return GrantState.REVOKED
    if grant.ends_at is not None and at >= grant.ends_at:
        return GrantState.ENDED
    if grant.approved_at is None:
        return GrantState.PROPOSED
    return GrantState.PENDING if at < grant.begins_at else GrantState.ACTIVE


async def stand_at_post(session: AsyncSession, trail: Trail, actor: Actor | None, post: Post) -> None:
    """Give a new post standing access, if it is its own bureau's and stands in that one's State."""
    owner = await session.get_one(Organisation, post.organisation_id)
    if owner.kind == OrganisationKind.BUREAU and owner.country == post.country:
        grant = _standing(owner, actor, trail.clock())
        grant.posts = [post.id]
        await _add(session, trail, grant, "standing")


async def stand_as_client(session: AsyncSession, trail: Trail, actor: Actor | None, key: Key) -> None:
    """Give a new client without a post standing access, if it is to screen for a bureau or the General Secretariat."""
    owner = await session.get_one(Organisation, key.organisation_id)
    screens = permissions.allows(Role(key.role), Permission.SCREEN) and owner.kind != OrganisationKind.PARTNER
    if screens and key.post_id is None:
        grant = _standing(owner, actor, trail.clock())
        grant.clients = [key.id]
        await _add(session, trail, grant, "standing")


def _standing(owner: Organisation, actor: Actor | None, at: datetime) -> Grant:
    return Grant(
        id=new_id(),
        organisation_id=owner.id,
        posts=[],
        clients=[],
        begins_at=at,
        version=1,
        opened_at=at,
        opened_by=actor.id if actor else None,
        approved_at=at,
    )


async def _add(session: AsyncSession, trail: Trail, grant: Grant, operation: str) -> None:
    session.add(grant)
    await session.flush()
    await _log(session, trail, grant, operation)


def _state_of(actor: Actor) -> str:
    if actor.organisation_kind != OrganisationKind.BUREAU or actor.country is None:
        detail = "Only the bureau of a State opens access, and only in that State."
        raise Problem(Kind.FORBIDDEN, detail, reason="grant:not_a_bureau")
    return actor.country


async def _posts(session: AsyncSession, country: str, codes: Sequence[str]) -> list[UUID]:
    found = await queries.find_posts(session, [country], codes)
    broken = [
        FieldError(where=f"body.posts.{place}", message="Names no post, or more than one, that stands in your State")
        for place, code in enumerate(codes)
        if len(found.get(code, ())) != 1
    ]
    if broken:
        raise problems.invalid(broken)
    return [found[code][0].id for code in dict.fromkeys(codes)]


async def _clients(session: AsyncSession, country: str, ids: Sequence[UUID]) -> list[UUID]:
    found = await queries.find_clients(session, country, ids)
    broken = [
        FieldError(where=f"body.clients.{place}", message="Is no client that stands in your State")
        for place, client_id in enumerate(ids)
        if client_id not in found
    ]
    if broken:
        raise problems.invalid(broken)
    return list(dict.fromkeys(ids))


def _visible(grant: Grant | None, actor: Actor) -> Grant:
    if grant is None or (actor.role is not Role.ADMINISTRATOR and grant.organisation_id != actor.organisation_id):
        raise problems.not_found("grant")
    return grant


def _lockable(grant: Grant | None, actor: Actor) -> Grant:
    grant = _visible(grant, actor)
    if grant.revoked_at is not None:
        raise Problem(Kind.CONFLICT, "The grant was revoked and stays so: open another one.", reason="revoked")
    return grant


async def _lock_standing(session: AsyncSession, clock: Clock, actor: Actor, grant_id: UUID) -> Grant:
    """Give a grant for approval: not revoked, and not over unless an extension is what waits."""
    grant = _lockable(await session.get(Grant, grant_id, with_for_update=True), actor)
    if grant.approved_at is None and state_of(grant, clock) is GrantState.ENDED:
        raise Problem(Kind.CONFLICT, "The grant ended before it was approved: open another one.", reason="ended")
    return grant


async def _change(session: AsyncSession, trail: Trail, grant: Grant, operation: str, why: Json | None = None) -> None:
    grant.version += 1
    await _log(session, trail, grant, operation, why)


async def _log(session: AsyncSession, trail: Trail, grant: Grant, operation: str, why: Json | None = None) -> None:
    """Write the entry; a reason in free words goes into the payload, which can be erased."""
    outcome = {"operation": operation, "version": grant.version}
    draft = trail.draft(EntryKind.ACCESS, f"grant:{grant.id}", outcome, operation=grant.operation, payload=why)
    await trail.append_within(session, draft)
