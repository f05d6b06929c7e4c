"""What happens to names on their way into a submission: fifteen classes."""

import random
import re
from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum

from screening.crowd.cultures import Word
from screening.crowd.people import Fields, Person, fields

MRZ_LETTERS = 39
"""The name line of a passport (ICAO Doc 9303-4, 4.2.2)."""


class NameChange(StrEnum):
    """A class of error, or of usage, that makes a name differ from the record's."""

    EXACT = "exact"
    SWAPPED = "order swapped"
    DROPPED = "word dropped"
    ADDED = "word added"
    TYPO = "one typo"
    TWO_TYPOS = "two typos"
    TRANSLITERATION = "transliteration"
    SPELLING = "spelling family"
    INITIAL = "initial"
    JOINED = "joined"
    SPLIT = "split"
    MISREAD = "misread"
    TRUNCATED = "truncated"
    PARTICLE = "particle"
    COMBINED = "two combined"


def changed(person: Person, change: NameChange, spelt: dict[Word, str], source: random.Random) -> Fields:
    """Change a name as the class says; where the error cannot happen to it, it stays as it is."""
    if change in {NameChange.TRANSLITERATION, NameChange.SPELLING}:
        return fields(person, _respelt(person, spelt, source, every=change is NameChange.TRANSLITERATION))
    if change is NameChange.COMBINED:
        return _CHANGES[source.choice(_SINGLE)](fields(person, _respelt(person, spelt, source, every=False)), source)
    return _CHANGES[change](fields(person, spelt), source)


def changed_text(name: Fields, source: random.Random) -> Fields:
    """Change a name of which nothing is known but its letters, in any class that letters allow."""
    return _CHANGES[source.choice(list(_CHANGES))](name, source)


def _respelt(person: Person, spelt: dict[Word, str], source: random.Random, *, every: bool) -> dict[Word, str]:
    """Choose other spellings: of every word as another system writes it, or of one word."""
    several = [word for word in person.words if len(word.spellings) > 1]
    if not several:
        return spelt
    chosen = several if every else [source.choice(several)]
    return spelt | {word: _another(word, spelt.get(word), source) for word in chosen}


def _another(word: Word, present: str | None, source: random.Random) -> str:
    return source.choice([spelling for spelling in word.spellings if spelling != (present or word.spellings[0])])


def _exact(name: Fields, _source: random.Random) -> Fields:
    return name


def _swapped(name: Fields, _source: random.Random) -> Fields:
    return Fields(name.surname, name.given) if name.given else name


def _dropped(name: Fields, source: random.Random) -> Fields:
    """Leave out a given name but the first, or else a surname but the last; two words stay at least."""
    given, surname = name.given.split(), name.surname.split()
    if len(given) > 1 and len(given) + len(surname) > 2:
        del given[source.randrange(1, len(given))]
    elif len(surname) > 1 and len(given) + len(surname) > 2:
        del surname[source.randrange(len(surname))]
    return Fields(" ".join(given), " ".join(surname))


def _added(name: Fields, source: random.Random) -> Fields:
    return replace(name, given=f"{name.given} {source.choice(_ADDITIONS)}".strip())


def _typo(name: Fields, source: random.Random) -> Fields:
    return _in_a_word(name, source, _slipped)


def _two_typos(name: Fields, source: random.Random) -> Fields:
    return _typo(_typo(name, source), source)


def _initial(name: Fields, source: random.Random) -> Fields:
    given = name.given.split()
    if not given or not name.surname:
        return name
    at = source.randrange(len(given))
    given[at] = given[at][0]
    return replace(name, given=" ".join(given))


def _joined(name: Fields, _source: random.Random) -> Fields:
    if " " in name.surname:
        return replace(name, surname=name.surname.replace(" ", ""))
    return replace(name, given=name.given.replace(" ", ""))


def _split(name: Fields, source: random.Random) -> Fields:
    def cut(word: str, source: random.Random) -> str:
        at = source.randrange(2, len(word) - 2)
        return f"{word[:at]} {word[at:]}"

    return _in_a_word(name, source, cut, shortest=6)


def _misread(name: Fields, source: random.Random) -> Fields:
    def read(word: str, source: random.Random) -> str:
        possible = [(true, seen) for true, seen in _LOOK_ALIKES if true in word]
        if not possible:
            return word
        true, seen = source.choice(possible)
        return word.replace(true, seen, 1)

    return _in_a_word(name, source, read)


def _truncated(name: Fields, source: random.Random) -> Fields:
    """Cut the name line as a document of few letters does; a short name is cut on a line shorter still."""
    room = min(MRZ_LETTERS, max(10, int(len(name.full) * source.uniform(0.6, 0.9))))
    surname = name.surname[: max(5, room * 3 // 5)].strip()
    given = name.given[: max(1, room - len(surname) - 2)].strip()
    return Fields(given, surname, cut=(given, surname) != (name.given, name.surname))


_PARTICLES = re.compile(r"\b(?:AL|EL|ABD EL|ABD AL|DE LA|DA|DOS|DE|DEL|VON DER|VAN DER|BEN|BIN|BINTI|LE|DI|SAE|BNT) ")


def _particle(name: Fields, source: random.Random) -> Fields:
    """Leave a particle out, or put one in front of a surname that had none."""
    bare = Fields(_PARTICLES.sub("", name.given), _PARTICLES.sub("", name.surname))
    if bare != name:
        return bare
    return replace(name, surname=f"{source.choice(('DE', 'EL', 'VAN', 'AL'))} {name.surname}")


def _in_a_word(
    name: Fields, source: random.Random, change: Callable[[str, random.Random], str], shortest: int = 4
) -> Fields:
    """Change one word of the name that is long enough."""
    words = [*name.given.split(), "<", *name.surname.split()]
    places = [at for at, word in enumerate(words) if len(word) >= shortest]
    if not places:
        return name
    at = source.choice(places)
    words[at] = change(words[at], source)
    given, surname = " ".join(words).split("<")
    return Fields(given.strip(), surname.strip(), name.cut)


def _slipped(word: str, source: random.Random) -> str:
    """Change, drop, add or swap a letter, never the first."""
    at = source.randrange(1, len(word) - 1)
    letter = source.choice(_LETTERS)
    return source.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + letter + word[at:],
            word[:at] + letter + word[at + 1 :],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        )
    )


_LETTERS = "AEIOURNTLSMKHD"
_ADDITIONS = ("ZOLTAN", "MARK", "ALI", "JOSE", "KUMAR", "BABU", "JUNIOR", "NOEL", "SAMI", "LEO")
_LOOK_ALIKES = (("O", "0"), ("I", "1"), ("I", "L"), ("S", "5"), ("B", "8"), ("Z", "2"), ("M", "RN"), ("L", "I"))

_CHANGES: dict[NameChange, Callable[[Fields, random.Random], Fields]] = {
    NameChange.EXACT: _exact,
    NameChange.SWAPPED: _swapped,
    NameChange.DROPPED: _dropped,
    NameChange.ADDED: _added,
    NameChange.TYPO: _typo,
    NameChange.TWO_TYPOS: _two_typos,
    NameChange.INITIAL: _initial,
    NameChange.JOINED: _joined,
    NameChange.SPLIT: _split,
    NameChange.MISREAD: _misread,
    NameChange.TRUNCATED: _truncated,
    NameChange.PARTICLE: _particle,
}

_SINGLE = [change for change in _CHANGES if change not in {NameChange.EXACT, NameChange.TWO_TYPOS}]
