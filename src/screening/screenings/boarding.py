"""What a carrier is told: board, do not board, refer, or insufficient, and never why. Pure.

A carrier keeps somebody from flying only for a document that its own State declared not valid; whoever may be a person
of interest is referred to the State's desk, because a hit is a lead to be verified (DOMAIN.md 1.5.6, 5.2.5).
"""

from screening.screenings.schemas import Answer
from screening.screenings.vocabulary import BoardingVerdict, Decision, Source, Strength


def verdict(disclosed: Answer) -> BoardingVerdict:
    """Say what a carrier does, from the answer as the carrier's role may see it."""
    if any(hit.source is Source.SLTD and hit.strength is Strength.EXACT for hit in disclosed.hits):
        return BoardingVerdict.DO_NOT_BOARD
    if disclosed.desk is not None:
        return BoardingVerdict.REFER
    return BoardingVerdict.BOARD if disclosed.decision is Decision.NO_HIT else BoardingVerdict.INSUFFICIENT
