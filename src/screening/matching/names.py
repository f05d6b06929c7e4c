"""A name as matching sees it: folded words in order, with what is known of fields, cuts and small words."""

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise, product
from typing import NamedTuple

from screening.matching import folding, scripts, variants
from screening.matching.folding import Role, Token
from screening.matching.model import ListedName, Traveller
from screening.matching.scripts import Word

BARE_MARK = "~"
"""Begins the fold of a run that has no vowels, which never equals the sound of one that has."""


@dataclass(frozen=True, slots=True)
class Span:
    """Neighbouring words read as one: positions from `start` to before `stop`, and their folds."""

    start: int
    stop: int
    fine: str
    coarse: str


@dataclass(frozen=True, slots=True)
class Name:
    """One reading of a name; positions count its tokens, given names first."""

    tokens: tuple[Token, ...]
    spans: tuple[Span, ...] = ()
    surname: frozenset[int] = frozenset()
    cut: frozenset[int] = frozenset()

    @property
    def words(self) -> tuple[int, ...]:
        """Positions of the words that weigh: neither initials nor particles."""
        return tuple(at for at, token in enumerate(self.tokens) if token.role is Role.WORD)


Parts = tuple[str, ...]
"""The words of a run, each by its key."""


def parts(name: Name, span: Span) -> Parts:
    """Give the words that a run is made of."""
    return tuple(token.key for token in name.tokens[span.start : span.stop])


def single_runs(name: Name) -> tuple[Span, ...]:
    """List each word as a run of one: by its sound where it has one, and by its consonants."""
    words = [(at, name.tokens[at]) for at in name.words]
    heard = [Span(at, at + 1, token.fine, token.coarse) for at, token in words if not token.bare]
    return (*heard, *(Span(at, at + 1, *(BARE_MARK + token.skeleton,) * 2) for at, token in words))


@dataclass(frozen=True, slots=True)
class _Fields:
    given: str
    surname: str
    given_cut: bool = False
    surname_cut: bool = False


class Reading(NamedTuple):
    """One reading of a name before its words are folded: given names, of which there are so many, then the surname."""

    words: list[Word]
    roles: list[Role]
    given: int
    fields: _Fields


def of_listed(listed: ListedName) -> tuple[Name, ...]:
    """Read a name of a record in each way worth comparing; none when it holds no letter."""
    return tuple(map(_name, readings_of_listed(listed)))


def readings_of_listed(listed: ListedName) -> list[Reading]:
    """Read a name of a record as `of_listed` does, without folding its words."""
    found = _fielded(_Fields(listed.given_names or "", listed.surname or ""))
    return _distinct([*found, *_in_one_piece(listed.full_name)])


def words_alone(text: str) -> list[Word] | None:
    """Read letters between blanks, in A-Z; None when what they are read as depends on what stands beside them."""
    found = scripts.plain_words(text)
    words = _regrouped(found) if found else []
    is_told = not _TOLD_BY_NEIGHBOURS.isdisjoint([word.letters for word in words])
    return None if not words or is_told or words[-1].letters == _SERVANT else words


def of_traveller(traveller: Traveller) -> tuple[Name, ...]:
    """Read a traveller's name in each way worth comparing: by fields, in one piece and in its own script."""
    fields = _Fields(
        traveller.given_names or "",
        traveller.surname or "",
        traveller.given_names_truncated,
        traveller.surname_truncated,
    )
    found = [*_fielded(fields), *_in_one_piece(traveller.full_name), *_in_one_piece(traveller.name_original)]
    return tuple(map(_name, _distinct(found)))


def _distinct(found: list[Reading]) -> list[Reading]:
    """Keep the first of readings with the same words in any order: it knows the fields."""
    if len(found) < 2:
        return found
    kept: dict[tuple[Word, ...], Reading] = {}
    for reading in found:
        kept.setdefault(tuple(sorted(reading.words)), reading)
    return list(kept.values())


def _in_one_piece(text: str | None) -> list[Reading]:
    """Read a full name; a single comma parts the surname from what follows it (ERIKSSON, ANNA MARIA)."""
    if not text:
        return []
    before, comma, after = text.partition(",")
    if comma and "," not in after:
        return _fielded(_Fields(after, before))
    return _fielded(_Fields(text, ""))


def _fielded(fields: _Fields) -> list[Reading]:
    if not (fields.given or fields.surname):
        return []
    read = scripts.readings(fields.given, fields.surname)
    return [reading for given, surname in read if (reading := _reading(given, surname, fields)).words]


def _reading(given: tuple[Word, ...], surname: tuple[Word, ...], fields: _Fields) -> Reading:
    first, last = _within_limits(_regrouped(given), _regrouped(surname))
    words = first + last
    return Reading(words, _roles(words), len(first), fields)


def _name(reading: Reading) -> Name:
    """Fold the words of a name, and read neighbours as one."""
    tokens = tuple(_in_role(_folded(word), role) for word, role in zip(reading.words, reading.roles, strict=True))
    given, surname = range(reading.given), range(reading.given, len(tokens))
    given_cut = given if reading.fields.given_cut else ()
    surname_cut = surname if reading.fields.surname_cut else ()
    return Name(tokens, _spans(tokens), frozenset(surname), frozenset((*given_cut, *surname_cut)))


def _in_role(token: Token, role: Role) -> Token:
    return token if token.role is role else replace(token, role=role)


_folded = lru_cache(maxsize=1 << 16)(folding.token)
"""Words recur: most folds are made once."""


