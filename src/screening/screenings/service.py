"""One screening, from submission to answer: read, check, decide, log, disclose."""

import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from screening import problems
from screening.access.actors import Actor
from screening.access.gate import Admission, Gate
from screening.audit import subjects
from screening.audit.entries import EntryKind, Json, Match, instant
from screening.audit.keyring import Keyring
from screening.audit.log import AlreadyAnsweredError, Idempotency
from screening.audit.queries import Row
from screening.audit.receipts import Receipt
from screening.audit.schemas import ReceiptOut
from screening.audit.trail import Trail
from screening.db.metadata import new_id_at
from screening.hits import service as hits
from screening.hits.events import Cases
from screening.hits.queries import OPENED
from screening.hits.service import NewHit
from screening.problems import Kind, Problem
from screening.screenings import answers, disclose, reading
from screening.screenings.lookups import Question
from screening.screenings.reading import Reading
from screening.screenings.schemas import Answer, HitOut, Screening, Submission
from screening.screenings.sources import Checker


@dataclass(frozen=True, slots=True)
class Request:
    """A submission, and who makes it."""

    submission: Submission
    actor: Actor
    idempotency_key: str | None


@dataclass(frozen=True, slots=True)
class Means:
    """What screens: the sources, the gate that opens them, the trail of the request, the cases that hits open."""

    checker: Checker
    gate: Gate
    trail: Trail
    cases: Cases


@dataclass(frozen=True, slots=True)
class _Admitted:
    """A request that may be carried out: what was sent, as the log keeps it, what was read of it, by which grant."""

    request: Request
    submitted: dict[str, Any]
    read: Reading
    admission: Admission
    repeatable: "_Repeatable | None"


async def screen(request: Request, means: Means) -> Screening:
    """Screen a traveller. The answer leaves only after its entry is durable.

    A repeated request with the same idempotency key gets the answer of the first one. Raises Problem: 403 when no grant
    allows the search, 422 when the key was used for something else, 429 when the grant's limit is spent, 503 when the
    entry may not be durable.
    """
    began, at = time.perf_counter(), means.trail.clock()
    submission, actor = request.submission, request.actor
    read = reading.read(submission, today=at.date())
    wanted = means.checker.wanted(read)
    admission = await means.gate.admit(actor, wanted, submission.purpose, submission.operation, at)
    submitted = submission.model_dump(mode="json", exclude_none=True)
    admitted = _Admitted(request, submitted, read, admission, _repeatable(request.idempotency_key, submitted))
    if admitted.repeatable is not None:
        earlier = await _find_earlier(actor, admitted.repeatable, means.trail)
        if earlier is not None:
            return earlier
    await means.gate.count(admission, at)
    results = await means.checker.check(Question(read, at, admission.viewers), admission.sources)
    answer = answers.build(new_id_at(at), at, read, results, means.checker.policy, began=began)
    return await _logged(answer.model_copy(update={"exercise": admission.exercise}), admitted, means)


async def _logged(answer: Answer, admitted: _Admitted, means: Means) -> Screening:
    """Make the entry of an answer durable, with its hits, and disclose it."""
    submission, actor = admitted.request.submission, admitted.request.actor
    trail, cases, repeatable = means.trail, means.cases, admitted.repeatable
    keys = means.checker.document_keys(admitted.read)
    opened = [_new_hit(hit, answer, admitted, keys) for hit in answer.hits]
    draft = trail.draft(
        EntryKind.SCREENING,
        f"screening:{answer.id}",
        {**_outcome(disclose.openly(answer), submission), "grant": str(admitted.admission.grant.id)},
        entry_id=answer.id,
        purpose=submission.purpose,
        operation=submission.operation,
        payload={"answer": answer.model_dump(mode="json"), "submission": admitted.submitted},
        subjects=_subjects(admitted.read),
        matches=[_match(hit) for hit in answer.hits],
    )
    try:
        receipt = await trail.append(
            draft,
            idempotency=repeatable.kept(trail.log.ring) if repeatable else None,
            companions=[companion for hit in opened for companion in cases.notify(hits.told(hit, cases))],
            attached={OPENED: [hits.opened(hit, cases) for hit in opened]},
        )
    except AlreadyAnsweredError:
        return await _get_earlier(actor, repeatable, trail)
    return _disclosed(answer, receipt, actor)


async def get_screening(screening_id: UUID, actor: Actor, trail: Trail) -> Screening:
    """Give an earlier answer to the organisation that asked for it, as the actor may see it; reading is logged."""
    row = await trail.log.find(screening_id)
    if row is None or row.kind != EntryKind.SCREENING or row.organisation_id != actor.organisation_id:
        raise problems.not_found("screening")
    screening = _replayed(row, actor, trail)
    await trail.append(trail.draft(EntryKind.REQUEST, f"screening:{screening_id}", {"status": 200}))
    return screening


def _subjects(read: Reading) -> frozenset[str]:
    """Name the documents and persons that a submission is about, in every form in which it gives them."""
    documents = [subjects.of_document(number.text, number.issuing_state) for number in read.numbers]
    return frozenset().union(*documents, *map(subjects.of_person, read.travellers))


