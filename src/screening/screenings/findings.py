"""What is odd about a document, by name. Pure. A finding asks for a look; it never refuses anybody (DOMAIN.md 4.8)."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from screening.dates import PartialDate
from screening.identifiers import document_numbers, national_numbers, states
from screening.matching.spelling import spelled_alike
from screening.screenings.schemas import Document, DocumentPage
from screening.screenings.vocabulary import FindingCode, Severity, Verdict


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that an officer should look at; `field` is its path in the submission."""

    code: FindingCode
    field: str
    severity: Severity
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """What one part of a document says, in the form that parts are compared in."""

    origin: str
    number: str | None = None
    issuing_state: str | None = None
    surname: str | None = None
    given_names: str | None = None
    nationality: str | None = None
    sex: str | None = None
    date_of_birth: PartialDate | None = None
    issue_date: PartialDate | None = None
    expiry_date: PartialDate | None = None
    personal_number: str | None = None


def page_of(origin: str, page: DocumentPage) -> Page:
    """Bring a submitted part of a document into the form that parts are compared in."""
    return Page(
        origin=origin,
        number=_number(page.number),
        issuing_state=_state(page.issuing_state),
        surname=page.surname,
        given_names=page.given_names,
        nationality=_state(page.nationality),
        sex=page.sex,
        date_of_birth=_date(page.date_of_birth),
        issue_date=_date(page.issue_date),
        expiry_date=_date(page.expiry_date),
        personal_number=_number(page.personal_number),
    )


def compare(at: str, pages: list[Page]) -> Iterator[Finding]:
    """Name each field in which a part of a document differs from the first one, its MRZ if it has one."""
    first, *others = pages
    for other in others:
        for field, agree in _COMPARED.items():
            one, two = getattr(first, field), getattr(other, field)
            if one is not None and two is not None and not agree(one, two):
                yield Finding(
                    FindingCode.MISMATCH,
                    f"{at}.{field}",
                    Severity.REFER,
                    f"{_LABELS[field]} differs between {first.origin} and {other.origin}.",
                )


def judge_dates(at: str, pages: Iterable[Page], *, today: date) -> Iterator[Finding]:
    """Name what cannot be or no longer holds about the dates of a document; each is named once."""
    pages = list(pages)
    issued, expires, born = (_first(pages, field) for field in ("issue_date", "expiry_date", "date_of_birth"))
    if expires and expires.latest < today:
        text = f"The document expired on {expires}."
        yield Finding(FindingCode.EXPIRED, f"{at}.expiry_date", Severity.REFER, text)
    if issued and expires and expires.latest < issued.earliest:
        text = "The document expires before it was issued."
        yield Finding(FindingCode.EXPIRY_BEFORE_ISSUE, f"{at}.expiry_date", Severity.REFER, text)
    if issued and born and issued.latest < born.earliest:
        text = "The holder was born after the document was issued."
        yield Finding(FindingCode.BIRTH_AFTER_ISSUE, f"{at}.date_of_birth", Severity.REFER, text)
    if born and born.earliest > today:
        text = "The date of birth lies in the future."
        yield Finding(FindingCode.IMPOSSIBLE_DATE, f"{at}.date_of_birth", Severity.REFER, text)


def judge_codes(at: str, page: DocumentPage) -> Iterator[Finding]:
    """Name States that ICAO Doc 9303-3 does not know, and the specimen State."""
    if page.issuing_state is not None:
        code = states.normalise(page.issuing_state)
        if code is None:
            text = "The issuing State is not in ICAO Doc 9303-3."
            yield Finding(FindingCode.UNKNOWN_ISSUER, f"{at}.issuing_state", Severity.REFER, text)
        if code == "UTO":
            yield Finding(FindingCode.SPECIMEN, f"{at}.issuing_state", Severity.REFER, "UTO marks a specimen.")
    if page.nationality is not None and states.normalise(page.nationality) is None:
        text = "The nationality is not in ICAO Doc 9303-3."
        yield Finding(FindingCode.UNKNOWN_NATIONALITY, f"{at}.nationality", Severity.REFER, text)


def judge_personal_numbers(at: str, pages: Iterable[Page]) -> Iterator[Finding]:
    """Name a personal number that disagrees with its own check digits, where the issuing State's rule is known."""
    for page in pages:
        if page.personal_number is None or page.issuing_state is None:
            continue
        if national_numbers.is_sound(page.personal_number, page.issuing_state) is False:
            text = "The personal number disagrees with the check digits that its State gives."
            yield Finding(FindingCode.PERSONAL_NUMBER_CHECK_FAILED, f"{at}.personal_number", Severity.INFO, text)


def judge_chip(at: str, document: Document) -> Iterator[Finding]:
    """Name the checks of the chip that the reader says failed."""
    if document.chip is None:
        return
    checks = {
        "passive_authentication": "The data in the chip are not signed by the issuing State.",
        "active_authentication": "The chip may be a copy.",
    }
    for field, text in checks.items():
        if getattr(document.chip, field) is Verdict.FAILED:
            yield Finding(FindingCode.CHIP_FAILED, f"{at}.chip.{field}", Severity.REFER, text)


def _first(pages: Iterable[Page], field: str) -> PartialDate | None:
    return next((getattr(page, field) for page in pages if getattr(page, field) is not None), None)


def _number(text: str | None) -> str | None:
    return document_numbers.clean(text) or None if text else None


def _state(text: str | None) -> str | None:
    return states.normalise(text) if text else None


def _date(text: str | None) -> PartialDate | None:
    return PartialDate.parse(text) if text else None


def _dates_agree(one: PartialDate, two: PartialDate) -> bool:
    return one.earliest <= two.latest and two.earliest <= one.latest


def _equal(one: str, two: str) -> bool:
    return one == two


def _sexes_agree(one: str, two: str) -> bool:
    return one == two or "X" in (one, two)


_COMPARED: dict[str, Callable[..., bool]] = {
    "number": _equal,
    "issuing_state": _equal,
    "surname": spelled_alike,
    "given_names": spelled_alike,
    "nationality": _equal,
    "sex": _sexes_agree,
    "date_of_birth": _dates_agree,
    "issue_date": _dates_agree,
    "expiry_date": _dates_agree,
    "personal_number": _equal,
}

_LABELS = {
    "number": "The number",
    "issuing_state": "The issuing State",
    "surname": "The surname",
    "given_names": "The given names",
    "nationality": "The nationality",
    "sex": "The sex",
    "date_of_birth": "The date of birth",
    "issue_date": "The date of issue",
    "expiry_date": "The date of expiry",
    "personal_number": "The personal number",
}
