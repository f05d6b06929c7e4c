"""A source of made-up people: drawn one by one, the same for the same seed."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TypeVar

from screening.crowd.cultures import Culture, Form, Word, cultures
from screening.crowd.people import Fields, Person, as_traveller, fields, filiation, original
from screening.dates import PartialDate
from screening.matching import ListedName, NameKind, Nominal, Sex, Traveller

EARLIEST, LATEST = date(1945, 1, 1), date(2006, 12, 31)
MALE_SHARE = 0.65
BUILT_SURNAMES = 0.85
"""The share of surnames that are built of stems and an ending, where a culture has those."""
TWO_STEMS = 0.85
"""Of these, how many have two stems: hardly anybody shares them, as hardly anybody shares most surnames of life."""
BUILT_GIVEN = 0.5
"""The share of given names outside the list of common ones, built of two stems."""
SINGLE_NAMES = 0.05
"""The share of South Asian and Malay people who bear one name only."""
RECORD_DATES = ((0.05, "none"), (0.12, "year"))
"""Shares of records without a birth date, and with none or no more than the year."""
ALIASES = 0.45
ORIGINALS = 0.4
_RANK_OFFSET = 3
_RESPELT = 0.35

_Item = TypeVar("_Item")


class Crowd:
    """Draws people, and puts them on records as bureaus do."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self._cultures = cultures()
        self._shares = [culture.share for culture in self._cultures]

    def people(self, count: int) -> Iterator[Person]:
        """Draw so many people."""
        for _ in range(count):
            yield self.person()

    def travellers(self, count: int) -> Iterator[Traveller]:
        """Draw so many people, each as a passport has him."""
        for person in self.people(count):
            yield as_traveller(person, self.written(person))

    def traveller(self) -> Traveller:
        """Draw one person, as a passport has him."""
        return next(self.travellers(1))

    def nominals(self, count: int) -> Iterator[Nominal]:
        """Draw so many people, each on a record."""
        for number, person in enumerate(self.people(count)):
            yield self.listed(f"made-up-{number}", person)

    def person(self, culture: Culture | None = None) -> Person:
        """Draw a person, of any culture or of this one."""
        culture = culture or self.random.choices(self._cultures, self._shares)[0]
        sex = Sex.MALE if self.random.random() < MALE_SHARE else Sex.FEMALE
        person = Person(
            culture=culture,
            sex=sex,
            given=self._given(culture, sex),
            fathers=self._fathers(culture),
            surnames=self._surnames(culture, sex),
            born=self.birth_date(),
            nationality=self.random.choice(culture.nationalities),
        )
        return self._within_form(person)

    def birth_date(self) -> date:
        """Draw a birth date; three in a hundred are the first of January."""
        day = EARLIEST + timedelta(days=self.random.randrange((LATEST - EARLIEST).days))
        return day.replace(month=1, day=1) if self.random.random() < 0.03 else day

    def written(self, person: Person) -> Fields:
        """Write a person's name as one document does: a word here and there in a spelling less common."""
        return fields(person, self.spelt(person))

    def spelt(self, person: Person) -> dict[Word, str]:
        """Choose the spellings of a person's papers."""
        return {
            word: self.random.choice(word.spellings) if self.random.random() < _RESPELT else word.spellings[0]
            for word in person.words
        }

    def listed(self, nominal_id: str, person: Person, name: Fields | None = None) -> Nominal:
        """Put a person on a record: perhaps with an alias and the original script, and not always with a full date."""
        name = name or self.written(person)
        return Nominal(
            nominal_id,
            (ListedName(name.surname, name.given), *self._further_names(person)),
            self._recorded_date(person),
            frozenset({person.nationality}),
            person.sex,
        )

    def ranked(self, items: Sequence[_Item]) -> _Item:
        """Draw one of a list in which the first is the commonest."""
        return self.random.choices(items, [1 / (rank + _RANK_OFFSET) for rank in range(len(items))])[0]

    def given_name(self, person: Person) -> tuple[Word, ...]:
        """Draw other given names for somebody of the same culture and sex, none of them her own."""
        found = [word for word in self._given(person.culture, person.sex) if word not in person.words]
        return tuple(found) or self.given_name(person)

    def surname(self, person: Person) -> tuple[Word, ...]:
        """Draw another surname for somebody of the same culture and sex."""
        found = self._surnames(person.culture, person.sex)
        return found if not set(found) & set(person.words) else self.surname(person)

    def _given(self, culture: Culture, sex: Sex) -> tuple[Word, ...]:
        names = culture.female if sex is Sex.FEMALE else culture.male
        most = {Form.ARABIC: 0.0, Form.SLAVIC: 0.0, Form.PATRONYMIC: 0.0, Form.EAST_ASIAN: 0.85}
        count = 2 if self.random.random() < most.get(culture.form, 0.4) else 1
        return tuple(dict.fromkeys(self._given_name(culture, names) for _ in range(count)))

    def _given_name(self, culture: Culture, names: Sequence[Word]) -> Word:
        if culture.stems and culture.form is not Form.ARABIC and self.random.random() < BUILT_GIVEN:
            return self.random.choice(culture.stems) + self.random.choice(culture.stems)
        return self.ranked(names)

    def _fathers(self, culture: Culture) -> tuple[Word, ...]:
        count = {Form.ARABIC: self.random.choice((1, 2)), Form.SLAVIC: 1, Form.PATRONYMIC: 1, Form.MALAY: 1}
        return tuple(self.ranked(culture.male) for _ in range(count.get(culture.form, 0)))

    def _surnames(self, culture: Culture, sex: Sex) -> tuple[Word, ...]:
        if culture.form is Form.PATRONYMIC:
            return (self.ranked(culture.male),)
        count = 2 if culture.form is Form.HISPANIC else 1
        return tuple(dict.fromkeys(_gendered(culture, self._surname(culture), sex) for _ in range(count)))

    def _surname(self, culture: Culture) -> Word:
        if not culture.stems or self.random.random() >= BUILT_SURNAMES:
            return self.ranked(culture.surnames)
        stem = self.random.choice(culture.stems)
        if culture.form is not Form.ARABIC and self.random.random() < TWO_STEMS:
            stem += self.random.choice(culture.stems)
        return stem + self.random.choice(culture.endings)

    def _within_form(self, person: Person) -> Person:
        """Leave out what some people of a culture do not bear: a surname beside the father's name, a second name."""
        form = person.culture.form
        if form is Form.MALAY:
            single = self.random.random() < 0.5
            return replace(person, surnames=()) if single else replace(person, fathers=())
        if form is Form.SOUTH_ASIAN and self.random.random() < SINGLE_NAMES:
            return replace(person, given=(), surnames=person.given[:1])
        return person

    def _further_names(self, person: Person) -> Iterator[ListedName]:
        if self.random.random() < ALIASES:
            spelt = self.spelt(person)
            named_by_fathers = person.culture.form is Form.ARABIC and self.random.random() < 0.5
            full = filiation(person, spelt) if named_by_fathers else fields(person, spelt).full
            yield ListedName(full_name=full, kind=NameKind.ALIAS)
        script = original(person)
        if script is not None and self.random.random() < ORIGINALS:
            yield ListedName(full_name=script, kind=NameKind.ORIGINAL_SCRIPT)

    def _recorded_date(self, person: Person) -> tuple[PartialDate, ...]:
        drawn = self.random.random()
        known = next((how for share, how in RECORD_DATES if drawn < share), "day")
        if known == "none":
            return ()
        return (PartialDate(person.born.year),) if known == "year" else (person.birth_date,)


def _gendered(culture: Culture, word: Word, sex: Sex) -> Word:
    """Give a Slavic surname in the form that a woman bears."""
    if sex is not Sex.FEMALE or culture.form is not Form.SLAVIC:
        return word
    spellings = tuple(dict.fromkeys(_feminine(spelling) for spelling in word.spellings))
    return Word(spellings, _feminine_script(word.script), word.held_out)


def _feminine(spelling: str) -> str:
    if spelling.endswith(("OV", "EV", "IN", "YN", "OW", "EW")):
        return spelling + "A"
    if spelling.endswith("OFF"):
        return spelling[:-2] + "VA"
    for ending in ("SKII", "SKIY", "SKYI", "SKYY", "SKY", "SKI"):
        if spelling.endswith(ending):
            return spelling.removesuffix(ending) + "SKAIA"
    return spelling


def _feminine_script(script: str | None) -> str | None:
    if script is None:
        return None
    if script.endswith(("ов", "ев", "ёв", "ин", "ын")):
        return script + "а"  # noqa: RUF001 - Cyrillic
    for ending, feminine in (("ский", "ская"), ("ський", "ська")):
        if script.endswith(ending):
            return script.removesuffix(ending) + feminine
    return script
