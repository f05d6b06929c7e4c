"""The travellers of a day, and the officers at the gates who screen them."""

import asyncio
import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from screening.crowd import Crowd
from screening.simulation import papers
from screening.simulation.api import Api
from screening.simulation.papers import Json
from screening.simulation.planting import Meeting
from screening.simulation.scenarios import Post, Scenario
from screening.simulation.stage import Stage

AT_ONCE = 32
"""Searches in flight: some 35 posts with a lane each."""

BUSY = {"air": 6, "land": 3, "sea": 1}
"""How many travellers the posts of each mode have, one to the other."""

CARDS, TYPED, DRIVES = 0.12, 0.06, 0.35
"""Shares of travellers with an identity card, with a document that no reader reads, and of those by land in a car."""

OWN_NATIONALITY = 0.5

INCOMPLETE, TRIES = "incomplete", 5
"""A traveller is screened again when a source did not answer in time, as officers do; each time is a search."""


@dataclass(slots=True)
class Tally:
    """What the gates were answered."""

    decisions: Counter[str] = field(default_factory=Counter)
    found: dict[str, Meeting] = field(default_factory=dict)
    """The meetings that took place, by the screening in which they did."""

    @property
    def searches(self) -> int:
        """How many searches were answered."""
        return self.decisions.total()


class Traffic:
    """Made-up travellers without end."""

    def __init__(self, scenario: Scenario, crowd: Crowd) -> None:
        self._crowd = crowd
        self._posts = scenario.posts
        self._busy = [BUSY[post.mode] for post in scenario.posts]
        self._first = iter(scenario.posts)
        """At every post somebody crosses, however few cross in all."""

    def next(self) -> tuple[Post, Json]:
        """Draw a traveller and the post where he crosses."""
        source = self._crowd.random
        post = next(self._first, None) or source.choices(self._posts, self._busy)[0]
        local = source.random() < OWN_NATIONALITY
        person = papers.citizen(post.state, self._crowd) if local else self._crowd.person()
        name, number, kind = self._crowd.written(person), papers.number(source), source.random()
        submission: Json = {}
        if kind < TYPED:
            submission["traveller"] = {"full_name": name.full, "date_of_birth": str(person.birth_date)}
            submission["documents"] = [{"type": "P", "number": number, "issuing_state": person.nationality}]
        else:
            write = papers.card if kind < TYPED + CARDS else papers.passport
            submission["documents"] = [{"mrz": write(person, name, number, source)}]
        if post.mode == "land" and source.random() < DRIVES:
            submission["vehicles"] = [papers.car(post.state, source)]
        return post, submission

    def day(self, count: int, meetings: list[Meeting]) -> Iterator[tuple[Post, Json, Meeting | None]]:
        """Give a day's travellers, and among them, in no order, those who are on record."""
        places = set(self._crowd.random.sample(range(count + len(meetings)), len(meetings)))
        waiting = iter(meetings)
        for place in range(count + len(meetings)):
            if place in places:
                meeting = next(waiting)
                yield meeting.post, meeting.submission, meeting
            else:
                yield *self.next(), None


class Gates:
    """The officers at the posts."""

    def __init__(self, api: Api, stage: Stage, advance: Callable[[], None]) -> None:
        self._api = api
        self._stage = stage
        self._advance = advance
        self._directions = itertools.cycle(("entry", "exit"))
        self.tally = Tally()

    async def screen(self, travellers: Iterator[tuple[Post, Json, Meeting | None]]) -> None:
        """Screen travellers as they come, at all posts at the same time."""
        async with asyncio.TaskGroup() as lanes:
            for _ in range(AT_ONCE):
                lanes.create_task(self._lane(travellers))

    async def _lane(self, travellers: Iterator[tuple[Post, Json, Meeting | None]]) -> None:
        for post, submission, meeting in travellers:
            for _ in range(TRIES):
                answer = await self.search(post, submission)
                self.tally.decisions[answer["decision"]] += 1
                if meeting is not None:
                    self.tally.found[answer["id"]] = meeting
                if answer["decision"] != INCOMPLETE:
                    break
            self._advance()

    async def search(self, post: Post, submission: Json) -> dict[str, Any]:
        """Screen one traveller at a post, under the operation."""
        asked = submission | {
            "crossing": {"direction": next(self._directions), "mode": post.mode},
            "operation": self._stage.code,
            "officer": {"reference": f"{post.code}-1"},
        }
        return await self._api.post("/v1/screenings", self._stage.gates[post.code], asked, once=str(uuid4()))
