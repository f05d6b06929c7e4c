"""The check digit: the standard's own vectors and what it is blind to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.mrz.check_digits import ILLEGAL, check_digit, digit, values

CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<"

VECTORS = [
    ("520727", "3"),
    ("AB2134<<<", "5"),
    ("740812", "2"),
    ("120415", "9"),
    ("L898902C3", "6"),
    ("ZE184226B<<<<<", "1"),
    ("D23145890XYZ", "5"),
    ("<<<<<<", "0"),
    ("", "0"),
    ("HA672242<658022549601086<<<<<<<<<<<<<<0", "8"),
    ("D231458907<<<<<<<<<<<<<<<34071279507122<<<<<<<<<<<", "2"),
    ("HA672242<658022549601086<<<<<<<", "8"),
]


@pytest.mark.parametrize(("text", "expected"), VECTORS)
def test_the_vectors_of_the_standard_verify(text: str, expected: str) -> None:
    assert check_digit(text) == expected


@given(st.text())
def test_only_text_of_the_alphabet_has_a_check_digit(text: str) -> None:
    assert (check_digit(text) is not None) == all(character in CHARACTERS for character in text)


@given(st.text(alphabet=CHARACTERS))
def test_three_sums_give_what_one_product_per_character_gives(text: str) -> None:
    total = sum(value * (7, 3, 1)[index % 3] for index, value in enumerate(values(text)))
    assert digit(values(text)) == str(total % 10)


def test_every_character_outside_the_alphabet_takes_exactly_one_place() -> None:
    assert values("A\u00dfé\U0001f600\ud800<") == bytes([10, ILLEGAL, ILLEGAL, ILLEGAL, ILLEGAL, 0])


def test_a_single_wrong_character_passes_only_if_its_value_agrees_modulo_10() -> None:
    worth = dict(zip(CHARACTERS, values(CHARACTERS), strict=True))
    for position in range(3):
        for left in CHARACTERS:
            for right in CHARACTERS:
                texts = ["123"[:position] + one + "123"[position + 1 :] for one in (left, right)]
                same = check_digit(texts[0]) == check_digit(texts[1])
                assert same == ((worth[left] - worth[right]) % 10 == 0)


def test_52_pairs_of_different_characters_are_never_told_apart() -> None:
    blind = {
        frozenset((left, right))
        for left in CHARACTERS
        for right in CHARACTERS
        if left != right and check_digit(left) == check_digit(right)
    }
    assert len(blind) == 52
    assert {frozenset(pair) for pair in ("G6", "L1", "U0", "K<")} <= blind
