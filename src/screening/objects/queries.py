"""SQL of objects as a screening asks for them: everything that crosses, of every kind, in one round trip.

Whether a record stands is judged here, at the moment of the question, and nowhere else: a withdrawn one, or one whose
retention is over, never comes back.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from screening.db.database import Connection, Pool
from screening.identifiers.crime_areas import CrimeArea
from screening.objects import comparing, kinds, traits
from screening.objects.comparing import Judged
from screening.objects.presenting import Ask, Presented
from screening.objects.vocabulary import ObjectKind, Reason

MOST = 20
"""Records that may match one object: more than an officer can look at, and a sign of a number that says too little."""

MOST_ANSWERS = 200
"""Records that one question may bring, of which similar names are then weighed."""

FIND = """
SELECT a.place, r.id, r.owner_id, o.name AS owner_name, o.country AS owner_country, r.reason, r.version, r.body
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[]) WITH ORDINALITY
     AS a (kind, mark, lowest, highest, pattern, place)
CROSS JOIN LATERAL (
    SELECT r.* FROM object_marks m JOIN object_records r ON r.id = m.record_id
    WHERE m.mark = a.mark AND m.value BETWEEN a.lowest AND a.highest AND m.value LIKE a.pattern
      AND r.kind = a.kind AND r.withdrawn_at IS NULL AND r.retention_until >= $6::date
      AND coalesce(NOT r.hidden_from && $7::text[], true)
    LIMIT $8
) r
JOIN organisations o ON o.id = r.owner_id
ORDER BY a.place, r.id
"""


@dataclass(frozen=True, slots=True)
class FoundRecord:
    """A record that stands, with who answers for it."""

    id: UUID
    owner_id: UUID
    owner_name: str
    owner_country: str | None
    kind: ObjectKind
    reason: Reason
    version: int
    body: dict[str, Any]

    @property
    def crime_areas(self) -> list[CrimeArea]:
        """What operations it concerns."""
        return [*map(CrimeArea, self.body.get("crime_areas", ()))] or [kinds.OF_KIND[self.kind].crime_area]


@dataclass(frozen=True, slots=True)
class Match:
    """A record that concerns an object presented."""

    presented: Presented
    record: FoundRecord
    judged: Judged


@dataclass(frozen=True, slots=True)
class Found:
    """What was found; a kind is `truncated` where a question had more answers than it may bring."""

    matches: Sequence[Match] = ()
    truncated: frozenset[ObjectKind] = frozenset()


async def find(
    connection: Connection | Pool,
    objects: Sequence[Presented],
    *,
    at: datetime,
    viewers: Sequence[str],
    most: int = MOST_ANSWERS,
) -> Found:
    """Find the records that concern the objects presented and stand at a moment, each once an object.

    What its owner hides from one of the States that look is not found.
    """
    asked = [(presented, ask) for presented in objects for ask in presented.asks]
    if not asked:
        return Found()
    columns = [
        [presented.kind.value for presented, _ in asked],
        *([getattr(ask, name) for _, ask in asked] for name in ("mark", "lowest", "highest", "pattern")),
    ]
    rows = await connection.fetch(FIND, *columns, at.astimezone(UTC).date(), viewers, most + 1)
    return _judged(asked, rows, most)


def _judged(asked: Sequence[tuple[Presented, Ask]], rows: Sequence[Any], most: int) -> Found:
    found: dict[tuple[ObjectKind, int, UUID], tuple[Presented, FoundRecord, list[Ask]]] = {}
    for row in rows:
        presented, ask = asked[row["place"] - 1]
        key = (presented.kind, presented.place, row["id"])
        found.setdefault(key, (presented, _record(presented.kind, row), []))[2].append(ask)
    matches = [
        Match(presented, record, judged)
        for presented, record, asks in found.values()
        if (judged := comparing.judge(presented, asks, traits.of(record.kind, record.body)))
    ]
    answers = Counter(row["place"] for row in rows)
    overfull = {asked[place - 1][0].kind for place, count in answers.items() if count > most}
    return _limited(sorted(matches, key=lambda match: match.judged.agreement.rank), overfull)


def _limited(matches: Sequence[Match], truncated: set[ObjectKind]) -> Found:
    """Keep the firmest matches of each object."""
    so_far: Counter[tuple[ObjectKind, int]] = Counter()
    kept = []
    for match in matches:
        of_object = (match.presented.kind, match.presented.place)
        so_far[of_object] += 1
        if so_far[of_object] <= MOST:
            kept.append(match)
        else:
            truncated.add(match.presented.kind)
    return Found(kept, frozenset(truncated))


def _record(kind: ObjectKind, row: Any) -> FoundRecord:
    return FoundRecord(
        id=row["id"],
        owner_id=row["owner_id"],
        owner_name=row["owner_name"],
        owner_country=row["owner_country"],
        kind=kind,
        reason=Reason(row["reason"]),
        version=row["version"],
        body=json.loads(row["body"]),
    )
