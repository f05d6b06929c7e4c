"""Who is let in, who waits, and who is refused: by a clock that the test moves."""

from collections.abc import Callable

from screening.app.admission import (
    BURST_SECONDS,
    BUSY_SECONDS,
    LEAST_SHARE,
    SLOW_SECONDS,
    WAITING_EACH,
    Admission,
    Lane,
    Refused,
    Waiting,
)

LIMITS = {Lane.LIVE: 2, Lane.USUAL: 2, Lane.HEAVY: 1}
FOR_EVER = float("inf")


def noting(told: list[tuple[str, Refused | None]], name: str) -> Callable[[Refused | None], None]:
    return lambda refused: told.append((name, refused))


def busy(told: list[tuple[str, Refused | None]], *waiting: str, now: float = 0.0) -> Admission:
    """Give a process whose live lane is full, and in which these wait since now."""
    admission = Admission(LIMITS)
    assert admission.enter(Lane.LIVE, now)
    assert admission.enter(Lane.LIVE, now)
    for name in waiting:
        assert not admission.enter(Lane.LIVE, now)
        assert admission.wait(Lane.LIVE, Waiting(noting(told, name), now, FOR_EVER))
    return admission


def test_those_who_wait_get_their_turn_in_order() -> None:
    told: list[tuple[str, Refused | None]] = []
    admission = busy(told, "first", "second")
    admission.leave(Lane.LIVE, 0.001)
    assert told == [("first", None)]
    admission.leave(Lane.LIVE, 0.002)
    assert told == [("first", None), ("second", None)]
    assert (admission.inside(Lane.LIVE), admission.waiting(Lane.LIVE)) == (2, 0)


def test_nobody_overtakes_those_who_wait() -> None:
    admission = busy([], "first")
    admission.leave(Lane.LIVE, BURST_SECONDS * 2)  # the first has waited for too long
    assert admission.enter(Lane.LIVE, BURST_SECONDS * 2)
    again = busy([], "first")
    assert not again.enter(Lane.LIVE, 0.001)


def test_a_burst_is_waited_out() -> None:
    told: list[tuple[str, Refused | None]] = []
    admission = busy(told, "first")
    admission.leave(Lane.LIVE, BURST_SECONDS * 0.9)
    assert told == [("first", None)]


def test_a_queue_that_stands_refuses_sooner() -> None:
    """The same wait that a burst explains is too long when nobody has left the queue empty for as long."""
    told: list[tuple[str, Refused | None]] = []
    admission = busy(told, "first", "second")
    for name, at in (("third", 0.09), ("fourth", 0.12)):
        admission.wait(Lane.LIVE, Waiting(noting(told, name), at, FOR_EVER))
    admission.advance(0.12)
    assert told == [("first", Refused.LATE), ("second", Refused.LATE), ("third", Refused.LATE)]
    admission.leave(Lane.LIVE, 0.12 + BUSY_SECONDS / 2)
    assert told[3:] == [("fourth", None)]


def test_a_caller_who_no_longer_waits_is_refused_at_its_time() -> None:
    told: list[tuple[str, Refused | None]] = []
    admission = busy(told)
    admission.wait(Lane.LIVE, Waiting(noting(told, "hasty"), 0.0, 0.01))
    admission.advance(0.009)
    assert told == []
    admission.advance(0.01)
    assert told == [("hasty", Refused.LATE)]


def test_more_than_can_be_served_in_time_may_not_wait() -> None:
    admission = busy([], *("someone" for _ in range(LIMITS[Lane.LIVE] * WAITING_EACH)))
    assert not admission.wait(Lane.LIVE, Waiting(noting([], "one more"), 0.0, FOR_EVER))


def test_what_can_wait_is_refused_while_somebody_urgent_waits() -> None:
    admission = busy([], "urgent")
    assert not admission.enter(Lane.HEAVY, 0.0)
    assert not admission.wait(Lane.HEAVY, Waiting(noting([], "export"), 0.0, FOR_EVER))
    admission.leave(Lane.LIVE, 0.001)
    assert admission.enter(Lane.HEAVY, 0.001)


def test_what_waits_already_lets_the_urgent_pass() -> None:
    told: list[tuple[str, Refused | None]] = []
    admission = busy(told)
    assert admission.enter(Lane.HEAVY, 0.0)
    admission.wait(Lane.HEAVY, Waiting(noting(told, "export"), 0.0, FOR_EVER))
    admission.wait(Lane.LIVE, Waiting(noting(told, "urgent"), 0.0, FOR_EVER))
    admission.leave(Lane.HEAVY, 0.001)
    assert told == []
    admission.leave(Lane.LIVE, 0.002)
    assert told == [("urgent", None), ("export", None)]


def room(admission: Admission, now: float) -> int:
    """Count how many screenings are let in, and let them go again."""
    inside = 0
    while admission.enter(Lane.LIVE, now):
        inside += 1
    for _ in range(inside):
        admission.leave(Lane.LIVE, now)
    return inside


def test_fewer_are_let_in_while_answers_are_slow_and_more_again_when_they_are_not() -> None:
    limit, slow = 32, SLOW_SECONDS * 2
    admission = Admission(LIMITS | {Lane.LIVE: limit})
    for _ in range(limit):
        admission.enter(Lane.LIVE, 0.0)
    for _ in range(limit):
        admission.leave(Lane.LIVE, slow, began=0.0)  # all of them were slow together, which counts once
    assert limit * 0.7 < room(admission, slow) < limit
    for turn in range(1, 20):
        admission.enter(Lane.LIVE, turn * slow)
        admission.leave(Lane.LIVE, (turn + 1) * slow, began=turn * slow)
    assert room(admission, 20 * slow) >= limit // LEAST_SHARE
    for _ in range(limit * limit):
        admission.enter(Lane.LIVE, 20 * slow)
        admission.leave(Lane.LIVE, 20 * slow, began=20 * slow)
    assert room(admission, 20 * slow) == limit
