"""When a process that died, or stands still, is replaced."""

import os
import signal
import time

import pytest

from screening.app import figures
from screening.app.crew import Crew, Standing
from screening.cli import supervising
from screening.cli.supervising import LONGEST_PAUSE, STABLE_SECONDS, Pauses, Supervisor


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


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_process_that_stands_still_is_killed_and_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    crew = Crew(1)

    def fork(place: int) -> int:
        pid = os.fork()
        if pid == 0:
            crew.join(place)
            crew.mark(Standing.SERVING)
            signal.pause()
        return pid

    monkeypatch.setattr(supervising, "FROZEN_SECONDS", -1.0)
    monkeypatch.setattr(figures, "forget", lambda _pid: None)
    supervisor = Supervisor(crew, fork, grace_seconds=0)
    frozen = supervisor.start().pid
    while frozen in supervisor.members:
        supervisor.look()
        supervisor.reap()
        time.sleep(0.01)
    while not supervisor.members:
        supervisor.look()
        time.sleep(0.01)
    (replaced,) = supervisor.members
    os.kill(replaced, signal.SIGKILL)
    os.waitpid(replaced, 0)
    assert replaced != frozen
