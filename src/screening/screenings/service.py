"""One screening, from submission to answer: read, check, decide, log, disclose."""

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from screening import problems
from screening.access.actors import Actor
from screening.audit.entries import EntryKind, Json, canonical, instant
from screening.audit.log import AlreadyAnsweredError, Idempotency
from screening.audit.queries import Row
from screening.audit.receipts import Receipt
from screening.audit.schemas import ReceiptOut
from screening.audit.trail import Trail
from screening.db.metadata import new_id
from screening.hits import service as hits
from screening.hits.events import Cases
from screening.hits.queries import OPENED
from screening.hits.service import NewHit
from screening.problems import Kind, Problem
from screening.screenings import answers, disclose, reading
from screening.screenings.schemas import Answer, HitOut, Screening, Submission
from screening.screenings.sources import Checker


@dataclass(frozen=True, slots=True)
class Request:
    """A submission, and who makes it."""

    submission: Submission
    actor: Actor
    idempotency_key: str | None


async def screen(request: Request, checker: Checker, trail: Trail, cases: Cases) -> Screening:
    """Screen a traveller. The answer leaves only after its entry is durable.

    A repeated request with the same idempotency key gets the answer of the first one. Raises Problem: 422 when the key
    was used for something else, 503 when the entry may not be durable.
    """
    submitted = request.submission.model_dump(mode="json", exclude_none=True)
    idempotency = _idempotency(request.idempotency_key, submitted)
    if idempotency is not None:
        earlier = await _find_earlier(request.actor, idempotency, trail)
        if earlier is not None:
            return earlier
    answer, opened = await _answer(request, checker, trail)
    draft = trail.draft(
        EntryKind.SCREENING,
        f"screening:{answer.id}",
        _outcome(answer),
        entry_id=answer.id,
        purpose=request.submission.purpose,
        operation=request.submission.operation,
        payload={"answer": answer.model_dump(mode="json"), "submission": submitted},
    )
    try:
        receipt = await trail.append(
            draft,
            idempotency=idempotency,
            companions=[companion for hit in opened for companion in cases.notify(hits.told(hit, cases))],
            attached={OPENED: [hits.opened(hit, cases) for hit in opened]},
        )
    except AlreadyAnsweredError:
        return await _get_earlier(request.actor, idempotency, trail)
    return _disclosed(answer, receipt, request.actor)


async def get_screening(screening_id: UUID, actor: Actor, trail: Trail) -> Screening:
    """Give an earlier answer to the organisation that asked for it, as the actor may see it; reading is logged."""
    row = await trail.log.find(screening_id)
    if row is None or row.kind != EntryKind.SCREENING or row.organisation_id != actor.organisation_id:
        raise problems.not_found("screening")
    screening = _replayed(row, actor, trail)
    await trail.append(trail.draft(EntryKind.REQUEST, f"screening:{screening_id}", {"status": 200}))
    return screening


async def _answer(request: Request, checker: Checker, trail: Trail) -> tuple[Answer, list[NewHit]]:
    """Answer a submission, and give the cases that the answer opens."""
    began = time.perf_counter()
    at = trail.clock()
    read = reading.read(request.submission, today=at.date())
    results = await checker.check(read, at)
    answer = answers.build(new_id(), at, read, results, checker.policy, began=began)
    keys = checker.document_keys(read)
    return answer, [_new_hit(hit, answer, request, keys) for hit in answer.hits]


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
    }


def _new_hit(hit: HitOut, answer: Answer, request: Request, keys: Mapping[int, bytes]) -> NewHit:
    """Make the case of a hit; one of the person may be spared by the first document, one of a document by that."""
    actor, officer = request.actor, request.submission.officer
    return NewHit(
        id=hit.id,
        screening_id=answer.id,
        at=answer.screened_at,
        organisation_id=actor.organisation_id,
        post_id=actor.post_id,
        client_id=actor.id,
        officer=officer.reference if officer else None,
        operation=request.submission.operation,
        source=hit.source,
        record_id=hit.record.id,
        record_version=hit.record.version,
        owner_id=hit.record.owner.id,
        label=hit.record.reason or hit.record.colour or "",
        crime_areas=hit.record.crime_areas,
        strength=hit.strength,
        desk=hit.desk,
        score=hit.score,
        document_key=keys.get(min(keys, default=0) if hit.document is None else hit.document),
    )


def _idempotency(key: str | None, submitted: dict[str, Any]) -> Idempotency | None:
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
