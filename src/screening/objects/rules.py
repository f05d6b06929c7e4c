"""The rules that a record of an object keeps (DOMAIN.md 1.3). Pure: today is an argument."""

from collections.abc import Iterator
from datetime import date

from screening.access.actors import Owner
from screening.journal import retention
from screening.journal.retention import Broken
from screening.objects import kinds
from screening.objects.records import Stored
from screening.objects.schemas import Circumstances, Report


def latest_retention(today: date) -> date:
    """Give the last day for which a record may be kept when that is decided today; this is also the default."""
    return retention.years_after(today, kinds.YEARS)


def broken(report: Report, owner: Owner, today: date) -> list[Broken]:
    """Give every rule that a new report of an owner breaks."""
    return [*_about_dates(report, today), *_about_restrictions(report, owner), *_about_retention(report, today)]


def broken_by_change(present: Stored, report: Report, sent: Circumstances, owner: Owner, today: date) -> list[Broken]:
    """Give every rule that a change of a record breaks: `report` is the whole, `sent` what was sent of it."""
    return [
        *_about_dates(report, today),
        *_about_restrictions(report, owner),
        *_about_fixed(present, report),
        *_about_new_retention(present, sent, today),
    ]


def _about_dates(report: Report, today: date) -> Iterator[Broken]:
    if report.theft_date is not None and report.theft_date > today:
        yield Broken("theft_date", "does not lie in the future")


def _about_restrictions(report: Report, owner: Owner) -> Iterator[Broken]:
    if owner.country in (report.hidden_from or ()):
        yield Broken("hidden_from", "does not name your own State")


def _about_retention(report: Report, today: date) -> list[Broken]:
    if report.retention_date is None:
        return []
    return retention.broken_by_retention(report.retention_date, today, latest_retention(today))


def _about_fixed(present: Stored, report: Report) -> Iterator[Broken]:
    for field in present.described.fixed:
        before = getattr(present.report, field)
        if before is not None and getattr(report, field) != before:
            yield Broken(field, "stays as it is: withdraw the record and enter it again")


def _about_new_retention(present: Stored, sent: Circumstances, today: date) -> list[Broken]:
    if sent.retention_date is None:
        return []
    return retention.broken_by_change(
        present.retention_until, sent.retention_date, sent.retention_reason, today, latest_retention(today)
    )
