"""Whether an object presented is the one on record: what each trait says, and what that comes to. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

from screening.identifiers.document_numbers import LookAlike
from screening.objects import traits
from screening.objects.presenting import Ask, Presented
from screening.objects.traits import Trait, Traits
from screening.objects.vocabulary import Agreement, Comparison

_WEAKER = {Agreement.EXACT: Agreement.STRONG, Agreement.STRONG: Agreement.POSSIBLE}
_RANK = attrgetter("rank")


@dataclass(frozen=True, slots=True)
class Compared:
    """What one trait says, in words."""

    trait: str
    comparison: Comparison
    text: str
    presented: str
    recorded: str | None


@dataclass(frozen=True, slots=True)
class Judged:
    """How firmly an object is the one on record, and why."""

    agreement: Agreement
    compared: tuple[Compared, ...]


def judge(presented: Presented, found_by: Sequence[Ask], recorded: Traits) -> Judged | None:
    """Compare an object with a record that its questions found; None when it is another object after all."""
    described = traits.TRAITS[presented.kind]
    compared = [
        each
        for trait in described
        if (each := _compare(trait, presented, recorded.get(trait.name, ()), _of_trait(trait, found_by)))
    ]
    said = {each.trait: each.comparison for each in compared}
    weighed = [
        worth
        for trait in described
        if (asks := _of_trait(trait, found_by)) and (worth := _worth(trait, said, presented, asks))
    ]
    if not weighed:
        return None
    agreement = min(weighed, key=_RANK)
    return Judged(_weakened(agreement, described, said), tuple(compared))


def _of_trait(trait: Trait, found_by: Sequence[Ask]) -> list[Ask]:
    return [ask for ask in found_by if ask.trait == trait.name]


def _compare(trait: Trait, presented: Presented, recorded: Collection[str], asks: Sequence[Ask]) -> Compared | None:
    values = presented.traits.get(trait.name, ())
    if not values:
        return _of_part(trait, asks, recorded)
    comparison, text = _verdict(trait, values, recorded, asks)
    if comparison is Comparison.AGREES:
        text = " ".join((text, *_repaired(trait, presented)))
    return Compared(trait.name, comparison, text, ", ".join(values), ", ".join(recorded) or None)


def _repaired(trait: Trait, presented: Presented) -> Iterator[str]:
    for name, repair in presented.repairs:
        if name == trait.name:
            yield f"{repair.read} cannot stand there: read as {repair.meant}, character {repair.position}."


def _verdict(
    trait: Trait, values: Collection[str], recorded: Collection[str], asks: Sequence[Ask]
) -> tuple[Comparison, str]:
    if not recorded:
        return Comparison.ABSENT, f"{trait.label} is not on record."
    if set(values) & set(recorded):
        return Comparison.AGREES, f"{trait.label} agrees."
    alike = next((ask.alike for ask in asks if ask.alike and ask.alike.number in recorded), None)
    if alike is not None:
        return Comparison.COMPATIBLE, _misread(trait, alike)
    if any(trait.resembles(value, other) for value in values for other in recorded):
        return Comparison.COMPATIBLE, f"{trait.label} is similar."
    if not any(map(trait.is_sound, values)) or not any(map(trait.is_sound, recorded)):
        return Comparison.ABSENT, f"{trait.label} is not right in itself, so it says nothing."
    return Comparison.CONTRADICTS, f"{trait.label} differs."


def _of_part(trait: Trait, asks: Sequence[Ask], recorded: Collection[str]) -> Compared | None:
    """Compare a plate that was read in part."""
    part = next((ask for ask in asks if ask.partial), None)
    if part is None:
        return None
    text = f"{trait.label} agrees in the signs that were read."
    pattern = part.pattern if part.mark == trait.name else part.pattern[::-1]
    read = pattern.replace("_", "?").replace("%", "*")
    return Compared(trait.name, Comparison.COMPATIBLE, text, read, ", ".join(recorded) or None)


def _misread(trait: Trait, alike: LookAlike) -> str:
    return (
        f"{trait.label} is on record with {alike.meant} where {alike.read} was read, character {alike.position}: "
        "possibly misread."
    )


def _worth(trait: Trait, said: Mapping[str, Comparison], presented: Presented, asks: Sequence[Ask]) -> Agreement | None:
    """Say what a trait that found the record is worth; None for nothing."""
    if _any(said, trait.refuted_by, Comparison.CONTRADICTS):
        return None
    backed = [trait.backing[name] for name in _those(said, trait.backing, Comparison.AGREES)]
    match said.get(trait.name):
        case Comparison.AGREES:
            worth = min((trait.alone or Agreement.POSSIBLE, *backed), key=_RANK)
            weakened = trait.name in dict(presented.repairs) or _any(said, trait.backing, Comparison.CONTRADICTS)
            return _weaker(worth) if weakened else worth
        case Comparison.COMPATIBLE:
            return Agreement.POSSIBLE if _may_count(trait, said, asks) else None
        case _:
            return None


def _may_count(trait: Trait, said: Mapping[str, Comparison], asks: Sequence[Ask]) -> bool:
    """Tell whether a misread, a similar name or part of a plate counts: not where it may well be another object."""
    if _any(said, trait.doubted_by, Comparison.CONTRADICTS):
        return False
    if not trait.supports or any(ask.partial for ask in asks):
        return True
    if any(ask.alike is not None and not trait.is_neighbour(ask.alike) for ask in asks):
        return True
    return _any(said, trait.supports, Comparison.AGREES)


def _weakened(agreement: Agreement, described: Sequence[Trait], said: Mapping[str, Comparison]) -> Agreement:
    """Take one step back where a number that is given to one object of the world contradicts."""
    unique = [trait.name for trait in described if trait.names_one]
    return _weaker(agreement) if _any(said, unique, Comparison.CONTRADICTS) else agreement


def _weaker(agreement: Agreement) -> Agreement:
    return _WEAKER.get(agreement, agreement)


def _those(said: Mapping[str, Comparison], names: Collection[str], comparison: Comparison) -> Iterator[str]:
    return (name for name in names if said.get(name) is comparison)


def _any(said: Mapping[str, Comparison], names: Collection[str], comparison: Comparison) -> bool:
    return any(_those(said, names, comparison))
