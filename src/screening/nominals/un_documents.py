"""Documents as the UN Security Council's list writes them: numbers among words. Pure.

`CAR diplomatic passport no. D00000898`, `563210184 (Expires 18 Jun. 2018)`, `R00012098, South Sudan`, or a number in
the note only. Out come number, type and issuing State. A State that is not certain is left out: the document then
matches by its number as weaker evidence, which is better than not at all.
"""

import re
from collections.abc import Iterator, Mapping

from screening.identifiers import document_numbers
from screening.nominals import countries
from screening.nominals.schemas import SubjectDocument

LONGEST_NUMBER = 40
"""What is longer, cleaned, is a file reference and on no document."""

SHORTEST_NUMBER = 3

_TYPES = (
    (re.compile(r"diplomatic"), "DIP"),
    (re.compile(r"service passport"), "SEP"),
    (re.compile(r"laissez"), "LAP"),
    (re.compile(r"travel document"), "TLP"),
    (re.compile(r"driv"), "DRV"),
    (re.compile(r"birth"), "BTC"),
    (re.compile(r"passport|passeport|pasaporte"), "PAS"),
    (re.compile(r"identity card|identification card|tazkira|personalausweis"), "IDC"),
)
OTHER_TYPE = "NID"

_BEHIND = re.compile(r"(?i),|\b(?:issued|expire[sd]?|expiration|expiry|valid|under|cancelled|on \d)\b")
_LABEL = re.compile(r"(?i)^.*?\b(?:numbers?|nos?|code|card|ssn)\b\s*[.:]?\s*(?=\S)")
_INNER_LABEL = re.compile(r"(?i)\b(?:no|n)\s*[.°:]\s*|^no(?=\d)")
_LEADING_WORD = re.compile(r"^[^\W\d]{4,}[\s:.]+|^[\W_]+")
_PARENTHESES = re.compile(r"\([^)]*\)?")
_TWO_DIGITS = re.compile(r"\d.*\d")


def read(fields: Mapping[str, str]) -> SubjectDocument | None:
    """Read one INDIVIDUAL_DOCUMENT, given as element names and texts; None if it states no number."""
    number = next(_numbers(fields), None)
    if number is None:
        return None
    return SubjectDocument(number=number, type=_type(fields), issuing_state=_state(fields))


def _numbers(fields: Mapping[str, str]) -> Iterator[str]:
    """Give the number from where it stands: its own field, else the second type, else the beginning of the note."""
    for name in ("NUMBER", "TYPE_OF_DOCUMENT2", "NOTE"):
        number = number_in(fields.get(name, ""))
        if number is not None:
            yield number


def number_in(text: str) -> str | None:
    """Find the number in a text, without the words around it.

    >>> number_in("CAR diplomatic passport no. D00000898")
    'D00000898'
    >>> number_in("SE 012820, issued in Kabul")
    'SE 012820'
    """
    found = _BEHIND.split(" ".join(_PARENTHESES.sub(" ", text).split()), maxsplit=1)[0]
    found = _INNER_LABEL.sub("", _LABEL.sub("", found))
    while (shorter := _LEADING_WORD.sub("", found)) != found:
        found = shorter
    length = len(document_numbers.clean(found))
    if not _TWO_DIGITS.search(found) or not SHORTEST_NUMBER <= length <= LONGEST_NUMBER:
        return None
    return found.strip()


def _type(fields: Mapping[str, str]) -> str:
    """Give INTERPOL's code: what the words beside the number say goes before the list's own two types."""
    number = fields.get("NUMBER", "")
    beside = f"{fields.get('TYPE_OF_DOCUMENT2', '')} {number or fields.get('NOTE', '')}"
    for text in (beside, fields.get("TYPE_OF_DOCUMENT", "")):
        for pattern, code in _TYPES:
            if pattern.search(text.lower()):
                return code
    return OTHER_TYPE


def _state(fields: Mapping[str, str]) -> str | None:
    """Give the issuing State: as stated, else as named beside the number, else where it was issued."""
    return (
        countries.code_of(fields.get("ISSUING_COUNTRY", ""))
        or countries.mentioned(fields.get("NUMBER", ""))
        or countries.code_of(fields.get("COUNTRY_OF_ISSUE", ""))
        or countries.leading(fields.get("NOTE", ""))
    )
