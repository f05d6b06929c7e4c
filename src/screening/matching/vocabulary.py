"""The distinct words of a list, who holds each, and which of them are like a given word.

`similar` loses nothing: it returns every word that `alignment.pair_likeness` pairs with the given one. It narrows the
vocabulary by equality of a fold where likeness asks for equality, and by a scan in C over the distinct folds where it
allows differences.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator

from rapidfuzz import process
from rapidfuzz.distance import OSA

from screening.matching import similarity
from screening.matching.alignment import pair_likeness
from screening.matching.folding import Role, Token
from screening.matching.names import BARE_MARK
from screening.matching.similarity import Likeness

Key = tuple[str, bool]
"""Letters of a word, and whether it is written without vowels."""

Similar = tuple[tuple[Token, Likeness], ...]

_MOST_REMEMBERED = 4096
"""Answers that are kept until the vocabulary changes."""
_LAST = "\uffff"


class _Groups:
    """Keys of words by a fold that they share."""

    def __init__(self) -> None:
        self._keys: dict[str, set[Key]] = {}
        self._folds: dict[str, str] = {}

    def add(self, fold: str, key: Key) -> None:
        self._keys.setdefault(fold, set()).add(key)
        self._folds[fold] = fold

    def discard(self, fold: str, key: Key) -> None:
        self._keys[fold].discard(key)
        if not self._keys[fold]:
            del self._keys[fold], self._folds[fold]

    def equal(self, fold: str) -> Iterable[Key]:
        return self._keys.get(fold, ())

    def within(self, fold: str, edits: int) -> Iterator[Key]:
        """Give the keys whose fold differs by so many letters at most."""
        if edits == 0:
            yield from self.equal(fold)
            return
        scan = process.extract(fold, self._folds, scorer=OSA.distance, score_cutoff=edits, limit=None)
        for found, _, _ in scan:
            yield from self._keys[found]


class Vocabulary:
    """Words with the numbers of the names that hold them."""

    def __init__(self) -> None:
        self._tokens: dict[Key, Token] = {}
        self._holders: dict[Key, set[int]] = {}
        self._coarse, self._family, self._misread = _Groups(), _Groups(), _Groups()
        self._latin_skeletons, self._bare_skeletons = _Groups(), _Groups()
        self._sorted: list[tuple[str, Key]] = []
        self._remembered: dict[tuple[Key, bool], Similar] = {}

    def __len__(self) -> int:
        """Count the distinct words."""
        return len(self._tokens)

    def add(self, token: Token, name: int) -> None:
        """Note that a name holds a word."""
        key = (token.text, token.bare)
        if key not in self._tokens:
            self._tokens[key] = token
            self._holders[key] = set()
            insort(self._sorted, (token.key, key))
            for group, fold in self._folds(token):
                group.add(fold, key)
            self._remembered.clear()
        self._holders[key].add(name)

    def discard(self, token: Token, name: int) -> None:
        """Forget that a name holds a word."""
        key = (token.text, token.bare)
        self._holders[key].discard(name)
        if self._holders[key]:
            return
        for group, fold in self._folds(token):
            group.discard(fold, key)
        del self._sorted[bisect_left(self._sorted, (token.key, key))]
        del self._tokens[key], self._holders[key]
        self._remembered.clear()

    def shared(self, token: Token) -> Token:
        """Give the vocabulary's own copy of a word, so that names do not each keep theirs."""
        own = self._tokens.get((token.text, token.bare))
        return own if own == token else token

    def holders(self, key: Key) -> Iterable[int]:
        """Give the numbers of the names that hold a word of the vocabulary."""
        return self._holders[key]

    def sounding(self, coarse: str) -> Iterable[Key]:
        """Give the words that a run of words with these consonants may stand for."""
        if coarse.startswith(BARE_MARK):
            skeleton = coarse.removeprefix(BARE_MARK)
            return {*self._latin_skeletons.equal(skeleton), *self._bare_skeletons.equal(skeleton)}
        return self._coarse.equal(coarse)

    def similar(self, token: Token, *, cut: bool) -> Similar:
        """Give every word that agrees with one in some way, and how; `cut` when it may be a beginning."""
        asked = ((token.text, token.bare), cut)
        if asked not in self._remembered:
            if len(self._remembered) >= _MOST_REMEMBERED:
                self._remembered.clear()
            self._remembered[asked] = tuple(self._look_up(token, cut=cut))
        return self._remembered[asked]

    def _look_up(self, token: Token, *, cut: bool) -> Iterator[tuple[Token, Likeness]]:
        keys = set(self._candidates(token))
        keys.update(self._equal((token.text[:1], False)))
        if cut:
            keys.update(self._beginning_with(token.key))
        for key in keys:
            other = self._tokens[key]
            alike = pair_likeness(token, other, cut=cut)
            if alike is not None:
                yield other, alike

    def _candidates(self, token: Token) -> Iterator[Key]:
        if token.bare:
            edits = similarity.skeleton_gate(token.skeleton, token.skeleton)
            yield from self._latin_skeletons.within(token.skeleton, edits)
            yield from self._bare_skeletons.within(token.skeleton, edits)
            return
        yield from self._coarse.within(token.coarse, similarity.gate(token.coarse, token.coarse))
        yield from self._family.equal(token.family)
        yield from self._misread.equal(token.misread)
        for skeleton in filter(None, (token.skeleton, token.inner)):
            edits = similarity.skeleton_gate(skeleton, skeleton)
            yield from self._bare_skeletons.within(skeleton, edits)

    def _equal(self, key: Key) -> Iterable[Key]:
        """Give the key of an initial, where the vocabulary holds it."""
        return (key,) if key in self._tokens else ()

    def _beginning_with(self, start: str) -> Iterator[Key]:
        first = bisect_left(self._sorted, (start,))
        last = bisect_left(self._sorted, (start + _LAST,))
        return (key for _, key in self._sorted[first:last])

    def _folds(self, token: Token) -> Iterator[tuple[_Groups, str]]:
        if token.bare:
            yield self._bare_skeletons, token.skeleton
            return
        for skeleton in {token.skeleton, token.inner} - {""}:
            yield self._latin_skeletons, skeleton
        if token.role is not Role.INITIAL:
            yield self._coarse, token.coarse
            yield self._family, token.family
            yield self._misread, token.misread
