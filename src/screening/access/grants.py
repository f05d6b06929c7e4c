"""Whether a search is allowed: the grants that a client holds, judged against the clock. Pure.

Nothing needs to run for access to end: a grant is judged each time that it is used. Standing access is a grant like
any other, only without an end.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from screening.access.vocabulary import Purpose, Source

EVERY_SOURCE = frozenset(Source)


@dataclass(frozen=True, slots=True)
class Grant:
    """Access that a bureau opened; None stands for every source, every purpose, no end, no limit."""

    id: UUID
    country: str | None
    """The State whose bureau opened it. Whoever uses it sees nothing that is hidden from that State."""
    posts: frozenset[UUID]
    clients: frozenset[UUID]
    sources: frozenset[Source] | None
    purposes: frozenset[Purpose] | None
    operation: str | None
    """The code of the operation under which alone it may be used."""
    begins_at: datetime
    ends_at: datetime | None
    approved: bool
    revoked: bool
    searches_an_hour: int | None


@dataclass(frozen=True, slots=True)
class Search:
    """What a client is about to do."""

    client_id: UUID
    post_id: UUID | None
    sources: frozenset[Source]
    """The sources that know of what was submitted."""
    purpose: Purpose
    operation: str | None


class Refusal(StrEnum):
    """Why a search is not allowed; the later ones came closer to being allowed."""

    NO_GRANT = "no_grant"
    OTHER_OPERATION = "other_operation"
    NOT_APPROVED = "not_approved"
    REVOKED = "revoked"
    NOT_BEGUN = "not_begun"
    ENDED = "ended"
    PURPOSE = "purpose"
    SOURCE = "source"


@dataclass(frozen=True, slots=True)
class Allowed:
    """The grant that allows a search, and the sources that it opens."""

    grant: Grant
    sources: frozenset[Source]


@dataclass(frozen=True, slots=True)
class Refused:
    """Why no grant allows it."""

    reason: Refusal


def judge(grants: Iterable[Grant], search: Search, now: datetime) -> Allowed | Refused:
    """Find the grant that allows a search at a moment, or say what the nearest one lacks.

    Of several, the one counts that opens most of the sources wanted, then the one of the operation named.
    """
    verdicts = [_judge(grant, search, now) for grant in grants]
    allowed = [verdict for verdict in verdicts if isinstance(verdict, Allowed)]
    if allowed:
        return max(allowed, key=lambda each: (len(each.sources & search.sources), each.grant.operation is not None))
    reasons = [verdict.reason for verdict in verdicts if isinstance(verdict, Refused)]
    return Refused(max(reasons, key=list(Refusal).index, default=Refusal.NO_GRANT))


def _judge(grant: Grant, search: Search, now: datetime) -> Allowed | Refused:
    lacking = next((reason for reason, lacks in LACKS.items() if lacks(grant, search, now)), None)
    if lacking is not None:
        return Refused(lacking)
    return Allowed(grant, EVERY_SOURCE if grant.sources is None else grant.sources)


def _is_not_held(grant: Grant, search: Search, _: datetime) -> bool:
    return search.post_id not in grant.posts and search.client_id not in grant.clients


def _is_for_another(grant: Grant, search: Search, _: datetime) -> bool:
    return grant.operation is not None and grant.operation != search.operation


def _has_ended(grant: Grant, _: Search, now: datetime) -> bool:
    return grant.ends_at is not None and now >= grant.ends_at


def _is_for_other_purposes(grant: Grant, search: Search, _: datetime) -> bool:
    return grant.purposes is not None and search.purpose not in grant.purposes


def _opens_nothing(grant: Grant, search: Search, _: datetime) -> bool:
    return grant.sources is not None and bool(search.sources) and search.sources.isdisjoint(grant.sources)


LACKS: dict[Refusal, Callable[[Grant, Search, datetime], bool]] = {
    Refusal.NO_GRANT: _is_not_held,
    Refusal.OTHER_OPERATION: _is_for_another,
    Refusal.NOT_APPROVED: lambda grant, _, __: not grant.approved,
    Refusal.REVOKED: lambda grant, _, __: grant.revoked,
    Refusal.NOT_BEGUN: lambda grant, _, now: now < grant.begins_at,
    Refusal.ENDED: _has_ended,
    Refusal.PURPOSE: _is_for_other_purposes,
    Refusal.SOURCE: _opens_nothing,
}
"""What each refusal means, in the order in which it is asked: this is on the way of every search."""
