"""Passenger lists: how fast PAXLST is read and lists are screened, and what live screenings feel of a cruise ship.

A list of 300 passengers alone, then one of 5,000 beside live screenings; the same live load without it for comparison.
`python -m benchmarks manifests [NOTICES]` takes another number of notices.
"""

import asyncio
import sys
import time
from datetime import date

import httpx

from benchmarks.loading import installed, load, quantile
from benchmarks.screenings import bring_in, notice, submission
from screening.crowd import Crowd
from screening.manifests import paxlst
from screening.matching import Traveller

NOTICES = 10_000
PLANE, SHIP, LIVE = 300, 5_000, 1_500
AT_ONCE = 4
HEADER = (
    "UNB+UNOA:4+UTAIR+BORDER+310501:0930+1'UNH+1+PAXLST:D:02B:UN:IATA'"
    "BGM+745'TDT+20+UT123+4++UT'LOC+125+UTP'LOC+87+UTQ'"
)


def main() -> None:
    notices = int(sys.argv[1]) if len(sys.argv) > 1 else NOTICES
    parse_rate()
    listed = list(Crowd(1).nominals(notices))
    with installed() as service:
        gate = service.key("first_line", "--post", "UTO-AIR-1", "--mode", "air")
        carrier = service.key("carrier", "--post", "UTO-AIR-1", "--mode", "air")
        bring_in(service, "notices.ndjson", service.folder / "notices", map(notice, listed))
        with service.serving():
            live = [submission(number, listed) for number in range(LIVE)]
            asyncio.run(load(service.port, gate, live[:300], at_once=AT_ONCE))
            print(f"{notices:,} notices")
            asyncio.run(alone(service.port, carrier))
            asyncio.run(beside(service.port, gate, carrier, live))


def parse_rate() -> None:
    """Print how fast messages are read."""
    text = message(SHIP)
    began = time.perf_counter()
    read = paxlst.parse(text, today=date(2031, 5, 1))
    seconds = time.perf_counter() - began
    print(f"PAXLST: {len(read.persons):,} persons in {seconds:.2f} s, {len(read.persons) / seconds:,.0f} a second")


async def alone(port: int, carrier: str) -> None:
    """Print what a plane takes."""
    times = sorted([await send(port, carrier, message(PLANE, first)) for first in (0, 10_000, 20_000)])
    print(f"{PLANE} passengers alone: {times[1]:.2f} s (median of 3)")


async def beside(port: int, gate: str, carrier: str, live: list[dict[str, object]]) -> None:
    """Print what live screenings take without and with a ship's list under way."""
    await report("live screenings alone", port, gate, live)
    sending = asyncio.create_task(send(port, carrier, message(SHIP, 50_000)))
    await asyncio.sleep(1)
    await report(f"beside a list of {SHIP:,}", port, gate, live)
    print(f"the list of {SHIP:,}: {await sending:.1f} s")


async def report(what: str, port: int, gate: str, live: list[dict[str, object]]) -> None:
    """Send the live load, and print its latency."""
    began = time.perf_counter()
    spent = [answer.seconds * 1000 for answer in await load(port, gate, live, at_once=AT_ONCE)]
    rate = len(live) / (time.perf_counter() - began)
    print(f"{what}: {rate:.0f}/s, p50 {quantile(spent, 0.5):.1f} ms, p99 {quantile(spent, 0.99):.1f} ms")


async def send(port: int, carrier: str, text: str) -> float:
    """Send a list, and wait until everybody is done; gives the seconds."""
    headers = {"Authorization": f"Bearer {carrier}", "Content-Type": "application/edifact"}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=60) as client:
        began = time.perf_counter()
        answer = await client.post("/v1/manifests?wait=30", content=text)
        while answer.status_code == httpx.codes.ACCEPTED:
            answer = await client.get(answer.headers["Location"], params={"wait": 30, "limit": 1})
        seconds = time.perf_counter() - began
        assert answer.status_code == httpx.codes.MULTI_STATUS, answer.text
        counts = answer.json()["counts"]
        assert counts["screened"] == counts["total"], counts  # a person who is refused costs nothing
        return seconds


def message(count: int, first: int = 0) -> str:
    """Write a PAXLST message of generated persons."""
    persons = (person(first + number) for number in range(count))
    return HEADER + "".join(persons) + f"CNT+42:{count}'UNT+9+1'UNZ+1+1'"


def person(number: int) -> str:
    """Write one person's segments."""
    someone: Traveller = Crowd(20_000_000 + number).traveller()
    born = str(someone.date_of_birth or "1980-01-01").replace("-", "").ljust(8, "0")
    state = min(someone.nationalities, default="UTO")
    return (
        f"NAD+FL+++{plain(someone.surname)}:{plain(someone.given_names)}'DTM+329:{born}:102'NAT+2+{state}'"
        f"RFF+ABO:{number}'DOC+P:110:111+M{number:08d}'DTM+36:20330520:102'LOC+91+{state}'"
    )


def plain(name: str | None) -> str:
    """Release what EDIFACT would take for a separator."""
    return "".join("?" + sign if sign in "?'+:" else sign for sign in name or "X")


if __name__ == "__main__":
    main()
