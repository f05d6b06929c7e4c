"""From what was read to what each room is asked, and from what it gives to matches."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from uuid import UUID

from screening import matching
from screening.db.database import Pool
from screening.documents import queries as documents
from screening.documents.queries import Lookup
from screening.documents.records import StoredDocument
from screening.documents.vocabulary import How, Reason
from screening.identifiers.document_numbers import LookAlike
from screening.identifiers.document_types import Family
from screening.matching import Candidate, Field, State, Traveller
from screening.nominals import queries as nominals
from screening.nominals import records, wording
from screening.nominals.index import NameIndex
from screening.nominals.queries import DocumentMatch, NumberMatch, StoredNotice
from screening.nominals.schemas import Name
from screening.screenings import actions
from screening.screenings.decide import EXACT_SCORE, MISREAD_SCORE, Match
from screening.screenings.policy import Policy
from screening.screenings.reading import Number, Reading
from screening.screenings.record import MatchedRecord
from screening.screenings.schemas import Action, Evidence, OwnerOut, RecordDetails, RecordOut
from screening.screenings.vocabulary import Source, Strength

WEIGHT_DIGITS = 3

MOST_PERSONS = 20
"""Candidates that one search may bring: more than an officer can look at, and a sign of a name that says nothing."""


MOST_NAMESAKES = 200
"""Bearers of one name that are looked at."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a source gave; not `complete` when it had to leave out records that match as well as those it gave."""

    matches: Sequence[Match[MatchedRecord]] = ()
    complete: bool = True
    truncated: frozenset[Source] = frozenset()
    """Where several sources are asked at once: those that had to leave out records."""


async def find_documents(pool: Pool, reading: Reading, at: datetime) -> Found:
    """Find document records for every number of a submission: one question."""
    found = await documents.find(pool, [_lookup(number) for number in reading.numbers], at=at)
    return Found([_of_document(each, reading.numbers[each.lookup]) for each in found])


async def find_notice_documents(pool: Pool, reading: Reading, at: datetime) -> Found:
    """Find notices whose subjects hold one of the documents: one question."""
    found = await nominals.find_documents(pool, [_lookup(number) for number in reading.numbers], at=at)
    return Found([_of_notice_document(each, reading.numbers[each.place]) for each in found])


async def find_persons(pool: Pool, names: NameIndex, reading: Reading, at: datetime, policy: Policy) -> Found:
    """Find notices whose subjects may be the traveller: the index brings candidates, the database what stands."""
    best: dict[UUID, Candidate] = {}
    complete = True
    for traveller in reading.travellers:
        found = await _search(names, traveller, policy)
        complete = complete and not found.truncated
        for candidate in found.candidates:
            notice_id = UUID(candidate.nominal_id)
            if notice_id not in best or candidate.score > best[notice_id].score:
                best[notice_id] = candidate
    standing = await nominals.read_active(pool, best.keys(), at=at)
    return Found([_of_person(best[notice_id], notice, policy) for notice_id, notice in standing.items()], complete)


async def _search(names: NameIndex, traveller: Traveller, policy: Policy) -> matching.Found:
    """Search by score, and for namesakes that nothing speaks against: how common a name is clears nobody.

    Namesakes that the limit left out matter only where nothing but a name was submitted: who fits in more than the
    name scores high enough to be found without them.
    """
    found = await names.search(traveller, threshold=policy.second_line_score, limit=MOST_PERSONS)
    namesakes = await names.namesakes(traveller, limit=MOST_NAMESAKES)
    known = {candidate.nominal_id for candidate in found.candidates}
    more = [each for each in namesakes.candidates if each.nominal_id not in known and not _is_contradicted(each)]
    only_a_name = not (traveller.date_of_birth or traveller.nationalities or traveller.place_of_birth)
    lost = len(more) > MOST_PERSONS or (only_a_name and namesakes.truncated)
    return matching.Found((*found.candidates, *more[:MOST_PERSONS]), found.truncated or lost)


def _is_contradicted(candidate: Candidate) -> bool:
    return any(part.state is State.CONTRADICTS for part in candidate.parts)


def _lookup(number: Number) -> Lookup:
    return Lookup(
        number=number.text,
        issuing_state=number.issuing_state,
        family=number.family,
        alternatives=tuple(alike.number for alike in number.look_alikes),
    )


def _of_document(found: documents.Found, number: Number) -> Match[MatchedRecord]:
    exact = found.how is not How.LOOK_ALIKE and number.issuing_state is not None
    stored = found.record
    evidence = (_evidence_of_number(number, found.number, stored.issuing_state, in_range=found.how is How.RANGE),)
    action = partial(actions.of_document, stored.reason)
    shown = MatchedRecord(_document_record(stored), number.document, evidence, action)
    return Match(_source_of(stored), stored.id, shown, exact=exact, score=EXACT_SCORE if exact else MISREAD_SCORE)


def _source_of(stored: StoredDocument) -> Source:
    return Source.ADMINISTRATIVE_DOCUMENTS if stored.family is Family.OTHER else Source.SLTD


