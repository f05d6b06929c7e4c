"""Scores of two names: ours, and those of matchers from PyPI as their users call them."""

import importlib.util
import itertools
import math
from collections.abc import Callable
from typing import Any

from rapidfuzz import fuzz, utils
from rapidfuzz.distance import JaroWinkler

from benchmarks.names.pairs import as_nominal
from screening.matching import Traveller, compare

Scorer = Callable[[str, str], float]


def ours(submitted: str, recorded: str) -> float:
    """Give the weight of the name evidence, which the score follows."""
    found = compare(Traveller(full_name=submitted), as_nominal(recorded))
    return sum(part.weight for part in found.parts) if found.score else -math.inf


OURS = "screening"
PEERS = ("logic-v2", "logic-v1", "name-based")


def scorers() -> dict[str, Scorer]:
    """List ours, then each peer that is installed."""
    return {OURS: ours} | _nomenklatura() | _rapidfuzz()


def _rapidfuzz() -> dict[str, Scorer]:
    return {
        "WRatio": lambda one, other: fuzz.WRatio(one, other, processor=utils.default_process),
        "token_sort": lambda one, other: fuzz.token_sort_ratio(one, other, processor=utils.default_process),
        "JaroWinkler": lambda one, other: JaroWinkler.similarity(one, other, processor=utils.default_process),
    }


def _nomenklatura() -> dict[str, Scorer]:
    if importlib.util.find_spec("nomenklatura") is None:
        return {}
    matching: Any = importlib.import_module("nomenklatura.matching")
    return {name: _algorithm(matching.get_algorithm(name)) for name in PEERS}


def _algorithm(algorithm: Any) -> Scorer:
    proxy: Any = importlib.import_module("followthemoney").EntityProxy
    config = algorithm.default_config()
    keys = itertools.count()

    def person(name: str) -> Any:
        # Names are cached by the id of their entity, so each entity has one of its own.
        return proxy.from_dict({"id": str(next(keys)), "schema": "Person", "properties": {"name": [name]}})

    def score(one: str, other: str) -> float:
        return float(algorithm.compare(person(one), person(other), config).score)

    return score
