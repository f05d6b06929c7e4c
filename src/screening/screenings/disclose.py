"""What of an answer each role may see. The log keeps the whole; this decides what leaves.

A discreet record answers the first line as a no-hit would: the hit is taken out, and decision, desk and action are
what they would be without it (DOMAIN.md 6.1.5, 8.12).
"""

import math
from collections.abc import Callable
from uuid import UUID

from screening.access.permissions import Role
from screening.audit.entries import Json
from screening.screenings import actions, decide
from screening.screenings.decide import Coverage
from screening.screenings.schemas import Answer, HitOut
from screening.screenings.vocabulary import Desk

COARSE_MS = 50.0
"""How roughly the first line learns what an answer took: to the millisecond it would tell of silent hits."""

SEE_SILENT = frozenset({Role.BUREAU})
SEE_DETAILS = frozenset({Role.SECOND_LINE, Role.BUREAU})


def disclose(answer: Answer, role: Role, organisation_id: UUID) -> Answer:
    """Give the answer as a role of an organisation may see it: silent hits go to the owner's bureau alone."""
    shown = _with(answer, [_hit(hit, role) for hit in answer.hits if _may_see(hit, role, organisation_id)])
    if role in SEE_DETAILS:
        return shown
    return shown.model_copy(update={"took_ms": math.ceil(answer.took_ms / COARSE_MS) * COARSE_MS})


def openly(answer: Answer) -> Answer:
    """Give the answer without what is silent, and with nothing else left out."""
    return _with(answer, [hit for hit in answer.hits if hit.desk is not Desk.SILENT])


def withheld(payload: Json, may_see: Callable[[UUID], bool]) -> Json:
    """Give the payload of a screening without silent hits on the records of owners that may not be seen."""
    answer = Answer.model_validate(payload["answer"])
    hits = [hit for hit in answer.hits if hit.desk is not Desk.SILENT or may_see(hit.record.owner.id)]
    return {**payload, "answer": _with(answer, hits).model_dump(mode="json")}


def _with(answer: Answer, hits: list[HitOut]) -> Answer:
    """Give the answer that these hits alone would have led to."""
    coverage = [Coverage(entry.source, entry.status, entry.required) for entry in answer.coverage]
    decision = decide.decision_of(bool(hits), coverage)
    desk = decide.desk_of([hit.desk for hit in hits], {finding.severity for finding in answer.findings})
    action = actions.overall(decision, desk, [hit.action for hit in hits])
    return answer.model_copy(update={"hits": hits, "decision": decision, "desk": desk, "action": action})


def _may_see(hit: HitOut, role: Role, organisation_id: UUID) -> bool:
    return hit.desk is not Desk.SILENT or (role in SEE_SILENT and hit.record.owner.id == organisation_id)


def _hit(hit: HitOut, role: Role) -> HitOut:
    if role in SEE_DETAILS:
        return hit
    return hit.model_copy(update={"record": hit.record.model_copy(update={"details": None})})
