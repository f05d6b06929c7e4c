"""An object as a traveller presents it, and what is asked about it: exact marks, look-alikes, parts of plates. Pure."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from screening.identifiers import letters
from screening.identifiers.document_numbers import LookAlike
from screening.objects import traits
from screening.objects.traits import Trait, Traits, Values
from screening.objects.vocabulary import ObjectKind

PLATE_BACKWARDS = "plate_backwards"
"""The mark under which plates are stored from their end, for those whose beginning was not read."""

KNOWN_OF_PLATE = 4
"""Signs that must have been read of a plate."""

KNOWN_AT_AN_END = 2
"""Signs that must have been read together at its beginning or end: what the look-up starts from."""

_BEHIND_ALL = "~"
"""Sorts behind every letter and digit."""

_PART = re.compile(r"[A-Z0-9?*]+")


@dataclass(frozen=True, slots=True)
class Ask:
    """One question to the marks: all values from `lowest` to `highest` that are like `pattern` (SQL LIKE)."""

    mark: str
    lowest: str
    highest: str
    pattern: str
    trait: str
    alike: LookAlike | None = None
    """The misread that would explain it."""
    partial: bool = False


@dataclass(frozen=True, slots=True)
class Presented:
    """One object that crosses."""

    kind: ObjectKind
    place: int
    """Which of the objects of its kind it is, from 0."""
    traits: Traits
    repairs: tuple[tuple[str, LookAlike], ...]
    """Characters that cannot stand where they were read, by trait, with what was taken instead."""
    asks: tuple[Ask, ...]
    unreadable: tuple[str, ...]
    """Fields that records are found by, and that say nothing that could be asked for."""


def present(kind: ObjectKind, place: int, sent: Values) -> Presented:
    """Read an object as it was sent."""
    country = traits.plate_country(sent)
    pattern = partial_plate(next(iter(traits.texts(sent, "plate")), ""))
    known = traits.of(kind, {**sent, "plate": None} if pattern else sent)
    asks = [ask for trait in traits.TRAITS[kind] if trait.finds for ask in _asks(trait, known, country)]
    if pattern and (ask := ask_for_part(pattern)):
        asks.append(ask)
    unreadable = tuple(_unreadable(kind, sent, {*known, *(ask.trait for ask in asks)}))
    return Presented(kind, place, known, tuple(_repairs(kind, sent, known)), tuple(asks), unreadable)


def _unreadable(kind: ObjectKind, sent: Values, understood: Collection[str]) -> Iterator[str]:
    for trait in traits.TRAITS[kind]:
        given = traits.texts(sent, trait.name) if trait.finds else []
        # A ship's name is read in every script; what a number loses in cleaning makes it another number.
        loses = trait.name != "name" and any(map(letters.loses_characters, given))
        if given and (loses or trait.name not in understood):
            yield trait.name


def marks(kind: ObjectKind, known: Traits) -> Iterator[tuple[str, str]]:
    """Give the marks of a record: under what it is found, and the value there."""
    for trait in traits.TRAITS[kind]:
        for value in known.get(trait.name, ()) if trait.finds else ():
            for key in trait.keys(value):
                yield trait.name, key
    for plate in known.get("plate", ()):
        yield PLATE_BACKWARDS, plate[::-1]


def _asks(trait: Trait, known: Traits, country: str | None) -> Iterator[Ask]:
    supported = any(name in known for name in trait.supports)
    for value in known.get(trait.name, ()):
        for key in trait.keys(value):
            yield Ask(trait.name, key, key, key, trait.name)
        for alike in trait.look_alikes(value, country):
            if supported or not trait.supports or not trait.is_neighbour(alike):
                yield Ask(trait.name, alike.number, alike.number, alike.number, trait.name, alike)


def _repairs(kind: ObjectKind, sent: Values, known: Traits) -> Iterator[tuple[str, LookAlike]]:
    """Give the characters that the normal form of a mark has other than they were read."""
    for trait in traits.TRAITS[kind]:
        read = [letters.clean(text) for text in traits.texts(sent, trait.name)]
        if trait.names_one and len(read) == 1 and len(known.get(trait.name, ())) == 1:
            yield from ((trait.name, repair) for repair in _changes(read[0], known[trait.name][0]))


def _changes(read: str, taken: str) -> Iterator[LookAlike]:
    if len(read) < len(taken):
        return
    for place, (before, after) in enumerate(zip(read[-len(taken) :], taken, strict=True)):
        if before != after:
            yield LookAlike(taken, place + 1, before, after)


def partial_plate(text: str) -> str | None:
    """Give a plate that was read in part: `?` for each sign that was not, `*` for any number of them; else None.

    >>> partial_plate("ab?-12*"), partial_plate("AB 123"), partial_plate("*")
    ('AB?12*', None, None)
    """
    pattern = "".join(_PART.findall(letters.latin(text)))
    known = sum(sign not in "?*" for sign in pattern)
    return pattern if known and known < len(pattern) else None


def ask_for_part(pattern: str) -> Ask | None:
    """Ask for the plates that fit what was read, from its longer end; None where too little was read."""
    if sum(sign not in "?*" for sign in pattern) < KNOWN_OF_PLATE:
        return None
    begin, end = re.split(r"[?*]", pattern)[0], re.split(r"[?*]", pattern)[-1][::-1]
    mark, known, like = ("plate", begin, pattern) if len(begin) >= len(end) else (PLATE_BACKWARDS, end, pattern[::-1])
    if len(known) < KNOWN_AT_AN_END:
        return None
    return Ask(mark, known, known + _BEHIND_ALL, like.replace("?", "_").replace("*", "%"), "plate", partial=True)
