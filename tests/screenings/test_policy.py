"""Named profiles: one is in force, all are described with what they were measured to come to."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from screening.access.permissions import Role
from screening.matching import profile
from screening.screenings.policy import POLICIES, STANDARD, STRICT, WIDE, measured
from screening.settings import Settings
from tests.services import Service, running


def test_strict_alarms_less_than_standard_and_wide_finds_more() -> None:
    assert STRICT.second_line_score > STANDARD.second_line_score > WIDE.second_line_score
    assert STRICT.first_line_score >= STANDARD.first_line_score >= WIDE.first_line_score


def test_every_profile_has_been_measured_with_the_engine_that_decides() -> None:
    """When this fails the numbers of the engine have changed: `python -m benchmarks names --write` measures again."""
    assert measured().keys() == POLICIES.keys()
    assert {each.engine for each in measured().values()} == {f"{profile.NAME}/{profile.VERSION}"}


def test_what_was_measured_is_in_the_order_of_the_profiles() -> None:
    strict, standard, wide = (measured()[each.name] for each in (STRICT, STANDARD, WIDE))
    assert strict.recall <= standard.recall <= wide.recall
    assert strict.referred <= standard.referred <= wide.referred
    assert strict.stopped <= standard.stopped <= wide.stopped


def test_a_profile_that_does_not_exist_is_refused_at_the_start() -> None:
    with pytest.raises(ValidationError, match="strict"):
        Settings(policy="lenient")


async def test_the_policy_lists_its_profiles_and_says_which_is_in_force(
    service: Service, database_url: str, tmp_path: Path
) -> None:
    headers = await service.as_(Role.FIRST_LINE)
    answer = (await service.client.get("/v1/policy", headers=headers)).json()
    assert answer["name"] == "standard"
    assert [each["name"] for each in answer["profiles"]] == ["standard", "strict", "wide"]
    assert (answer["calibration"]["listed_share"], answer["calibration"]["listed"]) == (profile.LISTED_SHARE, 110_000)
    assert 0 < answer["calibration"]["error"] < 0.05
    assert all(0.5 < each["measured"]["recall"] <= 1 for each in answer["profiles"])
    async with running(database_url, tmp_path, policy="wide") as wide:
        headers = await wide.as_(Role.FIRST_LINE)
        assert (await wide.client.get("/v1/policy", headers=headers)).json()["name"] == "wide"
        screened = await wide.screen(headers, traveller={"surname": "Okonkwo", "given_names": "Obi"})
        assert screened["policy"]["name"] == "wide"
