"""What of an answer each role may see. The log keeps the whole; this decides what leaves.

A discreet record answers the first line as a no-hit would: the hit is taken out, and decision, desk and action are
what they would be without it (DOMAIN.md 6.1.5, 8.12).
"""

from screening.access.permissions import Role
from screening.screenings import actions, decide
from screening.screenings.decide import Coverage
from screening.screenings.schemas import Answer, HitOut
from screening.screenings.vocabulary import Desk

SEE_SILENT = frozenset({Role.BUREAU})
SEE_DETAILS = frozenset({Role.SECOND_LINE, Role.BUREAU})


def disclose(answer: Answer, role: Role) -> Answer:
    """Give the answer as a role may see it."""
    hits = [_hit(hit, role) for hit in answer.hits if role in SEE_SILENT or hit.desk is not Desk.SILENT]
    coverage = [Coverage(entry.source, entry.status, entry.required) for entry in answer.coverage]
    decision = decide.decision_of(bool(hits), coverage)
    desk = decide.desk_of([hit.desk for hit in hits], {finding.severity for finding in answer.findings})
    action = actions.overall(decision, desk, [hit.action for hit in hits])
    return answer.model_copy(update={"hits": hits, "decision": decision, "desk": desk, "action": action})


def _hit(hit: HitOut, role: Role) -> HitOut:
    if role in SEE_DETAILS:
        return hit
    return hit.model_copy(update={"record": hit.record.model_copy(update={"details": None})})
