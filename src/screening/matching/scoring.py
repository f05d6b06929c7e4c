"""All evidence of a traveller and a nominal put together: `compare`, which the index answers like, is the oracle."""

import math
from collections.abc import Iterable

from screening.matching import alignment, attributes, birth_dates, name_evidence, names, profile
from screening.matching.model import Candidate, Evidence, Field, ListedName, Nominal, State, Traveller
from screening.matching.name_evidence import NameEvidence
from screening.matching.names import Name
from screening.matching.rarity import Rarity

Reading = tuple[ListedName, Name]
"""A name of a record, and one way to read it."""


def compare(traveller: Traveller, nominal: Nominal, rarity: Rarity | None = None) -> Candidate:
    """Compare one traveller with one nominal; without the rarity of a list the built-in one weighs the words."""
    return judge(
        names.of_traveller(traveller),
        readings(nominal),
        others(traveller, nominal),
        nominal_id=nominal.id,
        rarity=rarity or Rarity(),
    )


def readings(nominal: Nominal) -> tuple[Reading, ...]:
    """Read each name of a nominal in each way worth comparing."""
    return tuple((listed, name) for listed in nominal.names for name in names.of_listed(listed))


def others(traveller: Traveller, nominal: Nominal) -> tuple[Evidence, ...]:
    """Judge everything but the name."""
    return (
        birth_dates.evidence(traveller.date_of_birth, nominal.birth_dates, traveller.nationalities),
        attributes.nationality(traveller, nominal),
        attributes.sex(traveller, nominal),
        attributes.place_of_birth(traveller, nominal),
    )


def judge(
    submitted: Iterable[Name],
    recorded: Iterable[Reading],
    rest: tuple[Evidence, ...],
    *,
    nominal_id: str,
    rarity: Rarity,
) -> Candidate:
    """Take the best pair of names and add the other evidence; where no word agrees the score is 0."""
    best = _best_name(tuple(submitted), recorded, rarity)
    if best is None:
        return Candidate(nominal_id, 0.0, 0.0, None, (_nothing_agrees(), *rest), corroborated=False)
    parts = (*best.parts, *rest)
    return Candidate(
        nominal_id=nominal_id,
        score=logistic(profile.PRIOR + sum(part.weight for part in parts)),
        name_score=best.name_score,
        matched_name=best.listed,
        parts=parts,
        corroborated=is_corroborated(rest),
    )


def is_corroborated(rest: Iterable[Evidence]) -> bool:
    """Whether anything but the name says that it is this person.

    A birth date supports from the weight of a year in common on; a nationality or a place of birth when it agrees.
    A birth date that contradicts takes the support of the others away. Sex supports nothing: half the world agrees.
    """
    by_field = {part.field: part for part in rest}
    birth = by_field[Field.BIRTH_DATE]
    if birth.state is State.CONTRADICTS:
        return False
    places = (by_field[Field.NATIONALITY], by_field[Field.PLACE_OF_BIRTH])
    return birth.weight >= profile.CORROBORATING or any(part.state is State.AGREES for part in places)


def logistic(log_odds: float) -> float:
    """Turn log-odds into a score between 0 and 1."""
    return 1 / (1 + math.exp(-log_odds))


def log_odds(score: float) -> float:
    """Turn a score back into log-odds; 0 and less are below all, 1 and more above all."""
    if not 0 < score < 1:
        return -math.inf if score <= 0 else math.inf
    return math.log(score / (1 - score))


def _best_name(submitted: tuple[Name, ...], recorded: Iterable[Reading], rarity: Rarity) -> NameEvidence | None:
    best = None
    for listed, name in recorded:
        for own in submitted:
            found = alignment.align(own, name, rarity)
            if not found.holds_a_word:
                continue
            weighed = name_evidence.weigh(found, listed, rarity)
            if best is None or (weighed.weight, weighed.name_score) > (best.weight, best.name_score):
                best = weighed
    return best


def _nothing_agrees() -> Evidence:
    return Evidence(Field.NAME, State.CONTRADICTS, -profile.NAME_CAP, "no whole word of the name agrees")