def _match(hit: HitOut) -> Match:
    return Match(
        hit_id=hit.id,
        source=hit.source,
        record_id=hit.record.id,
        owner_id=hit.record.owner.id,
        colour=hit.record.colour,
        desk=hit.desk,
    )


def _outcome(answer: Answer, submission: Submission) -> Json:
    """Give what the envelope tells of an answer as the first line got it: nothing points at a traveller.

    Reports of operations are counted from it, so each hit says what kind of record it is on. Auditors of the post read
    it, and so it is silent about discreet records; those stand in the payload that it commits to. The officer's
    reference is the bureau's own number for who is answerable (ADR 17).
    """
    return {
        "coverage": [
            {
                "as_of": instant(entry.as_of) if entry.as_of else None,
                "position": entry.position,
                "source": entry.source,
                "status": entry.status,
            }
            for entry in answer.coverage
        ],
        "decision": answer.decision,
        "desk": answer.desk,
        "engine": answer.engine.model_dump(),
        "exercise": answer.exercise,
        "findings": sorted({finding.code.value for finding in answer.findings}),
        "hits": [
            {
                "crime_areas": sorted(hit.record.crime_areas),
                "desk": hit.desk,
                "id": str(hit.id),
                "label": _label(hit),
                "record": str(hit.record.id),
                "source": hit.source,
                "strength": hit.strength,
                "version": hit.record.version,
            }
            for hit in answer.hits
        ],
        "policy": answer.policy.model_dump(),
        "suppressed": [
            {
                "record": str(each.record),
                "redress": str(each.redress),
                "source": each.source,
                "version": each.version,
            }
            for each in answer.suppressed
        ],
        "took_ms": answer.took_ms,
    } | ({"officer": submission.officer.reference} if submission.officer else {})


def _label(hit: HitOut) -> str:
    return hit.record.reason or hit.record.colour or ""


def _new_hit(hit: HitOut, answer: Answer, admitted: _Admitted, keys: Mapping[int, bytes]) -> NewHit:
    """Make the case of a hit; one of the person may be spared by the first document, one of a document by that."""
    actor, officer = admitted.request.actor, admitted.request.submission.officer
    return NewHit(
        id=hit.id,
        screening_id=answer.id,
        at=answer.screened_at,
        organisation_id=actor.organisation_id,
        post_id=actor.post_id,
        client_id=actor.id,
        officer=officer.reference if officer else None,
        operation=admitted.admission.operation,
        exercise=admitted.admission.exercise,
        source=hit.source,
        record_id=hit.record.id,
        record_version=hit.record.version,
        owner_id=hit.record.owner.id,
        label=_label(hit),
        crime_areas=hit.record.crime_areas,
        strength=hit.strength,
        desk=hit.desk,
        score=hit.score,
        document_key=keys.get(min(keys, default=0) if hit.document is None else hit.document),
    )


@dataclass(frozen=True, slots=True)
class _Repeatable:
    """A request that its client may send again under the same key."""

    key: str
    submitted: dict[str, Any]

    def kept(self, ring: Keyring) -> Idempotency:
        return Idempotency(self.key, ring.request_digest(self.submitted))


def _repeatable(key: str | None, submitted: dict[str, Any]) -> _Repeatable | None:
    return _Repeatable(key, submitted) if key else None


async def _find_earlier(actor: Actor, repeated: _Repeatable, trail: Trail) -> Screening | None:
    found = await trail.log.find_answered(actor.id, repeated.key)
    if found is None:
        return None
    entry_id, digest = found
    if not trail.log.ring.is_request(repeated.submitted, digest):
        raise Problem(Kind.KEY_REUSED, "This Idempotency-Key answered another submission; use a new key for this one.")
    row = await trail.log.find(entry_id)
    if row is None:
        return None
    trail.written = True  # the entry of the first request stands for its retries too
    return _replayed(row, actor, trail)


async def _get_earlier(actor: Actor, repeated: _Repeatable | None, trail: Trail) -> Screening:
    earlier = await _find_earlier(actor, repeated, trail) if repeated else None
    if earlier is None:
        raise problems.unavailable("Another request with this Idempotency-Key is under way. Send it again.")
    return earlier


def _replayed(row: Row, actor: Actor, trail: Trail) -> Screening:
    """Make the answer again from the log: the payload holds it, the entry its receipt."""
    if row.payload is None:
        raise problems.not_found("screening")
    answer = Answer.model_validate(json.loads(row.payload)["answer"])
    receipt = Receipt(
        entry=str(row.id),
        log=trail.log.signer.log,
        leaf_hash=row.leaf_hash.hex(),
        at=instant(row.at),
        key_id=row.key_id,
        signature=row.signature,
    )
    return _disclosed(answer, receipt, actor)


def _disclosed(answer: Answer, receipt: Receipt, actor: Actor) -> Screening:
    disclosed = disclose.disclose(answer, actor.role, actor.organisation_id)
    return Screening(**dict(disclosed), receipt=ReceiptOut.model_validate(asdict(receipt)))
