"""The life of an operation: a table of every step, and who may search under it when."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.access.vocabulary import Purpose
from screening.operations.lifecycle import Operation, Refusal, after, refusal
from screening.operations.vocabulary import Kind, State, Verb

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = timedelta(days=1)
GATE, BUREAU, OTHER = (UUID(int=number) for number in range(1, 4))

STEPS = {
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

OPERATION = Operation(
    code="SUNBIRD-3",
    kind=Kind.MAJOR_EVENT,
    state=State.OPEN,
    prepares_at=NOON - 30 * DAY,
    begins_at=NOON,
    ends_at=NOON + DAY,
    posts=frozenset({GATE}),
    organisations=frozenset({BUREAU}),
)


@pytest.mark.parametrize(("kind", "state", "verb"), list(product(Kind, State, Verb)))
def test_there_are_these_steps_and_no_others(kind: Kind, state: State, verb: Verb) -> None:
    crisis_of_no_event = verb is Verb.CRISIS and kind is not Kind.MAJOR_EVENT
    assert after(kind, state, verb) == (None if crisis_of_no_event else STEPS.get((state, verb)))


@pytest.mark.parametrize(
    ("changed", "organisation", "post", "purpose", "at", "expected"),
    [
        ({}, OTHER, GATE, Purpose.BORDER_CONTROL, NOON, None),
        ({}, BUREAU, None, Purpose.BORDER_CONTROL, NOON, None),
        ({"state": State.EXTENDED}, OTHER, GATE, Purpose.BORDER_CONTROL, NOON, None),
        ({}, BUREAU, OTHER, Purpose.BORDER_CONTROL, NOON, Refusal.NOT_TAKING_PART),
        ({}, OTHER, None, Purpose.BORDER_CONTROL, NOON, Refusal.NOT_TAKING_PART),
        ({"state": State.PLANNED}, OTHER, GATE, Purpose.BORDER_CONTROL, NOON, Refusal.NOT_OPEN),
        ({"state": State.CLOSED}, OTHER, GATE, Purpose.BORDER_CONTROL, NOON, Refusal.CLOSED),
        ({"state": State.CLOSED}, BUREAU, GATE, Purpose.ACCREDITATION, NOON, Refusal.CLOSED),
        ({}, BUREAU, OTHER, Purpose.ACCREDITATION, NOON, None),
        ({}, OTHER, GATE, Purpose.ACCREDITATION, NOON, Refusal.NOT_TAKING_PART),
        ({}, OTHER, GATE, Purpose.BORDER_CONTROL, NOON - timedelta(seconds=1), Refusal.NOT_BEGUN),
        ({}, OTHER, GATE, Purpose.BORDER_CONTROL, NOON + DAY - timedelta(microseconds=1), None),
        ({}, OTHER, GATE, Purpose.BORDER_CONTROL, NOON + DAY, Refusal.OVER),
        ({"state": State.EXTENDED}, OTHER, GATE, Purpose.BORDER_CONTROL, NOON + DAY, Refusal.OVER),
        ({"state": State.PLANNED}, BUREAU, None, Purpose.ACCREDITATION, NOON - 30 * DAY, None),
        ({"state": State.PLANNED}, BUREAU, None, Purpose.ACCREDITATION, NOON - 31 * DAY, Refusal.NOT_BEGUN),
        ({"prepares_at": None}, BUREAU, None, Purpose.ACCREDITATION, NOON - DAY, Refusal.NOT_BEGUN),
    ],
)
def test_who_searches_under_an_operation(
    changed: dict[str, object],
    organisation: UUID,
    post: UUID | None,
    purpose: Purpose,
    at: datetime,
    expected: Refusal | None,
) -> None:
    operation = replace(OPERATION, **changed)  # type: ignore[arg-type]  # fields of the table
    assert refusal(operation, organisation, post, purpose, at) is expected


@given(st.lists(st.sampled_from(Verb), max_size=12), st.sampled_from(Kind))
def test_whatever_is_done_a_closed_operation_stays_closed(verbs: list[Verb], kind: Kind) -> None:
    state = State.PLANNED
    was_closed = False
    for verb in verbs:
        next_state = after(kind, state, verb)
        assert not (was_closed and next_state)
        state = next_state or state
        was_closed = state is State.CLOSED


moments = st.integers(-90, 90).map(lambda hours: NOON + timedelta(hours=hours))
somebody = st.sampled_from([GATE, BUREAU, OTHER])


@given(
    st.builds(
        Operation,
        code=st.just("X1"),
        kind=st.sampled_from(Kind),
        state=st.sampled_from(State),
        prepares_at=st.none() | moments,
        begins_at=moments,
        ends_at=moments,
        posts=st.frozensets(somebody),
        organisations=st.frozensets(somebody),
    ),
    somebody,
    st.none() | somebody,
    st.sampled_from(Purpose),
    moments,
)
def test_nobody_searches_under_what_is_closed_over_or_not_theirs(
    operation: Operation, organisation: UUID, post: UUID | None, purpose: Purpose, at: datetime
) -> None:
    if refusal(operation, organisation, post, purpose, at) is None:
        assert operation.state is not State.CLOSED
        assert at < operation.ends_at
        by_post = post is not None and purpose is not Purpose.ACCREDITATION
        assert post in operation.posts if by_post else organisation in operation.organisations
        assert operation.state is not State.PLANNED or purpose is Purpose.ACCREDITATION
