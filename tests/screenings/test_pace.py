"""Lists give way to live screenings, and still get on."""

import asyncio

import pytest

from screening.screenings import pace
from screening.screenings.pace import Pace


class Listed:
    """Some of a list: how many began, and a way to end them."""

    def __init__(self, lists: Pace, count: int) -> None:
        self.began = 0
        self._end = asyncio.Event()
        self._tasks = [asyncio.create_task(self._screen(lists)) for _ in range(count)]

    async def _screen(self, lists: Pace) -> None:
        async with lists.turn():
            self.began += 1
            await self._end.wait()

    async def begun(self) -> int:
        """Let everything run that can, and count those that began."""
        for _ in range(10):
            await asyncio.sleep(0)
        return self.began

    async def end(self) -> None:
        """Let each end, the ones after it too."""
        self._end.set()
        await asyncio.gather(*self._tasks)


async def test_a_list_waits_for_nobody_where_nobody_is_about() -> None:
    listed = Listed(Pace(), 3)
    assert await listed.begun() == 3
    await listed.end()


async def test_a_list_lets_every_live_screening_pass_and_then_goes_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "PATIENCE_SECONDS", 60)
    lists = Pace()
    with lists.live():
        with lists.live():
            listed = Listed(lists, 3)
            assert await listed.begun() == 0
        assert await listed.begun() == 0
    assert await listed.begun() == 1
    await listed.end()
    assert listed.began == 3


async def test_a_list_gets_on_where_live_screenings_never_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "PATIENCE_SECONDS", 0)
    lists = Pace()
    with lists.live():
        listed = Listed(lists, 3)
        await listed.end()
    assert listed.began == 3


async def test_lists_go_together_again_a_moment_after_a_live_screening_even_one_that_failed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pace, "CALM_SECONDS", 0)
    lists = Pace()
    with pytest.raises(ValueError, match="failed"), lists.live():
        raise ValueError("failed")
    listed = Listed(lists, 3)
    assert await listed.begun() == 3
    await listed.end()
