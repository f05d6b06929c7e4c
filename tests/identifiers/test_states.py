"""Codes of States: one form, owners and successors."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.identifiers import states
from screening.identifiers.iso_3166 import COUNTRIES
from screening.identifiers.states import STATES, Kind, State

CODES = st.sampled_from(sorted(STATES))


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("D", "DEU"), ("D<<", "DEU"), ("d", "DEU"), ("DE", "DEU"), ("DEU", "DEU"), (" fra ", "FRA"), ("FR<", "FRA"),
        ("GB", "GBR"), ("UK", "GBR"), ("GBD", "GBD"), ("XK", "RKS"), ("XKX", "RKS"), ("RKS", "RKS"), ("XXA", "XXA"),
        ("UTO", "UTO"), ("SUN", "SUN"), ("EU", "EUE"), ("UNK", "UNK"), ("", None), ("<<<", None), ("ZZZ", None),
        ("Z", None), ("GERMANY", None), ("DEU\u0661", None),
    ],
)  # fmt: skip
def test_a_code_has_one_form_of_three_letters(code: str, expected: str | None) -> None:
    assert states.normalise(code) == expected


@given(st.text() | CODES)
def test_normalising_is_total_and_idempotent(text: str) -> None:
    form = states.normalise(text)
    assert form is None or (states.normalise(form), len(form)) == (form, 3)


@given(st.text() | CODES)
def test_the_owner_of_any_code_owns_itself(text: str) -> None:
    owner = states.owner_of(text)
    assert states.owner_of(owner) == owner


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("D<<", "DEU"), ("GBD", "GBR"), ("GBN", "GBR"), ("GBO", "GBR"), ("GBP", "GBR"), ("GBS", "GBR"), ("JEY", "GBR"),
        ("UNA", "UNO"), ("UNK", "UNO"), ("UNO", "UNO"), ("HKG", "CHN"), ("PRI", "USA"), ("REU", "FRA"), ("fr", "FRA"),
        ("XPO", "XPO"), ("RKS", "RKS"), ("zzz<", "ZZZ"),
    ],
)  # fmt: skip
def test_documents_belong_to_the_bureau_of_their_issuer(code: str, expected: str) -> None:
    assert states.owner_of(code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("CSK", {"CZE", "SVK"}),
        ("DDR", {"DEU"}),
        ("SCG", {"SRB", "MNE", "RKS"}),
        ("ZAR", {"COD"}),
        ("BUR", {"MMR"}),
        ("TMP", {"TLS"}),
        ("NTZ", {"IRQ", "SAU"}),
        ("FRA", set()),
        ("zzz", set()),
    ],
)
def test_a_nationality_gone_by_may_continue_in_its_successors(code: str, expected: set[str]) -> None:
    assert states.successors(code) == expected


def test_fifteen_states_followed_the_soviet_union() -> None:
    assert len(states.successors("SUN")) == 15


@given(CODES)
def test_predecessors_are_those_whose_successor_a_state_is(code: str) -> None:
    assert states.predecessors(code) == {other for other in STATES if code in states.successors(other)}


@given(CODES)
def test_successors_and_owners_are_states_of_today(code: str) -> None:
    current = {form for form, state in STATES.items() if state.kind is not Kind.HISTORICAL}
    assert states.successors(code) <= current
    assert states.owner_of(code) in STATES
    assert (states.successors(code) != frozenset()) == (STATES[code].kind is Kind.HISTORICAL)


def test_iso_3166_has_249_entries_with_codes_of_their_own() -> None:
    assert len(COUNTRIES) == 249
    assert len({alpha_2 for alpha_2, _ in COUNTRIES.values()}) == 249
    assert all(len(alpha_3) == 3 and len(alpha_2) == 2 for alpha_3, (alpha_2, _) in COUNTRIES.items())


def test_a_state_is_found_however_its_code_is_written() -> None:
    assert states.find_state("d<<") == State("DEU", "Germany", Kind.COUNTRY)
    assert (states.name("xpo"), states.name("zzz")) == ("INTERPOL", None)


def test_every_code_says_what_it_stands_for() -> None:
    kinds = {code: states.STATES[code].kind for code in ("FRA", "GBN", "UNO", "XXB", "YUG", "UTO")}
    assert kinds == {
        "FRA": Kind.COUNTRY,
        "GBN": Kind.NATIONALITY,
        "UNO": Kind.ORGANISATION,
        "XXB": Kind.PERSON,
        "YUG": Kind.HISTORICAL,
        "UTO": Kind.SPECIMEN,
    }
