"""Answers leave at even times."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.screenings import slots


@given(st.floats(0, 3), st.sampled_from([0.005, 0.01, 0.05]))
def test_an_answer_waits_for_the_end_of_the_slot_that_has_begun(passed: float, slot: float) -> None:
    waiting = slots.wait(passed, slot)
    assert -1e-9 <= waiting < slot + 1e-9
    assert (passed + waiting) / slot == pytest.approx(round((passed + waiting) / slot), abs=1e-6)


@given(st.floats(0, 3))
def test_without_slots_an_answer_waits_for_nothing(passed: float) -> None:
    assert slots.wait(passed, 0) == 0
