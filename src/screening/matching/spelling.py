"""Whether two texts may be one name, spelled in different ways that documents are allowed to print."""

from screening.matching import folding, names, scripts
from screening.matching.model import Traveller


def spelled_alike(one: str, two: str) -> bool:
    """Tell whether two names agree in some legal transliteration; either may be cut short (ICAO Doc 9303-4, 4.2.3).

    This is stricter than matching: typing errors and phonetic spellings differ.

    >>> spelled_alike("Müller", "MUELLER"), spelled_alike("MULLER", "MILLER")
    (True, False)
    """
    return any(
        first.startswith(second) or second.startswith(first) for first in _spellings(one) for second in _spellings(two)
    )


def is_readable(text: str) -> bool:
    r"""Tell whether a name holds anything that it could be found by; signs and lone modifiers are nothing.

    >>> is_readable("Li"), is_readable("---"), is_readable("\u02bc")
    (True, False, False)
    """
    return any(map(str.isalpha, text)) and bool(_spellings(text))


def is_searchable(traveller: Traveller) -> bool:
    """Tell whether a traveller's name has a word to search by: initials and titles alone are none."""
    return any(name.words for name in names.of_traveller(traveller)) and any(
        is_readable(text)
        for text in (traveller.surname, traveller.given_names, traveller.full_name, traveller.name_original)
        if text
    )


def _spellings(text: str) -> set[str]:
    return {
        "".join(folding.legal(word.letters) for words in reading for word in words)
        for reading in scripts.readings(text)
    } - {""}
