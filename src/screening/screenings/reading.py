"""From a submission to what is looked up. Pure: the kernel reads and normalises, nothing is asked yet.

Nothing is repaired silently: what was read differently from how it stands is a finding, and a number that may be
misread is looked up as it stands and in its look-alike forms.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import product
from typing import TypeVar

from screening import mrz
from screening.dates import PartialDate
from screening.identifiers import document_numbers, document_types, states
from screening.identifiers.document_numbers import LookAlike
from screening.identifiers.document_types import Family
from screening.matching import Sex, Traveller, spelling
from screening.mrz import CheckStatus, Mrz
from screening.nominals import subjects
from screening.objects.presenting import Presented
from screening.screenings import findings, objects
from screening.screenings.findings import Finding, Page
from screening.screenings.schemas import Document, DocumentPage, Person, Submission
from screening.screenings.schemas import Traveller as TravellerIn
from screening.screenings.vocabulary import FindingCode, Severity

ZONE = "the MRZ"

NAME_FIELDS = ("surname", "given_names", "full_name", "name_original")

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Number:
    """A document number to look up, as one part of a document gives it."""

    document: int
    text: str
    issuing_state: str | None
    family: Family | None
    look_alikes: tuple[LookAlike, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """All that a submission gives to look up, and what is odd about it."""

    travellers: tuple[Traveller, ...]
    numbers: tuple[Number, ...]
    findings: tuple[Finding, ...]
    zones: tuple[tuple[int, Mrz], ...]
    documents_given: bool
    documents_readable: bool
    """Every document gave a number that was read with certainty, and its issuing State."""
    names_given: bool
    names_readable: bool
    objects: tuple[Presented, ...] = ()

    @property
    def certain(self) -> dict[int, Number]:
        """The documents whose one number, State and family were all read with certainty, by their place."""
        by_document: dict[int, list[Number]] = {}
        for number in self.numbers if self.documents_readable else ():
            by_document.setdefault(number.document, []).append(number)
        return {place: numbers[0] for place, numbers in by_document.items() if len(numbers) == 1}


def read(submission: Submission, *, today: date) -> Reading:
    """Read a submission; total: what cannot be read becomes a finding and a gap, never an error."""
    documents = [_read_document(index, document, today) for index, document in enumerate(submission.documents)]
    travellers = tuple(_travellers(submission.traveller, documents))
    unreadable = tuple(_unreadable_names(submission))
    officer_named = submission.traveller is not None and spelling.is_searchable(
        _traveller_of_input(submission.traveller)
    )
    presented = objects.present(submission)
    return Reading(
        travellers=travellers,
        numbers=tuple(number for document in documents for number in document.numbers),
        findings=(
            *unreadable,
            *(finding for document in documents for finding in document.findings),
            *objects.judge(submission, presented),
        ),
        zones=tuple((document.index, document.zone) for document in documents if document.zone is not None),
        documents_given=bool(documents),
        documents_readable=all(document.readable for document in documents),
        names_given=submission.traveller is not None or any(document.names_given for document in documents),
        names_readable=bool(travellers) and not unreadable and (officer_named or all(map(_tells_name, documents))),
        objects=presented,
    )


def _tells_name(document: "_Read") -> bool:
    """Whether a document that should tell a name tells one: that of another document does not stand for it."""
    return not document.names_given or bool(document.travellers)


def _unreadable_names(submission: Submission) -> Iterator[Finding]:
    """Name each field that should hold a name and holds nothing that it could be searched by."""
    parts: list[tuple[str, Person | None]] = [("traveller", submission.traveller)]
    for index, document in enumerate(submission.documents):
        at = f"documents.{index}"
        parts += [(at, document), (f"{at}.printed", document.printed)]
        parts.append((f"{at}.chip.data", document.chip.data if document.chip else None))
    for at, part in parts:
        for field in NAME_FIELDS:
            text = getattr(part, field, None)
            if text is not None and not spelling.is_readable(text):
                said = "This holds no letter that a person could be found by: send the name as the document prints it."
                yield Finding(FindingCode.NAME_UNREADABLE, f"{at}.{field}", Severity.REFER, said)


@dataclass(frozen=True, slots=True)
class _Read:
    """One document as it was read."""

    index: int
    zone: Mrz | None
    pages: tuple[Page, ...]
    travellers: tuple[Traveller, ...]
    """The person as each part names him or her, where that can be searched by."""
    numbers: tuple[Number, ...]
    findings: tuple[Finding, ...]
    readable: bool

    @property
    def names_given(self) -> bool:
        """Whether the document should tell a name, read or not."""
        return self.zone is not None or any(page.surname or page.given_names for page in self.pages)


def _read_document(index: int, document: Document, today: date) -> _Read:
    at = f"documents.{index}"
    zone = None if document.mrz is None else mrz.parse(document.mrz, today=today)
    pages = tuple(_pages(document, zone))
    travellers = tuple(filter(spelling.is_searchable, (_traveller_of(page, zone) for page in pages)))
    numbers = tuple(_numbers(index, document, zone, pages))
    readable = bool(numbers) and _is_certain(document, zone, numbers)
    found = [
        *(_zone_findings(at, zone) if zone else ()),
        *findings.judge_codes(at, document),
        *findings.judge_personal_numbers(at, pages),
        *_kind_findings(at, document, zone),
        *findings.compare(at, list(pages)),
        *findings.judge_dates(at, pages, today=today),
        *findings.judge_chip(at, document),
    ]
    if not readable:
        text = "The number and the issuing State could not be read with certainty: read the document again."
        found.append(Finding(FindingCode.NUMBER_UNREADABLE, f"{at}.number", Severity.REFER, text))
    return _Read(index, zone, pages, travellers, numbers, tuple(dict.fromkeys(found)), readable)


def _pages(document: Document, zone: Mrz | None) -> Iterator[Page]:
    """Give the parts of a document that say something, the one to compare the others with first."""
    if zone is not None:
        yield _page_of_zone(zone)
    parts: list[tuple[str, DocumentPage | None]] = [
        ("the submitted fields", document),
        ("the printed zone", document.printed),
        ("the chip", document.chip.data if document.chip else None),
    ]
    for origin, part in parts:
        if part is not None:
            yield findings.page_of(origin, part)


def _page_of_zone(zone: Mrz) -> Page:
    return Page(
        origin=ZONE,
        number=zone.number or None,
        issuing_state=states.normalise(zone.issuing_state) if zone.issuing_state else None,
        surname=zone.surname or None,
        given_names=zone.given_names or None,
        nationality=states.normalise(zone.nationality) if zone.nationality else None,
        sex=zone.sex,
        date_of_birth=zone.birth_date,
        expiry_date=zone.expiry_date,
    )


def _numbers(index: int, document: Document, zone: Mrz | None, pages: tuple[Page, ...]) -> Iterator[Number]:
    """Give each number that some part of the document states, with each State and family that some part states.

    Where the parts contradict each other it is not known which is right, so none of the readings is left out.
    """
    issuers = _distinct(page.issuing_state for page in pages) or (None,)
    families = _distinct(_families(document, zone)) or (None,)
    for number in _distinct(page.number for page in pages):
        own = zone if zone is not None and pages[0].number == number else None
        alike = _look_alikes(number, own)
        for issuer, family in product(issuers, families):
            yield Number(index, number, issuer, family, alike)


def _distinct(values: Iterable[Value | None]) -> tuple[Value, ...]:
    return tuple(dict.fromkeys(value for value in values if value is not None))


def _families(document: Document, zone: Mrz | None) -> Iterator[Family | None]:
    """Give the families that the zone's code and the stated type belong to."""
    for code in (zone.document_code if zone else None, document.type):
        if code:
            yield document_types.family_of(code)


