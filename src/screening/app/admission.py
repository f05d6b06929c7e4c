"""Who is let in when more is asked than can be done: few at a time, the urgent first, nobody after a long wait.

What is beyond is refused at once and cheaply, before a key is looked at or a body is parsed. Waiting would not help: an
answer that comes after its caller has given up is work for nothing, and makes the next one late as well.

The wait is bounded as Maurer describes it (Fail at Scale, ACM Queue 13/8, 2015): as long as there are moments in which
nobody waits, a burst is waited out; a queue that has stood for longer is overload, and then only the wait that a busy
moment explains is tolerated.

No clock and no loop in here: time comes in as an argument, and whoever waits is told by a callback.
"""

import math
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

BURST_SECONDS = 0.1
"""How long to wait for one's turn while the queue is now and then empty."""

BUSY_SECONDS = 0.02
"""How long otherwise."""

SLOW_SECONDS = 0.25
"""An answer that takes longer, half of what its sources may take, shows that too many are worked on at a time."""

LEAST_SHARE = 4
"""Which part of its room a slow lane keeps at least: it may be slow for another reason than load."""

WAITING_EACH = 8
"""How many may wait for each that is let in at a time: more would not have their turn in time."""


class Lane(StrEnum):
    """Kinds of request, the most urgent first."""

    LIVE = "live"
    USUAL = "usual"
    HEAVY = "heavy"


class Refused(StrEnum):
    """Why a request was not let in."""

    CROWDED = "crowded"
    """Too many wait already, or something more urgent waits."""
    LATE = "late"
    """It had waited for too long."""


SLOW = {Lane.LIVE: SLOW_SECONDS, Lane.USUAL: math.inf, Lane.HEAVY: math.inf}
"""Only screenings have a time that they should take."""

Told = Callable[[Refused | None], None]
"""Called once: with None when the one who waited is let in."""


@dataclass(slots=True)
class Waiting:
    """One who waits, since when, and until when it is of use."""

    tell: Told
    since: float
    until: float


@dataclass(slots=True)
class _Queue:
    limit: int
    slow: float
    room: float
    """How many are let in at a time now: less than the limit while answers are slow."""
    inside: int = 0
    waiting: deque[Waiting] = field(default_factory=deque)
    empty_at: float = -math.inf
    narrowed_at: float = -math.inf

    def adapt(self, began: float, now: float) -> None:
        """Make less room after a slow answer, once for all that were under way with it, and more after a quick one."""
        if now - began <= self.slow:
            self.room = min(self.room + 1 / self.room, self.limit)
        elif began >= self.narrowed_at:
            self.room = max(self.room * 0.8, self.limit / LEAST_SHARE, 1)
            self.narrowed_at = now

    def patience(self, now: float) -> float:
        return BURST_SECONDS if now - self.empty_at <= BURST_SECONDS else BUSY_SECONDS


class Admission:
    """The lanes of one process: what is inside, and who waits."""

    def __init__(self, limits: Mapping[Lane, int]) -> None:
        self._queues = {lane: _Queue(limits[lane], SLOW[lane], limits[lane]) for lane in Lane}

    def inside(self, lane: Lane) -> int:
        """Count the requests of a lane that are being served."""
        return self._queues[lane].inside

    def waiting(self, lane: Lane) -> int:
        """Count those that wait."""
        return len(self._queues[lane].waiting)

    def enter(self, lane: Lane, now: float) -> bool:
        """Let a request in at once, if there is room and nobody comes before it."""
        queue = self._queues[lane]
        if not queue.waiting:
            queue.empty_at = now
        if queue.inside + 1 > queue.room or self._somebody_before(lane):
            return False
        queue.inside += 1
        return True

    def wait(self, lane: Lane, waiting: Waiting) -> bool:
        """Let a request wait that could not enter; false when that is of no use."""
        queue = self._queues[lane]
        if len(queue.waiting) >= queue.limit * WAITING_EACH or self._urgent_wait(lane):
            return False
        queue.waiting.append(waiting)
        return True

    def leave(self, lane: Lane, now: float, began: float = math.inf) -> None:
        """Note that a request was answered that was let in when it began, and let the next ones in."""
        self._queues[lane].inside -= 1
        self._queues[lane].adapt(began, now)
        self.advance(now)

    def advance(self, now: float) -> None:
        """Let in whoever has a turn, and refuse who has waited for too long: call it now and then while some wait."""
        for lane, queue in self._queues.items():
            self._advance(queue, now, room=0 if self._urgent_wait(lane) else int(queue.room) - queue.inside)

    def _advance(self, queue: _Queue, now: float, room: int) -> None:
        patience = queue.patience(now)
        while queue.waiting:
            first = queue.waiting[0]
            late = now - first.since > patience or now >= first.until
            if not late and room <= 0:
                return
            queue.waiting.popleft()
            if not late:
                queue.inside, room = queue.inside + 1, room - 1
            first.tell(Refused.LATE if late else None)
        queue.empty_at = now

    def _somebody_before(self, lane: Lane) -> bool:
        return bool(self._queues[lane].waiting) or self._urgent_wait(lane)

    def _urgent_wait(self, lane: Lane) -> bool:
        for other, queue in self._queues.items():
            if other is lane:
                return False
            if queue.waiting:
                return True
        return False
