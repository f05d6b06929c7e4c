"""Receivers that hang rest; the others go on."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from screening.alerts.outbound import Failure
from screening.alerts.receivers import AT_ONCE, CROWDED, RESTS, Receivers

ONE, OTHER = UUID(int=1), UUID(int=2)
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def test_one_receiver_gets_only_so_many_attempts_at_once() -> None:
    receivers = Receivers()
    assert [receivers.begin(ONE, NOW) for _ in range(AT_ONCE + 1)] == [None] * AT_ONCE + [CROWDED]
    assert receivers.begin(OTHER, NOW) is None
    receivers.end(ONE, None, NOW)
    assert receivers.begin(ONE, NOW) is None


def test_a_silent_receiver_rests_longer_each_time_and_an_answer_ends_that() -> None:
    receivers, now = Receivers(), NOW
    for rest in (*RESTS, RESTS[-1]):
        assert receivers.begin(ONE, now) is None
        receivers.end(ONE, Failure.TIMEOUT, now)
        assert receivers.begin(ONE, now + timedelta(seconds=1)) == rest - timedelta(seconds=1)
        now += rest
    assert receivers.begin(ONE, now) is None
    receivers.end(ONE, Failure.REJECTED, now)
    assert receivers.begin(ONE, now) is None
    receivers.end(ONE, Failure.UNREACHABLE, now)
    assert receivers.begin(ONE, now) == RESTS[0]


def test_attempts_that_began_together_are_one_silence() -> None:
    receivers = Receivers()
    for _ in range(3):
        assert receivers.begin(ONE, NOW) is None
    for _ in range(3):
        receivers.end(ONE, Failure.TIMEOUT, NOW)
    assert receivers.begin(ONE, NOW) == RESTS[0]
