"""The decision: from matches, findings and coverage to hit, no_hit or incomplete, and to the desk that must act.

Pure, and the only place where a decision is made. Two rules stand above all others: `no_hit` is said only if every
required source answered, and a name alone never stops a traveller at the first line.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from screening.nominals.kinds import NEVER_A_TRAVELLER, Colour
from screening.screenings.policy import Policy
from screening.screenings.vocabulary import CoverageStatus, Decision, Desk, Severity, Source, Strength

Record = TypeVar("Record")

DOCUMENT_SOURCES = frozenset({Source.SLTD, Source.TDAWN, Source.ADMINISTRATIVE_DOCUMENTS})
EXACT_SCORE = 1.0
MISREAD_SCORE = 0.5
"""The score of a document that matches only if one character was misread, or without its issuing State."""


@dataclass(frozen=True, slots=True)
class Match(Generic[Record]):
    """One record that a source gave, before anything is decided about it."""

    source: Source
    record_id: UUID
    record: Record
    exact: bool
    """A document: number and State as they stand. A person: the same name and the same full birth date."""
    score: float
    corroborated: bool = True
    """A person: something other than the name supports the match. A document needs no support."""
    namesake: bool = False
    """A person: the record has the very name, and nothing submitted speaks against it. It counts whatever its score."""
    colour: Colour | None = None
    discreet: bool = False
    strength: Strength | None = None
    """An object: how firmly its traits agree, which its room judges."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What became of asking one source."""

    source: Source
    status: CoverageStatus
    required: bool


@dataclass(frozen=True, slots=True)
class Ruled(Generic[Record]):
    """A match that counts: how firm it is, and who has to act."""

    match: Match[Record]
    strength: Strength
    desk: Desk


@dataclass(frozen=True, slots=True)
class Ruling(Generic[Record]):
    """What a screening comes to."""

    decision: Decision
    desk: Desk | None
    hits: tuple[Ruled[Record], ...]


_URGENCY = {Desk.FIRST_LINE: 0, Desk.SECOND_LINE: 1, Desk.SILENT: 2}


def decide(
    matches: Sequence[Match[Record]], severities: Collection[Severity], coverage: Collection[Coverage], policy: Policy
) -> Ruling[Record]:
    """Decide one screening; its hits come most urgent first."""
    by_document = {match.record_id for match in matches if match.source is Source.TDAWN and match.exact}
    ruled = [rule(match, policy, by_document=by_document) for match in matches]
    hits = tuple(sorted((hit for hit in ruled if hit), key=lambda hit: (_URGENCY[hit.desk], -hit.match.score)))
    return Ruling(decision_of(bool(hits), coverage), desk_of([hit.desk for hit in hits], severities), hits)


def decision_of(any_hit: bool, coverage: Collection[Coverage]) -> Decision:  # noqa: FBT001 - a fact, not a switch
    """Say what it comes to: what matched is a hit whatever else failed; without one, a gap is never a clear."""
    if any_hit:
        return Decision.HIT
    if any(entry.required and entry.status is not CoverageStatus.ANSWERED for entry in coverage):
        return Decision.INCOMPLETE
    return Decision.NO_HIT


def desk_of(desks: Collection[Desk], severities: Collection[Severity]) -> Desk | None:
    """Give the most urgent desk; a finding that asks for it calls the second line."""
    called = [*desks, *([Desk.SECOND_LINE] if Severity.REFER in severities else [])]
    return min(called, key=_URGENCY.__getitem__, default=None)


def rule(match: Match[Record], policy: Policy, *, by_document: Collection[UUID]) -> Ruled[Record] | None:
    """Rule on one match; None when it does not count.

    `by_document` are the records that a presented document leads to: for those the document supports the name.
    """
    if match.colour in NEVER_A_TRAVELLER:
        return None
    strength = _strength(match, policy, supported=match.record_id in by_document)
    if strength is None:
        return None
    desk = Desk.SECOND_LINE if strength is Strength.POSSIBLE else Desk.FIRST_LINE
    return Ruled(match, strength, Desk.SILENT if match.discreet else desk)


def _strength(match: Match[Record], policy: Policy, *, supported: bool) -> Strength | None:
    if match.strength is not None:
        return match.strength
    if match.source in DOCUMENT_SOURCES:
        return _strength_of_document(match)
    return _strength_of_person(match, policy, supported=supported)


def _strength_of_document(match: Match[Record]) -> Strength:
    return Strength.EXACT if match.exact else Strength.POSSIBLE


def _strength_of_person(match: Match[Record], policy: Policy, *, supported: bool) -> Strength | None:
    if match.score < policy.second_line_score:
        return Strength.POSSIBLE if match.namesake else None
    if match.score < policy.first_line_score or not (match.corroborated or supported):
        return Strength.POSSIBLE
    return Strength.EXACT if match.exact else Strength.STRONG
