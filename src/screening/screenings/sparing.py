"""Applying redress: which matches the traveller's documents are spared from, because they were found false before.

It is asked only when something matched that a redress may concern, and what cannot be asked is not spared.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import asyncpg
import structlog

from screening.db.database import UNREACHABLE, Pool
from screening.hits import queries as hits
from screening.hits import redress
from screening.hits.queries import StandingRedress
from screening.screenings.decide import DOCUMENT_SOURCES, Match
from screening.screenings.reading import Reading
from screening.screenings.record import MatchedRecord

logger = structlog.stdlib.get_logger(__name__)

Matches = Sequence[Match[MatchedRecord]]


def document_keys(secret: bytes, reading: Reading) -> dict[int, bytes]:
    """Hash the documents that were read with certainty, by their place."""
    return {
        place: redress.document_key(secret, number.text, number.issuing_state, number.family)
        for place, number in reading.certain.items()
        if number.issuing_state is not None
    }


async def find_redress(
    pool: Pool, keys: Mapping[int, bytes], matches: Matches, *, at: datetime, seconds: float
) -> list[StandingRedress]:
    """Find the redresses that concern some matches; none when they cannot be asked for in time.

    A discreet record stops nobody, so nobody needs redress from it: not to ask keeps its hits as quick as no-hits.
    """
    open_to_all = (match for match in matches if not match.discreet)
    records = {match.record_id for match in open_to_all if not (match.source in DOCUMENT_SOURCES and match.exact)}
    if not keys or not records:
        return []
    try:
        async with asyncio.timeout(seconds):
            return await hits.find_standing(pool, list(keys.values()), list(records), at=at)
    except (*UNREACHABLE, asyncpg.PostgresError) as error:
        logger.warning("redress not known", error=type(error).__name__)
        return []


def marked(matches: Matches, keys: Mapping[int, bytes], standing: Sequence[StandingRedress]) -> Matches:
    """Give the matches, each with the redress that it has, if it has one."""
    return [replace(match, redress=_of(match, keys, standing)) for match in matches] if standing else matches


def _of(match: Match[MatchedRecord], keys: Mapping[int, bytes], standing: Sequence[StandingRedress]) -> UUID | None:
    """Find the redress of a match: between its record as it stands and its document, or any if it is of the person."""
    place = match.record.document
    presented = set(keys.values()) if place is None else {keys.get(place)}
    wanted = (match.record_id, match.record.record.version)
    for each in standing:
        if (each.record_id, each.record_version) == wanted and each.document_key in presented:
            return each.id
    return None
