import json
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import pytest

from screening.documents import queries, ranges
from screening.documents.queries import Lookup
from screening.identifiers.document_types import Family
from tests.journal.desks import NOW, Desks

BLANKS = {"reason": "stolen_blank", "number": "AB0100", "number_last": "AB0199"}


class Seen(NamedTuple):
    """What of a find a test looks at."""

    lookup: int
    how: str
    number: str
    record: str


async def find(desks: Desks, *lookups: Lookup, at: datetime = NOW) -> list[Seen]:
    found = await queries.find(desks.database.pool, lookups, at=at, viewers=())
    return [Seen(each.lookup, each.how, each.number, str(each.record.id)) for each in found]


async def test_a_record_is_found_with_all_that_an_officer_needs(desks: Desks) -> None:
    sent = await desks.report(await desks.as_("UTO"), theft_date="2026-02-11")
    (found,) = await queries.find(
        desks.database.pool, [Lookup("L898902C3", "UTO", Family.PASSPORT)], at=NOW, viewers=()
    )
    record = found.record
    assert (str(record.id), record.owner_name, record.owner_id) == (
        sent["id"],
        "Bureau of UTO",
        (await desks.owner("UTO")).organisation_id,
    )
    assert (record.reason, str(record.theft_date), record.version, record.type) == ("stolen", "2026-02-11", 1, "PAS")


@pytest.mark.parametrize("record", [{}, BLANKS])
@pytest.mark.parametrize(
    ("hidden_from", "viewers", "seen"),
    [
        ([], ["SWE"], True),
        (["SWE"], [], True),
        (["SWE"], ["NOR"], True),
        (["SWE"], ["SWE"], False),
        (["FIN", "SWE"], ["NOR", "SWE"], False),
    ],
)
async def test_a_record_is_not_found_by_a_state_that_it_is_hidden_from(
    desks: Desks, record: dict[str, str], hidden_from: list[str], viewers: list[str], seen: bool
) -> None:
    sent = await desks.report(await desks.as_("UTO"), **record, hidden_from=hidden_from)
    lookups = [Lookup(sent["number"], "UTO", Family.PASSPORT)]
    assert len(await queries.find(desks.database.pool, lookups, at=NOW, viewers=viewers)) == seen


async def test_nothing_is_found_where_nothing_is_asked(desks: Desks) -> None:
    assert await find(desks) == []
    assert await find(desks, Lookup("", "UTO")) == []
    assert await find(desks, Lookup("L898902C3", "UTO")) == []


async def test_documents_of_one_submission_are_found_together(desks: Desks) -> None:
    headers = await desks.as_("UTO")
    first = await desks.report(headers, number="AA11111")
    second = await desks.report(headers, number="AA22222", type="IDC")
    seen = await find(desks, Lookup("AA22222", "UTO"), Lookup("AA99999", "UTO"), Lookup("AA11111", "UTO"))
    assert seen == [Seen(0, "exact", "AA22222", second["id"]), Seen(2, "exact", "AA11111", first["id"])]


@pytest.mark.parametrize(
    ("recorded", "family", "found"),
    [
        ("DIP", Family.PASSPORT, True),
        ("EMP", Family.PASSPORT, True),
        ("IDC", Family.PASSPORT, False),
        ("PAS", Family.VISA, False),
        ("VRD", Family.OTHER, True),
        ("PAS", Family.OTHER, False),
        ("VRD", None, True),
        ("IDC", None, True),
    ],
)
async def test_a_record_under_a_sibling_type_is_found(
    desks: Desks, recorded: str, family: Family | None, found: bool
) -> None:
    await desks.report(await desks.as_("UTO"), type=recorded)
    assert bool(await find(desks, Lookup("L898902C3", "UTO", family))) is found


@pytest.mark.parametrize(
    ("bureau", "recorded", "presented", "found"),
    [
        ("UTO", "UTO", "UTO", True),
        ("UTO", "UTO", "SWE", False),
        ("UTO", "UTO", None, True),
        ("GBR", "GBR", "GBD", True),
        ("GBR", "GBD", "GBR", True),
        ("GBR", "GBD", "GBO", True),
        ("SRB", "SRB", "YUG", True),
        ("SRB", "SRB", "HRV", False),
        ("DEU", "D", "DEU", True),
    ],
)
async def test_the_state_presented_is_that_of_the_record_or_went_over_to_it(
    desks: Desks, bureau: str, recorded: str, presented: str | None, found: bool
) -> None:
    await desks.report(await desks.as_(bureau), issuing_state=recorded)
    assert bool(await find(desks, Lookup("L898902C3", presented))) is found


async def test_a_withdrawn_record_never_comes_back(desks: Desks) -> None:
    headers = await desks.as_("UTO")
    record = await desks.report(headers)
    path = f"/v1/documents/{record['id']}/withdrawal"
    assert (await desks.client.post(path, json={"reason": "Found."}, headers=headers)).status_code == 200
    assert await find(desks, Lookup("L898902C3", "UTO")) == []


