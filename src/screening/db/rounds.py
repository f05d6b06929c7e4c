"""Questions of several requests in one statement: a round trip costs more than what most of them look up.

There is no timer. A question that comes alone is asked at once; whatever comes while a round is under way is the next
round. So nobody waits who would not have waited, and under load a statement answers many requests.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, NamedTuple, TypeVar

from screening.db.database import UNREACHABLE

Item = TypeVar("Item")
Answer = TypeVar("Answer")

Viewers = tuple[str, ...]
Ask = Callable[[Sequence[Item], datetime, Viewers], Awaitable[Answer]]
"""Asks for some items, as they stand at a moment, for those who look."""


class Share(NamedTuple, Generic[Answer]):
    """What a round answered, and which of its items were one's own."""

    answer: Answer
    own: range


@dataclass(frozen=True, slots=True)
class _Waiting(Generic[Item, Answer]):
    items: Sequence[Item]
    at: datetime
    viewers: Viewers
    done: "asyncio.Future[Share[Answer]]"


class Rounds(Generic[Item, Answer]):
    """Asks one kind of question for all requests of a process. Items are judged at the latest moment of their round."""

    def __init__(self, ask: Ask[Item, Answer]) -> None:
        self._ask = ask
        self._waiting: list[_Waiting[Item, Answer]] = []
        self._running: asyncio.Task[None] | None = None

    async def ask(self, items: Sequence[Item], at: datetime, viewers: Sequence[str]) -> Share[Answer]:
        """Ask for some items; raises what asking raises."""
        done: asyncio.Future[Share[Answer]] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(items, at, tuple(viewers), done))
        if self._running is None:
            self._running = asyncio.create_task(self._run(), name="round")
        return await done

    async def _run(self) -> None:
        """Ask what waits until nothing does; only those who look for the same States share a round."""
        try:
            while self._waiting:
                viewers = self._waiting[0].viewers
                together = [each for each in self._waiting if each.viewers == viewers]
                self._waiting = [each for each in self._waiting if each.viewers != viewers]
                await self._answer([each for each in together if not each.done.done()])
        finally:
            self._running = None

    async def _answer(self, together: Sequence[_Waiting[Item, Answer]]) -> None:
        """Answer those who ask together; when one of them spoils it, each alone, so that only that one fails."""
        if not together:
            return
        items = [item for each in together for item in each.items]
        try:
            answer = await self._ask(items, max(each.at for each in together), together[0].viewers)
        except BaseException as error:
            if isinstance(error, Exception) and not isinstance(error, UNREACHABLE) and len(together) > 1:
                for each in together:
                    await self._answer([each])
                return
            _fail(together, error)
            if not isinstance(error, Exception):
                raise
            return
        first = 0
        for each in together:
            if not each.done.done():
                each.done.set_result(Share(answer, range(first, first + len(each.items))))
            first += len(each.items)


def _fail(together: Sequence[_Waiting[Item, Answer]], error: BaseException) -> None:
    for each in together:
        if not each.done.done():
            each.done.set_exception(error)
