"""How long each step of a case may take."""

from datetime import UTC, datetime, timedelta

import pytest

from screening.hits.deadlines import Deadlines, seriousness_of
from screening.hits.vocabulary import Seriousness, Status

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("label", "areas", "expected"),
    [
        ("lost", [], Seriousness.ROUTINE),
        ("blue", [], Seriousness.ROUTINE),
        ("blue", ["terrorism"], Seriousness.IMMEDIATE),
        ("red", [], Seriousness.URGENT),
        ("stolen_blank", ["travel_document_crime"], Seriousness.URGENT),
        ("orange", [], Seriousness.IMMEDIATE),
        ("un", [], Seriousness.IMMEDIATE),
    ],
)
def test_colour_reason_and_crime_area_say_how_serious_a_hit_is(
    label: str, areas: list[str], expected: Seriousness
) -> None:
    assert seriousness_of(label, areas) is expected


@pytest.mark.parametrize("status", sorted(Status))
def test_every_open_case_has_an_end_to_its_step_and_a_graver_one_no_later(status: Status) -> None:
    due = [Deadlines().due(status, "sltd", seriousness, AT) for seriousness in Seriousness]
    if status is Status.CLOSED:
        assert due == [None, None, None]
    else:
        assert due == sorted(each for each in due if each is not None and each > AT)


def test_an_installation_may_give_owners_of_one_list_another_time() -> None:
    deadlines = Deadlines({"sltd/urgent": timedelta(hours=6)})
    awaiting = Status.AWAITING_CONFIRMATION
    assert deadlines.due(awaiting, "sltd", Seriousness.URGENT, AT) == AT + timedelta(hours=6)
    assert deadlines.due(awaiting, "notices", Seriousness.URGENT, AT) == AT + timedelta(hours=12)
    assert deadlines.due(awaiting, "sltd", Seriousness.ROUTINE, AT) == AT + timedelta(hours=12)
