# ruff: noqa: SIM905 - a list of words is written to be read.
"""Pairs of names: of one person, and of people who are taken for each other."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from anyascii import anyascii
from rapidfuzz.distance import Indel

from screening.crowd import Crowd, NameChange, Person, Relation, errors, people, strangers
from screening.matching import ListedName, NameKind, Nominal

NEIGHBOURS = 3
"""Other people of the list with the nearest names, for each person."""


class Group(StrEnum):
    """What a score is reported for."""

    LATIN = "Latin"
    ORIGINAL = "original scripts"
    LOW_QUALITY = "Latin, low quality aliases"


@dataclass(frozen=True, slots=True)
class Pair:
    """A traveller's name and one of a record; `kind` is the error class, or why another person's name is near."""

    group: Group
    culture: str
    kind: str
    same: bool
    submitted: str
    recorded: str


def generated(seed: int, count: int) -> Iterator[Pair]:
    """Pair made-up people with themselves in each error class, and with relatives, namesakes and neighbours."""
    crowd = Crowd(seed)
    drawn = list(crowd.people(count))
    written = [crowd.written(person).full for person in drawn]
    nearest = neighbours(written)
    for at, person in enumerate(drawn):
        changes = list(NameChange)
        change = changes[at % len(changes)]
        others = [(relation.value, _stranger(person, relation, crowd)) for relation in Relation]
        others += [("neighbour", written[other]) for other in nearest[at] if written[other] != written[at]]
        submitted = errors.changed(person, change, crowd.spelt(person), crowd.random).full
        yield Pair(Group.LATIN, person.culture.name, _title(change, person), True, submitted, written[at])
        for kind, name in others:
            yield Pair(Group.LATIN, person.culture.name, kind, False, name, written[at])
        yield from _across_scripts(person, written[at], others)


def _title(change: NameChange, person: Person) -> str:
    """Tell spellings that no table holds from those that one does."""
    if change is NameChange.SPELLING and any(word.held_out for word in person.words):
        return "spelling, in no table"
    return change.value


def _stranger(person: Person, relation: Relation, crowd: Crowd) -> str:
    return crowd.written(strangers.stranger(person, relation, crowd)).full


def _across_scripts(person: Person, written: str, others: Iterable[tuple[str, str]]) -> Iterator[Pair]:
    script = people.original(person)
    if script is None or _is_latin(script):
        return
    yield Pair(Group.ORIGINAL, person.culture.name, "own script", True, written, script)
    for kind, name in others:
        yield Pair(Group.ORIGINAL, person.culture.name, kind, False, name, script)


def _is_latin(text: str) -> bool:
    return all(ord(letter) < 0x370 or 0x1E00 <= ord(letter) < 0x1F00 for letter in text)


def of_list(nominals: Sequence[Nominal], wanted: Sequence[Nominal]) -> Iterator[Pair]:
    """Pair the primary names of those wanted with their aliases, and with the nearest names of others on the list."""
    primaries = [_primary(nominal) for nominal in nominals]
    donors = sorted({word for name in primaries for word in anyascii(name).upper().split() if _weighs(word)})
    nearest = dict(zip((nominal.id for nominal in nominals), neighbours(primaries), strict=True))
    for nominal in wanted:
        primary = _primary(nominal)
        others = [nominals[at] for at in nearest[nominal.id] if _primary(nominals[at]) != primary]
        for name in nominal.names:
            group = _GROUPS.get(name.kind)
            if group is None or not name.full_name or name.full_name == primary:
                continue
            yield Pair(group, "UN list", name.kind.value, True, primary, name.full_name)
            for other in others:
                yield Pair(group, "UN list", "neighbour", False, _primary(other), name.full_name)
            own = primary if group is Group.ORIGINAL else name.full_name
            for relative in _relatives(own, donors):
                yield Pair(group, "UN list", "relative", False, relative, name.full_name)


_GROUPS = {
    NameKind.ALIAS: Group.LATIN,
    NameKind.LOW_QUALITY_ALIAS: Group.LOW_QUALITY,
    NameKind.ORIGINAL_SCRIPT: Group.ORIGINAL,
}


def _primary(nominal: Nominal) -> str:
    return next(name.full_name or "" for name in nominal.names if name.kind is NameKind.PRIMARY)


def _relatives(name: str, donors: Sequence[str]) -> Iterator[str]:
    """Make a sibling (another first name) and a namesake (another last name) with words of the list."""
    words = name.split()
    own = [at for at, word in enumerate(words) if _weighs(word)]
    if len(own) < 2:
        return
    for at in (own[0], own[-1]):
        yield " ".join((*words[:at], _unlike(donors, name), *words[at + 1 :]))


_SMALL = frozenset(
    """ABDUL ABDEL ABDAL ABDUR ABOU OULD WALAD SHEIKH SHAYKH SHAIKH MULLAH MAULAVI MAWLAWI MAULAWI HAFIZ DOCTOR COLONEL
    GENERAL QARI SAHIB USTAD AKHUND SAYYID SAYYED SAYED HAJI HAJJI ALHAJ""".split()
)
"""Small words and titles, which come and go: another one in their place makes no other person."""


def _weighs(word: str) -> bool:
    """Whether a word stands for a name by itself: long enough, and neither a title nor a small word."""
    return len(word) > 3 and word.isalpha() and word.upper() not in _SMALL


def _unlike(donors: Sequence[str], name: str) -> str:
    """Take a word that is no spelling of any in this name: it begins otherwise and shares few letters."""
    start = sum(map(ord, name))
    words = anyascii(name).upper().split()
    turned = (donors[(start + step) % len(donors)] for step in range(len(donors)))
    return next(
        donor
        for donor in turned
        if all(donor[0] != word[0] and Indel.normalized_similarity(donor, word) < 0.5 for word in words)
    )


def neighbours(names: Sequence[str], count: int = NEIGHBOURS) -> list[list[int]]:
    """Find for each name the others that share most letter trigrams with it: no matcher's own likeness."""
    grams = [_trigrams(name) for name in names]
    holders: dict[str, list[int]] = defaultdict(list)
    for at, own in enumerate(grams):
        for gram in own:
            holders[gram].append(at)
    return [_nearest(at, grams, holders, count) for at in range(len(names))]


def _nearest(at: int, grams: list[frozenset[str]], holders: dict[str, list[int]], count: int) -> list[int]:
    shared: dict[int, int] = defaultdict(int)
    for gram in grams[at]:
        for other in holders[gram]:
            shared[other] += 1
    del shared[at]
    share = {other: both / len(grams[at] | grams[other]) for other, both in shared.items()}
    return sorted(share, key=lambda other: (-share[other], other))[:count]


def _trigrams(name: str) -> frozenset[str]:
    padded = " ".join(f" {word} " for word in anyascii(name).upper().split())
    return frozenset(padded[at : at + 3] for at in range(len(padded) - 2))


def as_nominal(name: str) -> Nominal:
    """Put one name on a record."""
    return Nominal("record", (ListedName(full_name=name),))
