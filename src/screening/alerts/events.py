"""What an alert is: a closed set of typed, versioned events that name things by their ids alone. Pure.

The receiver fetches the details with its key, so an alert that is misdirected or leaks tells nothing of anybody.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeAlias
from uuid import UUID

from screening.access.permissions import Role
from screening.audit.entries import instant

FORM = 1
"""The version of what an alert says; a later form gets a higher one, and fields are only ever added to this."""


class AlertType(StrEnum):
    """What happened."""

    HIT_OPENED = "hit.opened"
    HIT_EVENT = "hit.event"
    HIT_OVERDUE = "hit.overdue"
    RECORD_WITHDRAWN = "record.withdrawn"
    OPERATION_OPENED = "operation.opened"
    OPERATION_CHANGED = "operation.changed"
    OPERATION_EXTENDED = "operation.extended"
    OPERATION_CRISIS = "operation.crisis"
    OPERATION_CLOSED = "operation.closed"
    GRANT_PROPOSED = "grant.proposed"
    """Access, or a later end of it, waits for the bureau's second person."""
    GRANT_OPENED = "grant.opened"
    """The second person approved it."""
    GRANT_EXTENDED = "grant.extended"
    GRANT_ENDING = "grant.ending"
    GRANT_ENDED = "grant.ended"
    GRANT_REVOKED = "grant.revoked"
    SOURCE_STALE = "source.stale"
    SOURCE_FRESH = "source.fresh"
    WEBHOOK_TEST = "webhook.test"


@dataclass(frozen=True, slots=True, kw_only=True)
class HitFacts:
    """Of a hit: what it is on, who found it, whose record it is."""

    hit: UUID
    status: str
    """Where its case stands."""
    desk: str
    source: str
    label: str
    """The reason of a document record, or the colour of a notice."""
    post: UUID | None
    organisation: UUID
    """Whose post found it."""
    owner: UUID
    """Whose record it is."""
    operation: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFacts:
    """Of a record that gave hits."""

    record: UUID
    kind: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationFacts:
    """Of an operation, or of a major event."""

    operation: str
    state: str
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantFacts:
    """Of temporary access."""

    grant: UUID
    operation: str | None
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFacts:
    """Of a source that answers with old data, and until when it was certainly current."""

    source: str
    as_of: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookFacts:
    """Of a webhook that is being tried out."""

    webhook: UUID


Facts: TypeAlias = HitFacts | RecordFacts | OperationFacts | GrantFacts | SourceFacts | WebhookFacts

FACTS: Mapping[AlertType, type[Facts]] = {
    AlertType.HIT_OPENED: HitFacts,
    AlertType.HIT_EVENT: HitFacts,
    AlertType.HIT_OVERDUE: HitFacts,
    AlertType.RECORD_WITHDRAWN: RecordFacts,
    AlertType.OPERATION_OPENED: OperationFacts,
    AlertType.OPERATION_CHANGED: OperationFacts,
    AlertType.OPERATION_EXTENDED: OperationFacts,
    AlertType.OPERATION_CRISIS: OperationFacts,
    AlertType.OPERATION_CLOSED: OperationFacts,
    AlertType.GRANT_PROPOSED: GrantFacts,
    AlertType.GRANT_OPENED: GrantFacts,
    AlertType.GRANT_EXTENDED: GrantFacts,
    AlertType.GRANT_ENDING: GrantFacts,
    AlertType.GRANT_ENDED: GrantFacts,
    AlertType.GRANT_REVOKED: GrantFacts,
    AlertType.SOURCE_STALE: SourceFacts,
    AlertType.SOURCE_FRESH: SourceFacts,
    AlertType.WEBHOOK_TEST: WebhookFacts,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One event, for the organisations that it concerns. Raises TypeError when the facts are of another type."""

    id: UUID
    type: AlertType
    at: datetime
    to: frozenset[UUID]
    facts: Facts
    post_id: UUID | None = None
    operation: str | None = None
    exercise: bool = False
    """Part of an exercise: nobody outside its operation hears of it."""
    silent: bool = False
    """About a discreet record: for the bureau alone of the organisations that it concerns."""

    def __post_init__(self) -> None:
        """Refuse facts that are of another type of alert."""
        if not isinstance(self.facts, FACTS[self.type]):
            raise TypeError(f"{self.type} is told by {FACTS[self.type].__name__}")

    @property
    def data(self) -> dict[str, Any]:
        """The facts as JSON has them."""
        return {name: _plain(value) for name, value in asdict(self.facts).items()}


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return instant(value)
    return str(value) if isinstance(value, UUID) else value


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """An alert that has its place in the order of all."""

    position: int
    id: UUID
    type: AlertType
    at: datetime
    recipients: frozenset[UUID]
    post_id: UUID | None
    operation: str | None
    exercise: bool
    silent: bool
    data: Mapping[str, Any]

    @property
    def body(self) -> str:
        """What travels, by webhook and stream alike: the same bytes at each attempt."""
        content = {
            "data": self.data,
            "id": str(self.id),
            "timestamp": instant(self.at),
            "type": self.type,
            "version": FORM,
        }
        return json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


_HITS = {AlertType.HIT_OPENED, AlertType.HIT_EVENT, AlertType.HIT_OVERDUE, AlertType.RECORD_WITHDRAWN}
_ACCESS = set(AlertType) - _HITS

HEARD_BY: Mapping[Role, frozenset[AlertType]] = {
    Role.SECOND_LINE: frozenset(_HITS),
    Role.DATA_OWNER: frozenset({AlertType.RECORD_WITHDRAWN}),
    Role.BUREAU: frozenset(_HITS | _ACCESS),
    Role.COORDINATOR: frozenset(_HITS | _ACCESS),
    Role.ADMINISTRATOR: frozenset(_ACCESS),
}
"""Which alerts each role hears of, among those for its organisation; the other roles hear of none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """Who listens: an organisation in a role, to alerts of some types, perhaps of one operation or some posts only."""

    organisation_id: UUID
    role: Role
    types: frozenset[AlertType]
    operation: str | None = None
    post_ids: frozenset[UUID] = frozenset()

    @classmethod
    def in_role(cls, organisation_id: UUID, role: Role, *, operation: str | None = None) -> "Listener":
        """Listen to whatever a role hears of."""
        return cls(organisation_id=organisation_id, role=role, types=heard_by(role), operation=operation)

    @property
    def hears_silent(self) -> bool:
        """Whether discreet records are for this listener: the bureau alone acts on them."""
        return self.role is Role.BUREAU

    def hears(self, alert: Published) -> bool:
        """Tell whether an alert is for this listener."""
        return (
            self.organisation_id in alert.recipients
            and alert.type in self.types
            and (self.hears_silent or not alert.silent)
            and (self.operation is None or alert.operation == self.operation)
            and (not alert.exercise or self.operation is not None)
            and (not self.post_ids or alert.post_id in self.post_ids)
        )


def heard_by(role: Role) -> frozenset[AlertType]:
    """Give the types of alert that a role hears of."""
    return HEARD_BY.get(role, frozenset())
