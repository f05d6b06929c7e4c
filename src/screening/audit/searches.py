"""Searches as the detectors of misuse see them, read from the log as a stream.

A traveller is told from others by a hash under a key that is made for one report and forgotten with it: nothing that
could find somebody is kept, and no column is scanned. What was erased is not read; such a search still counts.
"""

import asyncio
import hmac
import json
import unicodedata
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from screening import mrz
from screening.audit.misuse import Hours, Place, Search, Who
from screening.audit.tree_queries import Reading

PAGE = 500

HISTORY = timedelta(days=28)
"""How far back the hours of a post are looked at."""

PAGES = """
SELECT id, at, organisation_id, post_id, client_id, convert_from(envelope, 'UTF8')::json #>> '{actor,role}' AS role,
       payload
FROM audit_entries LEFT JOIN audit_payloads ON entry_id = id
WHERE kind = 'screening' AND at >= $1 AND at < $2 AND (at, id) > ($3, $4)
  AND ($5::uuid[] IS NULL OR organisation_id = ANY ($5))
ORDER BY at, id LIMIT $6
"""

HOURS = """
WITH used AS (
    SELECT DISTINCT post_id, date_trunc('hour', at AT TIME ZONE 'UTC') AS hour FROM audit_entries
    WHERE kind = 'screening' AND post_id IS NOT NULL AND at >= $1 AND at < $2
      AND ($3::uuid[] IS NULL OR organisation_id = ANY ($3))
)
SELECT post_id, extract(hour FROM hour)::int AS hour, count(*)::int AS days,
       (SELECT count(DISTINCT hour::date) FROM used AS own WHERE own.post_id = used.post_id)::int AS all_days
FROM used GROUP BY post_id, extract(hour FROM hour)
"""


@dataclass(frozen=True, slots=True)
class Span:
    """Which searches a report is about: a time, and some organisations, or (None) all."""

    since: datetime
    until: datetime
    organisation_ids: frozenset[UUID] | None

    @property
    def organisations(self) -> list[UUID] | None:
        """The organisations as a parameter of a query."""
        return None if self.organisation_ids is None else list(self.organisation_ids)


async def stream(reading: Reading, span: Span, places: Mapping[UUID, Place], key: bytes) -> AsyncIterator[list[Search]]:
    """Give the searches of a span in the order of time, page by page."""
    at, entry_id = span.since, UUID(int=0)
    while True:
        rows = await reading.fetch(PAGES, span.since, span.until, at, entry_id, span.organisations, PAGE)
        yield await asyncio.to_thread(_read_page, rows, places, key)
        if len(rows) < PAGE:
            return
        at, entry_id = rows[-1]["at"], rows[-1]["id"]


async def find_hours(reading: Reading, span: Span) -> dict[UUID, Hours]:
    """Find when each post was used in the time before a span."""
    rows = await reading.fetch(HOURS, span.since - HISTORY, span.since, span.organisations)
    active: dict[UUID, list[int]] = {}
    days: dict[UUID, int] = {}
    for row in rows:
        active.setdefault(row["post_id"], [0] * 24)[row["hour"]] = row["days"]
        days[row["post_id"]] = row["all_days"]
    return {post: Hours(days[post], tuple(hours)) for post, hours in active.items()}


def _read_page(rows: Sequence[asyncpg.Record], places: Mapping[UUID, Place], key: bytes) -> list[Search]:
    return [_read(row, places, key) for row in rows]


def _read(row: asyncpg.Record, places: Mapping[UUID, Place], key: bytes) -> Search:
    submission = json.loads(row["payload"])["submission"] if row["payload"] else None
    place = places.get(row["post_id"])
    who = Who(
        organisation=row["organisation_id"],
        client=row["client_id"],
        officer=((submission or {}).get("officer") or {}).get("reference"),
        role=row["role"] or "",
        mode=place.mode if place else "",
    )
    if submission is None:
        return Search(row["id"], row["at"], who, row["post_id"], None)
    name, number, subject = _identify(submission, row["at"])
    return Search(
        entry=row["id"],
        at=row["at"],
        who=who,
        post=row["post_id"],
        crossing=bool(submission.get("crossing")),
        subject=hmac.digest(key, subject.encode(), "sha256") if subject else None,
        name=name or None,
        number=number or None,
    )


def _identify(submission: Mapping[str, Any], at: datetime) -> tuple[str, str, str]:
    """Give the name to sort by, the number of the first document, and what tells the traveller from others."""
    traveller = submission.get("traveller") or {}
    document: Mapping[str, Any] = next(iter(submission.get("documents") or ()), {})
    zone = mrz.parse(document["mrz"], today=at.date()) if document.get("mrz") else None
    surname = traveller.get("surname") or traveller.get("full_name") or (zone.surname if zone else "")
    given = traveller.get("given_names") or (zone.given_names if zone else "")
    number = document.get("number") or (zone.number if zone else "")
    state = document.get("issuing_state") or (zone.issuing_state if zone else "")
    born = traveller.get("date_of_birth") or (str(zone.birth_date) if zone and zone.birth_date else "")
    name = _folded(f"{surname} {given}")
    if number:
        return name, _folded(number), f"document {_folded(state)} {_folded(number)}"
    return name, "", f"person {name} {born}" if name and born else ""


def _folded(text: str) -> str:
    """Fold case and accents away, so that the alphabet has one order."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(char for char in plain if not unicodedata.combining(char)).upper().strip()