async def test_a_record_is_found_to_the_end_of_its_last_day_and_no_longer(desks: Desks) -> None:
    await desks.report(await desks.as_("UTO"), retention_date="2026-03-05")
    lookup = Lookup("L898902C3", "UTO")
    last_moment = datetime.fromisoformat("2026-03-05T23:59:59+00:00")
    assert len(await find(desks, lookup, at=last_moment)) == 1
    assert await find(desks, lookup, at=last_moment + timedelta(seconds=1)) == []
    elsewhere = datetime.fromisoformat("2026-03-06T01:00:00+02:00")
    assert len(await find(desks, lookup, at=elsewhere)) == 1


@pytest.mark.parametrize(
    ("number", "how"),
    [
        ("AB0100", "range"),
        ("AB0150", "range"),
        ("AB0199", "range"),
        ("AB0099", None),
        ("AB0200", None),
        ("AB01Z0", None),
        ("AB01500", None),
        ("AB015", None),
    ],
)
async def test_a_stolen_blank_is_found_by_its_range(desks: Desks, number: str, how: str | None) -> None:
    record = await desks.report(await desks.as_("UTO"), **BLANKS)
    expected = [Seen(0, how, number, record["id"])] if how else []
    assert await find(desks, Lookup(number, "UTO", Family.PASSPORT)) == expected


async def test_a_number_is_found_at_both_ends_of_the_largest_range(desks: Desks) -> None:
    last = f"A{1_000_000 + ranges.LARGEST - 1}"
    await desks.report(await desks.as_("UTO"), reason="stolen_blank", number="A1000000", number_last=last)
    assert len(await find(desks, Lookup("A1000000", "UTO"), Lookup(last, "UTO"))) == 2


async def test_a_document_and_a_range_that_holds_it_are_both_found_the_document_first(desks: Desks) -> None:
    headers = await desks.as_("UTO")
    lot = await desks.report(headers, **BLANKS)
    one = await desks.report(headers, number="AB0150", reason="lost")
    assert await find(desks, Lookup("AB0150", "UTO")) == [
        Seen(0, "exact", "AB0150", one["id"]),
        Seen(0, "range", "AB0150", lot["id"]),
    ]


async def test_a_look_alike_is_found_as_such_and_after_what_was_presented(desks: Desks) -> None:
    headers = await desks.as_("UTO")
    alike = await desks.report(headers, number="AA0BB11")
    exact = await desks.report(headers, number="AAOBB11")
    lot = await desks.report(headers, **BLANKS)
    seen = await find(
        desks,
        Lookup("AAOBB11", "UTO", alternatives=("AA0BB11", "AAOBB11")),
        Lookup("ABO150", "UTO", alternatives=("AB0150",)),
    )
    assert seen == [
        Seen(0, "exact", "AAOBB11", exact["id"]),
        Seen(0, "look_alike", "AA0BB11", alike["id"]),
        Seen(1, "look_alike", "AB0150", lot["id"]),
    ]


def scans(plan: dict[str, Any]) -> set[str]:
    """Give how a plan reads the records."""
    here = (
        {f"{plan['Node Type']}, {plan.get('Index Name')}"} if plan.get("Relation Name") == "document_records" else set()
    )
    return here.union(*map(scans, plan.get("Plans", [])))


async def test_a_look_up_uses_the_indexes_however_many_records_there_are(desks: Desks) -> None:
    owner = await desks.owner("UTO")
    await desks.database.pool.execute(
        "INSERT INTO document_intakes (base, owner_id, created_at) SELECT gen_random_uuid(), $1, $2 "
        "FROM generate_series(1, 2000)",
        owner.organisation_id,
        NOW,
    )
    await desks.database.pool.execute(
        """
        INSERT INTO document_records (intake, place, retention_until, reason, type, number, issuing_state, number_last)
        SELECT 1 + n % 2000, n, '2031-03-01', 3, 10158, 'C' || lpad((n * 10)::text, 8, '0'), 14028,
               CASE WHEN n % 10 = 0 THEN 'C' || lpad((n * 10 + 9)::text, 8, '0') END
        FROM generate_series(1, 20000) n
        """
    )
    await desks.database.pool.execute("ANALYZE document_records, document_intakes")
    numbers = [f"C{number:08d}" for number in range(500, 100_000, 12_345)]
    async with desks.database.pool.acquire() as connection:
        await connection.execute("SET plan_cache_mode = force_generic_plan")
        await connection.execute(f"PREPARE find (text[], text[], date, text[]) AS {queries.FIND}")
        explained = await connection.fetchval(
            f"EXPLAIN (FORMAT JSON) EXECUTE find ('{{{','.join(numbers)}}}', '{{}}', '2026-03-01', '{{UTO}}')"
        )
        await connection.execute("RESET plan_cache_mode")
    assert scans(json.loads(explained)[0]["Plan"]) == {
        "Index Scan, uq_document_records_single",
        "Index Scan, uq_document_records_range",
    }
