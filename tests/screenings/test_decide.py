"""The decision, as tables and as properties."""

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.nominals.kinds import NEVER_A_TRAVELLER, Colour
from screening.screenings.decide import Coverage, Match, Ruling, decide, desk_of
from screening.screenings.policy import STANDARD
from screening.screenings.vocabulary import CoverageStatus, Decision, Desk, Severity, Source, Strength

RECORD = UUID(int=1)
OTHER = UUID(int=2)

SLTD = Match(Source.SLTD, RECORD, "stolen passport", exact=True, score=1.0)
MISREAD = replace(SLTD, exact=False, score=0.5)
TDAWN = Match(Source.TDAWN, RECORD, "passport of a wanted person", exact=True, score=1.0, colour=Colour.RED)
PERSON = Match(Source.NOTICES, RECORD, "wanted person", exact=False, score=0.95, corroborated=True, colour=Colour.RED)

ANSWERED = [Coverage(source, CoverageStatus.ANSWERED, required=True) for source in Source]


def ruled(*matches: Match[str]) -> list[tuple[Strength, Desk]]:
    return [(hit.strength, hit.desk) for hit in decide(matches, [], ANSWERED, STANDARD).hits]


@pytest.mark.parametrize(
    ("match", "expected"),
    [
        (SLTD, [(Strength.EXACT, Desk.FIRST_LINE)]),
        (MISREAD, [(Strength.POSSIBLE, Desk.SECOND_LINE)]),
        (TDAWN, [(Strength.EXACT, Desk.FIRST_LINE)]),
        (replace(TDAWN, exact=False), [(Strength.POSSIBLE, Desk.SECOND_LINE)]),
        (PERSON, [(Strength.STRONG, Desk.FIRST_LINE)]),
        (replace(PERSON, exact=True), [(Strength.EXACT, Desk.FIRST_LINE)]),
        (replace(PERSON, corroborated=False), [(Strength.POSSIBLE, Desk.SECOND_LINE)]),
        (replace(PERSON, corroborated=False, exact=True), [(Strength.POSSIBLE, Desk.SECOND_LINE)]),
        (replace(PERSON, score=STANDARD.first_line_score), [(Strength.STRONG, Desk.FIRST_LINE)]),
        (replace(PERSON, score=STANDARD.first_line_score - 0.001), [(Strength.POSSIBLE, Desk.SECOND_LINE)]),
        (replace(PERSON, score=STANDARD.second_line_score), [(Strength.POSSIBLE, Desk.SECOND_LINE)]),
        (replace(PERSON, score=STANDARD.second_line_score - 0.001), []),
        (replace(PERSON, score=0.1, namesake=True), [(Strength.POSSIBLE, Desk.SECOND_LINE)]),
        (replace(PERSON, discreet=True), [(Strength.STRONG, Desk.SILENT)]),
        (replace(TDAWN, discreet=True), [(Strength.EXACT, Desk.SILENT)]),
    ],
)
def test_each_kind_of_match_has_its_strength_and_desk(match: Match[str], expected: list[tuple[Strength, Desk]]) -> None:
    assert ruled(match) == expected


@pytest.mark.parametrize("colour", sorted(NEVER_A_TRAVELLER))
@pytest.mark.parametrize("match", [PERSON, TDAWN])
def test_black_purple_and_silver_never_match_a_traveller(colour: Colour, match: Match[str]) -> None:
    assert ruled(replace(match, colour=colour)) == []


def test_a_document_tied_to_the_notice_supports_the_name() -> None:
    name_alone = replace(PERSON, corroborated=False)
    assert ruled(TDAWN, name_alone) == [(Strength.EXACT, Desk.FIRST_LINE), (Strength.STRONG, Desk.FIRST_LINE)]


def test_a_document_of_another_notice_supports_nothing() -> None:
    name_alone = replace(PERSON, corroborated=False, record_id=OTHER)
    assert (Strength.POSSIBLE, Desk.SECOND_LINE) in ruled(TDAWN, name_alone)


def test_a_misread_document_supports_no_name() -> None:
    name_alone = replace(PERSON, corroborated=False)
    assert {desk for _, desk in ruled(replace(TDAWN, exact=False), name_alone)} == {Desk.SECOND_LINE}


