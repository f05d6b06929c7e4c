"""People whom one might take for a listed person: relatives and namesakes."""

from dataclasses import replace
from datetime import timedelta
from enum import StrEnum
from typing import assert_never

from screening.crowd.crowd import Crowd
from screening.crowd.cultures import Form
from screening.crowd.people import Person
from screening.matching import Sex


class Relation(StrEnum):
    """Why somebody else's name is near."""

    SIBLING = "sibling"
    PARENT = "father"
    COUSIN = "same surname"
    NAMESAKE = "same given names"


def stranger(person: Person, relation: Relation, crowd: Crowd) -> Person:
    """Make another person who stands in a relation to this one."""
    match relation:
        case Relation.SIBLING:
            born = person.born + timedelta(days=crowd.random.randrange(400, 3_600))
            return _distinct(replace(person, given=crowd.given_name(person), born=born), person, crowd)
        case Relation.PARENT:
            return _distinct(_father(person, crowd), person, crowd)
        case Relation.COUSIN:
            fathers = tuple(crowd.ranked(person.culture.male) for _ in person.fathers)
            other = replace(person, given=crowd.given_name(person), fathers=fathers, born=crowd.birth_date())
            return _distinct(other, person, crowd)
        case Relation.NAMESAKE:
            return _namesake(person, crowd)
        case _:
            assert_never(relation)


def _father(person: Person, crowd: Crowd) -> Person:
    born = person.born - timedelta(days=crowd.random.randrange(7_000, 14_000))
    if not person.fathers:
        male = replace(person, sex=Sex.MALE)
        return replace(male, given=crowd.given_name(male), born=born)
    older = (*person.fathers[1:], crowd.ranked(person.culture.male))[: len(person.fathers)]
    return replace(person, sex=Sex.MALE, given=person.fathers[:1], fathers=older, born=born)


def _namesake(person: Person, crowd: Crowd) -> Person:
    """Give the same given names another surname, or another father where no surname is borne."""
    born = crowd.birth_date()
    if person.surnames and person.given:
        return replace(person, surnames=crowd.surname(person), born=born)
    if person.fathers:
        return _distinct(replace(person, fathers=(crowd.ranked(person.culture.male),), born=born), person, crowd)
    return _distinct(replace(person, surnames=crowd.surname(person), born=born), person, crowd)


def _distinct(other: Person, person: Person, crowd: Crowd) -> Person:
    """Draw again when chance gave the very same name."""
    if set(other.words) != set(person.words):
        return other
    if person.culture.form is Form.SOUTH_ASIAN and not person.given:
        return replace(other, surnames=crowd.surname(person))
    return _distinct(replace(other, given=crowd.given_name(person)), person, crowd)
