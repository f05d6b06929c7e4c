"""What organisations are told of a case: an alert for each event, in the transaction that writes it."""

from collections.abc import Sequence

from screening.alerts import service as alerts
from screening.alerts.events import Alert, AlertType, HitFacts
from screening.audit.log import Companion
from screening.hits.events import CaseEvent
from screening.hits.vocabulary import EventType

SILENT = "silent"


def tell(event: CaseEvent) -> Sequence[Companion]:
    """Give the statement that tells of an event.

    Of a new hit the table itself tells, by a trigger: a statement more would cost time that a no-hit does not take.
    """
    return () if event.type is EventType.OPENED else (alerts.told(alert_of(event)),)


def alert_of(event: CaseEvent) -> Alert:
    """Make the alert of an event: for both sides of the case, or for those alone who may know."""
    sides = {event.organisation_id, event.owner_id}
    if event.exercise:
        sides = {event.organisation_id}
    elif event.desk == SILENT:
        sides = {event.owner_id}
    return Alert(
        id=event.id,
        type=AlertType.HIT_OVERDUE if event.type is EventType.ESCALATED else AlertType.HIT_EVENT,
        at=event.at,
        to=frozenset(sides),
        facts=HitFacts(
            hit=event.hit_id,
            status=event.status,
            desk=event.desk,
            source=event.source,
            label=event.label,
            post=event.post_id,
            organisation=event.organisation_id,
            owner=event.owner_id,
            operation=event.operation,
        ),
        post_id=event.post_id,
        operation=event.operation,
        exercise=event.exercise,
        silent=event.desk == SILENT,
    )
