"""Which word of one name stands for which of another: any order, joined, split, cut, initials.

The pairs are chosen to weigh most in sum, exactly where few words compete and greedily where many do.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from screening.matching import names, profile, similarity, variants
from screening.matching.folding import Role, Token
from screening.matching.names import BARE_MARK, Name, Span
from screening.matching.rarity import Rarity
from screening.matching.similarity import Likeness, Way

MOST_EXACT = 12
"""Competing pairs up to which the best choice among them is searched exactly."""
SHORTEST_LOOSE_JOIN = 4
"""Consonants that joined words need to share before their vowels may differ."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Words of the traveller's name that stand for words of the record's, by position, and what that weighs."""

    submitted: tuple[int, ...]
    recorded: tuple[int, ...]
    likeness: Likeness
    weight: float


@dataclass(frozen=True, slots=True)
class Alignment:
    """Two names laid side by side; `extra` and `missing` are positions that found no partner."""

    submitted: Name
    recorded: Name
    pairs: tuple[Pair, ...]
    extra: tuple[int, ...]
    missing: tuple[int, ...]
    particles: int

    @property
    def conflicts(self) -> int:
        """How many words stand against another one: on both sides a word has found no partner."""
        words = [at for at in self.extra if self.submitted.tokens[at].role is Role.WORD]
        others = [at for at in self.missing if self.recorded.tokens[at].role is Role.WORD]
        return min(len(words), len(others))

    @property
    def holds_a_word(self) -> bool:
        """Whether anything but initials and titles agrees: without that there is nothing to go by."""
        return any(
            pair.weight > 0
            and pair.likeness.way is not Way.INITIAL
            and any(self.submitted.tokens[at].role is Role.WORD for at in pair.submitted)
            for pair in self.pairs
        )


def align(submitted: Name, recorded: Name, rarity: Rarity) -> Alignment:
    """Lay a traveller's name beside one of a record."""
    pairs = _choose([*_single_pairs(submitted, recorded, rarity), *_joined_pairs(submitted, recorded, rarity)])
    taken = {at for pair in pairs for at in pair.submitted}
    covered = {at for pair in pairs for at in pair.recorded}
    return Alignment(
        submitted=submitted,
        recorded=recorded,
        pairs=tuple(sorted(pairs, key=lambda pair: pair.submitted)),
        extra=_left_over(submitted, taken),
        missing=_left_over(recorded, covered),
        particles=len(_particles(submitted, taken) & _particles(recorded, covered)),
    )


def weight(likeness: Likeness, one: float, other: float) -> float:
    """Weigh two words that agree by the commoner of them, and by how alike they are."""
    full = min(one, other)
    span = (likeness.degree - profile.SIMILARITY_FLOOR) / (1 - profile.SIMILARITY_FLOOR)
    match likeness.way:
        case Way.INITIAL:
            return profile.INITIAL
        case Way.CUT:
            return likeness.degree * full
        case Way.SLIP:
            return profile.SLIP
        case Way.SCRIPT:
            return (2 * likeness.degree - 1) * full
        case _:
            return profile.AT_FLOOR + span * (full - profile.AT_FLOOR)


def cut_likeness(start: Token, whole: Token) -> Likeness | None:
    """Say how much the first letters of a word speak for it, where the MRZ may have cut it (ICAO Doc 9303-4, 4.2.3)."""
    if len(start.key) >= len(whole.key) or not whole.key.startswith(start.key):
        return None
    shares = (share for letters, share in profile.TRUNCATED_SHARE if len(start.key) >= letters)
    return Likeness(Way.CUT, next(shares, 0.0))


def is_reversed(alignment: Alignment) -> bool:
    """Whether son and father have changed places: SALMAN BIN MUHAMMAD and MUHAMMAD BIN SALMAN."""
    here, there = _filiation(alignment.submitted), _filiation(alignment.recorded)
    if here is None or there is None:
        return False
    partner = {pair.submitted[0]: pair.recorded[0] for pair in alignment.pairs}
    return partner.get(here[0]) == there[1] and partner.get(here[1]) == there[0]


def is_swapped(alignment: Alignment) -> bool:
    """Whether what one side calls surname the other calls given name, throughout."""
    here, there = alignment.submitted, alignment.recorded
    if not (here.surname and there.surname and len(alignment.pairs) > 1):
        return False
    sides = [(pair.submitted[0] in here.surname, pair.recorded[0] in there.surname) for pair in alignment.pairs]
    return all(one is not other for one, other in sides)


def is_crossed(alignment: Alignment) -> bool:
    """Whether given names that agree stand in another order, where the traveller's are told from the surname."""
    here, there = alignment.submitted, alignment.recorded
    firsts = ((pair.submitted[0], pair.recorded[0]) for pair in alignment.pairs)
    places = [other for at, other in firsts if here.surname and at not in here.surname and other not in there.surname]
    return any(later < earlier for earlier, later in pairwise(places))


def _filiation(name: Name) -> tuple[int, int] | None:
    """Find the person's own word and the father's: around the first BIN or its like, or both before OGLU."""
    for at, token in enumerate(name.tokens):
        particle = variants.PARTICLES.get(token.text)
        if particle in variants.FILIATION:
            before = [word for word in name.words if word < at]
            if particle in variants.AFTER_THE_FATHER:
                return (before[-2], before[-1]) if len(before) > 1 else None
            father = [word for word in name.words if word > at]
            return (before[-1], father[0]) if before and father else None
    return None


