from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from screening.documents.schemas import DocumentIn, DocumentPatch
from screening.identifiers import document_numbers
from tests.journal.desks import REPORT


def test_the_example_is_a_document() -> None:
    example = DocumentIn.model_config["json_schema_extra"]["examples"][0]  # type: ignore[index]
    assert DocumentIn.model_validate(example).number == "UT9900001"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({"number": "ab-12 345<"}, {"number": "AB12345"}),
        ({"issuing_state": "D"}, {"issuing_state": "DEU"}),
        ({"issuing_state": "fr"}, {"issuing_state": "FRA"}),
        ({"theft_country": "gb"}, {"theft_country": "GBR"}),
        ({"type": "PD"}, {"type": "DIP"}),
        ({"type": "pas"}, {"type": "PAS"}),
        ({"batch": "  LOT 7 "}, {"batch": "LOT 7"}),
    ],
)
def test_codes_and_numbers_take_their_one_form(sent: dict[str, str], kept: dict[str, str]) -> None:
    document = DocumentIn.model_validate(REPORT | sent)
    assert {name: getattr(document, name) for name in kept} == kept


@pytest.mark.parametrize(
    "sent",
    [
        {"number": "X" * 65},
        {"type": "P"},
        {"type": "XYZ"},
        {"issuing_state": "ZZZ"},
        {"theft_country": None},
        {"reason": "misplaced"},
        {"theft_date": "20260211"},
        {"theft_date": "86400"},
        {"theft_date": 86400},
        {"theft_date": "2026-02-30"},
        {"theft_date": "2026-02-11T00:00:00"},
        {"batch": "X" * 26},
        {"additional_information": "X" * 41},
        {"additional_information": "two\nlines"},
        {"additional_information": "nul \0"},
        {"additional_information": "\ud800"},
        {"national_reference": "   "},
        {"holder": "ERIKSSON"},
        {"retention_reason": "because"},
    ],
)
def test_what_is_not_a_document(sent: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        DocumentIn.model_validate(REPORT | sent)


@pytest.mark.parametrize("name", ["number", "type", "issuing_state", "reason", "theft_country"])
def test_what_every_document_has(name: str) -> None:
    with pytest.raises(ValidationError, match="Field required"):
        DocumentIn.model_validate({key: value for key, value in REPORT.items() if key != name})


@pytest.mark.parametrize("name", ["number", "number_last", "type", "issuing_state", "reason"])
def test_a_change_says_what_cannot_change(name: str) -> None:
    with pytest.raises(ValidationError, match=f"{name} cannot change: withdraw the record and enter it again"):
        DocumentPatch.model_validate({name: "anything"})


@given(st.text(max_size=64))
def test_a_number_keeps_letters_and_digits_and_cleaning_it_again_changes_nothing(text: str) -> None:
    if document_numbers.loses_characters(text):
        with pytest.raises(ValidationError, match="no letters or digits but A-Z and 0-9"):
            DocumentIn.model_validate(REPORT | {"number": text})
        return
    number = DocumentIn.model_validate(REPORT | {"number": text}).number
    assert set(number) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
    assert DocumentIn.model_validate(REPORT | {"number": number[:64]}).number == number[:64]
