"""How long a record of a thing is kept, and the rules about that (DOMAIN.md 1.3). Pure: today is an argument."""

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import NamedTuple


class RecordStatus(StrEnum):
    """Whether a record still matches."""

    ACTIVE = "active"
    EXPIRED = "expired"
    """Its retention is over."""
    WITHDRAWN = "withdrawn"


class RetentionReason(StrEnum):
    """Why a record is kept longer, or shorter, than was planned; the rules know one reason only."""

    PURPOSE_NOT_ACHIEVED = "purpose_not_achieved"


RETENTION_OVER = "retention_over"
"""The reason of withdrawal of a record that was kept long enough and is now reported anew."""


class Broken(NamedTuple):
    """One rule that a record breaks: where, and what would be right."""

    field: str
    message: str


def day_of(at: datetime) -> date:
    """Give the day by which rules and retention are judged: that of UTC."""
    return at.astimezone(UTC).date()


def status(today: date, *, retention_until: date, withdrawn_at: datetime | None) -> RecordStatus:
    """Tell whether a record matches on a day."""
    if withdrawn_at is not None:
        return RecordStatus.WITHDRAWN
    return RecordStatus.ACTIVE if today <= retention_until else RecordStatus.EXPIRED


def years_after(today: date, years: int) -> date:
    """Give the same day some years later."""
    if (today.month, today.day) == (2, 29):
        return date(today.year + years, 2, 28)
    return today.replace(year=today.year + years)


def broken_by_retention(retention: date, today: date, latest: date) -> list[Broken]:
    """Give the rules that a wanted end of retention breaks."""
    if today < retention <= latest:
        return []
    return [Broken("retention_date", f"lies in the future, and not after {latest.isoformat()}")]


def broken_by_change(
    present: date, wanted: date, reason: RetentionReason | None, today: date, latest: date
) -> list[Broken]:
    """Give the rules that another end of retention breaks: it has to be for a reason (DOMAIN.md 1.3.8)."""
    if wanted == present:
        return []
    if reason is None:
        return [Broken("retention_reason", f"says why retention_date differs: {RetentionReason.PURPOSE_NOT_ACHIEVED}")]
    return broken_by_retention(wanted, today, latest)
