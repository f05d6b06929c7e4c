"""Patterns of misuse: each one planted in generated traffic is found, and quiet traffic yields nothing."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.audit import patterns
from screening.audit.misuse import Finding, Hours, Known, Pattern, Place, Search, Who

DAY = datetime(2026, 11, 23, tzinfo=UTC)
ARLANDA, MUNICH, SMALL, LOST = UUID(int=101), UUID(int=102), UUID(int=103), UUID(int=104)
POSTS = {
    ARLANDA: Place("SWE-AIR-1", "air", 59.65, 17.92),
    MUNICH: Place("DEU-AIR-1", "air", 48.35, 11.79),
    SMALL: Place("SWE-AIR-2", "air", 59.40, 17.94),
    LOST: Place("SWE-AIR-3", "air"),
}
BY_DAY = Hours(26, tuple(26 if 5 <= hour <= 22 else 0 for hour in range(24)))
KNOWN = Known(POSTS, {ARLANDA: BY_DAY, MUNICH: BY_DAY})
CLIENTS = [Who(UUID(int=1), UUID(int=n), None, "first_line", "air") for n in range(10, 22)]
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def quiet(chance: random.Random, *, days: int = 2) -> Iterator[Search]:
    """Travellers whom nobody knows, at two airports by day, some fifty a day at each of twelve clients."""
    for day in range(days):
        times = [
            (DAY + timedelta(days=day, hours=chance.uniform(6, 21.9)), client)
            for client in range(len(CLIENTS))
            for _ in range(round(chance.gauss(50, 8)))
        ]
        for at, client in sorted(times):
            yield traveller(chance, at, CLIENTS[client], ARLANDA if client % 2 else MUNICH)


def traveller(chance: random.Random, at: datetime, who: Who, post: UUID) -> Search:
    return Search(
        entry=UUID(int=chance.getrandbits(128)),
        at=at,
        who=who,
        post=post,
        crossing=chance.random() > 0.02,
        subject=chance.randbytes(32),
        name="".join(chance.choices(LETTERS, k=8)),
        number=f"{chance.choice('ABCX')}{chance.choice(LETTERS)}{chance.randrange(10**7):07}",
    )


def detect(searches: Iterable[Search], known: Known = KNOWN) -> list[Finding]:
    watching = patterns.detectors(known)
    for search in searches:
        for detector in watching:
            detector.see(search)
    return [finding for detector in watching for finding in detector.findings()]


def mixed(chance: random.Random, planted: Iterable[Search]) -> list[Finding]:
    """Plant some searches in quiet traffic."""
    return detect(sorted([*quiet(chance), *planted], key=lambda search: search.at))


def at_noon(count: int, *, seconds: float = 40.0, client: int = 3) -> Iterator[Search]:
    chance = random.Random(count)
    for number in range(count):
        at = DAY + timedelta(hours=12, seconds=seconds * number)
        yield replace(traveller(chance, at, replace(CLIENTS[client], officer="UTO-1"), ARLANDA), crossing=True)


@given(st.integers(min_value=0, max_value=2**32))
@settings(max_examples=40)
def test_quiet_traffic_yields_nothing(seed: int) -> None:
    assert detect(quiet(random.Random(seed))) == []


@given(st.integers(min_value=0, max_value=2**32), st.sampled_from([1, -1]))
@settings(max_examples=15)
def test_names_worked_through_in_the_order_of_the_alphabet_are_found(seed: int, direction: int) -> None:
    names = [f"{first}{second}SON" for first in "KLM" for second in "AEIOU"][::direction]
    planted = [replace(search, name=name) for search, name in zip(at_noon(15), names, strict=True)]
    [found] = mixed(random.Random(seed), planted)
    assert (found.pattern, found.searches) == (Pattern.NAMES_IN_SEQUENCE, 15)
    assert found.entries == tuple(search.entry for search in planted)
    assert found.reason.startswith("15 names one behind the other")
    assert found.who is not None
    assert found.who.officer == "UTO-1"


def test_the_same_name_again_neither_ends_a_sequence_nor_lengthens_it() -> None:
    names = [f"{letter}A" for letter in LETTERS[:11] for _ in range(2)]
    planted = [replace(search, name=name) for search, name in zip(at_noon(22), names, strict=True)]
    assert detect(planted) == []
    assert [found.searches for found in detect([*planted, replace(planted[-1], name="ZZ")])] == [12]


def test_names_with_a_pause_between_are_no_sequence() -> None:
    planted = [replace(search, name=f"{letter}A") for search, letter in zip(at_noon(20), LETTERS, strict=False)]
    late = [replace(each, at=each.at + timedelta(hours=1)) for each in planted[10:]]
    assert detect([*planted[:10], *late]) == []


@given(st.integers(min_value=0, max_value=2**32), st.integers(1, patterns.NUMBER_STEP), st.sampled_from([1, -1]))
@settings(max_examples=15)
def test_document_numbers_that_are_tried_one_after_the_other_are_found(seed: int, step: int, direction: int) -> None:
    planted = [
        replace(search, number=f"UT{4_000_000 + direction * step * place:07}")
        for place, search in enumerate(at_noon(8))
    ]
    [found] = mixed(random.Random(seed), planted)
    assert (found.pattern, found.searches) == (Pattern.NUMBERS_IN_SEQUENCE, 8)


@pytest.mark.parametrize(
    "numbers",
    [
        [f"UT{4_000_000 + 6 * place}" for place in range(8)],  # too far apart
        [f"UT{4_000_000 + place}" for place in range(5)],  # a family
        [f"{letter}T4000000" for letter in LETTERS[:8]],  # other series
        [f"UT{4_000_000 + (place % 2)}" for place in range(8)],  # to and fro
        ["UT4000000"] * 8,
    ],
)
def test_document_numbers_that_are_no_series_are_not(numbers: list[str]) -> None:
    assert detect(replace(search, number=number) for search, number in zip(at_noon(8), numbers, strict=False)) == []


@given(st.integers(min_value=0, max_value=2**32))
@settings(max_examples=10)
def test_an_officer_far_above_peers_is_found(seed: int) -> None:
    [found] = mixed(random.Random(seed), at_noon(300, seconds=100))
    assert (found.pattern, found.searches) == (Pattern.FAR_ABOVE_PEERS, 300)
    assert "300 searches in a day; the median of 13 peers is" in found.reason
    assert len(found.entries) == patterns.SHOWN_ENTRIES


def test_nobody_is_compared_with_other_roles_or_other_kinds_of_posts() -> None:
    busy = [replace(each, who=replace(each.who, mode="sea")) for each in at_noon(300)]
    desk = [replace(each, who=replace(each.who, role="second_line")) for each in at_noon(300)]
    for other in (busy, desk):
        assert mixed(random.Random(1), other) == []


def test_too_few_peers_say_nothing() -> None:
    few = [each for each in quiet(random.Random(1)) if each.who in CLIENTS[:4]]
    assert detect(sorted([*few, *at_noon(300)], key=lambda each: each.at)) == []


@pytest.mark.parametrize("hour", [0, 2, 3])
def test_searches_at_a_closed_post_are_found(hour: int) -> None:
    planted = [replace(each, at=each.at.replace(hour=hour)) for each in at_noon(3)]
    [found] = mixed(random.Random(1), planted)
    assert (found.pattern, found.post, found.searches) == (Pattern.OUT_OF_HOURS, ARLANDA, 3)
    assert "SWE-AIR-1 from 0" in found.reason
    assert "in use on 0 of 26 days" in found.reason


@pytest.mark.parametrize(
    "hours",
    [
        Hours(26, tuple(26 if 4 <= hour <= 22 else 0 for hour in range(24))),  # the hour beside is in use
        Hours(patterns.LOOKUPS - 1, (0,) * 24),  # too little is known
        Hours(26, (2,) * 24),  # now and then somebody comes at night
    ],
)
def test_an_hour_that_is_not_surely_closed_is_open(hours: Hours) -> None:
    planted = [replace(each, at=each.at.replace(hour=3)) for each in at_noon(3)]
    assert detect(planted, Known(POSTS, {ARLANDA: hours})) == []


def journey(minutes: float, *posts: UUID) -> list[Search]:
    """One traveller, searched at posts one after the other, by a client at each."""
    found = []
    for place, (search, post) in enumerate(zip(at_noon(len(posts)), posts, strict=True)):
        at = DAY + timedelta(hours=12, minutes=minutes * place)
        found.append(replace(search, at=at, post=post, who=CLIENTS[place], subject=b"same"))
    return found


def test_a_traveller_searched_where_nobody_can_be_in_time_is_found() -> None:
    planted = journey(20, ARLANDA, MUNICH, ARLANDA)
    [found] = mixed(random.Random(1), planted)
    assert (found.pattern, found.searches, found.who) == (Pattern.IMPOSSIBLE_JOURNEY, 3, None)
    assert found.entries == tuple(search.entry for search in planted)
    assert "searched at 2 posts" in found.reason
    assert "1317 km apart, within 20 minutes" in found.reason


@pytest.mark.parametrize(
    ("minutes", "posts"),
    [
        (120, (ARLANDA, MUNICH)),  # two hours are enough to fly there
        (1, (ARLANDA, SMALL)),  # near to each other
        (1, (ARLANDA, ARLANDA)),
        (1, (ARLANDA, LOST)),  # nobody knows where it stands
        (1, (ARLANDA, UUID(int=999))),
        (60 * 30, (ARLANDA, MUNICH)),
    ],
)
def test_a_journey_that_is_possible_or_unknown_is_not(minutes: float, posts: tuple[UUID, ...]) -> None:
    assert detect(journey(minutes, *posts)) == []


def test_who_was_searched_long_ago_is_forgotten() -> None:
    detector = patterns.Journeys(KNOWN)
    chance = random.Random(1)
    for hour in range(100):
        detector.see(traveller(chance, DAY + timedelta(hours=hour), CLIENTS[0], ARLANDA))
    assert len(detector._seen) < 50


@given(st.integers(min_value=0, max_value=2**32))
@settings(max_examples=15)
def test_look_ups_without_a_crossing_are_found(seed: int) -> None:
    planted = [replace(search, crossing=False) for search in at_noon(12)]
    [found] = mixed(random.Random(seed), planted)
    assert (found.pattern, found.searches) == (Pattern.WITHOUT_CROSSING, 12)
    assert "12 of 12 searches without a crossing" in found.reason


def test_software_that_never_sends_a_crossing_makes_nobody_conspicuous() -> None:
    assert detect(replace(search, crossing=False) for search in quiet(random.Random(1))) == []


def test_what_was_erased_is_still_counted_by_time_and_place_and_nothing_else() -> None:
    erased = [replace(each, subject=None, name=None, number=None, crossing=None) for each in at_noon(300, seconds=100)]
    assert [found.pattern for found in mixed(random.Random(1), erased)] == [Pattern.FAR_ABOVE_PEERS]
    night = [replace(each, at=each.at.replace(hour=2)) for each in erased[:2]]
    assert [found.pattern for found in mixed(random.Random(1), night)] == [Pattern.OUT_OF_HOURS]


def test_a_finding_quotes_neither_name_nor_number() -> None:
    planted = [replace(search, name=f"{letter}LINDQVIST") for search, letter in zip(at_noon(15), LETTERS, strict=False)]
    [found] = detect(planted)
    assert "LINDQVIST" not in repr(found)
    assert "LINDQVIST" not in repr(planted[0])
