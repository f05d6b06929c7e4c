"""Several serving processes behind one socket: started, watched, replaced when they die, ended together.

They are forked from this process, which has loaded the program and its machine code once and runs nothing itself: no
thread, no event loop, no connection. So they share that memory, and a new one serves within a second or two. The socket
is one for all and stays open here: whoever dies, connections that nobody has accepted yet wait for another.
"""

import gc
import math
import os
import signal
import socket
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import NoReturn

import structlog
import typer
from pydantic import SecretStr
from uvicorn.config import STARTUP_FAILURE

from screening import logging, matching
from screening.app import figures
from screening.app.crew import Crew, Standing
from screening.app.starting import Steps
from screening.cli.offline import reported
from screening.cli.serving import DRAIN_SECONDS, allow_many_files, serve_together
from screening.db import embedded
from screening.nominals import index_file
from screening.settings import Settings

TOLD = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD}

LOOK_SECONDS = 0.1
"""How often the processes are looked at when nothing is heard of them."""

FROZEN_SECONDS = 30.0
"""How long a serving process may stand still before it is killed; its loop writes ten times a second."""

STABLE_SECONDS = 10.0
"""A process that lived for as long is replaced at once when it dies, others after a pause that doubles each time."""

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0

KILL_SECONDS = DRAIN_SECONDS + 10.0
"""How long after its grace a process may take to end before it is killed: requests, the log's queue, connections."""

logger = structlog.stdlib.get_logger(__name__)


@dataclass(slots=True)
class Member:
    """One process, and what it was told."""

    pid: int
    place: int
    started_at: float
    kill_at: float = math.inf

    @property
    def leaves(self) -> bool:
        """Whether it was told to end."""
        return self.kill_at < math.inf


@dataclass(slots=True)
class Pauses:
    """How long to wait before a process is replaced: not at all after a death by accident, longer when they go on."""

    deaths: int = 0

    def after(self, lived: float) -> float:
        """Give the pause after a process that lived so long."""
        self.deaths = 0 if lived >= STABLE_SECONDS else self.deaths + 1
        return min(FIRST_PAUSE * 2.0 ** min(self.deaths - 1, 30), LONGEST_PAUSE) if self.deaths else 0.0


@dataclass(slots=True)
class Supervisor:
    """Keeps as many processes serving as are wanted."""

    crew: Crew
    fork: Callable[[int], int]
    """Starts a process at a place of the crew, and gives its pid."""

    grace_seconds: float
    members: dict[int, Member] = field(default_factory=dict)
    status: int = 0
    _due: list[float] = field(default_factory=list)
    _pauses: Pauses = field(default_factory=Pauses)
    _old: deque[Member] = field(default_factory=deque)
    _successor: Member | None = None
    _stopping: bool = False
    _served: bool = False

    def run(self) -> int:
        """Watch until told to stop; gives the status to end with. SIGHUP replaces one process after the other."""
        self._due = [0.0] * self.crew.wanted
        while self.members or not self._stopping:
            told = signal.sigtimedwait(TOLD, LOOK_SECONDS)
            self.reap()
            match told.si_signo if told else None:
                case signal.SIGTERM | signal.SIGINT as number:
                    self._stop(signal.Signals(number))
                case signal.SIGHUP:
                    self._old = deque(self.members.values())
                case _:
                    pass
            self.look()
        return self.status

    def look(self) -> None:
        """Do what is due."""
        now = time.monotonic()
        self._served = self._served or self.crew.serving > 0
        while not self._stopping and self._due and min(self._due) <= now:
            self._due.remove(min(self._due))
            self.start()
        self._renew()
        for member in self.members.values():
            serving = self.crew.standing(member.place) is Standing.SERVING
            if now >= member.kill_at or (serving and self.crew.silence(member.place) > FROZEN_SECONDS):
                logger.error("process stands still", pid=member.pid)
                os.kill(member.pid, signal.SIGKILL)
                member.kill_at = math.inf

    def start(self) -> Member:
        """Start a process at a free place."""
        place = self.crew.free()
        self.crew.mark(Standing.STARTING, place)
        pid = self.fork(place)
        member = self.members[pid] = Member(pid, place, time.monotonic())
        logger.info("process started", pid=pid)
        return member

    def _stop(self, told: signal.Signals) -> None:
        self._stopping = True
        self._due, self._old = [], deque()
        for member in self.members.values():
            self._dismiss(member, told)

    def _dismiss(self, member: Member, told: signal.Signals) -> None:
        member.kill_at = min(member.kill_at, time.monotonic() + self.grace_seconds + KILL_SECONDS)
        os.kill(member.pid, told)

    def _renew(self) -> None:
        """Bring a successor into service, then let the oldest go; the next when that one has ended."""
        if self._stopping or not self._old or self._due:
            return
        oldest = self._old[0]
        if oldest.pid not in self.members:
            self._old.popleft()
        elif oldest.leaves:
            return
        elif self._successor is None:
            self._successor = self.start()
        elif self.crew.standing(self._successor.place) is Standing.SERVING:
            self._successor = None
            self._dismiss(oldest, signal.SIGTERM)

    def reap(self) -> None:
        """Take note of processes that ended."""
        while self.members:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            member = self.members.pop(pid, None)
            if member is not None:  # As the first process of a container we inherit others' orphans.
                self._bury(member, os.waitstatus_to_exitcode(status))

    def _bury(self, member: Member, status: int) -> None:
        """Strike a process out that ended, and see that another takes its place."""
        self.crew.mark(Standing.GONE, member.place)
        figures.forget(member.pid)
        lived = time.monotonic() - member.started_at
        expected = self._stopping or member.leaves
        (logger.info if expected else logger.error)("process ended", pid=member.pid, status=status, seconds=lived)
        if expected:
            return
        if member is self._successor:
            logger.error("no process is replaced: the new one does not serve")
            self._successor, self._old = None, deque()
        elif status == STARTUP_FAILURE and not self._served:
            self.status = status
            self._stop(signal.SIGTERM)
        else:
            self._due.append(time.monotonic() + self._pauses.after(lived))


