"""SQL that reads the counts of one operation."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from screening.db.database import Connection
from screening.documents import ids
from screening.reports.tally import Tally
from screening.reports.vocabulary import AREA_OF, THREAT_AREAS, THREAT_LABELS

_HOUR = """to_char({at} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24":00:00Z"')"""
_PLACE = "organisation_id || '/' || CASE WHEN post_id = ANY ($6::uuid[]) THEN post_id::text ELSE '' END"
_WITHIN = """
operation = $1 AND {at} >= coalesce($2, '-infinity'::timestamptz) AND {at} < coalesce($3, 'infinity'::timestamptz)
AND ($4::uuid[] IS NULL OR organisation_id = ANY ($4) OR post_id = ANY ($5::uuid[]))
"""

# Texts are made of the few groups, not of the many rows.
SEARCHES = f"""
SELECT CASE of_what WHEN 3 THEN 'hour' WHEN 5 THEN 'took' ELSE 'place' END AS part,
       coalesce({_HOUR.format(at="hour")}, bucket::text, {_PLACE}) AS line, figure, amount
FROM (
    SELECT grouping(hour, bucket, organisation_id) AS of_what, hour, bucket, organisation_id, post_id,
           CASE WHEN decision = 'incomplete' THEN 'incomplete' ELSE 'searches' END AS figure, sum(searches) AS amount
    FROM report_searches WHERE {_WITHIN.format(at="hour")}
    GROUP BY GROUPING SETS ((hour, figure), (bucket, figure), (organisation_id, post_id, figure))
) AS grouped
"""  # noqa: S608 - of constant parts only

# What an owner hides from a State is not counted for that State's readers, but where their own posts found it.
HITS = f"""
WITH seen AS MATERIALIZED (
    SELECT * FROM report_hits AS hit
    WHERE {_WITHIN.format(at="at")} AND (organisation_id = $8 OR record_id <> ALL ($7::uuid[]))
), reported AS (
    SELECT outcome ->> 'outcome' AS word, outcome FROM seen CROSS JOIN jsonb_array_elements(outcomes) AS outcome
), answered AS (
    SELECT 'since_hit' AS since, extract(epoch FROM answered_at - at) AS seconds FROM seen WHERE answered_at >= at
    UNION ALL
    SELECT 'since_asked', extract(epoch FROM answered_at - asked_at) FROM seen WHERE answered_at >= asked_at
)
SELECT 'place' AS part, {_PLACE} AS line, verdict AS figure, count(*)::numeric AS amount FROM seen GROUP BY 2, 3
UNION ALL SELECT 'label', source || '/' || label, verdict, count(*) FROM seen GROUP BY 2, 3
UNION ALL SELECT 'area', area, verdict, count(*) FROM seen CROSS JOIN LATERAL (
    SELECT unnest(crime_areas) AS area
    UNION SELECT area FROM unnest($9::text[], $10::text[]) AS implied (word, area) WHERE word IN (source, label)
) AS areas GROUP BY 2, 3
UNION ALL SELECT 'hour', {_HOUR.format(at="at")}, 'hits', count(*) FROM seen GROUP BY 2
UNION ALL SELECT 'total', '', 'hit', count(DISTINCT screening_id) FROM seen
UNION ALL SELECT 'total', '', 'overdue', count(*) FROM seen WHERE overdue
UNION ALL SELECT 'total', '', 'escalated', count(*) FROM seen WHERE escalated
UNION ALL SELECT 'total', '', 'threats', count(DISTINCT record_id) FROM seen
    WHERE verdict = 'confirmed' AND (label = ANY ($11::text[]) OR crime_areas && $12::text[])
UNION ALL SELECT 'outcome', word, 'adults', sum((outcome ->> 'adults')::numeric) FROM reported
    WHERE outcome ? 'adults' GROUP BY 2
UNION ALL SELECT 'outcome', word, 'minors', sum((outcome ->> 'minors')::numeric) FROM reported
    WHERE outcome ? 'minors' GROUP BY 2
UNION ALL SELECT 'outcome', concat_ws('/', word, outcome ->> 'kind', outcome ->> 'unit'), 'cases', count(*)
    FROM reported GROUP BY 2
UNION ALL SELECT 'outcome', concat_ws('/', word, outcome ->> 'kind', outcome ->> 'unit'), 'amount',
    sum((outcome ->> 'amount')::numeric) FROM reported WHERE outcome ? 'amount' GROUP BY 2
UNION ALL SELECT 'answer', since, 'cases', count(*) FROM answered GROUP BY 2
UNION ALL SELECT 'answer', since, 'median', percentile_disc(0.5) WITHIN GROUP (ORDER BY seconds)
    FROM answered GROUP BY 2
UNION ALL SELECT 'answer', since, 'p90', percentile_disc(0.9) WITHIN GROUP (ORDER BY seconds)
    FROM answered GROUP BY 2
"""  # noqa: S608 - of constant parts only

HIDDEN = """
SELECT id FROM notices WHERE id = ANY ($1::uuid[]) AND $4 = ANY (hidden_from)
UNION ALL SELECT id FROM object_records WHERE id = ANY ($1::uuid[]) AND $4 = ANY (hidden_from)
UNION ALL SELECT asked.id FROM unnest($1::uuid[], $2::uuid[], $3::int[]) AS asked (id, base, place)
    JOIN document_intakes AS intake ON intake.base = asked.base
    JOIN document_records AS record ON record.intake = intake.number AND record.place = asked.place
    WHERE $4 = ANY (string_to_array(record.hidden_from, ','))
"""

POSITION = """
SELECT counted, coalesce((SELECT size FROM audit_checkpoints ORDER BY size DESC LIMIT 1), 0) - counted AS behind,
       (SELECT count(*) FROM (SELECT FROM audit_pending LIMIT 10000) AS first) AS pending
FROM report_position
"""

DISCREET = """
SELECT count(*) AS hits, count(*) FILTER (WHERE outcomes @> '[{"outcome": "silent_report"}]') AS silent_reports
FROM hits WHERE operation = $1 AND desk = 'silent' AND owner_id = $2
AND at >= coalesce($3, '-infinity'::timestamptz) AND at < coalesce($4, 'infinity'::timestamptz)
"""

SEATS = "SELECT id, country FROM organisations WHERE id = ANY ($1::uuid[])"


@dataclass(frozen=True, slots=True)
class Within:
    """Which of an operation's counts are read."""

    operation: str
    since: datetime | None = None
    until: datetime | None = None
    organisations: Collection[UUID] | None = None
    """Whose own searches and hits alone, together with those of `posts`; None for all."""
    posts: Collection[UUID] = ()


@dataclass(frozen=True, slots=True)
class Reader:
    """From whom owners may hide records: a State, and an organisation, whose own finds stay."""

    country: str | None
    organisation_id: UUID | None


async def tally(connection: Connection, within: Within, posts: Collection[UUID], reader: Reader) -> Tally:
    """Read the counts of an operation of which these posts take part."""
    own = None if within.organisations is None else list(within.organisations)
    some = (within.operation, within.since, within.until, own, list(within.posts), list(posts))
    rows = await connection.fetch(SEARCHES, *some)
    rows += await connection.fetch(
        HITS,
        *some,
        await _find_hidden(connection, within.operation, reader),
        reader.organisation_id,
        list(AREA_OF),
        [area.value for area in AREA_OF.values()],
        list(THREAT_LABELS),
        list(THREAT_AREAS),
    )
    counted: dict[tuple[str, str, str], Decimal] = {}
    for part, line, figure, amount in rows:
        key = (part, line, figure)
        counted[key] = counted.get(key, Decimal(0)) + amount
    return counted


async def _find_hidden(connection: Connection, operation: str, reader: Reader) -> list[UUID]:
    """Find the records that were hit in an operation and that their owners hide from the reader's State."""
    if reader.country is None:
        return []
    rows = await connection.fetch("SELECT DISTINCT record_id FROM report_hits WHERE operation = $1", operation)
    hit = [row["record_id"] for row in rows]
    hidden = await connection.fetch(HIDDEN, hit, list(map(ids.base, hit)), list(map(ids.place, hit)), reader.country)
    return [row["id"] for row in hidden]


async def find_position(connection: Connection) -> tuple[int, int]:
    """Give how many entries are counted, and how many are in the log and not counted yet (10,000 may be more)."""
    row = await connection.fetchrow(POSITION)
    return (row["counted"], max(row["behind"], 0) + row["pending"]) if row else (0, 0)


async def count_discreet(connection: Connection, within: Within, owner_id: UUID) -> Mapping[str, int]:
    """Count the hits on discreet records of one owner, and the silent reports made of them."""
    row = await connection.fetchrow(DISCREET, within.operation, owner_id, within.since, within.until)
    return dict(row or {})


async def find_seats(connection: Connection, organisations: Collection[UUID]) -> dict[UUID, str | None]:
    """Give the State of each organisation."""
    rows = await connection.fetch(SEATS, list(organisations))
    return {row["id"]: row["country"] for row in rows}
