"""What may happen to a case next, and who may make it happen. Pure.

A hit is a lead, never a verdict (DOMAIN.md 3.1.5): the post's bureau asks the owner of the record, the owner says
whether the record stands and means this traveller, and only then is there an outcome. What weighs on somebody takes
two persons.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import assert_never
from uuid import UUID

from screening.access.permissions import Role
from screening.hits.vocabulary import EventType, Outcome, Status


class Side(StrEnum):
    """Whose part a person takes in a case; where both are one organisation, both."""

    FINDER = "finder"
    OWNER = "owner"


class Reason(StrEnum):
    """Why something may not happen: the first three concern the person, the others the case."""

    SIDE = "side"
    ROLE = "role"
    SAME_PERSON = "same_person"
    STATUS = "status"
    NOT_DUE = "not_due"
    UNCONFIRMED = "unconfirmed"
    NO_OUTCOME = "no_outcome"
    OUTCOME = "outcome"
    REDRESS = "redress"


OF_PERSON = frozenset({Reason.SIDE, Reason.ROLE, Reason.SAME_PERSON})


class RefusedError(Exception):
    """Something may not happen to a case; `text` says what would be right."""

    def __init__(self, reason: Reason, text: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.text = text


@dataclass(frozen=True, slots=True)
class Person:
    """Who acts, as far as a second person must be another one."""

    client_id: UUID
    officer: str | None

    def is_other_than(self, other: "Person") -> bool:
        """Tell whether these are certainly two: another key, and not the same officer by name."""
        if self.client_id == other.client_id:
            return False
        return self.officer is None or other.officer is None or self.officer.casefold() != other.officer.casefold()


@dataclass(frozen=True, slots=True)
class Redress:
    """A redress that was proposed in the case and has not ended."""

    proposed_by: Person
    approved: bool


@dataclass(frozen=True, slots=True)
class Case:
    """A case as far as its rules look at it."""

    status: Status
    reported_by: Person
    """Who screened the traveller."""
    possible: bool
    """Whether the match was only possible: a name alone, a number that may be misread."""
    due_at: datetime | None = None
    answer: Status | None = None
    """What the owner said last: confirmed, not confirmed, or nothing yet."""
    outcomes: frozenset[Outcome] = frozenset()
    outcome_by: Person | None = None
    redressable: bool = False
    """Whether a redress would have a document to spare, other than the one that the record itself reports."""
    redress: Redress | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody wants to happen."""

    type: EventType
    person: Person
    role: Role
    sides: Collection[Side]
    outcomes: frozenset[Outcome] = frozenset()


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may make something happen, from where, and where it leads; nowhere else if `after` is None."""

    sides: frozenset[Side]
    roles: frozenset[Role]
    before: frozenset[Status]
    after: Status | None = None


_FINDER, _OWNER, _EITHER = frozenset({Side.FINDER}), frozenset({Side.OWNER}), frozenset(Side)
_BUREAU, _DESKS = frozenset({Role.BUREAU}), frozenset({Role.BUREAU, Role.SECOND_LINE})
OPEN = frozenset(Status) - {Status.CLOSED}
ANSWERED = frozenset({Status.CONFIRMED, Status.NOT_CONFIRMED, Status.NO_REPLY})

TWO_PERSONS = frozenset(Outcome) - {Outcome.RELEASED, Outcome.PERSON_LOCATED, Outcome.SILENT_REPORT}
"""Outcomes that a second person closes: they weigh on somebody, or clear somebody."""

DISMISSED = frozenset({Outcome.FALSE_MATCH, Outcome.RELEASED})
"""What the desk at the gate may find out itself about a match that was only possible: to ask owners about every
namesake would drown the true hits (DOMAIN.md 3.3.14)."""


def rule_of(kind: EventType) -> Rule | None:  # noqa: C901, PLR0911, PLR0912 - one case a type
    """Give the rule for a type of event; None for those that the service writes itself."""
    match kind:
        case EventType.SENT:
            return Rule(_FINDER, _DESKS, frozenset({Status.NEW}), Status.SENT)
        case EventType.CONFIRMATION_REQUESTED:
            return Rule(_FINDER, _BUREAU, frozenset({Status.SENT, Status.NO_REPLY}), Status.AWAITING_CONFIRMATION)
        case EventType.CONFIRMED:
            return Rule(_OWNER, _BUREAU, OPEN - {Status.CONFIRMED}, Status.CONFIRMED)
        case EventType.NOT_CONFIRMED:
            return Rule(_OWNER, _BUREAU, OPEN - {Status.NOT_CONFIRMED}, Status.NOT_CONFIRMED)
        case EventType.NO_REPLY:
            return Rule(_FINDER, _BUREAU, frozenset({Status.AWAITING_CONFIRMATION}), Status.NO_REPLY)
        case EventType.OUTCOME_REPORTED:
            return Rule(_FINDER, _DESKS, OPEN)
        case EventType.CLOSED:
            return Rule(_FINDER, _DESKS, OPEN, Status.CLOSED)
        case EventType.REOPENED:
            return Rule(_EITHER, _BUREAU, frozenset({Status.CLOSED}), Status.SENT)
        case EventType.ASSIGNED:
            return Rule(_EITHER, _DESKS, OPEN)
        case EventType.COMMENTED:
            return Rule(_EITHER, _DESKS, frozenset(Status))
        case EventType.REDRESS_PROPOSED:
            return Rule(_EITHER, _DESKS, frozenset({Status.NOT_CONFIRMED, Status.CLOSED}))
        case EventType.REDRESS_APPROVED:
            return Rule(_EITHER, _BUREAU, frozenset({Status.NOT_CONFIRMED, Status.CLOSED}))
        case EventType.REDRESS_ENDED:
            return Rule(_EITHER, _BUREAU, frozenset(Status))
        case EventType.OPENED | EventType.ESCALATED | EventType.RECORD_CHANGED | EventType.RECORD_WITHDRAWN:
            return None
        case _:
            assert_never(kind)


def judge(case: Case, act: Act, at: datetime) -> Status:
    """Give the status that a case has after an act; RefusedError when it may not happen."""
    rule = rule_of(act.type)
    if rule is None:
        raise RefusedError(Reason.ROLE, f"The service itself writes {act.type}.")
    if not rule.sides & set(act.sides):
        raise RefusedError(Reason.SIDE, f"Only the {' or '.join(sorted(rule.sides))}'s side may write {act.type}.")
    if act.role not in rule.roles:
        raise RefusedError(Reason.ROLE, f"{act.type} is for the role {' or '.join(sorted(rule.roles))}.")
    if case.status not in rule.before:
        allowed = ", ".join(status for status in Status if status in rule.before)
        raise RefusedError(Reason.STATUS, f"{act.type} is possible when the case is {allowed}; it is {case.status}.")
    _check(case, act, at)
    return rule.after or case.status


def is_overdue(status: Status, due_at: datetime | None, at: datetime) -> bool:
    """Tell whether a case should have moved on by now."""
    return status is not Status.CLOSED and due_at is not None and due_at <= at


def _check(case: Case, act: Act, at: datetime) -> None:
    """Apply what a rule asks for beyond side, role and status."""
    match act.type:
        case EventType.CONFIRMED | EventType.NOT_CONFIRMED:
            _need_other(act.person, case.reported_by, "who screened the traveller")
        case EventType.NO_REPLY if not is_overdue(case.status, case.due_at, at):
            raise RefusedError(Reason.NOT_DUE, "The owner may still answer: the case is not overdue.")
        case EventType.OUTCOME_REPORTED:
            _check_outcome(case, act.outcomes)
        case EventType.CLOSED:
            _check_closing(case, act.person)
        case EventType.REDRESS_PROPOSED:
            _check_proposal(case)
        case EventType.REDRESS_APPROVED:
            _check_approval(case, act.person)
        case EventType.REDRESS_ENDED if case.redress is None:
            raise RefusedError(Reason.REDRESS, "There is no redress that could end.")
        case _:
            return


def _need_other(person: Person, other: Person, who: str) -> None:
    if not person.is_other_than(other):
        raise RefusedError(Reason.SAME_PERSON, f"This takes another person, with a key of their own, than {who}.")


def _check_outcome(case: Case, outcomes: frozenset[Outcome]) -> None:
    if Outcome.FALSE_MATCH in outcomes and outcomes - DISMISSED:
        raise RefusedError(Reason.OUTCOME, "A false match has no other outcome but that the traveller was released.")
    if Outcome.FALSE_MATCH in outcomes and case.status is Status.CONFIRMED:
        raise RefusedError(Reason.OUTCOME, "The owner confirmed the match: only the owner can take that back.")
    if case.status not in ANSWERED and not (case.possible and outcomes <= DISMISSED):
        raise RefusedError(Reason.UNCONFIRMED, "There is no outcome before the owner answered, or did not in time.")


def _check_closing(case: Case, person: Person) -> None:
    if not case.outcomes or case.outcome_by is None:
        raise RefusedError(Reason.NO_OUTCOME, "Report the outcome first.")
    if case.outcomes & TWO_PERSONS and not (case.possible and case.outcomes <= DISMISSED):
        _need_other(person, case.outcome_by, "who reported the outcome")


def _check_proposal(case: Case) -> None:
    if case.redress is not None:
        raise RefusedError(Reason.REDRESS, "The case has a redress already; end it first.")
    if Outcome.FALSE_MATCH not in case.outcomes or case.answer is not Status.NOT_CONFIRMED:
        raise RefusedError(Reason.REDRESS, "A redress needs the outcome false_match and the owner's not_confirmed.")
    if not case.redressable:
        raise RefusedError(
            Reason.REDRESS,
            "This hit names no travel document that a redress could spare: none was read with certainty, or it is the "
            "very document of the record (its owner can withdraw that), or the record changed since, or it is discreet "
            "and stops nobody.",
        )


def _check_approval(case: Case, person: Person) -> None:
    if case.redress is None or case.redress.approved:
        raise RefusedError(Reason.REDRESS, "There is no redress that waits for approval.")
    _need_other(person, case.redress.proposed_by, "who proposed the redress")
