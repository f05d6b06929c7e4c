"""Evidence in the words that an officer reads: short, plain, never a number of the engine."""

from collections.abc import Iterable, Sequence

from screening.matching import alignment as alignments
from screening.matching import similarity
from screening.matching.alignment import Alignment, Pair
from screening.matching.folding import Role
from screening.matching.model import Field
from screening.matching.names import Name
from screening.matching.similarity import Way

MOST_SENTENCES = 4
"""Remarks of one piece of evidence; more would not be read."""
_RELATIONS = {
    Way.SAME: "is another way to write",
    Way.SOUND: "sounds like",
    Way.VARIANT: "is another spelling of",
    Way.MISREAD: "may be a misreading of",
    Way.SCRIPT: "fits the other script's",
    Way.CUT: "may be the beginning of",
    Way.JOINED: "is spaced differently from",
    Way.SIMILAR: "is like",
    Way.SLIP: "is like",
}
_COUNTS = {1: "one letter", 2: "two letters"}


def joined(name: Name, positions: Iterable[int]) -> str:
    """Give words of a name in its order."""
    return " ".join(name.tokens[at].text for at in sorted(positions))


def name_part(field: Field, alignment: Alignment, pairs: Sequence[Pair], conflicts: Sequence[int]) -> str:
    """Say how the surname, or the rest of the name, agrees and where it does not."""
    label = "surname" if field is Field.SURNAME else "name"
    remarks = [*_agreements(label, alignment, pairs), *_disagreements(field, alignment, conflicts)]
    if field is Field.NAME:
        remarks += _of_the_whole(alignment)
    return "; ".join(remarks[:MOST_SENTENCES]) or f"nothing of the {label} agrees"


def _agreements(label: str, alignment: Alignment, pairs: Sequence[Pair]) -> list[str]:
    same = [pair for pair in pairs if pair.likeness.way is Way.SAME and _equal(alignment, pair)]
    remarks = []
    if same:
        shared = joined(alignment.submitted, (at for pair in same for at in pair.submitted))
        remarks.append(f"{label} {shared} in both")
    others = [_remark(alignment, pair) for pair in pairs if pair not in same]
    if others and not same:
        others[0] = f"{label} {others[0]}"
    return remarks + others


def _equal(alignment: Alignment, pair: Pair) -> bool:
    return joined(alignment.submitted, pair.submitted) == joined(alignment.recorded, pair.recorded)


def _remark(alignment: Alignment, pair: Pair) -> str:
    here = joined(alignment.submitted, pair.submitted)
    there = joined(alignment.recorded, pair.recorded)
    edits = similarity.edits(alignment.submitted.tokens[pair.submitted[0]], alignment.recorded.tokens[pair.recorded[0]])
    way = pair.likeness.way
    if way is Way.INITIAL:
        return _initial(here, there)
    if edits in _COUNTS and (way in {Way.SIMILAR, Way.SLIP} or (way is Way.SOUND and edits == 1)):
        return f"{here} is {_COUNTS[edits]} from {there}"
    return f"{here} {_RELATIONS[way]} {there}"


def _initial(here: str, there: str) -> str:
    if here == there:
        return f"initial {here} in both"
    return f"{here} is the initial of {there}" if len(here) == 1 else f"{there} is the initial of {here}"


def _disagreements(field: Field, alignment: Alignment, conflicts: Sequence[int]) -> list[str]:
    surname = alignment.submitted.surname
    is_surname = field is Field.SURNAME
    own = [at for at in alignment.extra if (at in surname) is is_surname]
    against = joined(alignment.submitted, (at for at in own if at in conflicts))
    alone = joined(alignment.submitted, (at for at in own if at not in conflicts))
    remarks = [f"{against} does not fit {joined(alignment.recorded, alignment.missing)}"] if against else []
    return remarks + ([f"only the traveller has {alone}"] if alone else [])


def _of_the_whole(alignment: Alignment) -> list[str]:
    remarks = []
    missing = [at for at in alignment.missing if alignment.recorded.tokens[at].role is Role.WORD]
    if missing and not alignment.conflicts:
        remarks.append(f"only the record has {joined(alignment.recorded, missing)}")
    if alignments.is_reversed(alignment):
        remarks.insert(0, "father and child have changed places")
    if alignments.is_swapped(alignment):
        remarks.append("surname and given name have changed places")
    if alignments.is_crossed(alignment):
        remarks.append("the given names stand in another order")
    return remarks
