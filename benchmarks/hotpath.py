"""Where the time of one screening goes: CPU of each step, and what a screening alone takes, in process and over HTTP.

Each step is a function of the service, timed where it stands while whole requests run one after the other through the
ASGI application: a step that grew shows by its name. Steps that wait (database, commit) are given by the clock, all
others by the CPU of their thread, without what they call that is a step of its own. What no step has is in the last
rows: HTTP, routing, the event loop. What the service spends when nobody asks is measured first and taken off.
"""

import asyncio
import contextlib
import functools
import json
import os
import sys
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Sequence
from threading import local
from typing import Any

import uvloop
from fastapi import FastAPI

from benchmarks.loading import Installed, installed, load, quantile
from benchmarks.screenings import bring_in, document, notice, submission
from benchmarks.spending import Spent, postmaster
from screening import logging, mrz
from screening.app.build import create_app
from screening.audit import entries
from screening.audit import queries as entry_queries
from screening.audit.keyring import Keyring
from screening.audit.log import Log
from screening.audit.receipts import Signer
from screening.crowd import Crowd
from screening.matching import names, segment
from screening.matching.index import Inquiry
from screening.matching.segment import Segment
from screening.screenings import answers, disclose, lookups, reading, schemas, service
from screening.settings import Settings

NOTICES, DOCUMENTS = 10_000, 20_000
WARM, SCREENINGS = 300, 1_000
IDLE_SECONDS = 3.0


class Ledger:
    """What each step cost, in seconds, over all requests since it was made."""

    def __init__(self) -> None:
        self.spent: defaultdict[str, float] = defaultdict(float)
        self._within = local()

    def watch(self, owner: object, name: str, step: str) -> None:
        """Time a function by the CPU of its thread, without steps within it."""
        inner: Callable[..., Any] = getattr(owner, name)

        @functools.wraps(inner)
        def timed(*given: Any, **named: Any) -> Any:
            outer = getattr(self._within, "deeper", 0.0)
            self._within.deeper = 0.0
            began = time.thread_time()
            try:
                return inner(*given, **named)
            finally:
                whole = time.thread_time() - began
                self.spent[step] += whole - self._within.deeper
                self._within.deeper = outer + whole

        setattr(owner, name, timed)

    def watch_wait(self, owner: object, name: str, step: str) -> None:
        """Time an asynchronous function by the clock."""
        inner: Callable[..., Awaitable[Any]] = getattr(owner, name)

        @functools.wraps(inner)
        async def timed(*given: Any, **named: Any) -> Any:
            began = time.perf_counter()
            try:
                return await inner(*given, **named)
            finally:
                self.spent[step] += time.perf_counter() - began

        setattr(owner, name, timed)


WORKING: tuple[tuple[object, str, str], ...] = (
    (schemas.Submission, "model_dump", "submission as the log keeps it"),
    (reading, "read", "read: documents, findings"),
    (mrz, "parse", "MRZ"),
    (Inquiry, "_candidates", "names: judge what is held"),
    (names, "of_traveller", "names: fold and split"),
    (segment, "query_of", "names: query"),
    (segment, "traveller_columns", "names: query"),
    (Segment, "_ask", "names: search"),
    (answers, "build", "decide, answer"),
    (service, "_outcome", "entry: outcome"),
    (service, "_subjects", "entry: subjects"),
    (Keyring, "digests", "entry: subjects"),
    (entries, "seal", "entry: envelope, hashes"),
    (entries, "canonical", "entry: canonical JSON"),
    (Signer, "receipt", "receipt: sign"),
    (disclose, "disclose", "disclose"),
)
"""Functions of the path, and the step that each is of."""

WAITING: tuple[tuple[object, str, str], ...] = (
    (lookups, "find_documents", "ask documents"),
    (lookups, "find_notice_documents", "ask documents of notices"),
    (lookups, "find_persons", "ask persons, with names"),
    (entry_queries, "write", "commit of the writer"),
    (Log, "append", "entry, commit awaited"),
)


async def request(app: FastAPI, key: str, body: bytes) -> int:
    """Send one screening straight into the application; gives the status."""
    headers = [(b"host", b"127.0.0.1"), (b"content-type", b"application/json"), (b"authorization", key.encode())]
    headers.append((b"content-length", str(len(body)).encode()))
    path = "/v1/screenings"
    scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
             "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "", "headers": headers,
             "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 2)}  # fmt: skip
    status = 0

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        nonlocal status
        status = message.get("status", status)

    await app(scope, receive, send)
    return status


async def alone(app: FastAPI, key: str, bodies: Sequence[bytes]) -> list[float]:
    """Screen one after the other; gives the seconds of each."""
    spent = []
    for body in bodies:
        began = time.perf_counter()
        assert await request(app, key, body) == 200
        spent.append(time.perf_counter() - began)
    return spent


