"""Which matches a redress spares: one document, one record, one version."""

from uuid import UUID

import pytest

from screening.hits.queries import StandingRedress
from screening.hits.redress import document_key
from screening.screenings import actions, sparing
from screening.screenings.decide import Match
from screening.screenings.record import MatchedRecord
from screening.screenings.schemas import OwnerOut, RecordOut
from screening.screenings.vocabulary import Source

SECRET = b"s" * 32
KEYS = {0: document_key(SECRET, "U1234567", "AUT", "passport"), 1: document_key(SECRET, "V7654321", "AUT", "visa")}
RECORD, REDRESS = UUID(int=1), UUID(int=2)
STANDING = StandingRedress(REDRESS, KEYS[0], RECORD, 3)


def match(document: int | None, *, record_id: UUID = RECORD, version: int = 3) -> Match[MatchedRecord]:
    record = RecordOut(
        id=record_id,
        version=version,
        kind="notice",
        reason=None,
        colour="red",
        cautions=[],
        crime_areas=[],
        owner=OwnerOut(id=UUID(int=9), name="Bureau of Utopia", country="UTO"),
        details=None,
    )
    shown = MatchedRecord(record, document, (), lambda _: actions.VERIFY)
    return Match(Source.NOTICES, record_id, shown, exact=False, score=0.9)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (match(None), REDRESS),
        (match(0), REDRESS),
        (match(1), None),
        (match(2), None),
        (match(None, version=4), None),
        (match(None, record_id=UUID(int=8)), None),
    ],
)
def test_a_redress_concerns_its_document_its_record_and_its_version(
    found: Match[MatchedRecord], expected: UUID | None
) -> None:
    assert [each.redress for each in sparing.marked([found], KEYS, [STANDING])] == [expected]


def test_documents_are_told_apart_by_number_state_family_and_secret() -> None:
    keys = {
        document_key(secret, *parts)
        for secret in (SECRET, b"t" * 32)
        for parts in (
            ("U1234567", "AUT", "passport"),
            ("U1234567", "AUT", None),
            ("U1234567", "SWE", "passport"),
            ("U1234568", "AUT", "passport"),
            ("U1234567A", "UT", "passport"),
        )
    }
    assert {len(key) for key in keys} == {32}
    assert len(keys) == 10
