"""The rules that decide, as named and versioned values. Nothing in a request can change them."""

import json
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any

from screening.matching import profile
from screening.screenings.vocabulary import Source

MEASURED = "measured.json"
"""The file beside this one that holds what `python -m benchmarks names --write` measured; never written by hand."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What a profile came to on a made-up list, searched by made-up travellers who bear the same names."""

    engine: str
    listed: int
    recall: float
    """Of listed travellers, with errors in names and birth dates: found at either desk."""
    recall_first_line: float
    referred: float
    """Of travellers who are not listed: sent to either desk."""
    stopped: float
    """Of travellers who are not listed: stopped at the first line."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """At which prior a score is a probability, and how far from the truth it was found there."""

    listed_share: float
    listed: int
    error: float


@dataclass(frozen=True, slots=True)
class Policy:
    """Which sources must answer, and from which score on a person concerns which desk."""

    name: str
    version: str
    description: str
    first_line_score: float
    second_line_score: float
    for_documents: frozenset[Source]
    """Sources that must answer when a document is submitted."""
    for_names: frozenset[Source]
    """Sources that must answer when a name is submitted."""
    for_objects: frozenset[Source]
    """Sources of which each must answer when an object of its kind is submitted."""

    def required(self, *, documents: bool, names: bool) -> frozenset[Source]:
        """Give the sources without which `no_hit` cannot be said of such a submission."""
        nothing: frozenset[Source] = frozenset()
        return (self.for_documents if documents else nothing) | (self.for_names if names else nothing)


STANDARD = Policy(
    name="standard",
    version="3",
    description=(
        "Every source must answer for what is submitted. A document record that matches exactly stops at the first "
        "line. A person stops there only if birth date, document or nationality supports the name; a name alone is "
        "referred to the second line, and so is whoever bears just the name of a record that nothing else contradicts. "
        "An object stops at the first line by a number that is its own, or by one that another trait supports; a "
        "ship's name, a serial, an engine number or part of a plate alone is referred to the second line."
    ),
    first_line_score=profile.FIRST_LINE,
    second_line_score=profile.SECOND_LINE,
    for_documents=frozenset({Source.SLTD, Source.TDAWN}),
    for_names=frozenset({Source.NOTICES}),
    for_objects=frozenset(
        {
            Source.ADMINISTRATIVE_DOCUMENTS,
            Source.VEHICLES,
            Source.VESSELS,
            Source.FIREARMS,
            Source.CONTAINERS,
            Source.AIRCRAFT,
        }
    ),
)

STRICT = replace(
    STANDARD,
    name="strict",
    description="As standard, with fewer alarms: for posts whose second line is overrun. Misspelt names go first.",
    first_line_score=0.99,
    second_line_score=0.80,
)

WIDE = replace(
    STANDARD,
    name="wide",
    description="As standard, with more found: for an operation or a major event with a second line to match.",
    second_line_score=0.25,
)

POLICIES = {policy.name: policy for policy in (STANDARD, STRICT, WIDE)}
"""The profiles that `SCREENING_POLICY` may name. A change of a number is a new version."""


def calibration() -> Calibration:
    """Read how true scores were measured to be."""
    table = _table()
    return Calibration(profile.LISTED_SHARE, table["listed"], table["calibration_error"])


def measured() -> dict[str, Measured]:
    """Read what each profile was measured to come to."""
    table = _table()
    return {name: Measured(table["engine"], table["listed"], **rates) for name, rates in table["policies"].items()}


@cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = json.loads(resources.files("screening.screenings").joinpath(MEASURED).read_text("utf-8"))
    return table
