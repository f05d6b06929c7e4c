"""The subject of a notice as others look at it: as a nominal to match names with, and as documents to look up. Pure."""

import json
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from screening import dates
from screening.audit import subjects as audited
from screening.dates import BirthDate, PartialDate
from screening.identifiers import document_numbers, document_types, states
from screening.matching.model import ListedName, NameKind, Nominal, Sex, Traveller
from screening.nominals.schemas import Subject, SubjectDocument

_SEXES = {str(sex): sex for sex in Sex}
_KINDS = {str(kind): kind for kind in NameKind}


class DocumentKey(NamedTuple):
    """What a document is looked up by."""

    number: str
    type: str | None
    family: str | None
    issuing_state: str | None


def read_nominal(record_id: UUID, subject: str) -> Nominal:
    """Read a stored subject as far as it can be read, whatever rules it was written by; ValueError without a name.

    What was lawful when a notice was stored must not hide it from searches when the rules have changed since.
    """
    stored = json.loads(subject)
    return _read(record_id, stored if isinstance(stored, dict) else {})


def nominal_of(record_id: UUID, subject: Subject) -> Nominal:
    """Give the subject of a notice, read before, as a nominal."""
    return _read(record_id, subject.model_dump(mode="json", exclude_none=True))


def _read(record_id: UUID, fields: dict[str, Any]) -> Nominal:
    names = tuple([name for each in _list(fields, "names") if (name := _read_name(each))])
    if not names:
        raise ValueError("a nominal has a name")
    sex = fields.get("sex")
    return Nominal(
        id=str(record_id),
        names=names,
        birth_dates=tuple([date for each in _list(fields, "dates_of_birth") if (date := _read_date(str(each)))]),
        nationalities=_all_nationalities(tuple(filter(_is_text, _list(fields, "nationalities")))),
        sex=_SEXES.get(str(sex)),
        places_of_birth=tuple(filter(None, map(_read_place, _list(fields, "places_of_birth")))),
    )


def logged(record_id: UUID, subject: Subject | None) -> frozenset[str]:
    """Give the forms by which the log finds versions of a record: its id, its documents, and the person."""
    found = frozenset({audited.of_record(record_id)})
    if subject is None:
        return found
    papers = (audited.of_document(each.number, each.issuing_state) for each in subject.documents)
    read = [dates.parse_birth_date(text) for text in subject.dates_of_birth]
    births = [None, *(born for born in read if isinstance(born, PartialDate))]
    persons = (
        audited.of_person(Traveller(name.surname, name.given_names, name.full_name, date_of_birth=born))
        for name in subject.names
        for born in births
    )
    return found.union(*papers, *persons)


def _list(fields: dict[str, Any], name: str) -> list[Any]:
    found = fields.get(name)
    return found if isinstance(found, list) else []


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _text(fields: dict[str, Any], name: str) -> str | None:
    found = fields.get(name)
    return found if isinstance(found, str) else None


def _read_name(fields: object) -> ListedName | None:
    if not isinstance(fields, dict):
        return None
    surname, given_names, full_name = _text(fields, "surname"), _text(fields, "given_names"), _text(fields, "full_name")
    if not (surname or given_names or full_name):
        return None
    return ListedName(surname, given_names, full_name, _KINDS.get(_text(fields, "kind") or "", NameKind.PRIMARY))


@lru_cache(maxsize=1 << 15)
def _read_date(text: str) -> BirthDate | None:
    try:
        return dates.parse_birth_date(text)
    except ValueError:
        return None


def _read_place(fields: object) -> str | None:
    if not isinstance(fields, dict):
        return None
    name, country = _text(fields, "name"), _text(fields, "country")
    return name or (states.name(country) if country else None)


@lru_cache(maxsize=1 << 10)
def nationalities(state: str) -> frozenset[str]:
    """Give the codes that a national of a State may present today: its own, its sovereign's, and its successors'.

    >>> sorted(nationalities("CSK"))
    ['CSK', 'CZE', 'SVK']
    """
    return states.successors(state) | {state, states.owner_of(state)}


@lru_cache(maxsize=1 << 10)
def _all_nationalities(of_states: tuple[str, ...]) -> frozenset[str]:
    return frozenset[str]().union(*map(nationalities, of_states))


def documents(subject: Subject) -> list[DocumentKey]:
    """Give what the documents of a subject are looked up by, without repetitions."""
    return list(dict.fromkeys(map(_key, subject.documents)))


def _key(document: SubjectDocument) -> DocumentKey:
    family = document_types.family_of(document.type) if document.type else None
    state = states.owner_of(document.issuing_state) if document.issuing_state else None
    return DocumentKey(document_numbers.clean(document.number), document.type, family, state)
