"""Whether two texts may be one name in spellings that documents are allowed to print."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.matching.spelling import spelled_alike


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Müller", "MUELLER"),
        ("Müller", "MUXXLLER"),
        ("Müller", "MULLER"),
        ("D'Artagnan", "DARTAGNAN"),
        ("Lévy-Bruhl", "LEVY BRUHL"),
        ("Шевченко", "SHEVCHENKO"),
        ("Anna Maria", "ANNA"),
        ("eriksson", "ERIKSSON"),
    ],
)
def test_legal_spellings_of_one_name_are_alike(one: str, two: str) -> None:
    assert spelled_alike(one, two)
    assert spelled_alike(two, one)


@pytest.mark.parametrize(
    ("one", "two"), [("Muller", "MILLER"), ("Eriksson", "ERIKSEN"), ("Anna Maria", "MARIA ANNA"), ("Anna", "...")]
)
def test_other_names_and_typing_errors_are_not(one: str, two: str) -> None:
    assert not spelled_alike(one, two)
    assert not spelled_alike(two, one)


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_texts_are_compared_without_an_error_and_in_either_order(one: str, two: str) -> None:
    assert spelled_alike(one, two) == spelled_alike(two, one)
