from itertools import product
from string import ascii_uppercase

import pytest

from screening.documents import codes
from screening.documents.vocabulary import Reason


@pytest.mark.parametrize(("letters", "code"), [("AAA", 0), ("AAB", 1), ("PAS", 10158), ("UTO", 14028), ("ZZZ", 17575)])
def test_types_and_states_keep_the_codes_that_are_stored(letters: str, code: int) -> None:
    assert codes.of_letters(letters) == code
    assert codes.letters(code) == letters


def test_every_three_letters_have_a_code_of_their_own_that_fits_two_bytes() -> None:
    given = {codes.of_letters("".join(letters)) for letters in product(ascii_uppercase, repeat=3)}
    assert given == set(range(26**3))
    assert max(given) < 2**15


def test_reasons_keep_the_codes_that_are_stored() -> None:
    assert {reason: codes.of_reason(reason) for reason in Reason} == {
        Reason.STOLEN: 1,
        Reason.LOST: 2,
        Reason.STOLEN_BLANK: 3,
        Reason.REVOKED: 4,
        Reason.INVALID: 5,
    }
    assert all(codes.reason(codes.of_reason(reason)) is reason for reason in Reason)
