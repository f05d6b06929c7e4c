"""Answers leave at even times."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.screenings import slots
from screening.screenings.slots import REMEMBERED, Slots


@given(st.floats(0, 3), st.sampled_from([0.005, 0.01, 0.05]))
def test_an_answer_waits_for_the_end_of_the_slot_that_has_begun(passed: float, slot: float) -> None:
    waiting = slots.wait(passed, slot)
    assert -1e-9 <= waiting < slot + 1e-9
    assert (passed + waiting) / slot == pytest.approx(round((passed + waiting) / slot), abs=1e-6)


@given(st.floats(0, 3))
def test_without_slots_an_answer_waits_for_nothing(passed: float) -> None:
    assert slots.wait(passed, 0) == 0


def after(*answers: float, longest: float = 0.04) -> float:
    """Give the slot after the recent answers took these times, in equal shares."""
    chosen = Slots(longest)
    for number in range(2 * REMEMBERED):
        chosen.note(answers[number % len(answers)])
    return chosen.current


@pytest.mark.parametrize(
    ("answers", "slot"),
    [
        ((0.003,), 0.005),
        ((0.0045,), 0.01),  # a discreet hit among them would not fit into 5 ms
        ((0.012,), 0.02),
        ((0.02,), 0.04),
        ((0.1,), 0.04),
        ((0.003,) * 19 + (0.1,), 0.005),  # one in 20 took long
        ((0.003,) * 8 + (0.012,), 0.02),
    ],
)
def test_the_slot_is_the_shortest_that_recent_answers_fit_into_with_room(
    answers: tuple[float, ...], slot: float
) -> None:
    assert after(*answers) == slot


def test_it_begins_with_the_longest_slot_and_stays_there_until_enough_is_known() -> None:
    chosen = Slots(0.04)
    for _ in range(REMEMBERED):
        chosen.note(0.001)
    assert chosen.current == 0.04
    chosen.note(0.001)
    assert chosen.current == 0.005


def test_none_stays_none() -> None:
    assert after(0.003, longest=0) == 0
