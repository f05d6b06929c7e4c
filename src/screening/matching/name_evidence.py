"""What an alignment of two names weighs, apart for the surname and the rest, and how alike the names are in all."""

from collections.abc import Callable
from dataclasses import dataclass

from screening.matching import alignment as alignments
from screening.matching import profile, words
from screening.matching.alignment import Alignment, Pair
from screening.matching.folding import Role
from screening.matching.model import Evidence, Field, ListedName, NameKind, State
from screening.matching.rarity import Rarity
from screening.matching.similarity import Way

_WELL = 0.85
"""Words alike to this degree agree; less is compatible."""
CONFLICT_SHARE = 1.5
LEFT_OVER_SHARE = 0.25
REVERSED_SHARE = 0.5
INITIAL_DEGREE = 0.5
"""How conflicts, words left over and a reversed filiation lower the name score, which ranks and never decides."""


@dataclass(frozen=True, slots=True)
class NameEvidence:
    """The evidence of one name of a record; `weight` is the sum over `parts`."""

    listed: ListedName
    alignment: Alignment
    parts: tuple[Evidence, ...]
    name_score: float
    weight: float


@dataclass(frozen=True, slots=True)
class _Ledger:
    """Where weights go while a name is weighed: a function tells which positions belong to the part."""

    alignment: Alignment
    share: float
    conflicts: tuple[int, ...]
    belongs: Callable[[int], bool]

    @property
    def pairs(self) -> tuple[Pair, ...]:
        return tuple(pair for pair in self.alignment.pairs if self.belongs(pair.submitted[0]))

    @property
    def weight(self) -> float:
        """Weigh pairs, conflicts and extra words of the part."""
        total = sum(pair.weight * (self.share if pair.weight > 0 else 1.0) for pair in self.pairs)
        return total + sum(self._left_over(at) for at in self.alignment.extra if self.belongs(at))

    def _left_over(self, at: int) -> float:
        if at in self.conflicts:
            return -profile.CONFLICT
        role = self.alignment.submitted.tokens[at].role
        if role is Role.INITIAL:
            return -profile.INITIAL_CONFLICT if self.alignment.missing else 0.0
        return -profile.EXTRA_WORD if role is Role.WORD else 0.0


def weigh(alignment: Alignment, listed: ListedName, rarity: Rarity) -> NameEvidence:
    """Weigh two names laid side by side."""
    share = _share(alignment, listed)
    conflicts = _conflicting(alignment)
    surname = alignment.submitted.surname
    last = _Ledger(alignment, share, conflicts, lambda at: at in surname)
    first = _Ledger(alignment, share, conflicts, lambda at: at not in surname)
    parts = [
        _part(Field.SURNAME, last, last.weight),
        _part(Field.NAME, first, first.weight + _whole_name(alignment, share, conflicts)),
    ]
    kept = tuple(part for part in parts if part is not None)
    return NameEvidence(listed, alignment, kept, _name_score(alignment, rarity), sum(part.weight for part in kept))


def _share(alignment: Alignment, listed: ListedName) -> float:
    """Give the share that agreeing words keep: all of it up to the cap, less on a low quality alias."""
    total = sum(pair.weight for pair in alignment.pairs if pair.weight > 0)
    total += profile.PARTICLE * alignment.particles
    capped = min(1.0, profile.NAME_CAP / total) if total else 1.0
    return capped * (profile.LOW_QUALITY if listed.kind is NameKind.LOW_QUALITY_ALIAS else 1.0)


def _conflicting(alignment: Alignment) -> tuple[int, ...]:
    """Choose the words of the traveller that stand against others, surnames before given names."""
    surname = alignment.submitted.surname
    words_left = [at for at in alignment.extra if alignment.submitted.tokens[at].role is Role.WORD]
    return tuple(sorted(words_left, key=lambda at: (at not in surname, at))[: alignment.conflicts])


def _whole_name(alignment: Alignment, share: float, conflicts: tuple[int, ...]) -> float:
    """Weigh what belongs to no single word of the traveller's."""
    total = share * profile.PARTICLE * alignment.particles
    if not alignment.submitted.cut:
        total -= profile.MISSING_WORD * (_missing_words(alignment) - len(conflicts))
    if alignments.is_reversed(alignment):
        total -= profile.REVERSED_PATRONYMIC
    if alignments.is_swapped(alignment):
        total -= profile.SWAPPED_FIELDS
    if alignments.is_crossed(alignment):
        total -= profile.CROSSED
    return total


def _missing_words(alignment: Alignment) -> int:
    return sum(alignment.recorded.tokens[at].role is Role.WORD for at in alignment.missing)


def _part(field: Field, ledger: _Ledger, weight: float) -> Evidence | None:
    alignment = ledger.alignment
    own = [at for at in range(len(alignment.submitted.tokens)) if ledger.belongs(at)]
    if not own and not weight:
        return None
    text = words.name_part(field, alignment, ledger.pairs, ledger.conflicts)
    return Evidence(
        field=field,
        state=_state(field, ledger, weight),
        weight=weight,
        text=text,
        submitted=words.joined(alignment.submitted, own) or None,
        recorded=words.joined(alignment.recorded, _recorded_of(field, ledger)) or None,
    )


def _recorded_of(field: Field, ledger: _Ledger) -> list[int]:
    paired = {at for pair in ledger.pairs for at in pair.recorded}
    left = ledger.alignment.missing if field is Field.NAME else ()
    return sorted({*paired, *left})


def _state(field: Field, ledger: _Ledger, weight: float) -> State:
    if weight < 0:
        return State.CONTRADICTS
    if field is Field.NAME and alignments.is_reversed(ledger.alignment):
        return State.COMPATIBLE
    well = all(
        pair.likeness.degree >= _WELL and pair.likeness.way not in {Way.CUT, Way.INITIAL} for pair in ledger.pairs
    )
    tokens = ledger.alignment.submitted.tokens
    left = any(ledger.belongs(at) and tokens[at].role is Role.WORD for at in ledger.alignment.extra)
    return State.AGREES if ledger.pairs and well and not left else State.COMPATIBLE


def _name_score(alignment: Alignment, rarity: Rarity) -> float:
    """Give how much of both names agrees, from 0 to 1, each word by its rarity."""
    here, there = alignment.submitted, alignment.recorded
    full = sum(rarity.weight(here.tokens[at]) for pair in alignment.pairs for at in pair.submitted)
    alike = sum(rarity.weight(here.tokens[at]) * _degree(pair) for pair in alignment.pairs for at in pair.submitted)
    extra = sum(rarity.weight(here.tokens[at]) for at in alignment.extra)
    missing = 0.0 if here.cut else sum(rarity.weight(there.tokens[at]) for at in alignment.missing)
    conflict = min(extra, missing) if alignment.conflicts else 0.0
    against = CONFLICT_SHARE * conflict + LEFT_OVER_SHARE * (extra + missing - 2 * conflict)
    score = alike / (full + against) if full else 0.0
    return score * (REVERSED_SHARE if alignments.is_reversed(alignment) else 1.0)


def _degree(pair: Pair) -> float:
    return INITIAL_DEGREE if pair.likeness.way is Way.INITIAL else pair.likeness.degree
