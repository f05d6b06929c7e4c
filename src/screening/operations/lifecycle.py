"""The states of an operation, and who may search under it at a moment. Pure.

An operation is over when its end has passed, whatever its state says: nothing needs to run for it to end.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from screening.access.vocabulary import Purpose
from screening.operations.vocabulary import Kind, State, Verb


@dataclass(frozen=True, slots=True)
class Operation:
    """What decides about an operation."""

    code: str
    kind: Kind
    state: State
    prepares_at: datetime | None
    """From when on those who shall work at a major event are screened in advance."""
    begins_at: datetime
    ends_at: datetime
    posts: frozenset[UUID]
    organisations: frozenset[UUID]


class Refusal(StrEnum):
    """Why a client does not search under an operation."""

    NOT_OPEN = "not_open"
    NOT_BEGUN = "not_begun"
    OVER = "over"
    CLOSED = "closed"
    NOT_TAKING_PART = "not_taking_part"


AFTER: dict[tuple[State, Verb], State] = {
    (State.PLANNED, Verb.OPEN): State.OPEN,
    (State.PLANNED, Verb.CHANGE): State.PLANNED,
    (State.PLANNED, Verb.CLOSE): State.CLOSED,
    (State.OPEN, Verb.CHANGE): State.OPEN,
    (State.OPEN, Verb.EXTEND): State.EXTENDED,
    (State.OPEN, Verb.CRISIS): State.EXTENDED,
    (State.OPEN, Verb.CLOSE): State.CLOSED,
    (State.EXTENDED, Verb.CHANGE): State.EXTENDED,
    (State.EXTENDED, Verb.EXTEND): State.EXTENDED,
    (State.EXTENDED, Verb.CRISIS): State.EXTENDED,
    (State.EXTENDED, Verb.CLOSE): State.CLOSED,
}
"""Every step that there is; closed is the end."""


def after(kind: Kind, state: State, verb: Verb) -> State | None:
    """Give the state that a step leads to; None where there is no such step."""
    if verb is Verb.CRISIS and kind is not Kind.MAJOR_EVENT:
        return None
    return AFTER.get((state, verb))


def refusal(
    operation: Operation, organisation_id: UUID, post_id: UUID | None, purpose: Purpose, now: datetime
) -> Refusal | None:
    """Say why a client may not search under an operation now; None when it may.

    A client at a post takes part if the post does; one without a post if its organisation does, and so does whoever
    screens in advance, which is no post's work.
    """
    by_post = post_id is not None and purpose is not Purpose.ACCREDITATION
    takes_part = post_id in operation.posts if by_post else organisation_id in operation.organisations
    if not takes_part:
        return Refusal.NOT_TAKING_PART
    if operation.state is State.CLOSED:
        return Refusal.CLOSED
    if now >= operation.ends_at:
        return Refusal.OVER
    if purpose is Purpose.ACCREDITATION and operation.prepares_at is not None:
        return None if now >= operation.prepares_at else Refusal.NOT_BEGUN
    if operation.state is State.PLANNED:
        return Refusal.NOT_OPEN
    return Refusal.NOT_BEGUN if now < operation.begins_at else None
