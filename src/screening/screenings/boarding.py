"""What a carrier is told: board, do not board, refer, or insufficient, and never why. Pure.

A carrier keeps somebody from flying only for a document that its own State declared not valid; whoever may be a person
of interest is referred to the State's desk, because a hit is a lead to be verified (DOMAIN.md 1.5.6, 5.2.5).
"""

from typing import assert_never

from screening.screenings.schemas import Answer
from screening.screenings.vocabulary import BoardingVerdict, Decision, Source, Strength


def verdict(disclosed: Answer) -> BoardingVerdict:
    """Say what a carrier does, from the answer as the carrier's role may see it."""
    match disclosed.decision:
        case Decision.INCOMPLETE:
            return BoardingVerdict.INSUFFICIENT
        case Decision.NO_HIT:
            return BoardingVerdict.BOARD if disclosed.desk is None else BoardingVerdict.REFER
        case Decision.HIT:
            not_valid = any(hit.source is Source.SLTD and hit.strength is Strength.EXACT for hit in disclosed.hits)
            return BoardingVerdict.DO_NOT_BOARD if not_valid else BoardingVerdict.REFER
        case _:
            assert_never(disclosed.decision)
