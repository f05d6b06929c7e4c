"""Kinds of text that the records of every room hold, as their owners send them."""

import re
import unicodedata
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, StringConstraints

from screening.identifiers import states

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _state(text: str) -> str:
    code = states.normalise(text)
    if code is None:
        raise ValueError("a State is an ICAO Doc 9303 code of three letters, D, or an ISO 3166 code of two letters")
    return code


def _day(value: object) -> object:
    """Let only a calendar day pass: pydantic would read 20260211 as seconds since 1970."""
    if isinstance(value, str) and not _DAY.fullmatch(value):
        raise ValueError("a date is written 2026-02-11")
    if isinstance(value, int | float):
        raise ValueError("a date is a text, written 2026-02-11")
    return value


def printable(text: str) -> str:
    """Let only text of one line pass, as a validator."""
    if any(unicodedata.category(character) in {"Cc", "Zl", "Zp"} for character in text):
        raise ValueError("a text holds no control characters and no line breaks")
    return text


StateCode = Annotated[str, StringConstraints(max_length=3), AfterValidator(_state)]
Day = Annotated[date, BeforeValidator(_day)]
Reference = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=25), AfterValidator(printable)
]
Remark = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40), AfterValidator(printable)
]
Ending = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=3, max_length=200), AfterValidator(printable)
]
"""Why a record ends."""
