"""Folding a list in parts, by processes of its own when it is long."""

import json
from collections.abc import AsyncIterator
from uuid import UUID

import numpy as np
import pytest

from screening.matching.vocabulary import identity
from screening.nominals import loading
from screening.nominals.loading import Page, Part

NAMES = ("ABERNATHY QUENTIN", "EL MASRI KHALED", "O'NEIL ANNE-MARIE", "محمود عبد", "")


def subject(name: str, number: int) -> str:
    return json.dumps({"names": [{"full_name": f"{name} {'AB'[number % 2]}" if name else ""}], "sex": "M"})


async def paged(count: int) -> AsyncIterator[Page]:
    for number in range(count):
        yield {UUID(int=number): subject(NAMES[number % len(NAMES)], number)}


def written(parts: list[Part]) -> list[bytes]:
    return [one.tobytes() for part in parts for one in (*part.columns.tokens, *part.columns[1:])]


async def test_processes_fold_what_one_process_folds_and_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "PART", 4)
    parts = await loading.folded(paged(10))
    assert [len(part.columns.identity) for part in parts] == [4, 3, 1]
    assert [part.unreadable for part in parts] == [frozenset(), frozenset({UUID(int=4)}), frozenset({UUID(int=9)})]
    alone = [
        loading.fold({key: value async for page in paged(10) for key, value in page.items() if key.int in some})
        for some in (range(4), range(4, 8), range(8, 10))
    ]
    assert written(parts) == written(alone)
    assert np.concatenate([part.columns.identity for part in parts]).tolist() == [
        identity(str(UUID(int=number))) for number in range(10) if number % 5 != 4
    ]


async def test_an_empty_list_is_folded_too() -> None:
    (part,) = await loading.folded(paged(0))
    assert (len(part.columns.identity), part.unreadable) == (0, frozenset())