@pytest.mark.parametrize("status", [status for status in CoverageStatus if status is not CoverageStatus.ANSWERED])
@pytest.mark.parametrize("source", list(Source))
def test_a_required_source_that_did_not_answer_never_yields_no_hit(source: Source, status: CoverageStatus) -> None:
    coverage = [replace(entry, status=status) if entry.source is source else entry for entry in ANSWERED]
    assert decide([], [], coverage, STANDARD).decision is Decision.INCOMPLETE


def test_a_source_that_was_not_needed_may_be_silent() -> None:
    coverage = [*ANSWERED[:2], Coverage(Source.NOTICES, CoverageStatus.NOT_ASKED, required=False)]
    assert decide([], [], coverage, STANDARD).decision is Decision.NO_HIT


def test_a_hit_stays_a_hit_when_another_source_fails() -> None:
    coverage = [Coverage(source, CoverageStatus.TIMEOUT, required=True) for source in Source]
    assert decide([SLTD], [], coverage, STANDARD).decision is Decision.HIT


def test_a_finding_calls_the_second_line_and_refuses_nobody() -> None:
    ruling: Ruling[str] = decide([], [Severity.REFER], ANSWERED, STANDARD)
    assert (ruling.decision, ruling.desk) == (Decision.NO_HIT, Desk.SECOND_LINE)


def test_remarks_call_nobody() -> None:
    assert desk_of([], [Severity.INFO]) is None


def test_the_most_urgent_hit_comes_first() -> None:
    matches = [replace(PERSON, discreet=True), MISREAD, replace(SLTD, record_id=OTHER)]
    ruling = decide(matches, [], ANSWERED, STANDARD)
    assert [hit.desk for hit in ruling.hits] == [Desk.FIRST_LINE, Desk.SECOND_LINE, Desk.SILENT]
    assert ruling.desk is Desk.FIRST_LINE


matches_of_any_kind = st.builds(
    Match,
    source=st.sampled_from(Source),
    record_id=st.sampled_from([RECORD, OTHER]),
    record=st.just("record"),
    exact=st.booleans(),
    score=st.floats(0, 1),
    corroborated=st.booleans(),
    colour=st.sampled_from([None, *Colour]),
    discreet=st.booleans(),
)
coverages = st.lists(
    st.builds(Coverage, st.sampled_from(Source), st.sampled_from(CoverageStatus), required=st.booleans()), max_size=4
)


@given(st.lists(matches_of_any_kind, max_size=5), coverages)
def test_no_hit_is_said_only_when_nothing_matched_and_every_required_source_answered(
    matches: list[Match[str]], coverage: list[Coverage]
) -> None:
    ruling = decide(matches, [], coverage, STANDARD)
    complete = all(entry.status is CoverageStatus.ANSWERED for entry in coverage if entry.required)
    assert (ruling.decision is Decision.NO_HIT) == (not ruling.hits and complete)


@given(st.lists(matches_of_any_kind, max_size=5))
def test_a_name_alone_never_stops_a_traveller_at_the_first_line(matches: list[Match[str]]) -> None:
    documents = {match.record_id for match in matches if match.source is Source.TDAWN and match.exact}
    for hit in decide(matches, [], ANSWERED, STANDARD).hits:
        if hit.desk is Desk.FIRST_LINE and hit.match.source is Source.NOTICES:
            assert hit.match.corroborated or hit.match.record_id in documents


@pytest.mark.parametrize(
    ("strength", "desk"),
    [(Strength.EXACT, Desk.FIRST_LINE), (Strength.STRONG, Desk.FIRST_LINE), (Strength.POSSIBLE, Desk.SECOND_LINE)],
)
def test_an_object_counts_as_firmly_as_its_room_judged(strength: Strength, desk: Desk) -> None:
    car = Match(Source.VEHICLES, RECORD, "stolen car", exact=False, score=0.1, strength=strength)
    assert ruled(car) == [(strength, desk)]


def test_every_source_is_required_by_something() -> None:
    assert STANDARD.for_documents | STANDARD.for_names | STANDARD.for_objects == set(Source)
