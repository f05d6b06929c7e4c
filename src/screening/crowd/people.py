"""A made-up person, and how a document and a record have her name."""

from dataclasses import dataclass
from datetime import date

from screening.crowd.cultures import Culture, Form, Word
from screening.dates import PartialDate
from screening.matching import Sex, Traveller


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who does not exist; `fathers` are the father, then his father, where the culture names them."""

    culture: Culture
    sex: Sex
    given: tuple[Word, ...]
    fathers: tuple[Word, ...]
    surnames: tuple[Word, ...]
    born: date
    nationality: str

    @property
    def words(self) -> tuple[Word, ...]:
        """Every name of the person, given names first."""
        return (*self.given, *self.middle, *self.surnames)

    @property
    def middle(self) -> tuple[Word, ...]:
        """The fathers' names as the person bears them: a patronymic in Slavic use, else their own names."""
        if self.culture.form is Form.SLAVIC:
            return tuple(patronymic(father, self.sex) for father in self.fathers)
        return self.fathers

    @property
    def birth_date(self) -> PartialDate:
        """The birth date as a document has it."""
        return PartialDate(self.born.year, self.born.month, self.born.day)


@dataclass(frozen=True, slots=True)
class Fields:
    """A name as a document or a form gives it, in A-Z; `cut` when the line was too short for it."""

    given: str
    surname: str
    cut: bool = False

    @property
    def full(self) -> str:
        """The name in one piece, given names first."""
        return " ".join(part for part in (self.given, self.surname) if part)


def fields(person: Person, spelt: dict[Word, str]) -> Fields:
    """Give the name by fields, each word in the spelling chosen for it, else in its commonest."""
    given = [_spelling(word, spelt) for word in (*person.given, *person.middle)]
    surnames = [_spelling(word, spelt) for word in person.surnames]
    if person.culture.form is Form.MALAY and person.fathers:
        binding = "BINTI" if person.sex is Sex.FEMALE else "BIN"
        own, father = given[: len(person.given)], given[len(person.given) :]
        return Fields("", " ".join((*own, binding, *father)))
    return Fields(" ".join(given), " ".join(surnames))


def filiation(person: Person, spelt: dict[Word, str]) -> str:
    """Give the name as a chain of fathers: SALMAN BIN MUHAMMAD BIN ALI AL HARBI."""
    chain = [_spelling(word, spelt) for word in (person.given[0], *person.fathers)]
    binding = " BINT " if person.sex is Sex.FEMALE else " BIN "
    return " ".join((binding.join(chain), *(_spelling(word, spelt) for word in person.surnames)))


def original(person: Person) -> str | None:
    """Give the name in its own script, in the order of its culture; None when a part has none."""
    words = person.words
    if any(word.script is None for word in words):
        return None
    if person.culture.form is Form.EAST_ASIAN:
        return "".join(word.script or "" for word in (*person.surnames, *person.given))
    ordered = (*person.surnames, *person.given) if person.culture.form is Form.VIETNAMESE else words
    return " ".join(word.script or "" for word in ordered)


def as_traveller(person: Person, given: Fields) -> Traveller:
    """Give the person as a submission has her under this name."""
    return Traveller(
        surname=given.surname or None,
        given_names=given.given or None,
        date_of_birth=person.birth_date,
        nationalities=frozenset({person.nationality}),
        sex=person.sex,
        surname_truncated=given.cut,
        given_names_truncated=given.cut,
    )


def patronymic(father: Word, sex: Sex) -> Word:
    """Give the Slavic patronymic of a father's name, in each of its spellings."""
    soft = father.script is not None and father.script[-1] in "йьії"
    latin, script = _PATRONYMICS[sex is Sex.FEMALE, soft]
    spellings = tuple(dict.fromkeys(spelling.rstrip("IYJ") + latin for spelling in father.spellings))
    return Word(spellings, father.script.rstrip("йьїі") + script if father.script else None)


_PATRONYMICS = {
    (False, False): ("OVICH", "ович"),
    (False, True): ("EVICH", "евич"),
    (True, False): ("OVNA", "овна"),
    (True, True): ("EVNA", "евна"),
}
"""Ending by sex, female or not, and by the last letter of the father's name, soft or not."""


def _spelling(word: Word, spelt: dict[Word, str]) -> str:
    return spelt.get(word, word.spellings[0])
