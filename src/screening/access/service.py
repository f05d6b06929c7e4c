"""Making organisations, posts and keys, and revoking keys. Each change writes its entry in the same transaction."""

from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from screening import problems
from screening.access import granting, permissions, queries, secrets
from screening.access.actors import Actor
from screening.access.models import Key, Organisation, Post
from screening.access.permissions import Role
from screening.access.schemas import KeyIn, OrganisationIn, OrganisationKind, PostIn
from screening.audit.entries import EntryKind, Json
from screening.audit.trail import Trail
from screening.db.metadata import new_id
from screening.problems import Kind, Problem


async def create_organisation(session: AsyncSession, trail: Trail, wanted: OrganisationIn) -> Organisation:
    """Make an organisation; 409 when its name is taken, 422 for a bureau without a State."""
    if wanted.kind is OrganisationKind.BUREAU and wanted.country is None:
        raise problems.invalid([problems.FieldError(where="body.country", message="A bureau speaks for a State")])
    organisation = Organisation(id=new_id(), created_at=trail.clock(), **wanted.model_dump())
    await _add(session, organisation, "An organisation of this name is there already.")
    await _log(session, trail, f"organisation:{organisation.id}", {"operation": "created"})
    return organisation


async def create_post(session: AsyncSession, trail: Trail, actor: Actor | None, wanted: PostIn) -> Post:
    """Make a post of the actor's organisation; 409 when its code is taken. None acts for the command line."""
    organisation_id = await _organisation(session, actor, wanted.organisation_id)
    post = Post(
        id=new_id(),
        created_at=trail.clock(),
        organisation_id=organisation_id,
        **wanted.model_dump(exclude={"organisation_id"}),
    )
    await _add(session, post, "Your organisation has a post of this code already.")
    await _log(session, trail, f"post:{post.id}", {"operation": "created"})
    await granting.stand_at_post(session, trail, actor, post)
    return post


async def create_key(session: AsyncSession, trail: Trail, actor: Actor | None, wanted: KeyIn) -> tuple[Key, str]:
    """Make a key, and give it with its text, which is kept nowhere. None acts for the command line."""
    organisation_id = await _organisation(session, actor, wanted.organisation_id)
    if actor is not None and not permissions.may_grant(actor.role, wanted.role):
        raise Problem(Kind.FORBIDDEN, f"A {actor.role} key may not make a {wanted.role} key.", reason="role:grant")
    await _check_post(session, organisation_id, wanted)
    _check_expiry(actor, wanted)
    minted = secrets.mint()
    key = Key(
        id=new_id(),
        organisation_id=organisation_id,
        post_id=wanted.post_id,
        name=wanted.name,
        role=wanted.role,
        hint=minted.hint,
        digest=minted.digest,
        created_at=trail.clock(),
        expires_at=wanted.expires_at,
    )
    await _add(session, key, "This key is there already.")
    await _log(session, trail, f"key:{key.id}", {"operation": "created", "role": wanted.role})
    await granting.stand_as_client(session, trail, actor, key)
    return key, minted.text


async def revoke_key(session: AsyncSession, trail: Trail, actor: Actor | None, key_id: UUID) -> Key:
    """Revoke a key for good; every process refuses it within a second. Again is the same as once."""
    key = await session.get(Key, key_id, with_for_update=True)
    if key is None or not _reaches(actor, key.organisation_id):
        raise problems.not_found("key")
    if key.revoked_at is None:
        key.revoked_at = trail.clock()
        await _log(session, trail, f"key:{key.id}", {"operation": "revoked"})
    return key


async def assign_auditor(
    session: AsyncSession, trail: Trail, key_id: UUID, organisation_ids: frozenset[UUID]
) -> frozenset[UUID]:
    """Say whose entries an auditor's key reads, from its next request on; none means its own organisation's."""
    key = await session.get(Key, key_id, with_for_update=True)
    if key is None or key.role != Role.AUDITOR:
        raise problems.not_found("auditor's key")
    try:
        await queries.replace_audited(session, key_id, organisation_ids)
    except IntegrityError:
        raise problems.not_found("organisation") from None
    await _log(session, trail, f"key:{key_id}", {"audits": sorted(map(str, organisation_ids)), "operation": "assigned"})
    return organisation_ids


async def get_audited(session: AsyncSession, actor: Actor) -> frozenset[UUID] | None:
    """Tell whose entries a client may read, now: those assigned to its key, else its organisation's own.

    None means all: those of the General Secretariat, unless some were assigned.
    """
    return await queries.list_audited(session, actor.id) or own_entries(actor)


def own_entries(actor: Actor) -> frozenset[UUID] | None:
    """Give the actor's own organisation; None, which means all, for the General Secretariat."""
    if actor.organisation_kind == OrganisationKind.GENERAL_SECRETARIAT:
        return None
    return frozenset({actor.organisation_id})


def visible_organisation(actor: Actor) -> UUID | None:
    """Give the organisation whose rows the actor sees; None for an administrator, who sees all."""
    return None if actor.role is Role.ADMINISTRATOR else actor.organisation_id


def _reaches(actor: Actor | None, organisation_id: UUID) -> bool:
    return actor is None or actor.role is Role.ADMINISTRATOR or actor.organisation_id == organisation_id


async def _organisation(session: AsyncSession, actor: Actor | None, wanted: UUID | None) -> UUID:
    """Decide for which organisation something is made: the actor's own, unless an administrator names another."""
    organisation_id = wanted or (actor.organisation_id if actor else None)
    if organisation_id is None or not _reaches(actor, organisation_id):
        raise problems.not_found("organisation")
    if await session.get(Organisation, organisation_id) is None:
        raise problems.not_found("organisation")
    return organisation_id


def _check_expiry(actor: Actor | None, wanted: KeyIn) -> None:
    """A key that ends makes no key that outlives it."""
    ends = actor.expires_at if actor else None
    if ends is not None and (wanted.expires_at is None or wanted.expires_at > ends):
        message = "A key made by one that expires may not outlive it"
        raise problems.invalid([problems.FieldError(where="body.expires_at", message=message)])


async def _check_post(session: AsyncSession, organisation_id: UUID, wanted: KeyIn) -> None:
    if wanted.post_id is None:
        if wanted.role is Role.FIRST_LINE:
            raise problems.invalid(
                [problems.FieldError(where="body.post_id", message="A first-line key stands at a post")]
            )
        return
    post = await session.get(Post, wanted.post_id)
    if post is None or post.organisation_id != organisation_id:
        raise problems.not_found("post")


async def _add(session: AsyncSession, row: Organisation | Post | Key, taken: str) -> None:
    session.add(row)
    try:
        await session.flush()
    except IntegrityError:
        raise Problem(Kind.CONFLICT, taken) from None


async def _log(session: AsyncSession, trail: Trail, subject: str, outcome: Json) -> None:
    await trail.append_within(session, trail.draft(EntryKind.ACCESS, subject, outcome))
