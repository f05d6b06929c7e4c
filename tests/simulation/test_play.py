"""A whole operation played against a running service: what was published is found, confirmed and reported."""

from collections import Counter
from uuid import UUID

import pytest
from rich.progress import Progress

from screening.access.permissions import Role
from screening.crowd import Crowd
from screening.simulation import figures
from screening.simulation.api import Api
from screening.simulation.planting import Planter
from screening.simulation.play import Play
from screening.simulation.scenarios import PAPERS, SCENARIOS, Figure, Find, Scenario
from screening.simulation.stage import Organisation, Stage, operation_code
from tests.services import SECRETARIAT, Service

RUN = UUID("0199d2c4-5a70-7cc1-a1de-3a7f4f8d2f11")
SEARCHES = 120


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)
def test_what_was_published_is_what_is_planted(scenario: Scenario) -> None:
    kinds = Counter[str]()
    for plant in scenario.plants:
        kinds["papers" if plant.find in PAPERS else plant.find] += plant.count
        for outcome in plant.outcomes:
            amount = outcome.get("adults", 0) + outcome.get("minors", 0) or outcome.get("amount", 1)
            kinds[outcome.get("kind") or outcome["outcome"]] += plant.count * amount
    planted = {
        Figure.COUNTRIES: len(scenario.states),
        Figure.POSTS: len({post.code for post in scenario.posts}),
        Figure.DOCUMENTS: kinds["papers"],
        Figure.ARRESTS: kinds["arrested"],
        Figure.VICTIMS: kinds["victim_protected"],
        Figure.VEHICLES: kinds["car"] + kinds["van"],
        Figure.MEDICINES: kinds["medicines"],
        Figure.RED_NOTICES: kinds[Find.RED],
        Figure.THREATS: sum(kinds[find] for find in (Find.RED, Find.BLUE, Find.GREEN, Find.UN)) - discreet(scenario),
    }
    assert {figure: planted[figure] for figure in scenario.published} == scenario.published
    assert {post.state for post in scenario.posts} == set(scenario.states)


def discreet(scenario: Scenario) -> int:
    return sum(plant.count for plant in scenario.plants if plant.discreet)


def test_the_same_run_plants_the_same() -> None:
    scenario = SCENARIOS["sunbird"]
    bureaus = {state: Organisation(state) for state in (*scenario.states, *scenario.abroad)}
    stage = Stage({"code": operation_code(scenario, RUN)}, "", Organisation("GS"), bureaus, bureaus, {})
    one, other = (Planter(scenario, stage, Crowd(RUN.int)).meetings() for _ in range(2))
    assert one == other
    namesakes = [meeting for meeting in one if meeting.owner is None]
    assert len(namesakes) == scenario.namesakes
    assert {meeting.post.mode for meeting in one if meeting.path == "/v1/vehicles"} == {"land"}


async def test_a_played_operation_reports_the_published_outcome(service: Service) -> None:
    key = await service.key(Role.ADMINISTRATOR, SECRETARIAT)
    scenario = SCENARIOS["adwenpa"]
    with Progress(disable=True) as progress:
        played = await Play(Api(service.client), key, scenario, SEARCHES, RUN).perform(progress)
    rows = list(figures.compared(scenario, played.report, SEARCHES))
    assert [(row.what, row.stated) for row in rows] == [(row.what, row.wanted) for row in rows]
    persons, hits = played.report["outcomes"]["victim_protected"], played.report["hits"]
    assert persons == {"adults": 25, "minors": 15}
    assert hits["confirmed"] == sum(plant.count for plant in scenario.plants)
    assert hits["false_match"] >= scenario.namesakes
    assert played.operation["code"] in played.page
    granted = await service.app.state.database.pool.fetchval(
        "SELECT count(*) FROM grants WHERE operation = $1 AND approved_by <> opened_by", played.operation["code"]
    )
    assert granted == len({post.state for post in scenario.posts if post.by_grant})
