"""What came of a hit, as it is reported."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from screening.hits.outcomes import OutcomeIn
from screening.hits.vocabulary import Outcome

READER: TypeAdapter[Any] = TypeAdapter(OutcomeIn)

GIVEN: list[dict[str, Any]] = [
    {"outcome": "refused_entry", "adults": 1, "minors": 0},
    {"outcome": "arrested", "adults": 2, "minors": 0},
    {"outcome": "released", "adults": 1, "minors": 0},
    {"outcome": "victim_protected", "adults": 5, "minors": 35},
    {"outcome": "person_located", "adults": 0, "minors": 1},
    {"outcome": "document_seized", "amount": 3},
    {"outcome": "goods_seized", "kind": "medicines", "amount": 1624.0, "unit": "kilogram"},
    {"outcome": "vehicle_seized", "kind": "car", "amount": 5},
    {"outcome": "firearm_seized", "kind": "pistol", "amount": 1},
    {"outcome": "silent_report"},
    {"outcome": "false_match"},
]


def test_every_outcome_can_be_told() -> None:
    assert [READER.validate_python(each).model_dump(mode="json") for each in GIVEN] == GIVEN
    assert {each["outcome"] for each in GIVEN} == set(Outcome)


@pytest.mark.parametrize(
    "wrong",
    [
        {"outcome": "escaped"},
        {"outcome": "arrested", "adults": 0, "minors": 0},
        {"outcome": "arrested", "adults": -1},
        {"outcome": "arrested", "adults": 100_000},
        {"outcome": "arrested", "name": "Jane Roe"},
        {"outcome": "document_seized", "amount": 0},
        {"outcome": "goods_seized", "kind": "medicines", "amount": float("inf"), "unit": "kilogram"},
        {"outcome": "goods_seized", "kind": "medicines", "amount": 0, "unit": "kilogram"},
        {"outcome": "goods_seized", "kind": "medicines", "amount": 1},
        {"outcome": "vehicle_seized", "kind": "spaceship"},
        {"outcome": "silent_report", "adults": 1},
    ],
)
def test_what_is_open_unbounded_or_names_somebody_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        READER.validate_python(wrong)
