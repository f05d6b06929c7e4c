"""The subject of a notice as others look at it: as a nominal to match names with, and as documents to look up. Pure."""

from typing import NamedTuple
from uuid import UUID

from screening import dates
from screening.audit import subjects as audited
from screening.dates import PartialDate
from screening.identifiers import document_numbers, document_types, states
from screening.matching.model import ListedName, Nominal, Sex, Traveller
from screening.nominals.schemas import Name, Place, Subject, SubjectDocument


class DocumentKey(NamedTuple):
    """What a document is looked up by."""

    number: str
    type: str | None
    family: str | None
    issuing_state: str | None


def nominal_of(record_id: UUID, subject: Subject) -> Nominal:
    """Give the form in which names are matched."""
    return Nominal(
        id=str(record_id),
        names=tuple(map(_listed, subject.names)),
        birth_dates=tuple(map(dates.parse_birth_date, subject.dates_of_birth)),
        nationalities=frozenset[str]().union(*map(nationalities, subject.nationalities)),
        sex=Sex(subject.sex) if subject.sex else None,
        places_of_birth=tuple(filter(None, map(_place, subject.places_of_birth))),
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


def _listed(name: Name) -> ListedName:
    return ListedName(surname=name.surname, given_names=name.given_names, full_name=name.full_name, kind=name.kind)


def _place(place: Place) -> str | None:
    return place.name or (states.name(place.country) if place.country else None)


def nationalities(state: str) -> frozenset[str]:
    """Give the codes that a national of a State may present today: its own, its sovereign's, and its successors'.

    >>> sorted(nationalities("CSK"))
    ['CSK', 'CZE', 'SVK']
    """
    return states.successors(state) | {state, states.owner_of(state)}


def documents(subject: Subject) -> list[DocumentKey]:
    """Give what the documents of a subject are looked up by, without repetitions."""
    return list(dict.fromkeys(map(_key, subject.documents)))


def _key(document: SubjectDocument) -> DocumentKey:
    family = document_types.family_of(document.type) if document.type else None
    state = states.owner_of(document.issuing_state) if document.issuing_state else None
    return DocumentKey(document_numbers.clean(document.number), document.type, family, state)
