"""What came of a hit, as it is reported: who, what and how much, in closed words and bounded figures."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from screening.hits.vocabulary import Firearm, Goods, Outcome, Unit, Vehicle

MOST_PERSONS = 1_000
MOST_PIECES = 1_000_000

Persons = Annotated[int, Field(ge=0, le=MOST_PERSONS)]
Pieces = Annotated[int, Field(ge=1, le=MOST_PIECES)]


class OfPersons(BaseModel):
    """What happened to persons; minors are counted apart."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"outcome": "arrested", "adults": 1, "minors": 0}]}
    )

    outcome: Literal[
        Outcome.REFUSED_ENTRY, Outcome.ARRESTED, Outcome.RELEASED, Outcome.VICTIM_PROTECTED, Outcome.PERSON_LOCATED
    ]
    adults: Persons = 1
    minors: Persons = Field(default=0, description="Persons under 18.")

    @model_validator(mode="after")
    def _is_somebody(self) -> "OfPersons":
        if not self.adults and not self.minors:
            raise ValueError("adults or minors counts at least one person")
        return self


class OfDocuments(BaseModel):
    """Documents that were kept."""

    model_config = ConfigDict(extra="forbid")

    outcome: Literal[Outcome.DOCUMENT_SEIZED]
    amount: Pieces = 1


class OfGoods(BaseModel):
    """Goods that were seized."""

    model_config = ConfigDict(extra="forbid")

    outcome: Literal[Outcome.GOODS_SEIZED]
    kind: Goods
    amount: Annotated[float, Field(gt=0, le=1e9, allow_inf_nan=False)]
    unit: Unit


class OfVehicles(BaseModel):
    """Vehicles that were seized or recovered."""

    model_config = ConfigDict(extra="forbid")

    outcome: Literal[Outcome.VEHICLE_SEIZED]
    kind: Vehicle
    amount: Pieces = 1


class OfFirearms(BaseModel):
    """Firearms that were seized."""

    model_config = ConfigDict(extra="forbid")

    outcome: Literal[Outcome.FIREARM_SEIZED]
    kind: Firearm
    amount: Pieces = 1


class OfTheHit(BaseModel):
    """What there is nothing to count about."""

    model_config = ConfigDict(extra="forbid")

    outcome: Literal[Outcome.SILENT_REPORT, Outcome.FALSE_MATCH]


OutcomeIn = Annotated[
    OfPersons | OfDocuments | OfGoods | OfVehicles | OfFirearms | OfTheHit, Field(discriminator="outcome")
]