def _left_over(name: Name, taken: set[int]) -> tuple[int, ...]:
    return tuple(at for at, token in enumerate(name.tokens) if at not in taken and token.role is not Role.PARTICLE)


def _particles(name: Name, taken: set[int]) -> set[str]:
    return {
        variants.PARTICLES.get(token.text, token.family)
        for at, token in enumerate(name.tokens)
        if token.role is Role.PARTICLE and at not in taken
    }


def _single_pairs(submitted: Name, recorded: Name, rarity: Rarity) -> Iterable[Pair]:
    others = [(at, token) for at, token in enumerate(recorded.tokens) if token.role is not Role.PARTICLE]
    for at, token in enumerate(submitted.tokens):
        if token.role is Role.PARTICLE:
            continue
        for other_at, other in others:
            alike = pair_likeness(token, other, cut=at in submitted.cut)
            if alike is not None:
                weighs = weight(alike, rarity.weight(token), rarity.weight(other))
                yield Pair((at,), (other_at,), alike, weighs)


def pair_likeness(token: Token, other: Token, *, cut: bool) -> Likeness | None:
    """Say how a word of the traveller's name agrees with one of the record's; `cut` when it may be a beginning."""
    if Role.INITIAL in {token.role, other.role}:
        return Likeness(Way.INITIAL, 1.0) if token.key[:1] == other.key[:1] else None
    alike = similarity.likeness(token, other)
    if not cut or (alike is not None and alike.way is Way.SAME):
        return alike
    return cut_likeness(token, other) or alike


def _joined_pairs(submitted: Name, recorded: Name, rarity: Rarity) -> Iterable[Pair]:
    """Pair neighbours with one word, or with other neighbours, that join to the same letters or sound."""
    by_consonants: dict[str, list[Span]] = defaultdict(list)
    for span in runs(recorded):
        by_consonants[span.coarse].append(span)
    for span in runs(submitted):
        for other in by_consonants.get(span.coarse, ()):
            alike = join_likeness(span, other)
            if alike is not None and _is_new_join(submitted, span, recorded, other):
                weighs = weight(alike, joined_weight(submitted, span, rarity), joined_weight(recorded, other, rarity))
                yield Pair(words_of(submitted, span), words_of(recorded, other), alike, weighs)


def join_likeness(span: Span, other: Span) -> Likeness | None:
    """Say how two runs of words agree once joined; two single words are no join."""
    if span.stop - span.start == 1 and other.stop - other.start == 1:
        return None
    if span.fine == other.fine and not span.fine.startswith(BARE_MARK):
        return similarity.JOINED
    if span.coarse == other.coarse and len(span.coarse.strip(BARE_MARK)) >= SHORTEST_LOOSE_JOIN:
        return similarity.LOOSELY_JOINED
    return None


def joined_weight(name: Name, span: Span, rarity: Rarity) -> float:
    """Weigh a run of words: each word that weighs, together."""
    return sum(rarity.weight(name.tokens[at]) for at in words_of(name, span))


def _is_new_join(submitted: Name, span: Span, recorded: Name, other: Span) -> bool:
    """Tell a real join from two runs that share a word, which pairs by itself."""
    apart = set(names.parts(submitted, span)).isdisjoint(names.parts(recorded, other))
    return apart and bool(words_of(submitted, span)) and bool(words_of(recorded, other))


def runs(name: Name) -> tuple[Span, ...]:
    """List what may stand for a word: neighbours joined, and each word by itself."""
    return name.spans + names.single_runs(name)


def words_of(name: Name, span: Span) -> tuple[int, ...]:
    """Give the positions of a run that weigh; particles within it come along for nothing."""
    return tuple(at for at in range(span.start, span.stop) if name.tokens[at].role is not Role.PARTICLE)


def _choose(pairs: Sequence[Pair]) -> list[Pair]:
    """Choose pairs that share no word and are worth most in sum."""
    ranked = sorted(pairs, key=lambda pair: (-_worth(pair), pair.submitted, pair.recorded))
    uses = Counter(use for pair in ranked for use in _uses(pair))
    sole = [pair for pair in ranked if all(uses[use] == 1 for use in _uses(pair))]
    rivals = [pair for pair in ranked if any(uses[use] > 1 for use in _uses(pair))]
    if len(rivals) <= MOST_EXACT:
        return sole + _best(rivals)[1]
    return sole + _greedy(rivals)


def _worth(pair: Pair) -> float:
    """A pair is worth its weight, and the conflict that it saves for each word that it takes on both sides."""
    return pair.weight + profile.CONFLICT * min(len(pair.submitted), len(pair.recorded))


def _uses(pair: Pair) -> list[tuple[str, int]]:
    return [("submitted", at) for at in pair.submitted] + [("recorded", at) for at in pair.recorded]


def _compete(one: Pair, other: Pair) -> bool:
    return bool(set(one.submitted) & set(other.submitted) or set(one.recorded) & set(other.recorded))


def _greedy(ranked: Sequence[Pair]) -> list[Pair]:
    chosen: list[Pair] = []
    for pair in ranked:
        if not any(_compete(pair, other) for other in chosen):
            chosen.append(pair)
    return chosen


def _best(ranked: Sequence[Pair]) -> tuple[float, list[Pair]]:
    if not ranked:
        return 0.0, []
    first, rest = ranked[0], ranked[1:]
    worth, chosen = _best([pair for pair in rest if not _compete(first, pair)])
    taken = (worth + _worth(first), [first, *chosen])
    if not any(_compete(first, pair) for pair in rest):
        return taken
    passed = _best(rest)
    return max(taken, passed, key=lambda option: option[0])
