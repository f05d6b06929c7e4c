"""The UN Security Council Consolidated List: each individual becomes a special notice.

Read as published (schema `sc-sanctions.xsd`), in constant memory. The list gives the parts of a name in order without
saying which is the surname, so the whole stands as a full name. Entities are not travellers: they are passed over.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import BinaryIO
from xml.etree.ElementTree import Element, ParseError, tostring

import structlog
from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped] # it has no types
from defusedxml.ElementTree import iterparse  # type: ignore[import-untyped] # it has no types
from pydantic import ValidationError

from screening.dates import PartialDate, YearRange
from screening.identifiers.crime_areas import CrimeArea
from screening.journal.formats import Item, Reject, UnreadableError
from screening.journal.readers import reason_of
from screening.matching.model import NameKind
from screening.nominals import countries, un_documents, un_names
from screening.nominals.kinds import Colour, Kind
from screening.nominals.schemas import Name, NoticeIn, Place, Subject, SubjectDocument

NAME_PARTS = ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")

AREAS = {"Al-Qaida": CrimeArea.TERRORISM, "DPRK": CrimeArea.CBRNE, "Iran": CrimeArea.CBRNE}
"""What a sanctions regime is about, where that is one of the crime areas."""

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

NOT_THE_LIST = "The file is not the Consolidated List of the UN Security Council in XML: it holds no INDIVIDUAL."

HIJRI_YEAR, HIJRI_EPOCH = 0.970229, 621.5643
"""Length of an Islamic year in Gregorian ones, and the Gregorian year in which the calendar begins."""

_LINK = re.compile(r"INTERPOL-UN Security Council Special Notice\s+web link:?\s*\S*")
_MONTH_IN_NOTE = re.compile(rf"(?i)^\W*({'|'.join(MONTHS)})[a-z.]*\W*(\d{{4}})?\W*$")
_YEAR_IN_NOTE = re.compile(r"\b(1[3-9]\d\d|20\d\d)\b")
_SEX = re.compile(r"(?i)\bgender:?\s*(male|female)\b")

logger = structlog.stdlib.get_logger(__name__)


def read(stream: BinaryIO) -> Iterator[Item[NoticeIn] | Reject]:
    """Read the individuals of the list; `line` is the number of the entry in the file, entities included.

    Raises UnreadableError when the file is something else.
    """
    entry, passed_over = 0, 0
    try:
        for element in _entries(stream):
            entry += 1
            if element.tag == "ENTITY":
                passed_over += 1
                continue
            yield _item(entry, element)
    except (ParseError, DefusedXmlException, UnicodeError, LookupError) as error:
        if entry == 0:
            raise UnreadableError(NOT_THE_LIST) from error
        yield Reject(entry + 1, "", "is not well-formed XML, and with it the rest of the file is lost")
    if entry == 0:
        raise UnreadableError(NOT_THE_LIST)
    if passed_over:
        logger.info("entries that are not travellers", passed_over=passed_over)


def _entries(stream: BinaryIO) -> Iterator[Element]:
    """Give each individual and entity once it is complete, and forget it afterwards."""
    open_lists: list[Element] = []
    for event, element in iterparse(stream, events=("start", "end"), forbid_dtd=True):
        if event == "start":
            if element.tag in {"INDIVIDUALS", "ENTITIES"}:
                open_lists.append(element)
        elif element.tag in {"INDIVIDUAL", "ENTITY"}:
            yield element
            if open_lists:
                open_lists[-1].clear()


def _item(entry: int, element: Element) -> Item[NoticeIn] | Reject:
    raw = tostring(element, encoding="unicode").strip()
    try:
        return Item(entry, raw, notice_of(element))
    except ValidationError as error:
        return Reject(entry, raw, reason_of(error))


def notice_of(element: Element) -> NoticeIn:
    """Make a special notice of an INDIVIDUAL; raises pydantic.ValidationError where it lacks what a notice needs."""
    regime = _text(element, "UN_LIST_TYPE")
    listed, delisted = _instant(_text(element, "LISTED_ON")), _instant(_text(element, "DELISTED_ON"))
    remarks = _LINK.sub("", _text(element, "COMMENTS1")).strip(" \n.:")
    return NoticeIn(
        kind=Kind.UN_SPECIAL,
        colour=Colour.UN,
        reference=_text(element, "REFERENCE_NUMBER"),
        purpose=f"Sanctions list of the UN Security Council ({regime or 'consolidated list'}): check for a travel ban.",
        subject=_subject(element),
        crime_areas=[AREAS[regime]] if regime in AREAS else [],
        remarks=remarks[:4000] or None,
        valid_from=listed,
        valid_until=delisted,
    )


def _subject(element: Element) -> Subject:
    return Subject(
        names=_names(element)[:200],
        dates_of_birth=_birth_dates(element)[:50],
        sex=_sex(element),
        nationalities=_states(element, "NATIONALITY/VALUE")[:20],
        places_of_birth=_places(element)[:20],
        documents=_documents(element)[:50],
    )


def _names(element: Element) -> list[Name]:
    whole = " ".join(filter(None, (_text(element, part) for part in NAME_PARTS)))
    names = [Name(kind=NameKind.PRIMARY, full_name=whole)]
    names += un_names.names_of(_text(element, "NAME_ORIGINAL_SCRIPT"), NameKind.ORIGINAL_SCRIPT)
    for alias in element.iterfind("INDIVIDUAL_ALIAS"):
        kind = un_names.QUALITIES.get(_text(alias, "QUALITY").lower(), NameKind.ALIAS)
        names += un_names.names_of(_text(alias, "ALIAS_NAME"), kind)
        names += un_names.names_in_note(_text(alias, "NOTE"), kind)
    return un_names.distinct(names)


def _birth_dates(element: Element) -> list[str]:
    dates = [_birth_date(each) for each in element.iterfind("INDIVIDUAL_DATE_OF_BIRTH")]
    # A birth date that goes with an alias is what its document says: the traveller may present that one.
    dates += [_partial(_text(each, "DATE_OF_BIRTH")) for each in element.iterfind("INDIVIDUAL_ALIAS")]
    return list(dict.fromkeys(filter(None, dates)))


def _birth_date(element: Element) -> str | None:
    """Read one date; a note stands in for what the fields lack (`Nov. 1973`, `24/06/1402 (Hijri Calendar)`)."""
    first, last = _text(element, "FROM_YEAR"), _text(element, "TO_YEAR")
    if first.isdigit() and last.isdigit() and int(first) < int(last):
        return str(YearRange(int(first), int(last)))
    note, year = _text(element, "NOTE"), _text(element, "YEAR") or first or last
    about = "~" if "APPROX" in _text(element, "TYPE_OF_DATE").upper() else ""
    known = _partial(_text(element, "DATE")) or _month(note, year) or _partial(year)
    return known + about if known else _from_note(note)


def _month(note: str, year: str) -> str | None:
    found = _MONTH_IN_NOTE.match(note)
    if found is None or not (found[2] or year):
        return None
    return _partial(f"{found[2] or year}-{MONTHS.index(found[1].lower()) + 1:02d}")


def _from_note(note: str) -> str | None:
    found = _YEAR_IN_NOTE.search(note)
    if found is None:
        return None
    if "hijri" in note.lower():
        gregorian = int(int(found[1]) * HIJRI_YEAR + HIJRI_EPOCH)
        return str(YearRange(gregorian, gregorian + 1))
    return _partial(found[1])


def _partial(text: str) -> str | None:
    try:
        return str(PartialDate.parse(text))
    except ValueError:
        return None


def _sex(element: Element) -> str | None:
    remark = _SEX.search(_text(element, "COMMENTS1"))
    stated = _text(element, "GENDER") or (remark[1] if remark else "")
    return {"male": "M", "female": "F"}.get(stated.lower())


def _states(element: Element, path: str) -> list[str]:
    codes = (countries.code_of(each.text or "") for each in element.iterfind(path))
    return list(dict.fromkeys(filter(None, codes)))


def _places(element: Element) -> list[Place]:
    places = []
    for each in element.iterfind("INDIVIDUAL_PLACE_OF_BIRTH"):
        name = ", ".join(filter(None, (_text(each, part) for part in ("STREET", "CITY", "STATE_PROVINCE"))))
        country = countries.code_of(_text(each, "COUNTRY"))
        if name or country:
            places.append(Place(name=name[:200] or None, country=country))
    return places


def _documents(element: Element) -> list[SubjectDocument]:
    read_all = (
        un_documents.read({part.tag: _clean(part.text) for part in each})
        for each in element.iterfind("INDIVIDUAL_DOCUMENT")
    )
    return list({(found.number, found.type, found.issuing_state): found for found in read_all if found}.values())


def _instant(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text[:10]).replace(tzinfo=UTC)
    except ValueError:
        return None


def _text(element: Element, path: str) -> str:
    return _clean(element.findtext(path))


def _clean(text: str | None) -> str:
    """Give one line of text: the list breaks its lines anywhere."""
    return " ".join((text or "").split())
