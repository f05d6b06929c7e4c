"""Rounds: what waits is asked together, and everybody gets the own share, or the own failure."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from screening.db.rounds import Rounds, Share, Viewers

AT = datetime(2026, 3, 1, tzinfo=UTC)
LATER = AT + timedelta(seconds=1)


class Desk:
    """Doubles numbers when it is let, remembers each round, and cannot read a 13."""

    def __init__(self) -> None:
        self.rounds: list[tuple[list[int], datetime, Viewers]] = []
        self.open = asyncio.Event()
        self.asking = Rounds(self._double)

    async def _double(self, items: Sequence[int], at: datetime, viewers: Viewers) -> list[int]:
        self.rounds.append((list(items), at, viewers))
        await self.open.wait()
        if 13 in items:
            raise ValueError("13")
        return [2 * item for item in items]

    def ask(self, *items: int, at: datetime = AT, viewers: Viewers = ("UTO",)) -> "asyncio.Task[Share[list[int]]]":
        return asyncio.create_task(self.asking.ask(items, at, viewers))


async def after_the_first(desk: Desk, *items: int) -> "asyncio.Task[Share[list[int]]]":
    first = desk.ask(*items)
    while not desk.rounds:
        await asyncio.sleep(0)
    return first


async def test_a_question_alone_is_asked_at_once_and_what_comes_meanwhile_together() -> None:
    desk = Desk()
    first = await after_the_first(desk, 1)
    second, third = desk.ask(2, 3), desk.ask(4, at=LATER)
    await asyncio.sleep(0)
    desk.open.set()
    assert await first == Share([2], range(1))
    assert (await second, await third) == (Share([4, 6, 8], range(2)), Share([4, 6, 8], range(2, 3)))
    assert desk.rounds == [([1], AT, ("UTO",)), ([2, 3, 4], LATER, ("UTO",))]


async def test_those_who_look_for_other_states_never_share_a_round() -> None:
    desk = Desk()
    first = await after_the_first(desk, 1)
    others = [desk.ask(2), desk.ask(3, viewers=("XXA",)), desk.ask(4)]
    await asyncio.sleep(0)
    desk.open.set()
    await asyncio.gather(first, *others)
    assert [(items, viewers) for items, _, viewers in desk.rounds[1:]] == [([2, 4], ("UTO",)), ([3], ("XXA",))]


async def test_a_question_that_cannot_be_answered_fails_alone() -> None:
    desk = Desk()
    first = await after_the_first(desk, 1)
    sound, spoilt = desk.ask(2), desk.ask(13)
    await asyncio.sleep(0)
    desk.open.set()
    assert (await first, await sound) == (Share([2], range(1)), Share([4], range(1)))
    with pytest.raises(ValueError, match="13"):
        await spoilt


async def test_who_gives_up_takes_nobody_along() -> None:
    desk = Desk()
    first = await after_the_first(desk, 1)
    gone, staying = desk.ask(2), desk.ask(3)
    await asyncio.sleep(0)
    first.cancel()
    gone.cancel()
    await asyncio.sleep(0)
    desk.open.set()
    assert await staying == Share([6], range(1))
    assert [items for items, *_ in desk.rounds] == [[1], [3]]


async def test_a_database_that_is_away_fails_the_whole_round_once() -> None:
    rounds = 0

    async def away(_items: Sequence[int], _at: datetime, _viewers: Viewers) -> list[int]:
        nonlocal rounds
        rounds += 1
        raise ConnectionError

    asking = Rounds(away)
    failed = await asyncio.gather(*(asking.ask([n], AT, ()) for n in range(3)), return_exceptions=True)
    assert ([type(each) for each in failed], rounds) == ([ConnectionError] * 3, 1)
