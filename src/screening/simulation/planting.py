"""What is put on record before an operation, and the travellers who will meet it."""

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from screening.crowd import Crowd, Person
from screening.crowd.people import Fields
from screening.simulation import papers
from screening.simulation.api import Api
from screening.simulation.papers import Json
from screening.simulation.scenarios import PAPERS, Find, Outcome, Plant, Post, Scenario
from screening.simulation.stage import Organisation, Stage

AT_ONCE = 8

COLOURS = {
    Find.RED: ("notice", "red"),
    Find.RED_DIFFUSION: ("diffusion", "red"),
    Find.BLUE: ("notice", "blue"),
    Find.GREEN: ("notice", "green"),
    Find.YELLOW: ("notice", "yellow"),
    Find.UN: ("un_special", "un"),
}
"""Kind and colour of the notices on persons."""

PATHS = {Find.VEHICLE: "/v1/vehicles"} | dict.fromkeys(PAPERS, "/v1/documents")


@dataclass(frozen=True, slots=True)
class Meeting:
    """A traveller who will come to a post on a day, and the record that the post will find."""

    post: Post
    day: int
    submission: Json
    outcomes: Sequence[Outcome]
    path: str
    record: Json
    owner: Organisation | None
    """None for an innocent who bears the name of somebody on record."""
    record_id: str = ""
    recorded_at: str = ""


class Planter:
    """Makes records, and travellers who meet them."""

    def __init__(self, scenario: Scenario, stage: Stage, crowd: Crowd) -> None:
        self._scenario = scenario
        self._stage = stage
        self._crowd = crowd
        self._namesakes: list[Meeting] = []

    @property
    def _random(self) -> random.Random:
        return self._crowd.random

    def meetings(self) -> list[Meeting]:
        """Draw every meeting of a scenario, and the namesakes."""
        planted = [self._meeting(plant) for plant in self._scenario.plants for _ in range(plant.count)]
        return [*planted, *self._namesakes]

    def _meeting(self, plant: Plant) -> Meeting:
        owner_state = self._random.choice((*self._scenario.states, *self._scenario.abroad))
        if plant.find in PAPERS:
            return self._with_paper(plant, owner_state)
        if plant.find is Find.VEHICLE:
            return self._with_car(plant, owner_state)
        return self._listed(plant, owner_state)

    def _with_paper(self, plant: Plant, state: str) -> Meeting:
        """A lost passport comes back with its holder, a stolen one with somebody else."""
        number = papers.number(self._random)
        record = {
            "number": number,
            "type": "PAS",
            "issuing_state": state,
            "reason": plant.find.value,
            "theft_date": self._day_before(),
            "theft_country": state,
        }
        person = papers.citizen(state, self._crowd)
        zone = papers.passport(person, self._crowd.written(person), number, self._random)
        return self._met(plant, {"documents": [{"mrz": zone}]}, record, self._stage.bureaus[state])

    def _with_car(self, plant: Plant, state: str) -> Meeting:
        car = papers.car(state, self._random)
        record = car | {"reason": "stolen", "theft_date": self._day_before(), "theft_country": state}
        traveller = self._innocent(self._random.choice(self._scenario.states))
        return self._met(plant, traveller | {"vehicles": [car]}, record, self._stage.bureaus[state])

    def _listed(self, plant: Plant, state: str) -> Meeting:
        person = papers.citizen(state, self._crowd)
        name = self._crowd.written(person)
        kind, colour = COLOURS[plant.find]
        owner = self._stage.secretariat if plant.find is Find.UN else self._stage.bureaus[state]
        record = {
            "kind": kind,
            "colour": colour,
            "reference": f"SIM/{UUID(int=self._random.getrandbits(128)).hex[:16]}",
            "purpose": "Made up for a simulation.",
            "subject": _subject(person, name),
            "crime_areas": [plant.area] if plant.area else [],
            "discreet": plant.discreet,
        }
        met = self._met(plant, self._presented(person, name), record, owner)
        if len(self._namesakes) < self._scenario.namesakes and not plant.discreet:
            self._namesakes.append(self._namesake(met, person, name))
        return met

    def _namesake(self, met: Meeting, person: Person, name: Fields) -> Meeting:
        """Somebody of the same name and nationality, a year older: what desks spend their days with."""
        older = replace(person, born=person.born.replace(year=person.born.year - 1, day=min(person.born.day, 28)))
        return replace(
            met, post=self._post(met.path), day=self._day(), submission=self._presented(older, name), owner=None
        )

    def _presented(self, person: Person, name: Fields) -> Json:
        return {"documents": [{"mrz": papers.passport(person, name, papers.number(self._random), self._random)}]}

    def _innocent(self, state: str) -> Json:
        person = papers.citizen(state, self._crowd)
        return self._presented(person, self._crowd.written(person))

    def _met(self, plant: Plant, submission: Json, record: Json, owner: Organisation) -> Meeting:
        path = PATHS.get(plant.find, "/v1/notices")
        return Meeting(self._post(path), self._day(), submission, plant.outcomes, path, record, owner)

    def _post(self, path: str) -> Post:
        drives = path == PATHS[Find.VEHICLE]
        fit = [post for post in self._scenario.posts if not drives or post.mode == "land"]
        return self._random.choice(fit)

    def _day(self) -> int:
        return self._random.randrange(self._scenario.days)

    def _day_before(self) -> str:
        return (date.today() - timedelta(days=self._random.randrange(10, 900))).isoformat()  # noqa: DTZ011 - any day


def _subject(person: Person, name: Fields) -> Json:
    return {
        "names": [{"kind": "primary", "surname": name.surname, "given_names": name.given}],
        "dates_of_birth": [str(person.birth_date)],
        "sex": person.sex.value,
        "nationalities": [person.nationality],
    }


async def plant(api: Api, meetings: Sequence[Meeting], advance: Callable[[], None]) -> list[Meeting]:
    """Enter the records of meetings as their owners, and give the meetings with what is known of the records."""
    slots = asyncio.Semaphore(AT_ONCE)

    async def enter(meeting: Meeting) -> Meeting:
        if meeting.owner is None:
            return meeting
        async with slots:
            made = await api.post(meeting.path, meeting.owner.records, meeting.record)
        advance()
        return replace(meeting, record_id=made["id"], recorded_at=made["created_at"])

    return await asyncio.gather(*map(enter, meetings))
