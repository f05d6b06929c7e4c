"""The officer's next step: every code that can be said is in the contract."""

from itertools import product

from screening.documents.vocabulary import Reason
from screening.nominals.wording import ActionCode as OfNotices
from screening.objects.vocabulary import ObjectKind
from screening.objects.vocabulary import Reason as ObjectReason
from screening.screenings import actions
from screening.screenings.vocabulary import ActionCode, Strength


def test_the_contract_names_every_step_that_colour_and_reason_lead_to() -> None:
    of_reasons = {actions.of_document(reason, Strength.EXACT).code for reason in Reason}
    assert len(of_reasons) == len(Reason)
    said = (actions.PROCEED, actions.REFER_DOCUMENT, actions.ASK_AGAIN, actions.OBSERVE, actions.VERIFY)
    general = {action.code for action in (*said, actions.COMPARE_NUMBER, actions.COMPARE_OBJECT)}
    of_objects = {actions.of_object(*each, Strength.EXACT).code for each in product(ObjectKind, ObjectReason)}
    assert of_reasons | of_objects | general | {ActionCode(code) for code in OfNotices} == set(ActionCode)