@lru_cache(maxsize=1 << 14)
def _joined_folds(letters: str) -> tuple[str, str]:
    fine = folding.sound(folding.legal(letters))
    return fine, folding.consonants(fine)


def _within_limits(first: list[Word], last: list[Word]) -> tuple[list[Word], list[Word]]:
    """Keep as many words as are read, half of them for the surname if it has so many."""
    if len(first) + len(last) <= scripts.MOST_WORDS:
        return first, last
    half = min(len(last), scripts.MOST_WORDS // 2)
    kept = first[: scripts.MOST_WORDS - half]
    return kept, last[: scripts.MOST_WORDS - len(kept)]


_SERVANT_OF = re.compile(
    r"ABD(?:[AEIOU]{1,2}L(?!L?A(?:H|Y|$))|[AEIOU]{1,2}(?=([RSZDTN])\1)|[AEIOU]?(?=RAHM|RASH|RAZ|RAOU))"
)
_SERVANT, _GOD = "ABD", re.compile(r"A?LLA?H?")
_OF_THE_FAITH = re.compile(r"(.*?)(?:(?:[AEIO]|O?U)DD(?:I|EE)NE?|[AEU]LD(?:I|EE)N|O?UD(?:I|EE)N|(?<=[^AEIOU])ADIN)")
_OF_GOD = re.compile(r"(.{3,}?)(?:(?:A|O|O?U)LLAH|ULLA)")
_COMPOUND_ENDINGS = ("IN", "INE", "EN", "ENE", "LLAH", "ULLA")
"""How words end that are of the faith, or of God: most words are neither, and are told so at once."""
_SHORTEST_STEM = 3


def _regrouped(words: tuple[Word, ...]) -> list[Word]:
    """Part compounds that are written both ways: ABDURRAHMAN, SAIFUDDIN, RAHMATULLAH; but ABD ALLAH in one."""
    grouped: list[Word] = []
    for word in words:
        if grouped and grouped[-1].letters == _SERVANT and _GOD.fullmatch(word.letters):
            grouped[-1] = Word("ABD" + word.letters, word.bare)
            continue
        grouped += (word,) if word.bare else _compound_words(word.letters)
    return grouped


@lru_cache(maxsize=1 << 16)
def _compound_words(letters: str) -> tuple[Word, ...]:
    return tuple(map(Word, _compound_parts(letters)))


def _compound_parts(letters: str) -> tuple[str, ...]:
    """Part a compound with "servant of", "of the faith" or "of God"; ABDULLAH is one word."""
    if not letters.startswith(_SERVANT) and not letters.endswith(_COMPOUND_ENDINGS):
        return (letters,)
    faith, god = _OF_THE_FAITH.fullmatch(letters), _OF_GOD.fullmatch(letters)
    if faith is not None and (not faith[1] or len(faith[1]) >= _SHORTEST_STEM):
        return (*(_servant_parts(faith[1]) if faith[1] else ()), "AL", "DIN")
    if god is not None and god[1] not in {"ABD", "ABID"}:
        return (god[1], "ULLAH")
    return _servant_parts(letters)


def _servant_parts(letters: str) -> tuple[str, ...]:
    found = _SERVANT_OF.match(letters)
    if found is None:
        return (letters,)
    stem = letters[found.end() :]
    if found[1]:
        stem = stem[1:]
    if not stem:
        return ("ABD", "AL")
    return ("ABD", "AL", stem) if len(stem) >= _SHORTEST_STEM else (letters,)


_TOLD_BY_NEIGHBOURS = variants.ARTICLES | variants.TITLES


def _roles(words: list[Word]) -> list[Role]:
    """Tell articles and titles from words by what stands around them; a name of small words only is words."""
    roles = [folding.role(word) for word in words]
    if Role.WORD in roles and _TOLD_BY_NEIGHBOURS.isdisjoint([word.letters for word in words]):
        return roles
    for at, (word, after) in enumerate(pairwise(words)):
        if variants.is_article(word.letters, after.letters):
            roles[at] = Role.PARTICLE
    weighing = [word for word, role in zip(words, roles, strict=True) if role is Role.WORD]
    if not weighing:
        return [Role.WORD if role is Role.PARTICLE else role for role in roles]
    if all(word.letters in variants.TITLES for word in weighing):
        return roles
    return [Role.TITLE if word.letters in variants.TITLES else role for word, role in zip(words, roles, strict=True)]


def _spans(tokens: tuple[Token, ...]) -> tuple[Span, ...]:
    windows = product(range(len(tokens)), range(2, folding.LONGEST_SPAN + 1))
    return tuple(
        span
        for start, length in windows
        if start + length <= len(tokens) and (span := _span(tokens, start, start + length))
    )


def _span(tokens: tuple[Token, ...], start: int, stop: int) -> Span | None:
    """Read neighbours as one word; particles alone, and words of unlike scripts, do not join."""
    parts = tokens[start:stop]
    letters = "".join(part.text for part in parts)
    alike = len({part.bare for part in parts}) == 1
    if not alike or len(letters) > folding.LONGEST_JOINED or not any(part.role is Role.WORD for part in parts):
        return None
    if parts[0].bare:
        return Span(start, stop, *(_without_vowels(letters),) * 2)
    return Span(start, stop, *_joined_folds(letters))


def _without_vowels(letters: str) -> str:
    return BARE_MARK + folding.consonants_written(letters)
