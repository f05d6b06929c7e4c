"""The second line, the bureaus and the owners of records, who follow each hit to its outcome.

They learn of hits as in life, from the list of open cases. Whether a hit is true the owner says: here, by knowing whom
it put on record and who crossed.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from screening.simulation.api import Api
from screening.simulation.papers import Json
from screening.simulation.planting import Meeting
from screening.simulation.scenarios import Outcome, Post
from screening.simulation.stage import Organisation, Stage

AT_ONCE = 8
FALSE_MATCH: Outcome = {"outcome": "false_match"}
NOT_THE_OWNERS = frozenset({"possible"})
"""What the desk dismisses itself: to ask owners about every namesake would drown the true hits."""


@dataclass(frozen=True, slots=True)
class Case:
    """A hit in the hands of whose posts found it, and of the owner of its record."""

    hit: Json
    finder: Organisation
    owner: Organisation
    meeting: Meeting | None
    """None for a false match."""


class Desks:
    """Everybody who works on cases."""

    def __init__(self, api: Api, stage: Stage, posts: Sequence[Post], advance: Callable[[], None]) -> None:
        self._api = api
        self._stage = stage
        self._finders = list(stage.finders(posts))
        everybody = [stage.secretariat, *stage.bureaus.values()]
        self._owners = {organisation.id: organisation for organisation in everybody}
        self._advance = advance
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def work_off(self, found: Mapping[str, Meeting]) -> None:
        """Take every new case to its end: those that a post's organisation sees, and silent ones as their owner."""
        opened = [
            *[case for finder in self._finders for case in await self._new(finder, finder.desk, found)],
            *[case for owner in self._owners.values() for case in await self._new(owner, owner.bureau, found)],
        ]
        cases = {case.hit["id"]: case for case in opened}
        await asyncio.gather(*(self._take(case) for case in cases.values()))

    async def _new(self, own: Organisation, key: str, found: Mapping[str, Meeting]) -> list[Case]:
        """List an organisation's new cases; one that is silent is its owner's on both sides."""
        hits = self._api.pages("/v1/hits", key, operation=self._stage.code, status="new")
        return [
            Case(hit, own, self._owners[hit["owner_id"]], _true(hit, found))
            async for hit in hits
            if hit["owner_id" if hit["desk"] == "silent" else "organisation_id"] == own.id
        ]

    async def _take(self, case: Case) -> None:
        async with self._slots:
            if case.hit["desk"] == "silent":
                await self._silently(case)
            elif case.meeting is None and case.hit["strength"] in NOT_THE_OWNERS:
                await self._dismiss(case)
            else:
                await self._openly(case)
        self._advance()

    async def _openly(self, case: Case) -> None:
        """From the desk to the bureau, to the owner and back; the second person closes."""
        step = self._steps(case)
        await step(case.finder.desk, type="sent")
        if case.finder.bureau:
            await step(case.finder.bureau, type="confirmation_requested")
        await step(case.owner.bureau, type="confirmed" if case.meeting else "not_confirmed")
        outcomes = case.meeting.outcomes if case.meeting else [FALSE_MATCH]
        await step(case.finder.desk, type="outcome_reported", outcomes=list(outcomes))
        await step(case.finder.second_desk, type="closed")

    async def _silently(self, case: Case) -> None:
        """Nobody at the post knows: the owner's bureau runs the case on both sides."""
        step = self._steps(case)
        await step(case.owner.bureau, type="sent")
        await step(case.owner.bureau, type="confirmed" if case.meeting else "not_confirmed")
        outcomes = case.meeting.outcomes if case.meeting else [FALSE_MATCH]
        await step(case.owner.bureau, type="outcome_reported", outcomes=list(outcomes))
        await step(case.owner.second or case.owner.bureau, type="closed")

    async def _dismiss(self, case: Case) -> None:
        """A name alone, and not this person: the desk sees that itself."""
        step = self._steps(case)
        await step(case.finder.desk, type="sent")
        await step(case.finder.desk, type="outcome_reported", outcomes=[FALSE_MATCH])
        await step(case.finder.second_desk, type="closed")

    def _steps(self, case: Case) -> "Steps":
        return Steps(self._api, case.hit)


class Steps:
    """One case, step by step: each names the version that the one before made."""

    def __init__(self, api: Api, hit: Json) -> None:
        self._api = api
        self._path = f"/v1/hits/{hit['id']}/events"
        self._version = hit["version"]

    async def __call__(self, key: str, **event: object) -> None:
        """Take a step as somebody."""
        case = await self._api.post(self._path, key, event | {"version": self._version})
        self._version = case["version"]


def _true(hit: Json, found: Mapping[str, Meeting]) -> Meeting | None:
    """Say who was met, if the traveller is the one that the record is about."""
    meeting = found.get(hit["screening_id"])
    return meeting if meeting and meeting.owner and meeting.record_id == hit["record_id"] else None
