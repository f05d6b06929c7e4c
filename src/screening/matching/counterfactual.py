"""What would have to be otherwise for a hit to be none: one field of the traveller, changed as little as possible."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from screening.dates import PartialDate
from screening.matching import attributes, birth_dates, profile, scoring
from screening.matching.model import Candidate, Evidence, Field, Nominal, Sex, State, Traveller

MOST_YEARS = 40
"""A birth date is moved no further: beyond, the face says as much."""
_ANOTHER_STATE = "another"
_SEX_WORDS = {Sex.FEMALE: "female", Sex.MALE: "male"}


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """One field, and the value with which the traveller would be no hit."""

    field: Field
    value: str
    text: str


def counterfactual(
    traveller: Traveller, nominal: Nominal, candidate: Candidate, *, threshold: float
) -> Counterfactual | None:
    """Find the change of one field that takes a candidate below a threshold; None when no single one does.

    The birth date is tried first, year by year away from the traveller's own, or from the record's where he gave none.
    What is changed must contradict the record: a value left out is no reason to let anybody pass.
    """
    weights = {part.field: part.weight for part in candidate.parts}
    total = profile.PRIOR + sum(part.weight for part in candidate.parts)
    for evidence, found in _alternatives(traveller, nominal):
        changed = scoring.logistic(total - weights.get(evidence.field, 0.0) + evidence.weight)
        if evidence.state is State.CONTRADICTS and changed < threshold:
            return found
    return None


_Alternative = tuple[Evidence, Counterfactual]


def _alternatives(traveller: Traveller, nominal: Nominal) -> Iterable[_Alternative]:
    yield from _born_otherwise(traveller, nominal)
    yield from _of_the_other_sex(traveller, nominal)
    yield from _of_another_state(traveller, nominal)


def _born_otherwise(traveller: Traveller, nominal: Nominal) -> Iterator[_Alternative]:
    known = traveller.date_of_birth or next((one.earliest for one in nominal.birth_dates), None)
    if known is None:
        return
    for distance in range(1, MOST_YEARS + 1):
        for year in (known.year + distance, known.year - distance):
            moved = _moved(known.month, known.day, year)
            evidence = birth_dates.evidence(moved, nominal.birth_dates, traveller.nationalities)
            yield evidence, Counterfactual(Field.BIRTH_DATE, str(year), f"no hit if born in {year}")


def _moved(month: int | None, day: int | None, year: int) -> PartialDate:
    return PartialDate(year, month, 28 if (month, day) == (2, 29) else day)


def _of_the_other_sex(traveller: Traveller, nominal: Nominal) -> Iterator[_Alternative]:
    for sex, word in _SEX_WORDS.items():
        if sex is not traveller.sex:
            evidence = attributes.sex(replace(traveller, sex=sex), nominal)
            yield evidence, Counterfactual(Field.SEX, sex, f"no hit if {word}")


def _of_another_state(traveller: Traveller, nominal: Nominal) -> Iterator[_Alternative]:
    evidence = attributes.nationality(replace(traveller, nationalities=frozenset({_ANOTHER_STATE})), nominal)
    text = "no hit with a nationality that the record does not have"
    yield evidence, Counterfactual(Field.NATIONALITY, _ANOTHER_STATE, text)
