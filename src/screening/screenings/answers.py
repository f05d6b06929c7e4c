"""Putting an answer together from what was read, found and decided."""

import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from screening import __version__
from screening.db.metadata import new_id
from screening.matching import profile
from screening.mrz import Mrz
from screening.nominals.kinds import NEVER_A_TRAVELLER
from screening.screenings import actions
from screening.screenings import policy as policies
from screening.screenings.decide import Ruled, decide
from screening.screenings.policy import Policy
from screening.screenings.reading import Reading
from screening.screenings.record import MatchedRecord
from screening.screenings.schemas import (
    Answer,
    CalibrationOut,
    CheckOut,
    CoverageOut,
    Engine,
    FindingOut,
    HitOut,
    MeasuredOut,
    PolicyOut,
    PolicyRef,
    ProfileOut,
    ReadingOut,
    SuppressedOut,
)
from screening.screenings.sources import Limits, Result
from screening.screenings.vocabulary import Desk

SCORE_DIGITS = 4


def build(  # noqa: PLR0913 - the parts of an answer
    answer_id: UUID, at: datetime, reading: Reading, results: Sequence[Result], policy: Policy, *, began: float
) -> Answer:
    """Decide, and put the whole answer together; `began` is when the request arrived, by `time.perf_counter`."""
    matches = [match for result in results for match in result.matches]
    severities = {finding.severity for finding in reading.findings}
    ruling = decide(matches, severities, [result.coverage for result in results], policy)
    hits = [_hit(ruled) for ruled in ruling.hits]
    return Answer(
        id=answer_id,
        decision=ruling.decision,
        desk=ruling.desk,
        action=actions.overall(ruling.decision, ruling.desk, [hit.action for hit in hits]),
        hits=hits,
        suppressed=[_suppressed(ruled) for ruled in ruling.suppressed],
        findings=[
            FindingOut(code=finding.code, field=finding.field, severity=finding.severity, text=finding.text)
            for finding in reading.findings
        ],
        coverage=[_coverage(result) for result in results],
        readings=[_reading(index, zone) for index, zone in reading.zones],
        policy=PolicyRef(name=policy.name, version=policy.version),
        engine=engine(),
        screened_at=at,
        took_ms=round((time.perf_counter() - began) * 1000, 3),
    )


def engine() -> Engine:
    """Name the code that decides."""
    return Engine(version=__version__, names=f"{profile.NAME}/{profile.VERSION}")


def describe(policy: Policy, limits: Limits) -> PolicyOut:
    """Give a policy as the route shows it."""
    return PolicyOut(
        name=policy.name,
        version=policy.version,
        description=policy.description,
        required_sources={
            "documents": sorted(policy.for_documents),
            "names": sorted(policy.for_names),
            **{source.value: [source] for source in sorted(policy.for_objects)},
        },
        first_line_score=policy.first_line_score,
        second_line_score=policy.second_line_score,
        deadline_seconds=limits.deadline_seconds,
        freshness_seconds=limits.freshness_seconds,
        retired_colours=sorted(NEVER_A_TRAVELLER),
        calibration=CalibrationOut(**asdict(policies.calibration())),
        profiles=[_profile(each) for each in policies.POLICIES.values()],
    )


def _profile(policy: Policy) -> ProfileOut:
    measured = policies.measured().get(policy.name)
    return ProfileOut(
        name=policy.name,
        version=policy.version,
        description=policy.description,
        first_line_score=policy.first_line_score,
        second_line_score=policy.second_line_score,
        measured=MeasuredOut(**asdict(measured)) if measured else None,
    )


def _hit(ruled: Ruled[MatchedRecord]) -> HitOut:
    match, shown = ruled.match, ruled.match.record
    return HitOut(
        id=new_id(),
        source=match.source,
        kind=shown.kind,
        document=shown.document,
        object=shown.object,
        record=shown.record,
        strength=ruled.strength,
        score=round(match.score, SCORE_DIGITS),
        desk=ruled.desk,
        evidence=list(shown.evidence),
        action=actions.OBSERVE if ruled.desk is Desk.SILENT else shown.action(ruled.strength),
        counterfactual=shown.counterfactual,
    )


def _suppressed(ruled: Ruled[MatchedRecord]) -> SuppressedOut:
    match, record = ruled.match, ruled.match.record.record
    if match.redress is None:
        raise ValueError("a match is suppressed by a redress")
    return SuppressedOut(
        redress=match.redress,
        source=match.source,
        record=record.id,
        version=record.version,
        strength=ruled.strength,
        desk=ruled.desk,
    )


def _coverage(result: Result) -> CoverageOut:
    return CoverageOut(
        source=result.source,
        status=result.status,
        required=result.required,
        as_of=result.as_of,
        position=result.position,
    )


def _reading(index: int, zone: Mrz) -> ReadingOut:
    return ReadingOut(
        document=index,
        format=zone.format,
        document_code=zone.document_code or None,
        issuing_state=zone.issuing_state or None,
        complete=zone.complete,
        checks=[
            CheckOut(field=check.field, status=check.status, found=check.found, expected=check.expected)
            for check in zone.checks
        ],
        century_rule=zone.century_rule,
    )
