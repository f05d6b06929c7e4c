"""From what was read to what each room is asked, and from what it gives to matches."""

import asyncio
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from screening import matching
from screening.db.database import Pool
from screening.db.rounds import Rounds, Viewers
from screening.documents import queries as documents
from screening.documents.queries import Lookup
from screening.documents.records import StoredDocument
from screening.documents.vocabulary import How, Reason
from screening.identifiers.document_numbers import LookAlike
from screening.identifiers.document_types import Family
from screening.matching import Candidate, Field, State, Traveller
from screening.matching.counterfactual import counterfactual
from screening.nominals import queries as nominals
from screening.nominals import records, subjects, wording
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


UNSEEN = timedelta(minutes=1)
"""A record that changed so shortly before the index was known to be current, or later, is compared again as it stands:
enough for clocks that differ and for changes that took long to commit."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a source gave; not `complete` when it had to leave out records that match as well as those it gave."""

    matches: Sequence[Match[MatchedRecord]] = ()
    complete: bool = True
    truncated: frozenset[Source] = frozenset()
    """Where several sources are asked at once: those that had to leave out records."""


@dataclass(frozen=True, slots=True)
class Question:
    """What was read of a submission, when it is asked about, and for which States: owners may hide records from one."""

    reading: Reading
    at: datetime
    viewers: Sequence[str]
    seconds: float = math.inf
    """How long the answer may take, where that is less than usual."""


class Records:
    """The records of the database, asked for by all screenings of a process together."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self.documents = Rounds(self._documents)
        self.notice_documents = Rounds(self._notice_documents)
        self.notices = Rounds(self._notices)

    async def _documents(self, asked: Sequence[Lookup], at: datetime, viewers: Viewers) -> list[documents.Found]:
        return await documents.find(self._pool, asked, at=at, viewers=viewers)

    async def _notice_documents(self, asked: Sequence[Lookup], at: datetime, viewers: Viewers) -> list[DocumentMatch]:
        return await nominals.find_documents(self._pool, asked, at=at, viewers=viewers)

    async def _notices(self, asked: Sequence[UUID], at: datetime, viewers: Viewers) -> dict[UUID, StoredNotice]:
        return await nominals.read_active(self._pool, asked, at=at, viewers=viewers)


async def find_documents(stored: Records, question: Question) -> Found:
    """Find document records for every number of a submission: one question."""
    numbers = question.reading.numbers
    answer, own = await stored.documents.ask(list(map(_lookup, numbers)), question.at, question.viewers)
    return Found([_of_document(each, numbers[own.index(each.lookup)]) for each in answer if each.lookup in own])


async def find_notice_documents(stored: Records, question: Question) -> Found:
    """Find notices whose subjects hold one of the documents: one question."""
    numbers = question.reading.numbers
    answer, own = await stored.notice_documents.ask(list(map(_lookup, numbers)), question.at, question.viewers)
    return Found([_of_notice_document(each, numbers[own.index(each.place)]) for each in answer if each.place in own])


async def find_persons(stored: Records, names: NameIndex, question: Question, policy: Policy) -> Found:
    """Find notices whose subjects may be the traveller: the index brings candidates, the database what stands."""
    if not question.reading.travellers:
        return Found()
    best: dict[UUID, _Suspect] = {}
    complete = True
    current_at = names.as_of or question.at
    await asyncio.sleep(0)  # so that the other questions are with the database while the loop searches
    for traveller in question.reading.travellers:
        found = _search(names, traveller, policy)
        complete = complete and not found.truncated
        for candidate in found.candidates:
            notice_id = UUID(candidate.nominal_id)
            if notice_id not in best or candidate.score > best[notice_id].candidate.score:
                best[notice_id] = _Suspect(traveller, candidate)
    answer, _ = await stored.notices.ask(list(best), question.at, question.viewers)
    standing = {each: answer[each] for each in best if each in answer}
    corrected = {each: notice for each, notice in standing.items() if notice.updated_at > current_at - UNSEEN}
    now = best | _compared_again(names, question.reading.travellers, corrected)
    counting = [each for each in standing if _still_counts(best[each].candidate, now[each].candidate, policy)]
    return Found([_of_person(now[each], standing[each], policy) for each in counting], complete)


def _compared_again(
    names: NameIndex, travellers: Sequence[Traveller], corrected: Mapping[UUID, StoredNotice]
) -> "dict[UUID, _Suspect]":
    """Compare with records just read whose last correction the index may not have seen."""
    nominal_of = {
        each: subjects.nominal_of(each, stored.notice.subject)
        for each, stored in corrected.items()
        if stored.notice.subject is not None
    }
    return {
        each: max(
            (_Suspect(traveller, names.compare(traveller, nominal)) for traveller in travellers),
            key=lambda suspect: suspect.candidate.score,
        )
        for each, nominal in nominal_of.items()
    }


def _still_counts(indexed: Candidate, now: Candidate, policy: Policy) -> bool:
    """Tell whether a candidate is still one; a namesake is one as long as the name agrees as well as it did."""
    if now.score >= policy.second_line_score:
        return True
    was_namesake = indexed.score < policy.second_line_score
    return was_namesake and now.name_score >= indexed.name_score and not _is_contradicted(now)


@dataclass(frozen=True, slots=True)
class _Suspect:
    """A reading of the traveller, and the record that it may be of."""

    traveller: Traveller
    candidate: Candidate

    def counterfactual(self, notice: StoredNotice, policy: Policy) -> str | None:
        """Say what of the traveller would have to be otherwise for this to be no hit."""
        subject = notice.notice.subject
        if subject is None:
            return None
        nominal = subjects.nominal_of(notice.id, subject)
        threshold = policy.second_line_score
        found = counterfactual(self.traveller, nominal, self.candidate, threshold=threshold)
        return found.text if found else None


def _search(names: NameIndex, traveller: Traveller, policy: Policy) -> matching.Found:
    """Search by score, and for namesakes that nothing speaks against: how common a name is clears nobody.

    Namesakes that the limit left out matter only where nothing but a name was submitted: who fits in more than the
    name scores high enough to be found without them.
    """
    inquiry = names.ask(traveller)
    found = inquiry.search(threshold=policy.second_line_score, limit=MOST_PERSONS)
    namesakes = inquiry.namesakes(limit=MOST_NAMESAKES)
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


def _of_person(suspect: _Suspect, notice: StoredNotice, policy: Policy) -> Match[MatchedRecord]:
    candidate = suspect.candidate
    born = any(part.field is Field.BIRTH_DATE and part.state is State.AGREES for part in candidate.parts)
    shown = _shown(notice, None, tuple(map(_evidence_of_person, candidate.parts)))
    shown = replace(shown, counterfactual=suspect.counterfactual(notice, policy))
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
            conditions_of_use=notice.conditions_of_use,
            theft_date=None,
            theft_country=None,
            expiry_date=None,
            batch=None,
        ),
    )


def _written(name: Name) -> str:
    return name.full_name or " ".join(part for part in (name.surname, name.given_names) if part)
