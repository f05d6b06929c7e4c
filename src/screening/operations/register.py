"""What screenings and grants ask about operations: remembered for less than a second, judged against the clock."""

import asyncio
import time
from datetime import datetime

from screening.access.actors import Actor
from screening.access.gate import TakingPart
from screening.access.vocabulary import Purpose
from screening.db.database import UNREACHABLE, Pool
from screening.operations import lifecycle
from screening.operations.lifecycle import Operation, Refusal
from screening.operations.vocabulary import Kind, State
from screening.problems import Kind as ProblemKind
from screening.problems import Problem, unavailable

REMEMBER_SECONDS = 0.5
"""As long as a key is remembered: closing an operation ends every search under it within a second."""

REMEMBER_OPERATIONS = 1_000

FIND = """
SELECT code, kind, state, prepares_at, begins_at, ends_at, posts, organisations FROM operations WHERE code = $1
"""

IN_WORDS = {
    Refusal.NOT_OPEN: "The operation is planned and not open yet.",
    Refusal.NOT_BEGUN: "The operation has not begun yet.",
    Refusal.OVER: "The operation is over; its coordinator may extend it.",
    Refusal.CLOSED: "The operation is closed.",
    Refusal.NOT_TAKING_PART: "This post, or organisation, takes part in no operation of this code.",
}


class Register:
    """The operations as one process knows them."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._remembered: dict[str, tuple[float, Operation | None]] = {}

    async def exists(self, code: str) -> bool:
        """Tell whether there is an operation of this code."""
        return await self._find(code) is not None

    async def take_part(self, code: str, actor: Actor, purpose: Purpose, at: datetime) -> TakingPart:
        """Admit a client to an operation; answers 403 when it is not open, or not with this client."""
        operation = await self._find(code)
        if operation is None:
            raise _refused(Refusal.NOT_TAKING_PART)
        reason = lifecycle.refusal(operation, actor.organisation_id, actor.post_id, purpose, at)
        if reason is not None:
            raise _refused(reason)
        return TakingPart(exercise=operation.kind is Kind.EXERCISE)

    async def _find(self, code: str) -> Operation | None:
        found_at, operation = self._remembered.get(code, (0.0, None))
        if time.monotonic() - found_at < REMEMBER_SECONDS:
            return operation
        asked_at = time.monotonic()
        operation = await self._ask(code)
        if len(self._remembered) >= REMEMBER_OPERATIONS:
            self._remembered.clear()
        self._remembered[code] = (asked_at, operation)
        return operation

    async def _ask(self, code: str) -> Operation | None:
        try:
            async with asyncio.timeout(2):
                row = await self._pool.fetchrow(FIND, code)
        except UNREACHABLE:
            raise unavailable("The operation could not be checked. Send it again.") from None
        if row is None:
            return None
        return Operation(
            code=row["code"],
            kind=Kind(row["kind"]),
            state=State(row["state"]),
            prepares_at=row["prepares_at"],
            begins_at=row["begins_at"],
            ends_at=row["ends_at"],
            posts=frozenset(row["posts"]),
            organisations=frozenset(row["organisations"]),
        )


def _refused(reason: Refusal) -> Problem:
    return Problem(ProblemKind.FORBIDDEN, IN_WORDS[reason], reason=f"operation:{reason}")
