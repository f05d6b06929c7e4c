"""What is compared and what comes out: names, travellers, nominals, evidence, candidates."""

from dataclasses import dataclass
from enum import StrEnum

from screening.dates import BirthDate, PartialDate


class NameKind(StrEnum):
    """How a name stands on a record."""

    PRIMARY = "primary"
    ALIAS = "alias"
    LOW_QUALITY_ALIAS = "low_quality_alias"
    ORIGINAL_SCRIPT = "original_script"


class Sex(StrEnum):
    """Sex as a document states it; X is unspecified (ICAO Doc 9303-4)."""

    FEMALE = "F"
    MALE = "M"
    UNSPECIFIED = "X"


class Field(StrEnum):
    """The field of a person that a piece of evidence speaks of."""

    SURNAME = "surname"
    NAME = "name"
    BIRTH_DATE = "birth_date"
    NATIONALITY = "nationality"
    SEX = "sex"
    PLACE_OF_BIRTH = "place_of_birth"


class State(StrEnum):
    """What a piece of evidence says; `contradicts` and nothing else weighs below zero, `absent` weighs zero."""

    AGREES = "agrees"
    COMPATIBLE = "compatible"
    ABSENT = "absent"
    CONTRADICTS = "contradicts"


@dataclass(frozen=True, slots=True)
class ListedName:
    """One name of a nominal: by fields, in one piece, or both; any script."""

    surname: str | None = None
    given_names: str | None = None
    full_name: str | None = None
    kind: NameKind = NameKind.PRIMARY

    @property
    def written(self) -> str:
        """The name as a page shows it."""
        fields = (self.given_names, self.surname)
        return self.full_name or " ".join(field for field in fields if field)


@dataclass(frozen=True, slots=True)
class Nominal:
    """A person of a notice or a diffusion, as far as matching looks at him."""

    id: str
    names: tuple[ListedName, ...]
    birth_dates: tuple[BirthDate, ...] = ()
    nationalities: frozenset[str] = frozenset()
    sex: Sex | None = None
    places_of_birth: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Traveller:
    """A person before the officer, as the document or a form has him; nationalities in one coding with the nominals."""

    surname: str | None = None
    given_names: str | None = None
    full_name: str | None = None
    name_original: str | None = None
    date_of_birth: PartialDate | None = None
    nationalities: frozenset[str] = frozenset()
    sex: Sex | None = None
    place_of_birth: str | None = None
    surname_truncated: bool = False
    given_names_truncated: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason for or against, in natural log-odds, with the words an officer reads."""

    field: Field
    state: State
    weight: float
    text: str
    submitted: str | None = None
    recorded: str | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A nominal that a traveller may be, and why; `score` = logistic(prior + sum of the weights of `parts`)."""

    nominal_id: str
    score: float
    name_score: float
    matched_name: ListedName | None
    parts: tuple[Evidence, ...]
    corroborated: bool


@dataclass(frozen=True, slots=True)
class Found:
    """Candidates, best first; `truncated` when there were more than the limit, or more work than the cap allows."""

    candidates: tuple[Candidate, ...] = ()
    truncated: bool = False
