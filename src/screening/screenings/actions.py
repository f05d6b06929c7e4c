"""The officer's next step, in words. A hit is a lead to be verified, never a verdict (DOMAIN.md 3.1)."""

from collections.abc import Sequence
from typing import assert_never

from screening.documents.vocabulary import Reason
from screening.objects.vocabulary import ObjectKind
from screening.objects.vocabulary import Reason as ObjectReason
from screening.screenings.schemas import Action
from screening.screenings.vocabulary import ActionCode, Decision, Desk, Strength

PROCEED = Action(
    code=ActionCode.PROCEED,
    text="Nothing found in what was checked (see coverage). Go on with the normal check.",
)
REFER_DOCUMENT = Action(
    code=ActionCode.REFER_DOCUMENT,
    text="Nothing found on record, but the document needs a look: refer to the second line.",
)
ASK_AGAIN = Action(
    code=ActionCode.ASK_AGAIN,
    text="The check could not be completed and nobody is cleared: read the document again and send it again, or "
    "follow your post's fallback procedure.",
)
OBSERVE = Action(code=ActionCode.REPORT_SILENTLY, text="Let the traveller go on unaware; the authorised desk is told.")
VERIFY = Action(code=ActionCode.VERIFY, text="Compare traveller and record, and call your bureau.")
COMPARE_NUMBER = Action(
    code=ActionCode.COMPARE_NUMBER,
    text="The number matches only if one character was misread: compare it with the document, character by character.",
)


COMPARE_OBJECT = Action(
    code=ActionCode.COMPARE_OBJECT,
    text="Some of it agrees with a record, not enough to say that it is the same: compare the numbers on the object "
    "itself with the evidence, character by character.",
)

_HOLD = {
    ObjectKind.VEHICLE: "Hold vehicle and papers while you compare the number on the frame with the record",
    ObjectKind.VESSEL: "Let the vessel stay in port, as national law allows, while you compare it with the record",
    ObjectKind.FIREARM: "Have it made safe, keep it while you compare it with the record",
    ObjectKind.CONTAINER: "Keep it closed and where it is while you compare the number on each side with the record",
    ObjectKind.AIRCRAFT: "Keep it on the ground, as national law allows, while you compare its plate with the record",
}


def of_object(kind: ObjectKind, reason: ObjectReason, strength: Strength) -> Action:
    """Say what to do about an object that is looked for."""
    if strength is Strength.POSSIBLE:
        return COMPARE_OBJECT
    match reason:
        case ObjectReason.STOLEN:
            words = "reported stolen"
        case ObjectReason.MISAPPROPRIATED:
            words = "reported as not given back by who rented or borrowed it"
        case ObjectReason.LOST:
            words = "reported lost; who brings it may be its owner who found it"
        case ObjectReason.TRAFFICKED:
            words = "reported as trafficked"
        case _:
            assert_never(reason)
    text = f"The {kind} was {words}. {_HOLD[kind]}, and call your bureau: it asks the owner whether the record stands."
    return Action(code=ActionCode(f"hold_{kind}_{reason}"), text=text)


def of_document(reason: Reason, strength: Strength) -> Action:
    """Say what to do about a document that its State reported."""
    if strength is Strength.POSSIBLE:
        return COMPARE_NUMBER
    match reason:
        case Reason.STOLEN:
            words = "reported stolen. Keep the document, establish who holds it, and call your bureau."
        case Reason.LOST:
            words = "reported lost; the holder may be its owner who found it. Keep the document and call your bureau."
        case Reason.STOLEN_BLANK:
            words = "stolen before it was issued to anybody, so it is false. Keep the document and call your bureau."
        case Reason.REVOKED:
            words = "revoked by its State and not valid for travel. Keep the document and call your bureau."
        case Reason.INVALID:
            words = "declared invalid by its State. Keep the document and call your bureau."
        case _:
            assert_never(reason)
    return Action(code=ActionCode(f"keep_document_{reason}"), text=f"The document was {words}")


def overall(decision: Decision, desk: Desk | None, of_hits: Sequence[Action]) -> Action:
    """Say the next step of the whole answer: that of its most urgent hit, if there is one."""
    match decision:
        case Decision.HIT:
            return of_hits[0]
        case Decision.INCOMPLETE:
            return ASK_AGAIN
        case Decision.NO_HIT:
            return PROCEED if desk is None else REFER_DOCUMENT
        case _:
            assert_never(decision)
