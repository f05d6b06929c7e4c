"""What alerts say, and who hears which: the rule as it is written, and the same in SQL."""

import json
from datetime import UTC, datetime
from itertools import product
from uuid import UUID

import pytest

from screening.access.permissions import OF_ROLE, Permission, Role
from screening.alerts import queries
from screening.alerts.cursors import Cursors
from screening.alerts.events import (
    FACTS,
    Alert,
    AlertType,
    Facts,
    GrantFacts,
    Listener,
    OperationFacts,
    Published,
    RecordFacts,
    SourceFacts,
    WebhookFacts,
    heard_by,
)
from screening.alerts.publisher import Publisher
from screening.alerts.schemas import AlertOut
from screening.db.database import Pool
from screening.db.metadata import new_id
from tests.alerts.receiving import MovedClock, hit_alert, tell

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
OURS, OTHERS = UUID(int=1), UUID(int=2)
POST = UUID(int=7)
CURSORS = Cursors(bytes(32))


def published(alert: Alert, position: int = 1) -> Published:
    return Published(
        position=position,
        id=alert.id,
        type=alert.type,
        at=alert.at,
        recipients=alert.to,
        post_id=alert.post_id,
        operation=alert.operation,
        exercise=alert.exercise,
        silent=alert.silent,
        data=alert.data,
    )


def test_facts_of_another_type_are_refused() -> None:
    with pytest.raises(TypeError, match=r"hit\.opened is told by HitFacts"):
        Alert(id=OURS, type=AlertType.HIT_OPENED, at=AT, to=frozenset({OURS}), facts=WebhookFacts(webhook=OURS))


def test_every_type_has_facts_and_somebody_who_hears_of_it() -> None:
    assert set(FACTS) == set(AlertType)
    assert set().union(*map(heard_by, Role)) == set(AlertType)


def test_who_hears_of_alerts_may_read_them_and_who_reads_of_hits_may_read_hits() -> None:
    for role in Role:
        assert bool(heard_by(role)) == (Permission.READ_ALERTS in OF_ROLE[role])
        assert (AlertType.HIT_OPENED in heard_by(role)) <= (Permission.READ_HITS in OF_ROLE[role])


def test_an_alert_travels_as_the_same_bytes_each_time_and_reads_as_the_contract_says() -> None:
    alert = hit_alert(frozenset({OURS}), at=AT)
    body = published(alert).body
    assert body == published(alert).body
    out = AlertOut.of(published(alert), CURSORS)
    assert (out.data, CURSORS.read(out.cursor)) == (alert.facts, 1)
    assert json.loads(body) == {
        "data": alert.data,
        "id": str(alert.id),
        "timestamp": "2026-03-01T12:00:00.000000Z",
        "type": "hit.opened",
        "version": 1,
    }


TOLD: list[tuple[AlertType, Facts]] = [
    (AlertType.RECORD_WITHDRAWN, RecordFacts(record=OURS, kind="document", version=2)),
    (AlertType.OPERATION_EXTENDED, OperationFacts(operation="X", state="extended", until=AT)),
    (AlertType.GRANT_REVOKED, GrantFacts(grant=OURS, operation=None, until=None)),
    (AlertType.SOURCE_STALE, SourceFacts(source="notices", as_of=AT)),
    (AlertType.WEBHOOK_TEST, WebhookFacts(webhook=OURS)),
]


@pytest.mark.parametrize(("kind", "facts"), TOLD)
def test_facts_of_every_kind_are_read_as_what_they_are(kind: AlertType, facts: Facts) -> None:
    alert = Alert(id=OURS, type=kind, at=AT, to=frozenset({OURS}), facts=facts)
    assert AlertOut.of(published(alert), CURSORS).data == facts


@pytest.mark.parametrize(
    ("role", "changed", "heard"),
    [
        (Role.BUREAU, {}, True),
        (Role.SECOND_LINE, {}, True),
        (Role.ADMINISTRATOR, {}, False),
        (Role.FIRST_LINE, {}, False),
        (Role.AUDITOR, {}, False),
        (Role.BUREAU, {"silent": True}, True),
        (Role.COORDINATOR, {"silent": True}, False),
        (Role.SECOND_LINE, {"silent": True}, False),
        (Role.BUREAU, {"exercise": True, "operation": "X"}, False),
    ],
)
def test_a_role_hears_what_is_for_it(role: Role, changed: dict[str, object], *, heard: bool) -> None:
    alert = published(hit_alert(frozenset({OURS}), at=AT, **changed))
    assert Listener.in_role(OURS, role).hears(alert) is heard
    assert not Listener.in_role(OTHERS, role).hears(alert)


def test_an_exercise_is_heard_by_those_who_ask_for_its_operation() -> None:
    alert = published(hit_alert(frozenset({OURS}), at=AT, exercise=True, operation="X"))
    assert Listener.in_role(OURS, Role.BUREAU, operation="X").hears(alert)
    assert not Listener.in_role(OURS, Role.BUREAU, operation="Y").hears(alert)


async def test_the_list_holds_what_the_rule_says_for_every_listener(pool: Pool) -> None:
    alerts = [
        hit_alert(to, at=AT, silent=silent, exercise=exercise, operation=operation, post_id=post)
        for to, silent, exercise, operation, post in product(
            [frozenset({OURS}), frozenset({OURS, OTHERS}), frozenset({OTHERS})],
            [False, True],
            [False, True],
            [None, "X", "Y"],
            [None, POST],
        )
    ]
    alerts.append(
        Alert(id=new_id(), type=AlertType.WEBHOOK_TEST, at=AT, to=frozenset({OURS}), facts=WebhookFacts(webhook=OURS))
    )
    await tell(pool, *alerts)
    await Publisher(pool, MovedClock()).publish()
    everything = await queries.read_alerts(pool, after=0, limit=1000)  # type: ignore[arg-type]  # a pool fetches too
    assert {alert.id for alert in everything} == {alert.id for alert in alerts}
    for organisation, role, operation, posts in product(
        [OURS, OTHERS], Role, [None, "X"], [frozenset[UUID](), frozenset({POST})]
    ):
        listener = Listener(
            organisation_id=organisation, role=role, types=heard_by(role), operation=operation, post_ids=posts
        )
        listed = await queries.list_alerts(pool, listener, after=0, limit=1000)
        assert listed == [alert for alert in everything if listener.hears(alert)], listener