async def together(app: FastAPI, key: str, bodies: Sequence[bytes], *, at_once: int) -> None:
    """Screen many at once."""
    waiting = iter(bodies)

    async def one_after_the_other() -> None:
        for body in waiting:
            assert await request(app, key, body) == 200

    await asyncio.gather(*(one_after_the_other() for _ in range(at_once)))


async def in_process(service: Installed, key: str, bodies: Sequence[bytes]) -> None:
    """Measure without timers first, then with those of each step."""
    app = create_app(Settings())
    bearer = f"Bearer {key}"
    async with app.router.lifespan_context(app):
        server = postmaster(service)
        await alone(app, bearer, bodies[:WARM])
        before = Spent.now(server)
        await asyncio.sleep(IDLE_SECONDS)
        idle = Spent.now(server).since(before)
        print(f"idle: service {idle.service / idle.wall:.1%} of a core, PostgreSQL {idle.database / idle.wall:.1%}")
        before = Spent.now(server)
        taken = await alone(app, bearer, bodies[WARM:])
        report("in process, one at a time", Spent.now(server).since(before).without(idle), taken)
        before = Spent.now(server)
        await together(app, bearer, bodies[WARM:], at_once=32)
        report("in process, 32 at a time", Spent.now(server).since(before).without(idle))
        with steps() as ledger:
            before = Spent.now(server)
            await alone(app, bearer, bodies[WARM:])
            table(ledger, Spent.now(server).since(before).without(idle))


@contextlib.contextmanager
def steps() -> Iterator[Ledger]:
    """Time every step meanwhile."""
    ledger, kept = Ledger(), [(owner, name, getattr(owner, name)) for owner, name, _ in WORKING + WAITING]
    for owner, name, step in WORKING:
        ledger.watch(owner, name, step)
    for owner, name, step in WAITING:
        ledger.watch_wait(owner, name, step)
    try:
        yield ledger
    finally:
        for owner, name, inner in kept:
            setattr(owner, name, inner)


def report(what: str, spent: Spent, taken: Sequence[float] = ()) -> None:
    """Print one row of figures."""
    each = 1e6 / SCREENINGS
    tail = f"   p50 {quantile(taken, 0.5) * 1000:5.2f}  p99 {quantile(taken, 0.99) * 1000:6.2f} ms" if taken else ""
    print(
        f"{what:<26} {SCREENINGS / spent.wall:7.0f}/s   CPU us: service {spent.service * each:6.0f}, "
        f"PostgreSQL {spent.database * each:5.0f}{tail}"
    )


def table(ledger: Ledger, whole: Spent) -> None:
    """Print what each step costs."""
    each = 1e6 / SCREENINGS
    working = dict.fromkeys(step for *_, step in WORKING)
    print("\nstep                                 us of CPU a screening")
    for step in working:
        print(f"  {step:<34} {ledger.spent[step] * each:7.1f}")
    rest = whole.service - sum(ledger.spent[step] for step in working)
    print(f"  {'HTTP, routing, waits, event loop':<34} {rest * each:7.1f}")
    print(f"  {'whole, with these timers':<34} {whole.service * each:7.1f}")
    print("waits                                us by the clock")
    for step in dict.fromkeys(step for *_, step in WAITING):
        print(f"  {step:<34} {ledger.spent[step] * each:7.1f}")


def over_http(service: Installed, key: str, submissions: Sequence[dict[str, Any]]) -> None:
    """Measure what border software sees, one screening after the other and many at a time."""
    with service.serving() as serving:
        server = postmaster(service)
        asyncio.run(load(service.port, key, submissions[:WARM], at_once=1))
        for at_once in (1, 32):
            before = Spent.now(server, serving.process)
            answered = asyncio.run(load(service.port, key, submissions[WARM:], at_once=at_once))
            spent = Spent.now(server, serving.process).since(before)
            report(f"over HTTP, {at_once} at a time", spent, [answer.seconds for answer in answered])


def measure(service: Installed, key: str, submissions: Sequence[dict[str, Any]]) -> None:
    """Measure one installation."""
    os.environ |= service.environment
    logging.configure("ERROR")
    uvloop.run(in_process(service, key, [json.dumps(each).encode() for each in submissions]))
    over_http(service, key, submissions)


def main() -> None:
    notices, documents = map(int, sys.argv[1:3]) if len(sys.argv) > 2 else (NOTICES, DOCUMENTS)
    print(f"{notices:,} notices, {documents:,} documents, {SCREENINGS:,} screenings a row, without slots")
    listed = list(Crowd(1).nominals(notices))
    with installed() as service:
        key = service.key("first_line", "--post", "UTO-AIR-1", "--mode", "air")
        bring_in(service, "notices.ndjson", service.folder / "notices", map(notice, listed))
        bring_in(service, "documents.ndjson", service.folder / "documents", map(document, range(documents)))
        submissions = [submission(number, listed) for number in range(WARM + SCREENINGS)]
        measure(service, key, submissions)


if __name__ == "__main__":
    main()
