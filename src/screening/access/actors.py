"""Who makes a request, and with which access: found by the key, remembered for less than a second so that revoking
a key or a grant takes effect at once.
"""

import asyncio
import json
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from screening.access import permissions
from screening.access.grants import Grant
from screening.access.permissions import Permission, Role
from screening.access.schemas import OrganisationKind
from screening.access.vocabulary import Purpose, Source
from screening.audit.entries import Party
from screening.db.database import UNREACHABLE, Pool
from screening.problems import Problem, unavailable

REMEMBER_SECONDS = 0.5
"""How long a key found good is believed without asking again: revocation must take effect within a second."""

REMEMBER_KEYS = 10_000

# Of a grant that is long over nothing is read: the refusal then says that there is none.
ACTORS = """
SELECT k.id, k.organisation_id, k.post_id, k.role, k.expires_at, o.country, o.kind, (
    SELECT json_agg(json_build_object(
        'id', g.id, 'country', b.country, 'posts', g.posts, 'clients', g.clients, 'sources', g.sources,
        'purposes', g.purposes, 'operation', g.operation, 'begins_at', g.begins_at, 'ends_at', g.ends_at,
        'approved', g.approved_at IS NOT NULL, 'revoked', g.revoked_at IS NOT NULL,
        'searches_an_hour', g.searches_an_hour
    ))
    FROM grants g JOIN organisations b ON b.id = g.organisation_id
    WHERE (g.posts @> ARRAY[k.post_id] OR g.clients @> ARRAY[k.id])
      AND coalesce(least(g.ends_at, g.revoked_at) > now() - interval '90 days', true)
) AS grants
FROM keys k JOIN organisations o ON o.id = k.organisation_id
WHERE k.revoked_at IS NULL AND
"""
FIND = f"{ACTORS} k.digest = $1"
FIND_CLIENT = f"{ACTORS} k.id = $1"


@dataclass(frozen=True, slots=True)
class Owner:
    """In whose name records are written: an organisation, and the State that it speaks for, if any."""

    organisation_id: UUID
    country: str | None
    kind: OrganisationKind = OrganisationKind.BUREAU

    @classmethod
    def of(cls, organisation_id: UUID, kind: str, country: str | None) -> Self:
        """Say for whom an organisation writes: a partner has a seat in a State, but does not speak for it."""
        speaks_for = None if kind == OrganisationKind.PARTNER else country
        return cls(organisation_id, speaks_for, OrganisationKind(kind))


@dataclass(frozen=True, slots=True)
class Actor:
    """The client behind a key, and what it stands for."""

    id: UUID
    organisation_id: UUID
    organisation_kind: str
    country: str | None
    role: Role
    post_id: UUID | None
    expires_at: datetime | None
    grants: tuple[Grant, ...] = ()
    """The grants that it or its post holds, whatever their state: whether one allows a search is judged then."""

    def may(self, permission: Permission) -> bool:
        """Tell whether this client's role allows something."""
        return permissions.allows(self.role, permission)

    @property
    def owner(self) -> Owner:
        """In whose name this client writes records."""
        return Owner.of(self.organisation_id, self.organisation_kind, self.country)

    @property
    def party(self) -> Party:
        """The form in which the log names this client."""
        return Party(
            organisation_id=self.organisation_id,
            client_id=self.id,
            role=self.role,
            post_id=self.post_id,
            country=self.country,
        )


class Directory:
    """Finds actors by their keys' digests."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._remembered: dict[bytes, tuple[float, Actor | None]] = {}

    async def find(self, digest: bytes) -> Actor | None:
        """Find the client of a key that is not revoked; answers 503 when the database cannot say."""
        found_at, actor = self._remembered.get(digest, (0.0, None))
        if time.monotonic() - found_at < REMEMBER_SECONDS:
            return actor
        asked_at = time.monotonic()
        actor = await self._ask(FIND, digest)
        if len(self._remembered) >= REMEMBER_KEYS:
            self._remembered.clear()
        self._remembered[digest] = (asked_at, actor)
        return actor

    async def find_client(self, client_id: UUID) -> Actor | None:
        """Find a client whose key is not revoked by its id, for work that goes on after its request."""
        return await self._ask(FIND_CLIENT, client_id)

    async def _ask(self, query: str, argument: bytes | UUID) -> Actor | None:
        try:
            async with asyncio.timeout(2):
                row = await self._pool.fetchrow(query, argument)
        except UNREACHABLE:
            raise _unknown() from None
        if row is None:
            return None
        return Actor(
            id=row["id"],
            organisation_id=row["organisation_id"],
            organisation_kind=row["kind"],
            country=row["country"],
            role=Role(row["role"]),
            post_id=row["post_id"],
            expires_at=row["expires_at"],
            grants=tuple(map(_grant, json.loads(row["grants"] or "[]"))),
        )


def _grant(row: dict[str, Any]) -> Grant:
    return Grant(
        id=UUID(row["id"]),
        country=row["country"],
        posts=frozenset(map(UUID, row["posts"])),
        clients=frozenset(map(UUID, row["clients"])),
        sources=None if row["sources"] is None else frozenset(map(Source, row["sources"])),
        purposes=None if row["purposes"] is None else frozenset(map(Purpose, row["purposes"])),
        operation=row["operation"],
        begins_at=datetime.fromisoformat(row["begins_at"]),
        ends_at=None if row["ends_at"] is None else datetime.fromisoformat(row["ends_at"]),
        approved=row["approved"],
        revoked=row["revoked"],
        searches_an_hour=row["searches_an_hour"],
    )


def _unknown() -> Problem:
    return unavailable("The key could not be checked because the database does not answer. Send it again.")
