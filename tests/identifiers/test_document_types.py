"""Document types, their families and classes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.identifiers import document_types
from screening.identifiers.document_types import DOCUMENT_TYPES, DocumentClass, Family


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("P", "P"), ("P<", "P"), ("PP", "PAS"), ("PE", "EMP"), ("PU", "EMP"), ("PD", "DIP"), ("PO", "OFP"),
        ("PR", "RFP"), ("PT", "ALP"), ("PL", "LAP"), ("PM", "MIP"), ("PS", "P"), ("PX", "P"),
        ("I", "I"), ("I<", "I"), ("ID", "IDC"), ("A", "I"), ("C<", "I"), ("AC", "CMC"), ("IR", "I"),
        ("V", "V"), ("V<", "V"), ("VN", "V"), ("DIP", "DIP"), (" dip ", "DIP"), ("p<", "P"), ("DRV", "DRV"),
    ],
)  # fmt: skip
def test_a_code_of_a_zone_or_of_interpol_has_its_type(code: str, expected: str) -> None:
    assert document_types.document_type(code) == DOCUMENT_TYPES[expected]


@pytest.mark.parametrize("code", ["", "<", "X", "XY", "ZZZ", "PASS", "\u2160"])
def test_an_unknown_code_has_neither_type_nor_family(code: str) -> None:
    assert (document_types.document_type(code), document_types.family_of(code)) == (None, None)


@pytest.mark.parametrize(
    ("left", "right"), [("P<", "DIP"), ("PAS", "EMP"), ("ID", "RES"), ("V", "TDS"), ("AC", "CMC"), ("VRD", "SCC")]
)
def test_siblings_share_a_family_so_that_a_search_meets_them(left: str, right: str) -> None:
    assert document_types.family_of(left) == document_types.family_of(right) is not None


@pytest.mark.parametrize("family", Family)
def test_a_family_lists_every_type_that_belongs_to_it(family: Family) -> None:
    assert document_types.types_of(family) == {code for code, kind in DOCUMENT_TYPES.items() if kind.family is family}


def test_every_family_of_travel_documents_has_one_wildcard() -> None:
    wildcards = {kind.family: kind.code for kind in DOCUMENT_TYPES.values() if kind.is_wildcard}
    assert wildcards == {Family.PASSPORT: "P", Family.IDENTITY: "I", Family.VISA: "V"}


@pytest.mark.parametrize(("code", "expected"), [("PAS", "STD"), ("VSA", "STD"), ("VRD", "SAD"), ("SCC", "SAD")])
def test_the_class_follows_from_the_type(code: str, expected: str) -> None:
    assert DOCUMENT_TYPES[code].document_class is DocumentClass(expected)


@given(st.text())
def test_any_text_has_a_type_or_none(text: str) -> None:
    kind = document_types.document_type(text)
    assert kind is None or document_types.document_type(kind.code) == kind