def _look_alikes(number: str, zone: Mrz | None) -> tuple[LookAlike, ...]:
    """Give the misreads that agree with the check digit; a number without one is taken as read or typed with care.

    So only characters that no check digit tells apart are exchanged, unless a digit failed: then those that mend it;
    and O with 0, I with 1, where no check digit speaks. Exchanging more would raise a false alarm for every neighbour
    of a number.
    """
    check = zone.find_check(mrz.Field.NUMBER) if zone else None
    if zone is None or check is None or check.status not in (CheckStatus.OK, CheckStatus.FAILED):
        blind = document_numbers.look_alikes(number, plausible=_verifies_with(mrz.check_digit(number)))
        return (*blind, *document_numbers.mistyped(number))
    return document_numbers.look_alikes(zone.number_field, plausible=_verifies_with(check.found))


def _verifies_with(digit: str | None) -> Callable[[str], bool]:
    return lambda candidate: mrz.check_digit(candidate) == digit


def _is_certain(document: Document, zone: Mrz | None, numbers: tuple[Number, ...]) -> bool:
    """Whether the look-up of this document's numbers can be trusted to find what is there."""
    if any(number.issuing_state is None for number in numbers) or not all(map(_is_number, _stated_numbers(document))):
        return False
    return document.number is not None or zone is None or zone.number_is_reliable