def _of_notice_document(found: DocumentMatch, number: Number) -> Match[MatchedRecord]:
    exact = found.match is NumberMatch.EXACT and not found.by_number_only
    evidence = (_evidence_of_number(number, found.number, found.issuing_state, in_range=False),)
    shown = _shown(found.notice, number.document, evidence)
    match = _of_notice(Source.TDAWN, found.notice, shown)
    return replace(match, exact=exact, score=EXACT_SCORE if exact else MISREAD_SCORE)


def _of_person(candidate: Candidate, notice: StoredNotice, policy: Policy) -> Match[MatchedRecord]:
    born = any(part.field is Field.BIRTH_DATE and part.state is State.AGREES for part in candidate.parts)
    shown = _shown(notice, None, tuple(map(_evidence_of_person, candidate.parts)))
    return replace(
        _of_notice(Source.NOTICES, notice, shown),
        exact=born and candidate.name_score >= EXACT_SCORE,
        score=candidate.score,
        corroborated=candidate.corroborated,
        namesake=candidate.score < policy.second_line_score,
    )


def _of_notice(source: Source, notice: StoredNotice, shown: MatchedRecord) -> Match[MatchedRecord]:
    """Make a firm match; the caller takes back what is not firm about it."""
    return Match(
        source, notice.id, shown, exact=True, score=EXACT_SCORE, colour=notice.colour, discreet=notice.discreet
    )


def _shown(notice: StoredNotice, document: int | None, evidence: tuple[Evidence, ...]) -> MatchedRecord:
    return MatchedRecord(_notice_record(notice), document, evidence, partial(_action_of_notice, notice))


def _evidence_of_person(part: matching.Evidence) -> Evidence:
    return Evidence(
        field=part.field,
        state=part.state.value,
        weight=round(part.weight, WEIGHT_DIGITS),
        text=part.text,
        submitted=part.submitted,
        recorded=part.recorded,
    )


def _action_of_notice(notice: StoredNotice, _strength: Strength) -> Action:
    action = wording.action_for(notice.notice.colour, notice.notice.kind)
    return Action(code=action.code, text=action.text) if action else actions.VERIFY


def _evidence_of_number(number: Number, matched: str, state: str | None, *, in_range: bool) -> Evidence:
    alike = next((alike for alike in number.look_alikes if alike.number == matched), None)
    if alike is not None and matched != number.text:
        return _evidence(number, matched, "compatible", _misread(alike))
    if state is None or number.issuing_state is None:
        return _evidence(number, matched, "compatible", "Number agrees; the issuing State is not known on both sides.")
    if in_range:
        return _evidence(number, matched, "agrees", "The number lies in a lot of stolen blanks of this State.")
    return _evidence(number, matched, "agrees", "Number and issuing State agree.")


def _misread(alike: LookAlike) -> str:
    read, meant = (character.replace("<", "nothing") for character in (alike.read, alike.meant))
    return f"On record with {meant} where {read} was read, character {alike.position}: possibly misread."


def _evidence(number: Number, matched: str, state: str, text: str) -> Evidence:
    return Evidence.model_validate(
        {"field": "number", "state": state, "weight": None, "text": text, "submitted": number.text, "recorded": matched}
    )


def _document_record(stored: StoredDocument) -> RecordOut:
    references = (stored.bureau_reference, stored.national_reference)
    return RecordOut(
        id=stored.id,
        version=stored.version,
        kind="document",
        reason=stored.reason,
        colour=None,
        cautions=[],
        crime_areas=["travel_document_crime"] if stored.reason is Reason.STOLEN_BLANK else [],
        owner=OwnerOut(id=stored.owner_id, name=stored.owner_name or "", country=stored.issuing_state),
        details=RecordDetails(
            references=[reference for reference in references if reference],
            names=[],
            dates_of_birth=[],
            nationalities=[],
            purpose=None,
            theft_date=stored.theft_date.isoformat() if stored.theft_date else None,
            theft_country=stored.theft_country,
            expiry_date=stored.expiry_date.isoformat() if stored.expiry_date else None,
            batch=stored.batch,
        ),
    )


def _notice_record(stored: StoredNotice) -> RecordOut:
    notice = stored.notice
    subject = notice.subject
    return RecordOut(
        id=stored.id,
        version=stored.version,
        kind=notice.kind,
        reason=None,
        colour=notice.colour,
        cautions=notice.cautions,
        crime_areas=list(records.areas(notice)),
        owner=OwnerOut(id=stored.owner_id, name=stored.owner_name, country=stored.owner_country),
        details=RecordDetails(
            references=[notice.reference],
            names=[_written(name) for name in subject.names] if subject else [],
            dates_of_birth=subject.dates_of_birth if subject else [],
            nationalities=subject.nationalities if subject else [],
            purpose=notice.purpose,
            theft_date=None,
            theft_country=None,
            expiry_date=None,
            batch=None,
        ),
    )


def _written(name: Name) -> str:
    return name.full_name or " ".join(part for part in (name.surname, name.given_names) if part)
