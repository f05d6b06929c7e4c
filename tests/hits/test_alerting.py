"""Who is told of what happens in a case."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from screening.alerts.events import AlertType
from screening.hits import alerting
from screening.hits.events import CaseEvent
from screening.hits.vocabulary import EventType, Status

FINDER, OWNER = UUID(int=1), UUID(int=2)
EVENT = CaseEvent(
    id=UUID(int=3),
    hit_id=UUID(int=4),
    version=2,
    type=EventType.SENT,
    at=datetime(2026, 3, 1, tzinfo=UTC),
    status=Status.SENT,
    source="sltd",
    label="stolen",
    strength="exact",
    desk="first_line",
    seriousness="routine",
    organisation_id=FINDER,
    owner_id=OWNER,
    post_id=None,
    operation=None,
    exercise=False,
    record_id=UUID(int=5),
    due_at=None,
)


@pytest.mark.parametrize(
    ("event", "told"),
    [
        (EVENT, {FINDER, OWNER}),
        (replace(EVENT, desk="silent"), {OWNER}),
        (replace(EVENT, exercise=True), {FINDER}),
        (replace(EVENT, exercise=True, desk="silent"), {FINDER}),
    ],
)
def test_both_sides_are_told_but_for_what_is_silent_or_practised(event: CaseEvent, told: set[UUID]) -> None:
    assert alerting.alert_of(event).to == told


def test_an_overdue_case_is_told_of_as_such() -> None:
    assert alerting.alert_of(replace(EVENT, type=EventType.ESCALATED)).type is AlertType.HIT_OVERDUE
    assert alerting.alert_of(EVENT).type is AlertType.HIT_EVENT


def test_of_a_new_case_its_own_row_tells() -> None:
    assert alerting.tell(replace(EVENT, type=EventType.OPENED)) == ()
    assert len(alerting.tell(EVENT)) == 1
