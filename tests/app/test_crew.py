"""What processes that serve together know of each other."""

import os
import signal

import pytest

from screening.app.crew import Crew, Standing
from screening.db.metadata import new_id

pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # pytest has threads, the service none yet


def forked(crew: Crew, place: int) -> int:
    pid = os.fork()
    if pid == 0:
        crew.join(place)
        crew.mark(Standing.SERVING)
        os.kill(os.getpid(), signal.SIGKILL)
    return pid


def test_what_a_process_wrote_is_seen_by_the_others_and_stays_when_it_is_killed() -> None:
    crew = Crew(2)
    crew.join(0)
    crew.mark(Standing.SERVING)
    pid = forked(crew, crew.free())
    os.waitpid(pid, 0)
    assert (crew.standing(1), crew.serving, crew.free()) == (Standing.SERVING, 2, 2)
    crew.mark(Standing.GONE, 1)
    assert (crew.serving, crew.free(), crew.leaving) == (1, 1, False)


def test_processes_of_one_parent_never_make_the_same_id() -> None:
    """They inherit its source of randomness; ids of entries are made from it."""
    new_id()
    reading, writing = os.pipe()
    for _ in range(2):
        if os.fork() == 0:
            os.write(writing, b"".join(new_id().bytes[8:] for _ in range(100)))
            os._exit(0)
    for _ in range(2):
        os.wait()
    drawn = os.read(reading, 2 * 100 * 8)
    tails = [drawn[at : at + 8] for at in range(0, len(drawn), 8)]
    assert len(set(tails)) == 200
