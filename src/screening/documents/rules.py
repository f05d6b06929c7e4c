"""The rules that a document record keeps, and how long it is kept (DOMAIN.md 1.3). Pure: today is an argument."""

from collections.abc import Iterator
from datetime import date

from screening.documents import ranges
from screening.documents.records import Document
from screening.documents.vocabulary import Reason
from screening.identifiers import document_types
from screening.identifiers.document_numbers import MAX_LENGTH, MIN_LENGTH
from screening.identifiers.document_types import DocumentClass
from screening.journal import retention
from screening.journal.retention import Broken, RetentionReason

YEARS = 5
YEARS_OF_BLANKS = 30
YEARS_OF_ADMINISTRATIVE = 10
"""How long a record is kept at most, from when its owner last decided on that (DOMAIN.md 1.3.9)."""


def years_kept(document_type: str, reason: Reason) -> int:
    """Give for how many years a record is kept. Blanks stay useful to criminals for ever, whatever they are."""
    if reason is Reason.STOLEN_BLANK:
        return YEARS_OF_BLANKS
    found = document_types.document_type(document_type)
    if found is not None and found.document_class is DocumentClass.ADMINISTRATIVE:
        return YEARS_OF_ADMINISTRATIVE
    return YEARS


def latest_retention(document_type: str, reason: Reason, today: date) -> date:
    """Give the last day for which a record may be kept when that is decided today; this is also the default."""
    return retention.years_after(today, years_kept(document_type, reason))


def broken(document: Document, today: date) -> list[Broken]:
    """Give every rule that a document breaks."""
    return [*_about_number(document), *_about_batch(document), *_about_dates(document, today)]


def broken_by_retention(document: Document, wanted: date, today: date) -> list[Broken]:
    """Give the rules that a wanted end of retention breaks."""
    latest = latest_retention(document.type, document.reason, today)
    return retention.broken_by_retention(wanted, today, latest)


def broken_by_change_of_retention(
    document: Document, present: date, wanted: date, reason: RetentionReason | None, today: date
) -> list[Broken]:
    """Give the rules that another end of retention breaks: it has to be for a reason."""
    latest = latest_retention(document.type, document.reason, today)
    return retention.broken_by_change(present, wanted, reason, today, latest)


def _about_number(document: Document) -> Iterator[Broken]:
    for field, number in (("number", document.number), ("number_last", document.number_last)):
        if number is not None and not MIN_LENGTH <= len(number) <= MAX_LENGTH:
            yield Broken(
                field, f"has {MIN_LENGTH} to {MAX_LENGTH} letters A to Z and digits; everything else is removed"
            )
    if document.number_last is None:
        return
    if document.reason is not Reason.STOLEN_BLANK:
        yield Broken("number_last", "is only for stolen_blank: other documents are reported one by one")
    size = ranges.size(document.number, document.number_last)
    if size is None:
        yield Broken("number_last", "has the same length and beginning as number, and a higher number at its end")
    elif size == 1:
        yield Broken("number_last", "is left out when there is one document only")
    elif size > ranges.LARGEST:
        yield Broken("number_last", f"makes a range of at most {ranges.LARGEST} numbers; enter several ranges")


def _about_batch(document: Document) -> Iterator[Broken]:
    if document.batch is not None and document.reason is not Reason.STOLEN_BLANK:
        yield Broken("batch", "is only for stolen_blank")


def _about_dates(document: Document, today: date) -> Iterator[Broken]:
    theft, issue, expiry = document.theft_date, document.issue_date, document.expiry_date
    for field, day in (("theft_date", theft), ("issue_date", issue)):
        if day is not None and day > today:
            yield Broken(field, "does not lie in the future")
    if theft is not None and issue is not None and theft < issue:
        yield Broken("theft_date", "is not before issue_date")
    if issue is not None and expiry is not None and expiry <= issue:
        yield Broken("expiry_date", "is after issue_date")
