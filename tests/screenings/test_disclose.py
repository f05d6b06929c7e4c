"""What of an answer each role may see."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from screening.access.permissions import Role
from screening.screenings import actions
from screening.screenings.disclose import SEE_DETAILS, SEE_SILENT, disclose
from screening.screenings.schemas import (
    Answer,
    CoverageOut,
    Engine,
    Evidence,
    HitOut,
    OwnerOut,
    PolicyRef,
    RecordDetails,
    RecordOut,
    SuppressedOut,
)
from screening.screenings.vocabulary import CoverageStatus, Decision, Desk, Source, Strength

OWNER = UUID(int=3)

DETAILS = RecordDetails(
    references=["2026/1"],
    names=["A B"],
    dates_of_birth=[],
    nationalities=[],
    purpose="To locate.",
    theft_date=None,
    theft_country=None,
    expiry_date=None,
    batch=None,
)


def hit(desk: Desk) -> HitOut:
    return HitOut(
        id=UUID(int=1),
        source=Source.NOTICES,
        kind="person",
        document=None,
        record=RecordOut(
            id=UUID(int=2),
            version=1,
            kind="notice",
            reason=None,
            colour="red",
            cautions=["May be armed"],
            crime_areas=[],
            owner=OwnerOut(id=UUID(int=3), name="Bureau of Utopia", country="UTO"),
            details=DETAILS,
        ),
        strength=Strength.STRONG,
        score=0.99,
        desk=desk,
        evidence=[],
        action=actions.OBSERVE if desk is Desk.SILENT else actions.VERIFY,
    )


def answer(*hits: HitOut, status: CoverageStatus = CoverageStatus.ANSWERED) -> Answer:
    desks = [each.desk for each in hits]
    return Answer(
        id=UUID(int=4),
        decision=Decision.HIT if hits else Decision.NO_HIT,
        desk=desks[0] if desks else None,
        action=hits[0].action if hits else actions.PROCEED,
        hits=list(hits),
        findings=[],
        coverage=[CoverageOut(source=Source.NOTICES, status=status, required=True, as_of=None, position=None)],
        readings=[],
        policy=PolicyRef(name="standard", version="1"),
        engine=Engine(version="0", names="n/1"),
        screened_at=datetime(2026, 11, 23, tzinfo=UTC),
        took_ms=1.0,
    )


@pytest.mark.parametrize("role", sorted(set(Role) - SEE_SILENT))
def test_a_silent_hit_leaves_no_trace_in_the_answer_to_others(role: Role) -> None:
    assert disclose(answer(hit(Desk.SILENT)), role, OWNER) == disclose(answer(), role, OWNER)


@pytest.mark.parametrize("role", sorted(SEE_SILENT))
def test_a_silent_hit_is_seen_where_it_is_followed(role: Role) -> None:
    assert disclose(answer(hit(Desk.SILENT)), role, OWNER).hits == [hit(Desk.SILENT)]


def test_a_gap_stays_a_gap_when_the_silent_hit_is_taken_out() -> None:
    disclosed = disclose(answer(hit(Desk.SILENT), status=CoverageStatus.TIMEOUT), Role.FIRST_LINE, OWNER)
    assert (disclosed.decision, disclosed.action) == (Decision.INCOMPLETE, actions.ASK_AGAIN)


def test_an_open_hit_stays_when_a_silent_one_is_taken_out() -> None:
    disclosed = disclose(answer(hit(Desk.FIRST_LINE), hit(Desk.SILENT)), Role.FIRST_LINE, OWNER)
    assert [each.desk for each in disclosed.hits] == [Desk.FIRST_LINE]


@pytest.mark.parametrize("role", sorted(Role))
def test_details_are_for_second_line_and_bureaus(role: Role) -> None:
    [seen] = disclose(answer(hit(Desk.FIRST_LINE)), role, OWNER).hits
    assert (seen.record.details is not None) == (role in SEE_DETAILS)
    assert (seen.record.colour, seen.record.cautions) == ("red", ["May be armed"])


@pytest.mark.parametrize("role", sorted(SEE_SILENT))
def test_a_bureau_does_not_see_silent_hits_on_the_records_of_another(role: Role) -> None:
    assert disclose(answer(hit(Desk.SILENT)), role, UUID(int=9)).hits == []


@pytest.mark.parametrize("role", sorted(Role))
def test_whoever_may_not_know_of_silent_hits_learns_only_roughly_what_an_answer_took(role: Role) -> None:
    assert disclose(answer(), role, OWNER).took_ms == (1.0 if role in SEE_SILENT else 100.0)


EVIDENCE = Evidence(
    field="nationality",
    state="contradicts",
    weight=-1.5,
    text="nationality SWE, on the record UTO",
    submitted="SWE",
    recorded="UTO",
)


@pytest.mark.parametrize("role", sorted(Role))
def test_what_the_record_says_of_the_person_is_for_second_line_and_bureaus(role: Role) -> None:
    [seen] = disclose(answer(hit(Desk.FIRST_LINE).model_copy(update={"evidence": [EVIDENCE]})), role, OWNER).hits
    [evidence] = seen.evidence
    assert (evidence == EVIDENCE) == (role in SEE_DETAILS)
    assert (evidence.field, evidence.state, evidence.weight) == ("nationality", "contradicts", -1.5)
    assert ("UTO" in evidence.model_dump_json()) == (role in SEE_DETAILS)


def test_the_first_line_compares_the_number_of_a_document_with_the_record() -> None:
    of_document = hit(Desk.FIRST_LINE).model_copy(update={"kind": "document", "evidence": [EVIDENCE]})
    [seen] = disclose(answer(of_document), Role.FIRST_LINE, OWNER).hits
    assert seen.evidence == [EVIDENCE]


SUPPRESSED = SuppressedOut(
    redress=UUID(int=7),
    source=Source.NOTICES,
    record=UUID(int=2),
    version=1,
    strength=Strength.STRONG,
    desk=Desk.FIRST_LINE,
)


@pytest.mark.parametrize("role", sorted(Role))
def test_what_a_redress_suppressed_is_told_to_second_line_and_bureaus(role: Role) -> None:
    told = answer().model_copy(update={"suppressed": [SUPPRESSED]})
    assert disclose(told, role, OWNER).suppressed == ([SUPPRESSED] if role in SEE_DETAILS else [])
