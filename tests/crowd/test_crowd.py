"""Made-up people: the same for the same seed, and what the classes of errors promise."""

import random
from collections import Counter
from datetime import date
from itertools import islice

import pytest

from screening.crowd import BirthChange, Crowd, NameChange, Relation, births, errors, people, strangers
from screening.crowd.cultures import Word, cultures
from screening.dates import PartialDate
from screening.matching import folding, variants


def test_the_same_seed_gives_the_same_people() -> None:
    assert list(Crowd(3).travellers(200)) == list(Crowd(3).travellers(200))
    assert list(Crowd(3).travellers(50)) != list(Crowd(4).travellers(50))


def test_every_culture_gives_people_with_names_in_capital_letters() -> None:
    crowd = Crowd(1)
    for culture in cultures():
        for _ in range(50):
            name = crowd.written(crowd.person(culture))
            assert name.full.replace(" ", "").replace("'", "").isalpha(), culture.name
            assert name.full.isascii() or "ß" in name.full, name.full
            assert name.full == name.full.upper(), name.full


def test_families_that_are_held_out_are_in_no_table_of_matching() -> None:
    tables = [{folding.legal(spelling) for spelling in family} for family in variants.FAMILIES]
    held_out = [word for culture in cultures() for word in (*culture.male, *culture.female) if word.held_out]
    assert len(held_out) > 20
    for word in held_out:
        spellings = {folding.legal(spelling) for spelling in word.spellings}
        assert all(len(spellings & table) < 2 for table in tables), word.spellings


@pytest.mark.parametrize("relation", Relation)
def test_a_stranger_is_another_person(relation: Relation) -> None:
    crowd = Crowd(5)
    for person in crowd.people(300):
        other = strangers.stranger(person, relation, crowd)
        assert set(other.words) != set(person.words)
        assert other.culture is person.culture


@pytest.mark.parametrize("change", [change for change in NameChange if change is not NameChange.EXACT])
def test_an_error_changes_most_names_and_empties_none(change: NameChange) -> None:
    crowd = Crowd(6)
    changed = 0
    for person in crowd.people(300):
        spelt = crowd.spelt(person)
        name = errors.changed(person, change, spelt, crowd.random)
        assert name.full.strip()
        changed += name != people.fields(person, spelt)
    assert changed > 100


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (BirthChange.EQUAL, {"1980-03-12"}),
        (BirthChange.DAY_MONTH, {"1980-12-03"}),
        (BirthChange.YEAR_OFF, {"1979-03-12", "1981-03-12"}),
        (BirthChange.YEAR_ONLY, {"1980"}),
        (BirthChange.FIRST_OF_JANUARY, {"1980-01-01"}),
        (BirthChange.MISSING, {"None"}),
    ],
)
def test_a_birth_date_changes_as_its_class_says(change: BirthChange, expected: set[str]) -> None:
    source = random.Random(1)
    found = {str(births.changed(date(1980, 3, 12), change, source)) for _ in range(20)}
    assert found == expected


def test_a_birth_date_with_a_wrong_digit_stays_a_date_one_digit_away() -> None:
    source = random.Random(2)
    for born in (date(1980, 2, 29), date(1999, 12, 31), date(2001, 1, 1), date(1964, 10, 30)):
        for _ in range(50):
            found = births.changed(born, BirthChange.DIGIT, source)
            assert isinstance(found, PartialDate)
            assert found.year == born.year


def test_two_people_of_a_culture_of_rare_surnames_hardly_share_a_full_name() -> None:
    crowd = Crowd(9)
    anglo = next(culture for culture in cultures() if culture.name == "anglo")
    names = Counter(crowd.written(crowd.person(anglo)).full for _ in range(4_000))
    pairs = sum(count * (count - 1) // 2 for count in names.values())
    assert 4_000 * 3_999 / 2 / max(pairs, 1) > 50_000


def test_a_stem_and_an_ending_meet_in_every_spelling() -> None:
    stem, ending = Word(("ZHUR", "JOUR"), "Жур"), Word(("OV", "OW", "OFF"), "ов")
    assert stem + ending == Word(("ZHUROV", "JOUROW", "JOUROFF"), "Журов")


def test_slavic_women_bear_feminine_forms() -> None:
    slavic = next(culture for culture in cultures() if culture.name == "slavic")
    crowd = Crowd(8)
    women = (person for person in iter(lambda: crowd.person(slavic), None) if person.sex == "F")
    for person in islice(women, 40):
        assert person.middle[0].spellings[0].endswith("NA")
        assert person.surnames[0].spellings[0].endswith("A"), person.surnames
