"""What an officer does about a notice, in words. Pure.

A notice is a request or a warning between police forces, never an order and never a warrant: no text here tells
anybody to arrest, and who is missing is spoken of as somebody to protect.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from screening.nominals.kinds import Colour, Kind


class ActionCode(StrEnum):
    """The next step, for software."""

    CHECK_PROVISIONAL_ARREST = "check_provisional_arrest"
    LOCATE_AND_COLLECT = "locate_and_collect"
    WARN = "warn"
    PROTECT = "protect"
    GUARD_AGAINST_THREAT = "guard_against_threat"
    CHECK_TRAVEL_BAN = "check_travel_ban"


@dataclass(frozen=True, slots=True)
class Action:
    """The next step, as a code and as the sentence that an officer reads."""

    code: ActionCode
    text: str


VERIFY = "First make sure that this is the person of the record: a match is not a decision."

DIFFUSED = "It was sent as a diffusion: ask your bureau whether the request still stands."

RED = Action(
    ActionCode.CHECK_PROVISIONAL_ARREST,
    f"Request for provisional arrest: check national law and call your bureau. {VERIFY}",
)
BLUE = Action(
    ActionCode.LOCATE_AND_COLLECT,
    f"Locate and collect: note identity, route and documents, and inform your bureau. No ground to hold. {VERIFY}",
)
GREEN = Action(
    ActionCode.WARN,
    f"Warning: may be a threat to public safety. Check with care and inform your bureau. No ground to hold. {VERIFY}",
)
YELLOW = Action(
    ActionCode.PROTECT,
    f"Protect: missing, or unable to say who they are. Treat as a person at risk and call your bureau. {VERIFY}",
)
ORANGE = Action(
    ActionCode.GUARD_AGAINST_THREAT,
    f"Threat: serious and imminent danger. Keep distance, secure the place and call your bureau. {VERIFY}",
)
UN = Action(
    ActionCode.CHECK_TRAVEL_BAN,
    f"Travel ban check: on a UN Security Council sanctions list. Check for an exemption and call your bureau. {VERIFY}",
)


def action_for(colour: Colour, kind: Kind) -> Action | None:
    """Give what to do about a person of a notice; None where the colour never concerns a living traveller."""
    action = _of_colour(colour)
    if action is None or kind is not Kind.DIFFUSION:
        return action
    return Action(action.code, f"{action.text} {DIFFUSED}")


def _of_colour(colour: Colour) -> Action | None:  # noqa: PLR0911 - one a colour
    match colour:
        case Colour.RED:
            return RED
        case Colour.BLUE:
            return BLUE
        case Colour.GREEN:
            return GREEN
        case Colour.YELLOW:
            return YELLOW
        case Colour.ORANGE:
            return ORANGE
        case Colour.UN:
            return UN
        case Colour.BLACK | Colour.PURPLE | Colour.SILVER:
            return None
        case _:
            assert_never(colour)
