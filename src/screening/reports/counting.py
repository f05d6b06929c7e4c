"""SQL that counts entries of the log, each once, in the order of the tree.

Counted is by leaf: an entry that became durable late gets a later leaf than those before it, so none is passed over.
What is counted and how far commit together. Cases are read again from all their events whenever one comes, so that
the order in which hits and events come makes no difference.
"""

from collections.abc import Collection
from uuid import UUID

from screening.db.database import Connection
from screening.reports.models import NO_POST
from screening.reports.vocabulary import ANSWER_BOUNDS

# Nothing is held where there is nothing to count: to hold a row is a write.
HOLD = """
SELECT counted FROM report_position WHERE EXISTS (SELECT FROM audit_leaves WHERE leaf_index >= counted)
FOR UPDATE SKIP LOCKED
"""
HOLD_WAITING = "SELECT counted FROM report_position FOR UPDATE"
MOVE = "UPDATE report_position SET counted = $1"
END = "SELECT max(leaf_index) + 1 FROM audit_leaves WHERE leaf_index >= $1 AND leaf_index < $2"

# LATERAL and its LIMIT keep the planner from reading all entries for those of one batch; an envelope is opened where
# there is more in it than the columns hold.
COUNT = """
WITH fresh AS MATERIALIZED (
    SELECT entry.*
    FROM (SELECT entry_id FROM audit_leaves WHERE leaf_index >= $1 AND leaf_index < $2 ORDER BY leaf_index) AS leaf
    CROSS JOIN LATERAL (
        SELECT id, at, kind, subject, operation, organisation_id, coalesce(post_id, $3) AS post_id, decision, took_ms,
               CASE WHEN kind = 'case' OR decision = 'hit' THEN convert_from(envelope, 'UTF8')::jsonb -> 'outcome' END
               AS outcome
        FROM audit_entries WHERE id = leaf.entry_id AND operation IS NOT NULL LIMIT 1
    ) AS entry
    WHERE kind IN ('screening', 'case')
), searched AS (
    INSERT INTO report_searches AS kept (operation, hour, organisation_id, post_id, decision, bucket, searches)
    SELECT operation, date_trunc('hour', at, 'UTC'), organisation_id, post_id, decision,
           width_bucket(coalesce(took_ms, 0), $4::real[]), count(*)
    FROM fresh WHERE kind = 'screening' GROUP BY 1, 2, 3, 4, 5, 6
    ON CONFLICT (operation, hour, organisation_id, post_id, decision, bucket)
    DO UPDATE SET searches = kept.searches + excluded.searches
), found AS (
    INSERT INTO report_hits (hit_id, screening_id, operation, at, organisation_id, post_id, source, label,
                             crime_areas, record_id)
    SELECT (hit ->> 'id')::uuid, id, operation, at, organisation_id, post_id, hit ->> 'source',
           coalesce(hit ->> 'label', ''),
           ARRAY (SELECT jsonb_array_elements_text(coalesce(hit -> 'crime_areas', '[]'))), (hit ->> 'record')::uuid
    FROM fresh CROSS JOIN jsonb_array_elements(outcome -> 'hits') AS hit WHERE kind = 'screening'
    RETURNING hit_id
), happened AS (
    INSERT INTO report_events (hit_id, version, at, event, status, outcomes)
    SELECT substr(subject, 5)::uuid, (outcome ->> 'version')::bigint, at, outcome ->> 'event', outcome ->> 'status',
           nullif(outcome -> 'outcomes', '[]')
    FROM fresh WHERE kind = 'case'
    RETURNING hit_id
)
SELECT hit_id FROM found UNION SELECT hit_id FROM happened
"""

# The last of some events says how a case stands in one respect; which those are, `lifecycle` and `service` of hits say.
JUDGE = """
UPDATE report_hits AS hit
SET verdict = CASE
        WHEN answer = 'confirmed' THEN 'confirmed'
        WHEN reported = 'outcome_reported' AND told @> '[{"outcome": "false_match"}]' THEN 'false_match'
        WHEN answer = 'not_confirmed' THEN 'not_confirmed'
        WHEN asked = 'no_reply' THEN 'no_reply'
        WHEN status = 'closed' THEN 'false_match'
        ELSE 'open' END,
    outcomes = CASE WHEN reported = 'outcome_reported' THEN told END,
    asked_at = folded.asked_at, answered_at = folded.answered_at, escalated = folded.escalated,
    overdue = moved = 'escalated'
FROM (
    SELECT hit_id,
        (array_agg(status ORDER BY version DESC))[1] AS status,
        (array_agg(event ORDER BY version DESC)
            FILTER (WHERE event IN ('confirmed', 'not_confirmed', 'reopened')))[1] AS answer,
        (array_agg(event ORDER BY version DESC)
            FILTER (WHERE event IN ('confirmed', 'not_confirmed', 'reopened', 'outcome_reported')))[1] AS reported,
        (array_agg(outcomes ORDER BY version DESC) FILTER (WHERE event = 'outcome_reported'))[1] AS told,
        (array_agg(event ORDER BY version DESC)
            FILTER (WHERE event IN ('confirmation_requested', 'no_reply', 'confirmed', 'not_confirmed', 'reopened')))[1]
            AS asked,
        coalesce((array_agg(event ORDER BY version DESC)
            FILTER (WHERE event IN ('escalated', 'sent', 'confirmation_requested', 'no_reply', 'confirmed',
                                    'not_confirmed', 'closed', 'reopened')))[1], '') AS moved,
        min(at) FILTER (WHERE event = 'confirmation_requested') AS asked_at,
        min(at) FILTER (WHERE event IN ('confirmed', 'not_confirmed')) AS answered_at,
        coalesce(bool_or(event = 'escalated'), false) AS escalated
    FROM report_events WHERE hit_id = ANY ($1::uuid[]) GROUP BY hit_id
) AS folded
WHERE hit.hit_id = folded.hit_id
"""


async def count(connection: Connection, batch: int) -> int:
    """Count the entries behind those counted, a batch at most; gives how many: none while another process counts.

    To be called within a transaction.
    """
    first: int | None = await connection.fetchval(HOLD)
    return 0 if first is None else await count_from(connection, first, batch)


async def count_from(connection: Connection, first: int, batch: int) -> int:
    """Count a batch of entries from a leaf on, in the transaction that holds the position; gives how many."""
    end: int | None = await connection.fetchval(END, first, first + batch)
    if end is None:
        return 0
    bounds = list(map(float, ANSWER_BOUNDS))
    touched = {row["hit_id"] for row in await connection.fetch(COUNT, first, end, NO_POST, bounds)}
    await _judge(connection, touched)
    await connection.execute(MOVE, end)
    return end - first


async def _judge(connection: Connection, touched: Collection[UUID]) -> None:
    if touched:
        await connection.execute(JUDGE, list(touched))
