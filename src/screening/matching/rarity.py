"""How much agreement on a word weighs: much for a rare one, little for a common one.

A word counts once for each person that bears it in any of his names, so that many aliases do not make it common.
"""

import math
from collections.abc import Callable

from screening.matching import profile
from screening.matching.folding import FREQUENCIES, Token

SMOOTHING = 5000.0
"""The built-in table counts for as much as a list of so many persons, so that a short list behaves as a long one."""
UNLISTED = 2e-5
"""The share of names that hold a word of which nothing is known."""


class Rarity:
    """Weights of words from how many persons of a list bear a word of a family, smoothed by the built-in table."""

    def __init__(self, bearers: Callable[[str], int] = lambda _: 0, persons: int = 0) -> None:
        self._bearers = bearers
        self._persons = persons
        self._known: dict[str, float] = {}

    def weight(self, token: Token) -> float:
        """Give what full agreement on a word weighs, in natural log-odds."""
        known = self._known.get(token.family)
        if known is None:
            known = self._known[token.family] = self._weigh(token)
        return known

    def _weigh(self, token: Token) -> float:
        expected = SMOOTHING * FREQUENCIES.get(token.family, UNLISTED)
        share = (self._bearers(token.family) + expected) / (self._persons + SMOOTHING)
        rare = (-math.log(share) - profile.COMMON_NATS) / (profile.RARE_NATS - profile.COMMON_NATS)
        return profile.COMMON_WORD + min(max(rare, 0.0), 1.0) * (profile.RARE_WORD - profile.COMMON_WORD)
