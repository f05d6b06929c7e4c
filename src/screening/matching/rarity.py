"""How much agreement on a word weighs: much for a rare one, little for a common one.

A word counts once for each person that bears it in any of his names, so that many aliases do not make it common.
"""

import math
from collections import Counter
from collections.abc import Iterable

from screening.matching import profile
from screening.matching.folding import FREQUENCIES, Token

_SMOOTHING = 5000.0
"""The built-in table counts for as much as a list of so many persons, so that a short list behaves as a long one."""
_UNLISTED = 2e-5
"""The share of names that hold a word of which nothing is known."""


class Rarity:
    """Weights of words from the persons of a list, smoothed by the built-in table; add and discard keep it current."""

    def __init__(self) -> None:
        self._holders: Counter[str] = Counter()
        self._persons = 0

    def add(self, tokens: Iterable[Token]) -> None:
        """Count the words of one person."""
        self._persons += 1
        self._holders.update({token.family for token in tokens})

    def discard(self, tokens: Iterable[Token]) -> None:
        """Take back the words of one person who was counted."""
        self._persons -= 1
        for family in {token.family for token in tokens}:
            self._holders[family] -= 1
            if not self._holders[family]:
                del self._holders[family]

    def weight(self, token: Token) -> float:
        """Give what full agreement on a word weighs, in natural log-odds."""
        expected = _SMOOTHING * FREQUENCIES.get(token.family, _UNLISTED)
        share = (self._holders.get(token.family, 0) + expected) / (self._persons + _SMOOTHING)
        rare = (-math.log(share) - profile.COMMON_NATS) / (profile.RARE_NATS - profile.COMMON_NATS)
        return profile.COMMON_WORD + min(max(rare, 0.0), 1.0) * (profile.RARE_WORD - profile.COMMON_WORD)
