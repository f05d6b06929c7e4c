"""A play from beginning to end: stage, records, day after day of travellers and cases, the end, and the report.

The days follow each other without nights: each takes as long as its searches and cases do.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from rich.progress import Progress

from screening.crowd import Crowd
from screening.simulation import planting, stage
from screening.simulation.api import Api, RefusedError
from screening.simulation.desks import Desks
from screening.simulation.papers import Json
from screening.simulation.planting import Meeting, Planter
from screening.simulation.scenarios import Scenario
from screening.simulation.stage import Director, Stage
from screening.simulation.traffic import Gates, Tally, Traffic

POLL_SECONDS = 0.1
LISTED_SECONDS = 60.0
"""How long the name index may take to know the records; it is a second at most when it is well."""

COUNTED_SECONDS = 30.0

FORBIDDEN = 403


class PlayError(Exception):
    """The play cannot go on: why."""


@dataclass(frozen=True, slots=True)
class Played:
    """What a play came to, as those who played it know it."""

    operation: Json
    report: Json
    page: str
    tally: Tally
    seconds: float
    """How long the searches took."""


@dataclass(frozen=True, slots=True)
class Play:
    """One play of a scenario."""

    api: Api
    administrator: str
    scenario: Scenario
    searches: int
    run: UUID

    async def perform(self, progress: Progress) -> Played:
        """Play it."""
        crowd = Crowd(self.run.int)
        showing = progress.add_task("Organisations, posts, keys, access", total=None)
        director = Director(self.api, self.administrator, self.scenario)
        everybody = await director.set_up(stage.operation_code(self.scenario, self.run))
        progress.update(showing, total=1, completed=1)
        meetings = await self._plant(everybody, crowd, progress)
        tally, seconds = await self._days(everybody, meetings, crowd, progress)
        await self._end(everybody, meetings)
        path = f"/v1/operations/{everybody.operation['id']}/report"
        report = await self._counted(path, everybody.coordinator, tally.searches)
        page = await self.api.page(path, everybody.coordinator)
        return Played(everybody.operation, report, page, tally, seconds)

    async def _counted(self, path: str, key: str, searches: int) -> Json:
        """Give the report once everything is counted, which takes a second or two; or as it is when it never is."""
        until = time.monotonic() + COUNTED_SECONDS
        while True:
            report = await self.api.get(path, key)
            counted = report["searches"]["total"] == searches and not report["hits"]["open"]
            if counted or time.monotonic() > until:
                return report
            await asyncio.sleep(POLL_SECONDS)

    async def _plant(self, everybody: Stage, crowd: Crowd, progress: Progress) -> list[Meeting]:
        drawn = Planter(self.scenario, everybody, crowd).meetings()
        showing = progress.add_task("Records on file", total=sum(each.owner is not None for each in drawn))
        meetings = await planting.plant(self.api, drawn, lambda: progress.advance(showing))
        await self._until_listed(everybody, max(meeting.recorded_at for meeting in meetings))
        return meetings

    async def _until_listed(self, everybody: Stage, at: str) -> None:
        """Wait until every source knows what was recorded; it is, where one process serves, within a second."""
        key, recorded = everybody.gates[self.scenario.posts[0].code], datetime.fromisoformat(at)
        until = time.monotonic() + LISTED_SECONDS
        while time.monotonic() < until:
            sources = (await self.api.get("/v1/sources", key))["items"]
            if all(each["as_of"] and datetime.fromisoformat(each["as_of"]) > recorded for each in sources):
                return
            await asyncio.sleep(POLL_SECONDS)
        raise PlayError("The sources of the service do not become current: see GET /v1/sources.")

    async def _days(
        self, everybody: Stage, meetings: Sequence[Meeting], crowd: Crowd, progress: Progress
    ) -> tuple[Tally, float]:
        searching = progress.add_task("Searches", total=self.searches)
        working = progress.add_task("Cases closed", total=None)
        gates = Gates(self.api, everybody, lambda: progress.advance(searching))
        desks = Desks(self.api, everybody, self.scenario.posts, lambda: progress.advance(working))
        traffic, seconds = Traffic(self.scenario, crowd), 0.0
        for day in range(self.scenario.days):
            progress.update(searching, description=f"Searches, day {day + 1} of {self.scenario.days}")
            met = [meeting for meeting in meetings if meeting.day == day]
            began = time.monotonic()
            await gates.screen(traffic.day(self._others(day, len(meetings)), met))
            seconds += time.monotonic() - began
            await desks.work_off(gates.tally.found)
        return gates.tally, seconds

    def _others(self, day: int, meetings: int) -> int:
        """Say how many of a day's travellers are on no record: all days together have the searches wanted."""
        others = max(self.searches - meetings, 0)
        return others * (day + 1) // self.scenario.days - others * day // self.scenario.days

    async def _end(self, everybody: Stage, meetings: Sequence[Meeting]) -> None:
        """Close the operation, see that nobody searches under it any more, and take the records off file."""
        path = f"/v1/operations/{everybody.operation['id']}/closing"
        await self.api.post(path, everybody.coordinator, {"reason": "The simulation is over."})
        await self._until_closed(everybody, meetings[0])
        for meeting in meetings:
            if meeting.owner is not None:
                path = f"{meeting.path}/{meeting.record_id}/withdrawal"
                await self.api.post(path, meeting.owner.records, {"reason": "The simulation is over."})

    async def _until_closed(self, everybody: Stage, meeting: Meeting) -> None:
        gates = Gates(self.api, everybody, lambda: None)
        until = time.monotonic() + LISTED_SECONDS
        while time.monotonic() < until:
            try:
                await gates.search(meeting.post, meeting.submission)
            except RefusedError as refused:
                if refused.status == FORBIDDEN:
                    return
                raise
            await asyncio.sleep(POLL_SECONDS)
        raise PlayError("The operation is closed, and searches under it are still answered.")
