"""Codes of issuers and nationalities, and that they are those of `identifiers`."""

import pytest

from screening.identifiers import states
from screening.identifiers.iso_3166 import COUNTRIES
from screening.mrz import codes
from screening.mrz.result import Field, FindingCode


@pytest.mark.parametrize("code", ["D", "DEU", "GBD", "RKS", "EUE", "UNO", "XPO", "XOM", "ANT", "NTZ"])
def test_a_code_of_the_standard_is_no_finding(code: str) -> None:
    assert (*codes.issuer_findings(code), *codes.nationality_findings(code)) == ()


@pytest.mark.parametrize("code", ["XXA", "XXB", "XXC", "XXX"])
def test_a_person_without_nationality_is_a_nationality_but_no_issuer(code: str) -> None:
    assert tuple(codes.nationality_findings(code)) == ()
    assert [found.code for found in codes.issuer_findings(code)] == [FindingCode.UNKNOWN_ISSUER]


@pytest.mark.parametrize("code", ["", "ZZZ", "XKX", "SUN", "IAO", "DE"])
def test_an_unknown_code_is_found_in_either_place(code: str) -> None:
    found = (*codes.issuer_findings(code), *codes.nationality_findings(code))
    assert [(one.code, one.field) for one in found] == [
        (FindingCode.UNKNOWN_ISSUER, Field.ISSUING_STATE),
        (FindingCode.UNKNOWN_NATIONALITY, Field.NATIONALITY),
    ]


def test_utopia_is_a_specimen_in_either_place() -> None:
    found = (*codes.issuer_findings("UTO"), *codes.nationality_findings("UTO"))
    assert [(one.code, one.field) for one in found] == [
        (FindingCode.SPECIMEN, Field.ISSUING_STATE),
        (FindingCode.SPECIMEN, Field.NATIONALITY),
    ]


def test_the_zone_and_the_identifiers_know_the_same_codes() -> None:
    specials = {code for code in codes.NATIONALITIES if states.normalise(code) == code} - set(COUNTRIES)
    assert {states.normalise(code) for code in codes.NATIONALITIES} >= set(COUNTRIES)
    assert specials | {"UTO", "IAO"} == {
        state.code
        for state in states.STATES.values()
        if state.code not in COUNTRIES and (state.kind is not states.Kind.HISTORICAL or state.code in {"ANT", "NTZ"})
    }
