"""Travellers of a benchmark: listed people as documents have them, and innocents who resemble a list."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from screening.crowd import births, errors
from screening.crowd.births import BirthChange
from screening.crowd.crowd import Crowd
from screening.crowd.errors import NameChange
from screening.crowd.people import Fields, Person, as_traveller
from screening.dates import PartialDate
from screening.matching import ListedName, Nominal, Traveller

SAME_NATIONALITY = 0.9
KNOWN_NATIONALITY = 0.95
KNOWN_SEX = 0.97
"""Shares of submissions with the record's nationality, with any, and with the sex: assumed, nobody publishes them."""


@dataclass(frozen=True, slots=True)
class Crossing:
    """A listed person at the border, and what was changed on the way."""

    nominal_id: str
    traveller: Traveller
    name_change: NameChange
    birth_change: BirthChange


def of_person(nominal_id: str, person: Person, number: int, crowd: Crowd) -> Crossing:
    """Send a made-up person to the border: error classes of names in turn, those of birth dates by their shares."""
    name_change = list(NameChange)[number % len(NameChange)]
    birth_change = births.drawn(crowd.random)
    name = errors.changed(person, name_change, crowd.spelt(person), crowd.random)
    traveller = replace(
        as_traveller(person, name),
        date_of_birth=births.changed(person.born, birth_change, crowd.random),
        nationalities=_nationalities(person.nationality, crowd),
        sex=person.sex if crowd.random.random() < KNOWN_SEX else None,
    )
    return Crossing(nominal_id, traveller, name_change, birth_change)


def of_nominals(nominals: Sequence[Nominal], count: int, crowd: Crowd) -> Iterator[tuple[str, Traveller]]:
    """Send subjects of records to the border, their names and birth dates changed as documents and fingers do."""
    able = [nominal for nominal in nominals if _name(nominal).full]
    for nominal in crowd.random.sample(able, min(count, len(able))):
        name = errors.changed_text(_name(nominal), crowd.random)
        yield nominal.id, _traveller(nominal, name, _birth_date(nominal, crowd))


def resembling(nominals: Sequence[Nominal], count: int, crowd: Crowd) -> Iterator[Traveller]:
    """Make innocents from the names of a list: one's given names, another's surname, a third one's birth date."""
    able = [nominal for nominal in nominals if _name(nominal).full]
    for _ in range(count):
        given, surname, born = (crowd.random.choice(able) for _ in range(3))
        name = Fields(_name(given).given, _name(surname).surname)
        yield _traveller(given, name, _day(born) or _dated(crowd))


def _nationalities(nationality: str, crowd: Crowd) -> frozenset[str]:
    drawn = crowd.random.random()
    if drawn < SAME_NATIONALITY:
        return frozenset({nationality})
    return frozenset({crowd.person().nationality}) if drawn < KNOWN_NATIONALITY else frozenset()


def _traveller(nominal: Nominal, name: Fields, born: PartialDate | None) -> Traveller:
    return Traveller(
        surname=name.surname or None,
        given_names=name.given or None,
        date_of_birth=born,
        nationalities=frozenset(sorted(nominal.nationalities)[:1]),
        sex=nominal.sex,
        surname_truncated=name.cut,
        given_names_truncated=name.cut,
    )


def _name(nominal: Nominal) -> Fields:
    """Give the first name of a record by fields; the last word of one in one piece is taken for the surname."""
    first = nominal.names[0] if nominal.names else ListedName()
    if first.surname or first.given_names:
        return Fields((first.given_names or "").upper(), (first.surname or "").upper())
    *given, surname = (first.full_name or "").upper().split() or [""]
    return Fields(" ".join(given), surname)


def _birth_date(nominal: Nominal, crowd: Crowd) -> PartialDate | None:
    known = _day(nominal)
    if known is None or known.exact is None:
        return known
    return births.changed(known.exact, births.drawn(crowd.random), crowd.random)


def _day(nominal: Nominal) -> PartialDate | None:
    return next((known for known in nominal.birth_dates if isinstance(known, PartialDate)), None)


def _dated(crowd: Crowd) -> PartialDate:
    day = crowd.birth_date()
    return PartialDate(day.year, day.month, day.day)
