"""Small words as numbers, so that a set of them is the bits of one number."""

from screening.matching import folding, variants
from screening.matching.scripts import Word

_ARTICLES = {article: folding.token(Word(article)).family for article in variants.ARTICLES}
_FAMILIES = sorted({*variants.PARTICLES.values(), *_ARTICLES.values()})
_CODES = {family: number for number, family in enumerate(_FAMILIES, 1)}

FILIATION = sum(1 << _CODES[family] for family in variants.FILIATION)


def of_word(letters: str) -> int:
    """Give the number of a small word, 0 for all others."""
    family = variants.PARTICLES.get(letters) or _ARTICLES.get(letters)
    return _CODES[family] if family else 0
