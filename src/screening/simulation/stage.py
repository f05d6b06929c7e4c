"""Who takes part in a play: organisations, posts and keys, the operation, and access for its time.

All of it is made through the API by those who may: an administrator makes organisations, posts and keys; a coordinator
plans the operation; in each State one person of the bureau opens access for the border service's posts, and a second
one approves it.
"""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from uuid import UUID

from screening.access.vocabulary import Purpose, Source
from screening.simulation.api import Api
from screening.simulation.papers import Json
from screening.simulation.scenarios import Post, Scenario

AT_ONCE = 8
KEYS_LAST = timedelta(days=2)
"""How long the keys of a play are good for; they end by themselves."""

CLOCKS_DIFFER = timedelta(minutes=5)
SEARCHES_AN_HOUR = 1_000_000


@dataclass(frozen=True, slots=True)
class Organisation:
    """A bureau, a border service or the General Secretariat, with the keys of its people."""

    id: str
    bureau: str = ""
    second: str = ""
    """Two people who decide: what one opens or reports, the other approves or closes."""
    desk: str = ""
    second_desk: str = ""
    """Two officers of the second line."""
    records: str = ""
    """Who enters records."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Everybody who takes part."""

    operation: Json
    coordinator: str
    secretariat: Organisation
    bureaus: dict[str, Organisation]
    services: dict[str, Organisation]
    gates: dict[str, str]
    """The key at each post, by its code."""

    @property
    def code(self) -> str:
        """By what searches name the operation."""
        return str(self.operation["code"])

    def runs(self, post: Post) -> Organisation:
        """Give the organisation whose post it is."""
        return (self.services if post.by_grant else self.bureaus)[post.state]

    def finders(self, posts: Iterable[Post]) -> Iterator[Organisation]:
        """Give the organisations whose posts search, each once."""
        yield from {(found := self.runs(post)).id: found for post in posts}.values()


