"""When a process that died is replaced."""

from screening.cli.supervising import LONGEST_PAUSE, STABLE_SECONDS, Pauses


def test_a_process_that_served_is_replaced_at_once_and_one_that_keeps_dying_later_each_time() -> None:
    pauses = Pauses()
    assert [pauses.after(lived) for lived in (STABLE_SECONDS, 0.1, 0.1, 0.1, STABLE_SECONDS, 0.1)] == [
        0.0,
        0.5,
        1.0,
        2.0,
        0.0,
        0.5,
    ]


def test_a_pause_has_an_end() -> None:
    pauses = Pauses()
    assert [pauses.after(0.0) for _ in range(2000)][-1] == LONGEST_PAUSE
