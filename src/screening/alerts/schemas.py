"""What travels about alerts and webhooks."""

import json
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from screening.alerts import addresses
from screening.alerts.cursors import Cursors
from screening.alerts.events import AlertType, Facts, Published
from screening.alerts.outbound import Failure
from screening.alerts.webhook_queries import DeliveryStatus

OperationCode = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._/-]+$")]


Cursor = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]


def _url(text: str) -> str:
    addresses.read_url(text)
    return text


Url = Annotated[
    str, StringConstraints(max_length=addresses.URL_LENGTH, pattern=r"^https?://[!-~]+$"), AfterValidator(_url)
]


class AlertOut(BaseModel):
    """An alert: what happened, named by ids alone. The details are read with your key."""

    id: UUID = Field(
        description="The same at each attempt to deliver it, and in `webhook-id`: whoever saw it may skip it."
    )
    cursor: Cursor = Field(description="Its place in the order of all: go on behind it with `after`.")
    type: AlertType
    version: int
    timestamp: datetime
    data: Facts

    @classmethod
    def of(cls, alert: Published, cursors: Cursors) -> "AlertOut":
        """Give an alert the form in which it travels."""
        return cls.model_validate(json.loads(alert.body) | {"cursor": cursors.write(alert.position)})


class AlertPage(BaseModel):
    """Alerts in their order, oldest first."""

    items: list[AlertOut]
    next: str | None = Field(description="Ask again with `after` set to this; null at the end.")


class WebhookIn(BaseModel):
    """Where your alerts shall be delivered."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"url": "https://alerts.bureau.example/screening", "types": ["source.stale"]}]},
    )

    url: Url = Field(description="Reached by https; a private address only where the operator allows its network.")
    types: list[AlertType] = Field(
        default=[], max_length=len(AlertType), description="All that your role hears of, when left out."
    )
    operation: OperationCode | None = Field(
        default=None, description="Alerts of this operation alone; those of an exercise come in no other way."
    )
    posts: list[UUID] = Field(default=[], max_length=500, description="Alerts of these posts alone.")


class WebhookOut(BaseModel):
    """A webhook, without its secret."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    organisation_id: UUID
    url: str
    types: list[AlertType]
    operation: str | None
    posts: list[UUID]
    created_at: datetime


class NewWebhook(WebhookOut):
    """A webhook with its secret, which is shown this once."""

    secret: str = Field(description="What its deliveries are signed with (Standard Webhooks). Store it now.")


class WebhookPage(BaseModel):
    """Webhooks in the order they were made."""

    items: list[WebhookOut]
    next: UUID | None = Field(description="Ask again with `after` set to this; null at the end.")


class WebhookTested(BaseModel):
    """A test that is on its way."""

    alert_id: UUID = Field(description="Look for it among the deliveries.")


class DeliveryOut(BaseModel):
    """One alert on its way to one webhook."""

    model_config = ConfigDict(from_attributes=True)

    alert_id: UUID = Field(description="The `webhook-id` of the delivery.")
    status: DeliveryStatus
    attempts: int
    last_status: int | None = Field(description="The HTTP status of the last answer.")
    last_failure: Failure | None = Field(description="Why the last attempt failed.")
    created_at: datetime
    next_attempt_at: datetime | None
    delivered_at: datetime | None


class DeliveryPage(BaseModel):
    """Deliveries, newest first."""

    items: list[DeliveryOut]
    next: UUID | None = Field(description="Ask again with `after` set to this; null at the end.")


class Replayed(BaseModel):
    """What begins again."""

    deliveries: int