class Director:
    """Sets the stage with an administrator's key."""

    def __init__(self, api: Api, administrator: str, scenario: Scenario) -> None:
        self._api = api
        self._administrator = administrator
        self._scenario = scenario
        self._expire = (datetime.now(UTC) + KEYS_LAST).isoformat()
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def set_up(self, code: str) -> Stage:
        """Make everybody who is not there yet, new keys for all, the operation, and access."""
        scenario = self._scenario
        there = {row["name"]: row["id"] async for row in self._api.pages("/v1/organisations", self._administrator)}
        secretariat = await self._secretariat(there)
        coordinator = await self._key(secretariat.id, "coordinator")
        states = (*scenario.states, *scenario.abroad)
        bureaus = dict(
            zip(states, await asyncio.gather(*(self._bureau(state, there) for state in states)), strict=True)
        )
        served = sorted({post.state for post in scenario.posts if post.by_grant})
        services = dict(
            zip(served, await asyncio.gather(*(self._service(state, there) for state in served)), strict=True)
        )
        stage = Stage({"code": code}, coordinator, secretariat, bureaus, services, {})
        gates = await self._gates(stage)
        operation = await self._operation(code, coordinator)
        await asyncio.gather(*(self._open_access(code, bureaus[state], posts) for state, posts in self._by_grant()))
        return Stage(operation, coordinator, secretariat, bureaus, services, gates)

    async def _secretariat(self, there: dict[str, str]) -> Organisation:
        own = await self._organisation("Simulated General Secretariat", "general_secretariat", None, there)
        keys = await self._keys(own, bureau="bureau", records="data_owner")
        return Organisation(own, **keys)

    async def _bureau(self, state: str, there: dict[str, str]) -> Organisation:
        own = await self._organisation(f"Simulated bureau of {state}", "bureau", state, there)
        roles = {"bureau": "bureau", "second": "bureau", "records": "data_owner"}
        if state in self._scenario.states:
            roles |= {"desk": "second_line", "second_desk": "second_line"}
        return Organisation(own, **await self._keys(own, **roles))

    async def _service(self, state: str, there: dict[str, str]) -> Organisation:
        own = await self._organisation(f"Simulated border service of {state}", "partner", state, there)
        return Organisation(own, **await self._keys(own, desk="second_line", second_desk="second_line"))

    async def _organisation(self, name: str, kind: str, state: str | None, there: dict[str, str]) -> str:
        if name in there:
            return there[name]
        wanted = {"name": name, "kind": kind, "country": state}
        return str((await self._post("/v1/organisations", wanted))["id"])

    async def _keys(self, organisation_id: str, **roles: str) -> dict[str, str]:
        made = await asyncio.gather(*(self._key(organisation_id, role) for role in roles.values()))
        return dict(zip(roles, made, strict=True))

    async def _key(self, organisation_id: str, role: str, post_id: str | None = None) -> str:
        wanted = {"name": f"simulation {role}", "role": role, "organisation_id": organisation_id, "post_id": post_id}
        return str((await self._post("/v1/keys", wanted | {"expires_at": self._expire}))["secret"])

    async def _gates(self, stage: Stage) -> dict[str, str]:
        """Make the posts, and a key of the first line for each."""
        rows = self._api.pages("/v1/posts", self._administrator)
        there = {(row["organisation_id"], row["code"]): row["id"] async for row in rows}
        posts = self._scenario.posts
        keys = await asyncio.gather(*(self._gate(post, stage.runs(post).id, there) for post in posts))
        return {post.code: key for post, key in zip(posts, keys, strict=True)}

    async def _gate(self, post: Post, organisation_id: str, there: dict[tuple[str, str], str]) -> str:
        post_id = there.get((organisation_id, post.code))
        if post_id is None:
            wanted = {"code": post.code, "name": post.name, "country": post.state, "mode": post.mode}
            post_id = (await self._post("/v1/posts", wanted | {"organisation_id": organisation_id}))["id"]
        return await self._key(organisation_id, "first_line", post_id)

    async def _operation(self, code: str, coordinator: str) -> Json:
        scenario, now = self._scenario, datetime.now(UTC)
        plan = {
            "code": code,
            "kind": "operation",
            "name": f"{scenario.title} (simulated)",
            "countries": scenario.states,
            "posts": [post.code for post in scenario.posts],
            "crime_areas": scenario.crime_areas,
            "objectives": f"Played from {scenario.source}; nobody in it exists.",
            "begins_at": (now - CLOCKS_DIFFER).isoformat(),
            "ends_at": (now + timedelta(days=scenario.days)).isoformat(),
        }
        planned = await self._api.post("/v1/operations", coordinator, plan)
        return await self._api.post(f"/v1/operations/{planned['id']}/opening", coordinator, {})

    def _by_grant(self) -> Iterator[tuple[str, list[Post]]]:
        opened = sorted((post for post in self._scenario.posts if post.by_grant), key=lambda post: post.state)
        for state, posts in groupby(opened, lambda post: post.state):
            yield state, list(posts)

    async def _open_access(self, code: str, bureau: Organisation, posts: list[Post]) -> None:
        """Open access for the posts of a border service: one person asks, a second one approves."""
        ends_at = datetime.now(UTC) + timedelta(days=self._scenario.days)
        wanted = {
            "posts": [post.code for post in posts],
            "sources": list(Source),
            "purposes": [Purpose.BORDER_CONTROL],
            "operation": code,
            "ends_at": ends_at.isoformat(),
            "searches_an_hour": SEARCHES_AN_HOUR,
        }
        grant = await self._api.post("/v1/grants", bureau.bureau, wanted)
        await self._api.post(f"/v1/grants/{grant['id']}/approval", bureau.second, {"version": grant["version"]})

    async def _post(self, path: str, wanted: Json) -> Json:
        async with self._slots:
            return await self._api.post(path, self._administrator, wanted)


def operation_code(scenario: Scenario, run: UUID) -> str:
    """Name an operation so that each play has its own: a code is taken once, for ever."""
    return f"{scenario.name.upper()}-{run.hex[-6:].upper()}"
