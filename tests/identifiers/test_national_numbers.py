"""National identity numbers against an independent implementation, State by State."""

from contextlib import suppress
from importlib import import_module
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.identifiers import national_numbers

# Examples of the numbers' own descriptions; nobody's.
PUBLISHED = {
    "BEL": ("be.nn", "85073003328"),
    "BGR": ("bg.egn", "7523169263"),
    "BRA": ("br.cpf", "39053344705"),
    "CHN": ("cn.ric", "360426199101010071"),
    "ESP": ("es.dni", "54362315K"),
    "EST": ("ee.ik", "36805280109"),
    "FIN": ("fi.hetu", "131052308T"),
    "LTU": ("lt.asmens", "33309240064"),
    "NLD": ("nl.bsn", "111222333"),
    "NOR": ("no.fodselsnummer", "15108695088"),
    "POL": ("pl.pesel", "44051401359"),
    "ROU": ("ro.cnp", "1630615123457"),
    "SWE": ("se.personnummer", "8803200016"),
    "TUR": ("tr.tckimlik", "17291716060"),
}


def independent(state: str) -> ModuleType:
    return import_module(f"stdnum.{PUBLISHED[state][0]}")


def test_every_rule_has_an_example() -> None:
    assert set(PUBLISHED) == set(national_numbers.RULES)


@pytest.mark.parametrize("state", PUBLISHED)
def test_a_published_number_is_sound_and_one_with_another_last_sign_is_not(state: str) -> None:
    number = PUBLISHED[state][1]
    others = [number[:-1] + sign for sign in "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ" if sign != number[-1]]
    assert national_numbers.is_sound(number, state) is True
    assert [other for other in others if national_numbers.is_sound(other, state)] == []


@pytest.mark.parametrize("state", PUBLISHED)
def test_what_an_independent_reading_accepts_is_sound(state: str) -> None:
    oracle, number = independent(state), PUBLISHED[state][1]

    @given(st.lists(st.tuples(st.integers(0, len(number) - 1), st.sampled_from("0123456789")), max_size=4))
    def check(changes: list[tuple[int, str]]) -> None:
        signs = list(number)
        for place, sign in changes:
            signs[place] = sign
        changed = "".join(signs)
        with suppress(KeyError):  # it knows no such province
            assert not oracle.is_valid(changed) or national_numbers.is_sound(changed, state)

    check()


@given(st.text(), st.sampled_from([*PUBLISHED, "UTO", ""]))
def test_every_text_is_judged_or_left_alone(text: str, state: str) -> None:
    assert national_numbers.is_sound(text, state) in (True, False, None)