def serve(settings: Settings) -> None:
    """Serve with several processes until told to stop."""
    logging.configure(settings.log_level)
    allow_many_files()
    with reported():
        status = _supervise(settings)
    if status:
        raise typer.Exit(status)


def _supervise(settings: Settings) -> int:
    steps = Steps()
    with ExitStack() as held:
        listening = held.enter_context(_bound(settings))
        crew = Crew(settings.workers)
        held.enter_context(figures.shared())
        own = held.enter_context(joined(settings))
        steps.done("PostgreSQL")
        with index_file.locked(settings.data_dir, index_file.Work.COMPILING):
            matching.warm_up()
        steps.done("machine code")
        steps.say("prepared")
        watching, alive = os.pipe()
        signal.pthread_sigmask(signal.SIG_BLOCK, TOLD)
        gc.collect()
        gc.freeze()  # what is there stays: collections would write into its pages, which all share

        def fork(place: int) -> int:
            pid = os.fork()
            if pid == 0:
                os.close(alive)
                _serve_on(own, crew, place, listening, watching)
            return pid

        return Supervisor(crew, fork, settings.grace_seconds).run()


@contextmanager
def joined(settings: Settings) -> Iterator[Settings]:
    """Hold our own PostgreSQL, if that is the one to use, while the block lasts; gives settings that name it."""
    if settings.database_url is not None:
        yield settings
        return
    with embedded.acquire(settings.data_dir) as lease:
        named = {"database_url": SecretStr(lease.service_url), "database_owner_url": SecretStr(lease.url)}
        yield settings.model_copy(update=named)


def _bound(settings: Settings) -> socket.socket:
    """Give the socket; it is not open to connections before the first process serves."""
    family, kind, _, _, address = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0]
    listening = socket.socket(family, kind)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(address)
    except OSError as error:
        listening.close()
        logger.critical("cannot start", reason=f"{settings.host}:{settings.port}: {error.strerror}".lower())
        raise typer.Exit(STARTUP_FAILURE) from None
    return listening


def _serve_on(settings: Settings, crew: Crew, place: int, listening: socket.socket, watching: int) -> NoReturn:
    """Be a serving process, from the fork to the end: nothing of the parent's runs on in here."""
    status = 1
    try:
        os.setpgid(0, 0)  # Ctrl-C in a terminal is for the parent, which tells us
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, TOLD)
        crew.join(place)
        status = serve_together(settings, crew, listening, watching)
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 1
    except KeyboardInterrupt:
        status = 0
    except BaseException as error:
        logger.critical("process failed", exc_info=error)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
