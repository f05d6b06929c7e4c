"""SQL of documents as a screening asks for them: everything that a submission presents, in one round trip.

Whether a record stands is judged here, at the moment of the question, and nowhere else: a withdrawn one, or one whose
retention is over, never comes back.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from screening.db.database import Connection, Pool
from screening.documents import codes, ids, ranges
from screening.documents.records import StoredDocument
from screening.documents.vocabulary import How
from screening.identifiers import states
from screening.identifiers.document_types import Family

COLUMNS = """
i.base, r.place, i.owner_id, i.created_at, i.import_id, r.number, r.number_last, r.type, r.issuing_state, r.reason,
r.theft_date, r.theft_country, r.issue_date, r.expiry_date, r.batch, r.national_reference, r.bureau_reference,
r.additional_information, r.hidden_from, r.retention_until, r.version, r.updated_at, r.withdrawn_at, r.withdrawal_reason
"""
"""What `stored` reads, of a record `r` and its intake `i`."""

# One branch an index: single documents, then ranges, of which none is longer than `ranges.LARGEST`.
FIND = f"""
SELECT a.asked, {COLUMNS}, o.name AS owner_name
FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS a (number, lowest_first, asked)
CROSS JOIN LATERAL (
    SELECT * FROM document_records s
    WHERE s.number = a.number AND s.number_last IS NULL AND s.withdrawn_at IS NULL
    UNION ALL
    SELECT * FROM document_records s
    WHERE s.number BETWEEN a.lowest_first AND a.number AND s.number_last >= a.number
      AND s.number_last IS NOT NULL AND s.withdrawn_at IS NULL
) r
JOIN document_intakes i ON i.number = r.intake
JOIN organisations o ON o.id = i.owner_id
WHERE r.retention_until >= $3::date AND coalesce(NOT string_to_array(r.hidden_from, ',') && $4::text[], true)
ORDER BY a.asked, r.number_last NULLS FIRST, i.base, r.place
"""  # noqa: S608 - constants only


@dataclass(frozen=True, slots=True)
class Lookup:
    """One document presented. Numbers are cleaned, the State has its code of three letters.

    Where the State or the family is not known, records of every one come back: the caller decides what that is worth.
    """

    number: str
    issuing_state: str | None = None
    family: Family | None = None
    alternatives: tuple[str, ...] = ()
    """What the number may have been before it was misread."""


@dataclass(frozen=True, slots=True)
class Found:
    """A record that concerns a document presented."""

    lookup: int
    """Which of the look-ups found it, from 0."""
    how: How
    number: str
    """The number that matched: the one presented, or what it may have been."""
    record: StoredDocument


class _Asked(NamedTuple):
    """One number that is asked for, on behalf of a look-up."""

    lookup: int
    number: str
    presented: bool


async def find(
    connection: Connection | Pool, lookups: Sequence[Lookup], *, at: datetime, viewers: Sequence[str]
) -> list[Found]:
    """Find the records that concern the documents presented and stand at a moment; the firmest first, each once.

    What its owner hides from one of the States that look is not found.
    """
    asked = list(_asked(lookups))
    if not asked:
        return []
    numbers = [each.number for each in asked]
    lowest_firsts, day = [*map(ranges.lowest_first, numbers)], at.astimezone(UTC).date()
    rows = await connection.fetch(FIND, numbers, lowest_firsts, day, viewers)
    found: dict[tuple[int, Any], Found] = {}
    for row in rows:
        each, record = asked[row["asked"] - 1], stored(dict(row))
        if concerns(lookups[each.lookup], record) and _matches(record, each.number):
            found.setdefault((each.lookup, record.id), Found(each.lookup, _how(each, record), each.number, record))
    return list(found.values())


def _asked(lookups: Sequence[Lookup]) -> Iterator[_Asked]:
    """Give every number once for each look-up, what was presented before what may have been meant."""
    for place, lookup in enumerate(lookups):
        for number in dict.fromkeys((lookup.number, *lookup.alternatives)):
            if number:
                yield _Asked(place, number, presented=number == lookup.number)


def concerns(lookup: Lookup, record: StoredDocument) -> bool:
    """Tell whether State and family agree, or are not known."""
    if lookup.issuing_state is not None and not _same_state(lookup.issuing_state, record.issuing_state):
        return False
    return lookup.family is None or record.family is None or lookup.family is record.family


def _same_state(presented: str, recorded: str) -> bool:
    """Tell whether a record's State keeps the documents of the one presented, or is its successor."""
    owner = states.owner_of(recorded)
    return states.owner_of(presented) == owner or owner in states.successors(presented)


def _matches(record: StoredDocument, number: str) -> bool:
    return record.number_last is None or ranges.holds(record.number, record.number_last, number)


def _how(asked: _Asked, record: StoredDocument) -> How:
    if not asked.presented:
        return How.LOOK_ALIKE
    return How.EXACT if record.number_last is None else How.RANGE


def stored(values: dict[str, Any]) -> StoredDocument:
    """Read the values of a row that has `COLUMNS`, and perhaps the owner's name."""
    values.pop("asked", None)
    values["id"] = ids.joined(values.pop("base"), values.pop("place"))
    values["reason"] = codes.reason(values["reason"])
    values["type"] = codes.letters(values["type"])
    values["issuing_state"] = state = codes.letters(values["issuing_state"])
    values["theft_country"] = state if values["theft_country"] is None else codes.letters(values["theft_country"])
    values["version"] = values["version"] or 1
    values["hidden_from"] = tuple(values["hidden_from"].split(",")) if values["hidden_from"] else ()
    values["updated_at"] = values["updated_at"] or values["created_at"]
    return StoredDocument(**values)
