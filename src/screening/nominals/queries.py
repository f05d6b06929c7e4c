"""SQL of notices as a screening asks for them: what stands now, and the documents of those whom it concerns.

Whether a notice stands is judged here, at the moment of the question, and nowhere else: a withdrawn, expired or not
yet valid one never comes back, nor does a colour that concerns no living traveller.
"""

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

import asyncpg

from screening.db.database import Connection, Pool
from screening.identifiers import states
from screening.nominals import kinds
from screening.nominals.kinds import Colour, Kind
from screening.nominals.schemas import NoticeIn

PAGE = 1000
"""Notices that are read at once when the index is loaded."""

_MATCHABLE = sorted(kinds.MATCHABLE)

_COLUMNS = """
n.id, n.owner_id, o.name AS owner_name, o.country AS owner_country, n.version, n.body,
n.valid_from, n.valid_until, n.updated_at
"""

_STANDING = """
n.withdrawn_at IS NULL AND n.valid_from <= $1 AND n.valid_until > $1 AND n.colour = ANY($2::text[])
"""

_SHOWN = "coalesce(NOT n.hidden_from && $3::text[], true)"

READ_ACTIVE = f"""
SELECT {_COLUMNS} FROM notices n JOIN organisations o ON o.id = n.owner_id
WHERE n.id = ANY($4::uuid[]) AND n.body ? 'subject' AND {_STANDING} AND {_SHOWN}
"""  # noqa: S608 - constants only

FIND_DOCUMENTS = f"""
SELECT l.place, l.exact, d.number, d.type, d.family, d.issuing_state, {_COLUMNS}
FROM unnest($4::bigint[], $5::boolean[], $6::text[], $7::text[], $8::text[])
     AS l (place, exact, number, issuing_states, family)
JOIN notice_documents d ON d.number = l.number
 AND (d.issuing_state = ANY(string_to_array(l.issuing_states, ' '))
      OR d.issuing_state IS NULL OR l.issuing_states IS NULL)
 AND (d.family = l.family OR d.family IS NULL OR l.family IS NULL)
JOIN notices n ON n.id = d.notice_id
JOIN organisations o ON o.id = n.owner_id
WHERE {_STANDING} AND {_SHOWN}
ORDER BY l.place, l.exact DESC, n.id, d.place
"""  # noqa: S608 - constants only

# A notice that begins later is in the index already: the read above leaves it out until it begins.
_TO_INDEX = """
withdrawn_at IS NULL AND valid_until > $1 AND colour = ANY($2::text[]) AND body ? 'subject'
"""

READ_SUBJECTS = f"SELECT id, body -> 'subject' AS subject FROM notices WHERE {_TO_INDEX}"  # noqa: S608 - constants only
READ_SOME_SUBJECTS = f"{READ_SUBJECTS} AND id = ANY($3::uuid[])"


@dataclass(frozen=True, slots=True)
class StoredNotice:
    """A notice that stands, with who answers for it."""

    id: UUID
    owner_id: UUID
    owner_name: str
    owner_country: str | None
    version: int
    notice: NoticeIn
    valid_from: datetime
    valid_until: datetime
    updated_at: datetime

    @property
    def kind(self) -> Kind:
        """The kind of notice."""
        return self.notice.kind

    @property
    def colour(self) -> Colour:
        """The colour of the notice."""
        return self.notice.colour

    @property
    def reference(self) -> str:
        """The owner's reference."""
        return self.notice.reference

    @property
    def discreet(self) -> bool:
        """Whether the first line must not learn of it."""
        return self.notice.discreet


class Lookup(Protocol):
    """A document to look for, in whatever class it is held."""

    @property
    def number(self) -> str:
        """The cleaned number."""

    @property
    def issuing_state(self) -> str | None:
        """The State that issued it, as a code of three letters."""

    @property
    def family(self) -> str | None:
        """Passport, identity, visa or other."""

    @property
    def alternatives(self) -> Sequence[str]:
        """Cleaned numbers that look like this one."""


