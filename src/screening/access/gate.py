"""The one door to searching: purpose, operation, grant and limit, judged for each search against the clock.

A refusal is a problem with a word for the audit log, which AuditedRoute writes before the answer leaves.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Protocol, assert_never, cast

from fastapi import Depends, Request

from screening.access import grants, permissions, permits
from screening.access.actors import Actor
from screening.access.grants import Allowed, Grant, Refusal, Refused, Search
from screening.access.permits import Permits
from screening.access.vocabulary import Purpose, Source
from screening.problems import Kind, Problem


@dataclass(frozen=True, slots=True)
class TakingPart:
    """How a client takes part in an operation."""

    exercise: bool


class Operations(Protocol):
    """What is known of operations here; the room above answers."""

    async def exists(self, code: str) -> bool:
        """Tell whether there is an operation of this code."""

    async def take_part(self, code: str, actor: Actor, purpose: Purpose, at: datetime) -> TakingPart:
        """Admit a client to an operation; answers 403 when it is not open, or not with this client."""


@dataclass(frozen=True, slots=True)
class Admission:
    """What a search may do, and by which grant."""

    grant: Grant
    sources: frozenset[Source]
    viewers: tuple[str, ...]
    """The States that look: a record that is hidden from one of them is not found."""
    operation: str | None
    exercise: bool


IN_WORDS = {
    Refusal.NO_GRANT: "No grant covers this client or its post: the bureau of the State where it stands opens one.",
    Refusal.OTHER_OPERATION: "The access is for an operation: name it in `operation`.",
    Refusal.NOT_APPROVED: "The access waits for the approval of a second person of the bureau that opened it.",
    Refusal.REVOKED: "The access was revoked.",
    Refusal.NOT_BEGUN: "The access has not begun yet.",
    Refusal.ENDED: "The access has ended; the bureau that opened it may extend it.",
    Refusal.PURPOSE: "The access is not for this purpose.",
    Refusal.SOURCE: "The access opens none of the sources that know of what was submitted.",
}


class Gate:
    """Admits searches of one process."""

    def __init__(self, permits: Permits, operations: Operations) -> None:
        self._permits = permits
        self.operations = operations

    async def admit(
        self, actor: Actor, sources: frozenset[Source], purpose: Purpose, operation: str | None, at: datetime
    ) -> Admission:
        """Say what a search may do; answers 403 when it is not allowed."""
        if not permissions.allows_purpose(actor.role, purpose):
            detail = f"The role {actor.role} does not search for the purpose {purpose}."
            raise Problem(Kind.FORBIDDEN, detail, reason=f"role:{purpose}")
        part = await self.operations.take_part(operation, actor, purpose, at) if operation else None
        search = Search(actor.id, actor.post_id, sources, purpose, operation)
        match grants.judge(actor.grants, search, at):
            case Refused(reason):
                raise Problem(Kind.FORBIDDEN, IN_WORDS[reason], reason=f"grant:{reason}")
            case Allowed(grant, opened):
                return Admission(grant, opened, _viewers(actor, grant), operation, part is not None and part.exercise)
            case verdict:
                assert_never(verdict)

    async def count(self, admission: Admission, at: datetime) -> None:
        """Count a search against the limit of its grant; answers 429 when that is spent for this hour."""
        limit = admission.grant.searches_an_hour
        if limit is None or await self._permits.take(admission.grant.id, limit, at):
            return
        wait = permits.seconds_to_next(at)
        detail = f"The grant allows {limit} searches an hour, and they are spent. It counts anew in {wait} seconds."
        raise Problem(Kind.TOO_FAST, detail, reason="grant:limit", headers={"Retry-After": str(wait)})


def _viewers(actor: Actor, grant: Grant) -> tuple[str, ...]:
    """Name the States that look: a grant shows nothing that its own bureau may not see."""
    return tuple(sorted({state for state in (actor.country, grant.country) if state}))


async def get_gate(request: Request) -> Gate:
    """Give a route the gate of its application."""
    return cast("Gate", request.app.state.gate)


GateDep = Annotated[Gate, Depends(get_gate)]
