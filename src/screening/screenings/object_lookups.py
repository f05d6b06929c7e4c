"""Asking for the objects of a submission, and showing the records that match."""

from functools import partial

from screening.db.database import Pool
from screening.objects import queries
from screening.objects.comparing import Compared
from screening.objects.presenting import Presented
from screening.objects.queries import FoundRecord
from screening.screenings import actions
from screening.screenings.decide import EXACT_SCORE, MISREAD_SCORE, Match
from screening.screenings.lookups import Found, Question
from screening.screenings.objects import SOURCES
from screening.screenings.record import MatchedRecord
from screening.screenings.schemas import Evidence, OwnerOut, RecordDetails, RecordOut
from screening.screenings.vocabulary import Strength

SCORES = {Strength.EXACT: EXACT_SCORE, Strength.STRONG: 0.9, Strength.POSSIBLE: MISREAD_SCORE}
"""What strengths count as among hits of the same urgency."""

DESCRIBING = ("colour", "make", "model", "calibre", "type", "name", "year")
NUMBERS = (
    "vin",
    "plate",
    "plate_country",
    "imo",
    "hin",
    "mmsi",
    "call_sign",
    "flag",
    "serial",
    "number",
    "registration",
)


async def find_objects(pool: Pool, presented: tuple[Presented, ...], question: Question) -> Found:
    """Find records for those objects of a submission that are asked for, of whatever kind: one question."""
    found = await queries.find(pool, presented, at=question.at, viewers=question.viewers)
    truncated = frozenset(SOURCES[kind] for kind in found.truncated)
    return Found([_match(each) for each in found.matches], truncated=truncated)


def _match(found: queries.Match) -> Match[MatchedRecord]:
    strength, record = Strength(found.judged.agreement), found.record
    return Match(
        SOURCES[record.kind],
        record.id,
        MatchedRecord(
            _shown(record),
            None,
            tuple(map(_evidence, found.judged.compared)),
            partial(actions.of_object, record.kind, record.reason),
            object=found.presented.place,
        ),
        exact=strength is Strength.EXACT,
        score=SCORES[strength],
        strength=strength,
    )


def _evidence(compared: Compared) -> Evidence:
    return Evidence(
        field=compared.trait,
        state=compared.comparison.value,
        weight=None,
        text=compared.text,
        submitted=compared.presented,
        recorded=compared.recorded,
    )


def _shown(record: FoundRecord) -> RecordOut:
    body = record.body
    references = (body.get("bureau_reference"), body.get("national_reference"))
    return RecordOut(
        id=record.id,
        version=record.version,
        kind=record.kind,
        reason=record.reason,
        colour=None,
        cautions=[],
        crime_areas=[*record.crime_areas],
        description=_description(record),
        owner=OwnerOut(id=record.owner_id, name=record.owner_name, country=record.owner_country),
        details=RecordDetails(
            references=[reference for reference in references if reference],
            names=[],
            dates_of_birth=[],
            nationalities=[],
            purpose=None,
            theft_date=body.get("theft_date"),
            theft_country=body.get("theft_country"),
            expiry_date=None,
            batch=None,
        ),
    )


def _description(record: FoundRecord) -> str:
    """Say what the object looks like, and its numbers: what an officer compares it with."""
    looks = " ".join(str(record.body[name]) for name in DESCRIBING if name in record.body)
    numbers = [f"{name.replace('_', ' ')} {record.body[name]}" for name in NUMBERS if name in record.body]
    return ", ".join(part for part in (looks, *numbers) if part)
