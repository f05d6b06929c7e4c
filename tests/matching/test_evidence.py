"""What holds of the evidence of many made-up people, in any order in which it comes together."""

import random

import pytest

from screening.crowd import Crowd, NameChange, crossings, errors, people
from screening.matching import Field, State, Traveller, compare, profile

FIELDS = ("date_of_birth", "nationalities", "sex", "place_of_birth")
CHANGES = list(NameChange)


@pytest.mark.parametrize("seed", range(4))
def test_agreeing_evidence_added_in_any_order_never_lowers_a_score(seed: int) -> None:
    """400 people a seed, each field added in an order of its own: 1,600 orderings."""
    crowd, source = Crowd(100 + seed), random.Random(seed)
    for number, person in enumerate(crowd.people(400)):
        nominal = crowd.listed("1", person)
        whole = crossings.of_person("1", person, number, crowd).traveller
        agreeing = {
            part.field for part in compare(whole, nominal).parts if part.state in {State.AGREES, State.COMPATIBLE}
        }
        known = Traveller(whole.surname, whole.given_names)
        before = compare(known, nominal).score
        for field in source.sample(FIELDS, len(FIELDS)):
            if _NAMES[field] in agreeing:
                known = _with(known, field, whole)
                after = compare(known, nominal).score
                assert after >= before
                before = after


def test_a_name_alone_never_reaches_the_first_line() -> None:
    crowd = Crowd(200)
    for number, person in enumerate(crowd.people(900)):
        spelt = crowd.spelt(person)
        name = errors.changed(person, CHANGES[number % len(CHANGES)], spelt, crowd.random)
        nominal = crowd.listed("1", person, people.fields(person, spelt))
        found = compare(
            Traveller(name.surname or None, name.given or None, name_original=people.original(person)), nominal
        )
        assert not found.corroborated
        assert found.score < profile.FIRST_LINE


def test_a_name_and_a_nationality_do_not_reach_the_first_line_either() -> None:
    crowd = Crowd(201)
    for person in crowd.people(300):
        name = crowd.written(person)
        alone = Traveller(name.surname, name.given, nationalities=frozenset({person.nationality}), sex=person.sex)
        assert compare(alone, crowd.listed("1", person, name)).score < profile.FIRST_LINE


_NAMES = {
    "date_of_birth": Field.BIRTH_DATE,
    "nationalities": Field.NATIONALITY,
    "sex": Field.SEX,
    "place_of_birth": Field.PLACE_OF_BIRTH,
}


def _with(traveller: Traveller, field: str, whole: Traveller) -> Traveller:
    values = {each: getattr(traveller, each) for each in FIELDS} | {field: getattr(whole, field)}
    return Traveller(traveller.surname, traveller.given_names, **values)