@dataclass(frozen=True, slots=True)
class DocumentLookup:
    """A document to look for."""

    number: str
    issuing_state: str | None = None
    family: str | None = None
    alternatives: tuple[str, ...] = ()


class NumberMatch(StrEnum):
    """How a number agrees."""

    EXACT = "exact"
    LOOK_ALIKE = "look_alike"


@dataclass(frozen=True, slots=True)
class DocumentMatch:
    """A presented document that is associated with a notice (TDAWN)."""

    place: int
    """Which of the lookups it answers, from 0."""
    match: NumberMatch
    by_number_only: bool
    """Whether either side lacks the issuing State, which makes the agreement of numbers weaker evidence."""
    number: str
    type: str | None
    family: str | None
    issuing_state: str | None
    notice: StoredNotice


async def read_active(
    source: Connection | Pool, ids: Collection[UUID], *, at: datetime, viewers: Sequence[str]
) -> dict[UUID, StoredNotice]:
    """Read those of some notices that stand, concern travellers, and are hidden from no State that looks.

    It asks even for none: that a question went to the database must not tell a discreet hit from a no-hit.
    """
    rows = await source.fetch(READ_ACTIVE, at, _MATCHABLE, viewers, list(ids))
    return {row["id"]: _stored(row) for row in rows}


async def find_documents(
    source: Connection | Pool, lookups: Sequence[Lookup], *, at: datetime, viewers: Sequence[str]
) -> list[DocumentMatch]:
    """Find the notices that documents are associated with: one question for all documents of a traveller.

    What its owner hides from one of the States that look is not found.
    """
    wanted = [
        (place, number == lookup.number, number, _issuers(lookup.issuing_state), lookup.family)
        for place, lookup in enumerate(lookups)
        for number in dict.fromkeys((lookup.number, *lookup.alternatives))
    ]
    if not wanted:
        return []
    rows = await source.fetch(FIND_DOCUMENTS, at, _MATCHABLE, viewers, *map(list, zip(*wanted, strict=True)))
    return [_match(row, lookups[row["place"]]) for row in rows]


def _issuers(state: str | None) -> str | None:
    """Give the States under which a notice may have the document: who keeps it, who came before, who followed."""
    if not state:
        return None
    return " ".join(sorted({states.owner_of(state)} | states.predecessors(state) | states.successors(state)))


def _match(row: asyncpg.Record, lookup: Lookup) -> DocumentMatch:
    return DocumentMatch(
        place=row["place"],
        match=NumberMatch.EXACT if row["exact"] else NumberMatch.LOOK_ALIKE,
        by_number_only=row["issuing_state"] is None or lookup.issuing_state is None,
        number=row["number"],
        type=row["type"],
        family=row["family"],
        issuing_state=row["issuing_state"],
        notice=_stored(row),
    )


def _stored(row: asyncpg.Record) -> StoredNotice:
    return StoredNotice(
        id=row["id"],
        owner_id=row["owner_id"],
        owner_name=row["owner_name"],
        owner_country=row["owner_country"],
        version=row["version"],
        notice=NoticeIn.model_validate_json(row["body"]),
        valid_from=row["valid_from"],
        valid_until=row["valid_until"],
        updated_at=row["updated_at"],
    )


async def read_subjects(connection: Connection, ids: Collection[UUID], *, at: datetime) -> dict[UUID, str]:
    """Read the subjects, as JSON, of those of some notices that belong into the name index."""
    rows = await connection.fetch(READ_SOME_SUBJECTS, at, _MATCHABLE, list(ids))
    return {row["id"]: row["subject"] for row in rows}


async def read_all_subjects(connection: Connection, *, at: datetime) -> AsyncIterator[dict[UUID, str]]:
    """Read the subjects, as JSON, of all notices that belong into the name index, a page at a time."""
    async with connection.transaction(readonly=True):
        cursor = await connection.cursor(READ_SUBJECTS, at, _MATCHABLE)
        while rows := await cursor.fetch(PAGE):
            yield {row["id"]: row["subject"] for row in rows}
