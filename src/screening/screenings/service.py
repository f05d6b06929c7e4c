"""One screening, from submission to answer: read, check, decide, log, disclose."""

import hashlib
import json
import time
from dataclasses import asdict, dataclass
from uuid import UUID

from screening import problems
from screening.access.actors import Actor
from screening.access.gate import Admission, Gate
from screening.audit.entries import EntryKind, Json, canonical, instant
from screening.audit.log import AlreadyAnsweredError, Companion, Idempotency
from screening.audit.queries import Row
from screening.audit.receipts import Receipt
from screening.audit.schemas import ReceiptOut
from screening.audit.trail import Trail
from screening.db.metadata import new_id
from screening.hits import service as hits
from screening.hits.service import NewHit
from screening.problems import Kind, Problem
from screening.screenings import answers, disclose, reading
from screening.screenings.lookups import Question
from screening.screenings.schemas import Answer, HitOut, Screening, Submission
from screening.screenings.sources import Checker


@dataclass(frozen=True, slots=True)
class Request:
    """A submission, and who makes it."""

    submission: Submission
    actor: Actor
    idempotency_key: str | None


@dataclass(frozen=True, slots=True)
class _Admitted:
    """A request that may be carried out: what was sent, as the log keeps it, and by which grant."""

    request: Request
    submitted: Json
    admission: Admission
    idempotency: Idempotency | None


@dataclass(frozen=True, slots=True)
class Desk:
    """What screens: the sources, the gate that opens them, and the trail of the request."""

    checker: Checker
    gate: Gate
    trail: Trail


async def screen(request: Request, desk: Desk) -> Screening:
    """Screen a traveller. The answer leaves only after its entry is durable.

    A repeated request with the same idempotency key gets the answer of the first one. Raises Problem: 403 when no grant
    allows the search, 422 when the key was used for something else, 429 when the grant's limit is spent, 503 when the
    entry may not be durable.
    """
    began, at = time.perf_counter(), desk.trail.clock()
    submission, actor = request.submission, request.actor
    read = reading.read(submission, today=at.date())
    wanted = desk.checker.wanted(read)
    admission = await desk.gate.admit(actor, wanted, submission.purpose, submission.operation, at)
    submitted = submission.model_dump(mode="json", exclude_none=True)
    admitted = _Admitted(request, submitted, admission, _idempotency(request.idempotency_key, submitted))
    if admitted.idempotency is not None:
        earlier = await _find_earlier(actor, admitted.idempotency, desk.trail)
        if earlier is not None:
            return earlier
    await desk.gate.count(admission, at)
    results = await desk.checker.check(Question(read, at, admission.viewers), admission.sources)
    answer = answers.build(new_id(), at, read, results, desk.checker.policy, began=began)
    answer = answer.model_copy(update={"exercise": admission.exercise})
    return await _logged(answer, admitted, desk.trail)


async def _logged(answer: Answer, admitted: _Admitted, trail: Trail) -> Screening:
    """Make the entry of an answer durable, with its hits, and disclose it."""
    submission, actor = admitted.request.submission, admitted.request.actor
    admission, idempotency = admitted.admission, admitted.idempotency
    draft = trail.draft(
        EntryKind.SCREENING,
        f"screening:{answer.id}",
        {**_outcome(answer), "grant": str(admission.grant.id)},
        entry_id=answer.id,
        purpose=submission.purpose,
        operation=submission.operation,
        payload={"answer": answer.model_dump(mode="json"), "submission": admitted.submitted},
    )
    opened = [_opened(hit, answer, actor, admission) for hit in answer.hits]
    try:
        receipt = await trail.append(draft, idempotency=idempotency, companions=opened)
    except AlreadyAnsweredError:
        return await _get_earlier(actor, idempotency, trail)
    return _disclosed(answer, receipt, actor)


async def get_screening(screening_id: UUID, actor: Actor, trail: Trail) -> Screening:
    """Give an earlier answer to the organisation that asked for it, as the actor may see it; reading is logged."""
    row = await trail.log.find(screening_id)
    if row is None or row.kind != EntryKind.SCREENING or row.organisation_id != actor.organisation_id:
        raise problems.not_found("screening")
    screening = _replayed(row, actor, trail)
    await trail.append(trail.draft(EntryKind.REQUEST, f"screening:{screening_id}", {"status": 200}))
    return screening


def _outcome(answer: Answer) -> Json:
    """Give what the envelope tells of an answer: everything but what could point at a traveller."""
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
                "desk": hit.desk,
                "id": str(hit.id),
                "record": str(hit.record.id),
                "source": hit.source,
                "strength": hit.strength,
                "version": hit.record.version,
            }
            for hit in answer.hits
        ],
        "policy": answer.policy.model_dump(),
        "took_ms": answer.took_ms,
    }


def _opened(hit: HitOut, answer: Answer, actor: Actor, admission: Admission) -> Companion:
    return hits.opened(
        NewHit(
            id=hit.id,
            screening_id=answer.id,
            at=answer.screened_at,
            organisation_id=actor.organisation_id,
            post_id=actor.post_id,
            source=hit.source,
            record_id=hit.record.id,
            record_version=hit.record.version,
            owner_id=hit.record.owner.id,
            label=hit.record.reason or hit.record.colour or "",
            strength=hit.strength,
            desk=hit.desk,
            score=hit.score,
            operation=admission.operation,
            exercise=admission.exercise,
        )
    )


def _idempotency(key: str | None, submitted: Json) -> Idempotency | None:
    return Idempotency(key, hashlib.sha256(canonical(submitted)).digest()) if key else None


async def _find_earlier(actor: Actor, idempotency: Idempotency, trail: Trail) -> Screening | None:
    found = await trail.log.find_answered(actor.id, idempotency.key)
    if found is None:
        return None
    entry_id, digest = found
    if digest != idempotency.request_digest:
        raise Problem(Kind.KEY_REUSED, "This Idempotency-Key answered another submission; use a new key for this one.")
    row = await trail.log.find(entry_id)
    if row is None:
        return None
    trail.written = True  # the entry of the first request stands for its retries too
    return _replayed(row, actor, trail)


async def _get_earlier(actor: Actor, idempotency: Idempotency | None, trail: Trail) -> Screening:
    earlier = await _find_earlier(actor, idempotency, trail) if idempotency else None
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
