"""Whom or what an entry is about, in forms that are the same however it was written. Pure.

A form is clear text and never stored: the log keeps its keyed hash (see keyring), so that what is held about one
document or one person is found, and nobody who has the database alone can try numbers or names.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from screening.dates import PartialDate
from screening.identifiers import document_numbers, states
from screening.matching import Traveller, folding, scripts

ANY = "-"
"""Stands for the State or the birth date that was not known."""


def of_document(number: str, issuing_state: str | None) -> frozenset[str]:
    """Give the forms of a document: with its State, and with none for those who do not know it."""
    plain = document_numbers.clean(number)
    if not plain:
        return frozenset()
    known = states.normalise(issuing_state) if issuing_state else None
    return frozenset(f"document {state} {plain}" for state in {ANY, known or ANY})


def of_person(traveller: Traveller) -> frozenset[str]:
    """Give the forms of a person: all words of a name as ICAO lets them be printed, in any order, and the birth date.

    Nothing is folded by sound: who answers for one person must not be handed the file of another.
    """
    born = _birth_dates(traveller.date_of_birth)
    return frozenset(f"person {date} {name}" for name in _names(traveller) for date in born)


def of_record(record_id: UUID) -> str:
    """Give the form of a record."""
    return f"record {record_id}"


def _names(traveller: Traveller) -> Iterator[str]:
    parts = ((traveller.given_names or "", traveller.surname or ""), (traveller.full_name or "", ""))
    for given_names, surname in (*parts, (traveller.name_original or "", "")):
        for given, last in scripts.readings(given_names, surname):
            if words := sorted(folding.legal(word.letters) for word in (*given, *last)):
                yield " ".join(words)


def _birth_dates(born: PartialDate | None) -> set[str]:
    return {ANY, str(born) if born else ANY}


@dataclass(frozen=True, slots=True)
class Asked:
    """What an auditor or a bureau looks for; what is left out is not asked."""

    number: str | None = None
    issuing_state: str | None = None
    person: Traveller | None = None
    record_id: UUID | None = None

    @property
    def forms(self) -> frozenset[str]:
        """Give the forms that an entry must have one of. A State or a birth date that is given must agree."""
        return frozenset(self._forms())

    def _forms(self) -> Iterable[str]:
        if self.number is not None:
            yield from _narrowest(of_document(self.number, self.issuing_state))
        if self.person is not None:
            yield from _narrowest(of_person(self.person))
        if self.record_id is not None:
            yield of_record(self.record_id)


def _narrowest(forms: frozenset[str]) -> frozenset[str]:
    """Leave out the forms for those who know less, where there are others."""
    narrow = frozenset(form for form in forms if form.split(" ")[1] != ANY)
    return narrow or forms
