"""A made-up world of bureaus, posts, grants, hidden records and moments: nobody sees or writes what the rules forbid.

The oracle below says the rules once more, from the world as it was made and not from the service's tables.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest

from screening.access.permissions import Role
from screening.access.schemas import OrganisationKind
from screening.cli.keys import Place
from tests.operations.stories import HOUR, NOON, Headers, Story, told

STATES = ("UTO", "SWE", "NOR")
DOCUMENTS = frozenset({"sltd", "tdawn"})
OPENED = (frozenset({"sltd", "tdawn", "notices"}), DOCUMENTS, frozenset({"sltd"}), frozenset({"notices"}))
SCREENINGS = 40


@dataclass(frozen=True, slots=True)
class Opened:
    """A grant as it was asked for, and what became of it."""

    sources: frozenset[str]
    purpose: str
    begins_at: datetime
    ends_at: datetime
    approved: bool
    revoked: bool

    def stands(self, at: datetime) -> bool:
        """Tell whether it allows a border control at a moment."""
        in_time = self.begins_at <= at < self.ends_at
        return self.approved and not self.revoked and self.purpose == "border_control" and in_time


@dataclass(slots=True)
class Gate:
    """A post of an organisation in some State, with its client."""

    place: Place
    seat: str
    """The State where the organisation is at home."""
    state: str
    """The State where the post stands."""
    headers: Headers
    grants: list[Opened] = field(default_factory=list)

    def sources(self, at: datetime) -> frozenset[str]:
        """Give the sources that tell of documents which are open at a moment."""
        standing = self.place.kind is OrganisationKind.BUREAU and self.seat == self.state
        open_ = [DOCUMENTS] if standing else []
        return max(
            (*open_, *(each.sources & DOCUMENTS for each in self.grants if each.stands(at)), frozenset()), key=len
        )


@dataclass(slots=True)
class World:
    """Everything that was made."""

    story: Story
    bureaus: dict[str, tuple[Headers, Headers]]
    gates: list[Gate]
    documents: dict[str, tuple[str, list[str]]]
    """By number: the State that reported it, and those that it is hidden from."""


@pytest.fixture(params=range(3))
async def world(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    chance = Random(request.param)
    async with told(database_url, tmp_path) as story:
        bureaus = {state: await people(story, state) for state in STATES}
        gates = [await gate(story, chance, number) for number in range(6)]
        for each in gates:
            for _ in range(chance.randrange(4)):
                each.grants.append(await opened(story, chance, each, bureaus[each.state]))
        documents = {f"AA{number:07d}": await report(story, chance, number, bureaus) for number in range(12)}
        yield World(story, bureaus, gates, documents)


async def people(story: Story, state: str) -> tuple[Headers, Headers]:
    bureau = Place(f"Bureau of {state}", state)
    return await story.service.as_(Role.BUREAU, bureau), await story.service.as_(Role.BUREAU, bureau)


async def gate(story: Story, chance: Random, number: int) -> Gate:
    seat, state = chance.choice(STATES), chance.choice(STATES)
    kind = chance.choice([OrganisationKind.BUREAU, OrganisationKind.PARTNER])
    name = f"Bureau of {seat}" if kind is OrganisationKind.BUREAU else f"Mission {number}"
    if kind is OrganisationKind.PARTNER:
        await story.service.key(Role.SECOND_LINE, Place(name, seat, kind))
    place = Place(name, state, kind, f"POST-{number}")
    return Gate(place, seat, state, await story.service.as_(Role.FIRST_LINE, place))


async def opened(story: Story, chance: Random, gate: Gate, bureau: tuple[Headers, Headers]) -> Opened:
    begins_at = NOON + chance.randrange(4) * HOUR
    wanted = Opened(
        sources=chance.choice(OPENED),
        purpose=chance.choice(["border_control", "border_control", "visa"]),
        begins_at=begins_at,
        ends_at=begins_at + (1 + chance.randrange(4)) * HOUR,
        approved=chance.random() < 0.8,
        revoked=chance.random() < 0.2,
    )
    asked = {
        "posts": [gate.place.post],
        "sources": sorted(wanted.sources),
        "purposes": [wanted.purpose],
        "begins_at": wanted.begins_at.isoformat(),
        "ends_at": wanted.ends_at.isoformat(),
    }
    grant = await story.post("/v1/grants", bureau[0], asked)
    if wanted.approved:
        await story.approve(grant, bureau[1])
    if wanted.revoked:
        await story.post(f"/v1/grants/{grant['id']}/revocation", bureau[1], {"reason": "Changed our mind."})
    return wanted


async def report(
    story: Story, chance: Random, number: int, bureaus: dict[str, tuple[Headers, Headers]]
) -> tuple[str, list[str]]:
    owner = chance.choice(STATES)
    hidden_from = [state for state in STATES if state != owner and chance.random() < 0.4]
    body = reported(owner, f"AA{number:07d}") | {"hidden_from": hidden_from}
    await story.post("/v1/documents", bureaus[owner][0], body)
    return owner, hidden_from


def reported(state: str, number: str) -> dict[str, Any]:
    return {"number": number, "type": "PAS", "issuing_state": state, "reason": "stolen", "theft_country": state}


def expected(gate: Gate, hidden_from: list[str], at: datetime) -> str:
    """Say what a screening of a reported document comes to."""
    sources = gate.sources(at)
    if not sources:
        return "refused"
    if not {gate.seat, gate.state} & set(hidden_from):
        return "hit"
    return "no_hit" if sources == DOCUMENTS else "incomplete"


async def test_nobody_sees_what_the_rules_forbid(world: World) -> None:
    chance, seen, due = Random(9), [], []
    for hour in sorted(chance.randrange(8) for _ in range(SCREENINGS)):  # a clock that goes back is refused
        gate, number = chance.choice(world.gates), chance.choice(sorted(world.documents))
        owner, hidden_from = world.documents[number]
        world.story.clock.at = NOON + hour * HOUR
        document = {"type": "P", "number": number, "issuing_state": owner}
        answer = await world.story.screened(gate.headers, traveller=None, documents=[document])
        assert answer.status_code in {200, 403}, answer.text
        seen.append("refused" if answer.status_code == 403 else answer.json()["decision"])
        due.append(expected(gate, hidden_from, world.story.clock.at))
    assert seen == due
    assert {"refused", "hit"} <= set(due)


async def test_nobody_writes_what_is_not_theirs(world: World) -> None:
    client = world.story.service.client
    for writer, (headers, _) in world.bureaus.items():
        for state in STATES:
            number = f"BB{STATES.index(writer)}{STATES.index(state)}00001"
            answer = await client.post("/v1/documents", json=reported(state, number), headers=headers)
            assert answer.status_code == (201 if writer == state else 403)
        for gate in world.gates:
            wanted = {"posts": [gate.place.post], "sources": ["sltd"], "purposes": ["visa"], "ends_at": None}
            answer = await client.post("/v1/grants", json=wanted, headers=headers)
            assert answer.status_code == (201 if writer == gate.state else 422)
    for gate in world.gates:
        answer = await client.post("/v1/documents", json=reported(gate.seat, "CC1000001"), headers=gate.headers)
        assert answer.status_code == 403
