"""How much a filed name can weigh against a traveller's at most, from look-ups alone."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

from screening.matching import names, profile
from screening.matching.folding import Role, Token
from screening.matching.model import ListedName
from screening.matching.names import Name, Parts
from screening.matching.vocabulary import Key, Vocabulary

_MOST_SMALL = {
    Role.INITIAL: profile.INITIAL,
    Role.PARTICLE: profile.PARTICLE,
    Role.TITLE: profile.RARE_WORD,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One reading of one name of a nominal, with what is looked up of it."""

    nominal_id: str
    listed: ListedName
    name: Name
    keys: tuple[Key, ...]
    words: int

    @classmethod
    def of(cls, nominal_id: str, listed: ListedName, name: Name) -> Self:
        """Make the entry of a name."""
        keys = tuple((token.text, token.bare) for token in _weighing(name))
        return cls(nominal_id, listed, name, keys, len(name.words))

    def sharing(self, vocabulary: Vocabulary) -> Self:
        """Give the entry with words that it shares with other names of the vocabulary."""
        tokens = tuple(vocabulary.shared(token) for token in self.name.tokens)
        return replace(self, name=replace(self.name, tokens=tokens))

    @property
    def joins(self) -> set[tuple[str, Parts]]:
        """The runs of the name that may stand for a word, by their consonants."""
        return {(span.coarse, names.parts(self.name, span)) for span in self.name.spans}

    @property
    def tokens(self) -> tuple[Token, ...]:
        """The distinct words and initials of the name; particles are not looked up."""
        return tuple({(token.text, token.bare): token for token in _weighing(self.name)}.values())


@dataclass(frozen=True, slots=True)
class QueryWord:
    """A word of the traveller's name: what it weighs at most, and what each word like it weighs with it."""

    most: float
    similar: Mapping[Key, float]


@dataclass(frozen=True, slots=True)
class Query:
    """A traveller's name, ready to bound what others weigh against it.

    `slack` is what `small` words (initials, titles) and particles may add, `joined` what a join adds, by name.
    A name that is not `whole` may have been cut, and misses nothing.
    """

    words: tuple[QueryWord, ...]
    slack: float
    small: int
    joined: Mapping[int, float]
    whole: bool

    @classmethod
    def of(cls, name: Name, words: tuple[QueryWord, ...], joined: Mapping[int, float]) -> Self:
        """Make the query of a name, given its words and joins as the index knows them."""
        small = sum(token.role in {Role.INITIAL, Role.TITLE} for token in name.tokens)
        return cls(words, sum(_MOST_SMALL.get(token.role, 0.0) for token in name.tokens), small, joined, not name.cut)

    def drivers(self, need: float) -> tuple[QueryWord, ...]:
        """Choose the words of which a name must hold one to weigh what is needed: the others do not suffice together.

        The commonest words weigh least and are held by most names, so they are the ones that need no look-up.
        """
        ranked = sorted(self.words, key=lambda word: word.most)
        sum_so_far = self.slack
        for at, word in enumerate(ranked):
            sum_so_far += word.most
            if sum_so_far >= need:
                return tuple(ranked[at:])
        return ()

    def needs_two(self, need: float) -> bool:
        """Whether one word that agrees cannot weigh what is needed once two others stand against each other."""
        if len(self.words) < 2 or self.small:
            return False
        return max(word.most for word in self.words) + self.slack - profile.CONFLICT < need

    def bound(self, number: int, entry: Entry) -> float:
        """Bound the weight of a name: words that cannot find a partner stand against each other, or alone."""
        found = []
        for word in self.words:
            weights = [word.similar[key] for key in entry.keys if key in word.similar]
            if weights:
                found.append(max(0.0, *weights))
        if number in self.joined:
            return min(self.slack + sum(found) + self.joined[number], profile.NAME_CAP)
        most = sorted(found, reverse=True)[: len(entry.keys)]
        left = len(self.words) - len(most)
        others_left = max(entry.words - len(most) - self.small, 0)
        conflicts = min(left, others_left)
        alone = profile.EXTRA_WORD * (left - conflicts) + profile.MISSING_WORD * (others_left - conflicts) * self.whole
        return min(self.slack + sum(most), profile.NAME_CAP) - profile.CONFLICT * conflicts - alone


def _weighing(name: Name) -> list[Token]:
    return [token for token in name.tokens if token.role is not Role.PARTICLE]