def _stated_numbers(document: Document) -> Iterator[str]:
    parts = (document, document.printed, document.chip.data if document.chip else None)
    for part in parts:
        if part is not None and part.number is not None:
            yield part.number


def _is_number(text: str) -> bool:
    return bool(document_numbers.clean(text)) and not document_numbers.loses_characters(text)


def _kind_findings(at: str, document: Document, zone: Mrz | None) -> Iterator[Finding]:
    """Name a stated type that is none, or that is of another family than the code of the zone."""
    if document.type is None:
        return
    families = _distinct(_families(document, zone))
    if document_types.family_of(document.type) is None:
        text = "The type is neither a code of ICAO Doc 9303 (P, ID, V) nor one of INTERPOL (PAS, IDC, VSA)."
        yield Finding(FindingCode.UNKNOWN_TYPE, f"{at}.type", Severity.REFER, text)
    elif len(families) > 1:
        text = "The type is of another kind of document than the MRZ."
        yield Finding(FindingCode.MISMATCH, f"{at}.type", Severity.REFER, text)


def _zone_findings(at: str, zone: Mrz) -> Iterator[Finding]:
    for finding in zone.findings:
        severity = Severity.REFER if finding.severity is mrz.Severity.WARNING else Severity.INFO
        yield Finding(FindingCode(finding.code), f"{at}.mrz.{finding.field}", severity, finding.text)


def _travellers(given: TravellerIn | None, documents: list[_Read]) -> Iterator[Traveller]:
    """Give each form of the person that the submission states: as given, and as each document names them."""
    seen = [traveller for read in documents for traveller in read.travellers]
    stated = [] if given is None else [_completed(_traveller_of_input(given), seen)]
    yield from dict.fromkeys([*filter(spelling.is_searchable, stated), *seen])


def _traveller_of(page: Page, zone: Mrz | None) -> Traveller:
    from_zone = page.origin == ZONE
    misread = from_zone and zone is not None and not _is_birth_date_sound(zone)
    return Traveller(
        surname=page.surname,
        given_names=page.given_names,
        date_of_birth=None if misread else page.date_of_birth,
        nationalities=_nationalities(page.nationality),
        sex=Sex(page.sex) if page.sex else None,
        surname_truncated=bool(zone and from_zone and zone.surname_truncated),
        given_names_truncated=bool(zone and from_zone and zone.given_names_truncated),
    )


def _is_birth_date_sound(zone: Mrz) -> bool:
    """Whether the birth date agrees with its check digit; one that does not must not speak against a match."""
    check = zone.find_check(mrz.Field.BIRTH_DATE)
    return check is not None and check.status is CheckStatus.OK


def _traveller_of_input(given: TravellerIn) -> Traveller:
    return Traveller(
        surname=given.surname,
        given_names=given.given_names,
        full_name=given.full_name,
        name_original=given.name_original,
        date_of_birth=PartialDate.parse(given.date_of_birth) if given.date_of_birth else None,
        nationalities=_nationalities(given.nationality),
        sex=Sex(given.sex) if given.sex else None,
        place_of_birth=given.place_of_birth,
    )


def _completed(traveller: Traveller, from_documents: list[Traveller]) -> Traveller:
    """Fill what the officer left out from the documents, in their order."""
    for other in from_documents:
        traveller = replace(
            traveller,
            surname=traveller.surname or (None if traveller.full_name else other.surname),
            given_names=traveller.given_names or (None if traveller.full_name else other.given_names),
            date_of_birth=traveller.date_of_birth or other.date_of_birth,
            nationalities=traveller.nationalities or other.nationalities,
            sex=traveller.sex or other.sex,
        )
    return traveller


def _nationalities(code: str | None) -> frozenset[str]:
    normal = states.normalise(code) if code else None
    return subjects.nationalities(normal) if normal else frozenset()
