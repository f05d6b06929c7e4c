"""The document number, and how one of more than nine characters continues (ICAO Doc 9303-5, 4.2.2)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from screening.mrz.check_digits import FILLER
from screening.mrz.layouts import Layout
from screening.mrz.lines import GAP, inside
from screening.mrz.result import Field, Finding, FindingCode

PRINCIPAL_LENGTH = 9
"""How many characters of the number stand in its own field."""

# The rest of the number, its check digit, and a filler or the end of the field.
_REST = re.compile(r"([A-Z0-9]+)([0-9])(?=<|$)")


@dataclass(frozen=True, slots=True)
class DocumentNumber:
    """The number, what its check digit covers, the digit found, and the optional data beside the number."""

    number: str
    covered: str
    check: str
    optional: str
    may_continue: bool = False
    """The check digit is a filler as for a long number, in a format that has none: left as it is."""


def read(zone: str, layout: Layout) -> DocumentNumber:
    """Read the number and join a long one where the format allows it; empty where the line is too short."""
    principal, check, optional = zone[layout.number.span], zone[layout.number.check], zone[layout.optional]
    if GAP in principal:
        return DocumentNumber("", "", check, inside(optional))
    if check != FILLER or FILLER in principal:
        return DocumentNumber(principal.replace(FILLER, ""), principal, check, inside(optional))
    rest = _REST.match(optional) if layout.long_numbers else None
    if rest is None:
        may_continue = optional[0] not in {FILLER, GAP}
        return DocumentNumber(principal, principal, check, inside(optional), may_continue)
    number = principal + rest[1]
    return DocumentNumber(number, number, rest[2], inside(optional[rest.end() :]))


def findings(number: DocumentNumber) -> Iterator[Finding]:
    """Say what is odd about a number, other than its check digit."""
    if number.covered and not number.number:
        yield Finding(FindingCode.MISSING_FIELD, Field.NUMBER, "The document number is empty.")
    if number.may_continue:
        text = "The number may continue in the optional data; its first nine characters were read."
        yield Finding(FindingCode.NUMBER_OVERFLOW, Field.NUMBER, text)
