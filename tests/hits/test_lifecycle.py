"""What may happen to a case next, and who may make it happen."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.access.permissions import Role
from screening.hits.lifecycle import (
    DISMISSED,
    TWO_PERSONS,
    Act,
    Case,
    Person,
    Reason,
    Redress,
    RefusedError,
    Side,
    judge,
    rule_of,
)
from screening.hits.vocabulary import EventType, Outcome, Status

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
GATE = Person(UUID(int=1), "SWE-1")
DESK = Person(UUID(int=2), None)
OTHER = Person(UUID(int=3), "SWE-3")
ARRESTED = frozenset({Outcome.ARRESTED})
FALSE_MATCH = frozenset({Outcome.FALSE_MATCH})

CASE = Case(Status.NEW, reported_by=GATE, possible=False)
BOTH = frozenset(Side)


def act(event: EventType, person: Person = DESK, outcomes: frozenset[Outcome] = frozenset()) -> Act:
    return Act(event, person, Role.BUREAU, BOTH, outcomes)


def refusal(case: Case, wanted: Act, at: datetime = AT) -> Reason:
    with pytest.raises(RefusedError) as refused:
        judge(case, wanted, at)
    return refused.value.reason


def test_a_case_goes_from_the_hit_to_its_end() -> None:
    case = CASE
    for event, status in (
        (EventType.SENT, Status.SENT),
        (EventType.CONFIRMATION_REQUESTED, Status.AWAITING_CONFIRMATION),
        (EventType.CONFIRMED, Status.CONFIRMED),
    ):
        case = replace(case, status=judge(case, act(event), AT))
        assert case.status is status
    case = replace(case, outcomes=ARRESTED, outcome_by=DESK)
    assert judge(case, act(EventType.CLOSED, OTHER), AT) is Status.CLOSED


def possible(event: EventType, side: Side, role: Role) -> set[Status]:
    """Give the statuses in which somebody may do something as far as side, role and status decide."""
    allowed = set()
    for status in Status:
        try:
            judge(replace(CASE, status=status), Act(event, DESK, role, {side}), AT)
        except RefusedError as refused:
            if refused.reason in {Reason.SIDE, Reason.ROLE, Reason.STATUS}:
                continue
        allowed.add(status)
    return allowed


OPEN = set(Status) - {Status.CLOSED}


@pytest.mark.parametrize(
    ("event", "side", "role", "expected"),
    [
        (EventType.SENT, Side.FINDER, Role.SECOND_LINE, {Status.NEW}),
        (EventType.SENT, Side.OWNER, Role.BUREAU, set()),
        (EventType.CONFIRMATION_REQUESTED, Side.FINDER, Role.BUREAU, {Status.SENT, Status.NO_REPLY}),
        (EventType.CONFIRMATION_REQUESTED, Side.FINDER, Role.SECOND_LINE, set()),
        (EventType.CONFIRMED, Side.OWNER, Role.BUREAU, OPEN - {Status.CONFIRMED}),
        (EventType.CONFIRMED, Side.FINDER, Role.BUREAU, set()),
        (EventType.CONFIRMED, Side.OWNER, Role.SECOND_LINE, set()),
        (EventType.NOT_CONFIRMED, Side.OWNER, Role.BUREAU, OPEN - {Status.NOT_CONFIRMED}),
        (EventType.NO_REPLY, Side.FINDER, Role.BUREAU, {Status.AWAITING_CONFIRMATION}),
        (EventType.OUTCOME_REPORTED, Side.FINDER, Role.SECOND_LINE, OPEN),
        (EventType.OUTCOME_REPORTED, Side.OWNER, Role.BUREAU, set()),
        (EventType.CLOSED, Side.OWNER, Role.BUREAU, set()),
        (EventType.REOPENED, Side.OWNER, Role.BUREAU, {Status.CLOSED}),
        (EventType.REOPENED, Side.FINDER, Role.SECOND_LINE, set()),
        (EventType.ASSIGNED, Side.OWNER, Role.SECOND_LINE, OPEN),
        (EventType.COMMENTED, Side.FINDER, Role.SECOND_LINE, set(Status)),
        (EventType.REDRESS_APPROVED, Side.OWNER, Role.SECOND_LINE, set()),
        (EventType.REDRESS_PROPOSED, Side.FINDER, Role.SECOND_LINE, {Status.NOT_CONFIRMED, Status.CLOSED}),
    ],
)
def test_each_step_has_its_side_its_role_and_its_place(
    event: EventType, side: Side, role: Role, expected: set[Status]
) -> None:
    assert possible(event, side, role) == expected


@pytest.mark.parametrize("event", [event for event in EventType if rule_of(event) is None])
@pytest.mark.parametrize("role", sorted(Role))
def test_nobody_writes_what_the_service_writes_itself(event: EventType, role: Role) -> None:
    assert refusal(CASE, Act(event, DESK, role, BOTH)) is Reason.ROLE


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.BUREAU, Role.SECOND_LINE}))
@pytest.mark.parametrize("event", sorted(EventType))
def test_only_desks_and_bureaus_work_on_cases(role: Role, event: EventType) -> None:
    assert refusal(CASE, Act(event, DESK, role, BOTH)) is Reason.ROLE


@pytest.mark.parametrize("event", [EventType.CONFIRMED, EventType.NOT_CONFIRMED])
@pytest.mark.parametrize("person", [GATE, Person(UUID(int=1), "SWE-9"), Person(UUID(int=9), "swe-1")])
def test_who_screened_the_traveller_does_not_confirm_the_hit(event: EventType, person: Person) -> None:
    assert refusal(CASE, act(event, person)) is Reason.SAME_PERSON


def test_no_reply_is_not_said_before_the_owner_had_time() -> None:
    case = replace(CASE, status=Status.AWAITING_CONFIRMATION, due_at=AT)
    assert refusal(case, act(EventType.NO_REPLY), AT - timedelta(microseconds=1)) is Reason.NOT_DUE
    assert judge(case, act(EventType.NO_REPLY), AT) is Status.NO_REPLY


@pytest.mark.parametrize("status", [Status.NEW, Status.SENT, Status.AWAITING_CONFIRMATION])
def test_there_is_no_outcome_before_the_owner_answered(status: Status) -> None:
    case = replace(CASE, status=status)
    assert refusal(case, act(EventType.OUTCOME_REPORTED, outcomes=ARRESTED)) is Reason.UNCONFIRMED
    assert refusal(case, act(EventType.OUTCOME_REPORTED, outcomes=FALSE_MATCH)) is Reason.UNCONFIRMED


def test_a_namesake_is_dismissed_at_the_gate_by_one_person() -> None:
    namesake = replace(CASE, possible=True)
    assert judge(namesake, act(EventType.OUTCOME_REPORTED, outcomes=FALSE_MATCH), AT) is Status.NEW
    assert refusal(namesake, act(EventType.OUTCOME_REPORTED, outcomes=ARRESTED)) is Reason.UNCONFIRMED
    reported = replace(namesake, outcomes=FALSE_MATCH, outcome_by=DESK)
    assert judge(reported, act(EventType.CLOSED), AT) is Status.CLOSED


def test_a_false_match_has_no_other_outcome_and_none_against_the_owners_word() -> None:
    denied = replace(CASE, status=Status.NOT_CONFIRMED)
    assert refusal(denied, act(EventType.OUTCOME_REPORTED, outcomes=FALSE_MATCH | ARRESTED)) is Reason.OUTCOME
    confirmed = replace(CASE, status=Status.CONFIRMED)
    assert refusal(confirmed, act(EventType.OUTCOME_REPORTED, outcomes=FALSE_MATCH)) is Reason.OUTCOME


def test_nothing_is_closed_without_an_outcome() -> None:
    assert refusal(replace(CASE, status=Status.CONFIRMED), act(EventType.CLOSED)) is Reason.NO_OUTCOME


@pytest.mark.parametrize("outcome", sorted(Outcome))
def test_what_weighs_on_somebody_is_closed_by_a_second_person(outcome: Outcome) -> None:
    case = replace(CASE, status=Status.NO_REPLY, outcomes=frozenset({outcome}), outcome_by=DESK)
    assert judge(case, act(EventType.CLOSED, OTHER), AT) is Status.CLOSED
    if outcome in TWO_PERSONS:
        assert refusal(case, act(EventType.CLOSED)) is Reason.SAME_PERSON
    else:
        assert judge(case, act(EventType.CLOSED), AT) is Status.CLOSED


FALSE = replace(CASE, status=Status.NOT_CONFIRMED, answer=Status.NOT_CONFIRMED, outcomes=FALSE_MATCH, redressable=True)


@pytest.mark.parametrize(
    "case",
    [
        replace(FALSE, answer=None),
        replace(FALSE, answer=Status.CONFIRMED),
        replace(FALSE, outcomes=frozenset({Outcome.RELEASED})),
        replace(FALSE, redressable=False),
        replace(FALSE, redress=Redress(DESK, approved=False)),
    ],
)
def test_redress_needs_a_false_match_the_owners_word_and_a_document_to_spare(case: Case) -> None:
    assert judge(FALSE, act(EventType.REDRESS_PROPOSED), AT) is Status.NOT_CONFIRMED
    assert refusal(case, act(EventType.REDRESS_PROPOSED)) is Reason.REDRESS


def test_redress_is_approved_once_by_another_person() -> None:
    proposed = replace(FALSE, redress=Redress(DESK, approved=False))
    assert judge(proposed, act(EventType.REDRESS_APPROVED, OTHER), AT) is Status.NOT_CONFIRMED
    assert refusal(proposed, act(EventType.REDRESS_APPROVED)) is Reason.SAME_PERSON
    assert refusal(FALSE, act(EventType.REDRESS_APPROVED)) is Reason.REDRESS
    approved = replace(FALSE, redress=Redress(DESK, approved=True))
    assert refusal(approved, act(EventType.REDRESS_APPROVED, OTHER)) is Reason.REDRESS
    assert refusal(FALSE, act(EventType.REDRESS_ENDED)) is Reason.REDRESS


people = st.builds(Person, st.sampled_from([UUID(int=1), UUID(int=2)]), st.sampled_from([None, "a", "B", "b"]))
outcomes = st.frozensets(st.sampled_from(Outcome), max_size=3)
cases = st.builds(
    Case,
    status=st.sampled_from(Status),
    reported_by=people,
    possible=st.booleans(),
    due_at=st.sampled_from([None, AT]),
    answer=st.sampled_from([None, Status.CONFIRMED, Status.NOT_CONFIRMED]),
    outcomes=outcomes,
    outcome_by=st.none() | people,
    redressable=st.booleans(),
    redress=st.none() | st.builds(Redress, people, approved=st.booleans()),
)
acts = st.builds(
    Act, st.sampled_from(EventType), people, st.sampled_from(Role), st.frozensets(st.sampled_from(Side)), outcomes
)


@given(cases, acts)
def test_no_grave_case_ends_but_by_two_persons_and_with_an_outcome(case: Case, wanted: Act) -> None:
    try:
        after = judge(case, wanted, AT)
    except RefusedError:
        return
    if after is Status.CLOSED and case.status is not Status.CLOSED:
        assert case.outcomes
        assert case.outcome_by is not None
        grave = case.outcomes & TWO_PERSONS and not (case.possible and case.outcomes <= DISMISSED)
        assert not grave or wanted.person.is_other_than(case.outcome_by)
    if wanted.type is EventType.CONFIRMED:
        assert wanted.person.is_other_than(case.reported_by)


@given(people, people)
def test_being_another_person_is_mutual_and_nobody_is_another_than_themselves(one: Person, other: Person) -> None:
    assert one.is_other_than(other) == other.is_other_than(one)
    assert not one.is_other_than(one)
