"""Notices of files: written in batches, the same file twice changes nothing."""

import asyncio
import io
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from screening.access.actors import Owner
from screening.access.schemas import OrganisationKind
from screening.db.database import Database, transaction
from screening.journal import changes
from screening.journal.formats import Batch, Format, Item, Outcome, Reject
from screening.nominals.batches import OTHER_COLOUR, WITHDRAWN
from screening.nominals.formats import FORMATS
from screening.nominals.schemas import EXAMPLE
from tests.nominals.conftest import BEGIN, add_organisation

OF_NAME = {each.name: each for each in FORMATS}
LINES = OF_NAME["notices.ndjson"]
PUBLISHED = Path(__file__).parents[3] / "shared" / "data" / "un_consolidated.xml"
EACH = 250


def lines(*notices: dict[str, Any]) -> bytes:
    return "\n".join(json.dumps(EXAMPLE | notice) for notice in notices).encode()


async def imported(
    database: Database, owner: Owner, content: bytes, form: Format = LINES, later: timedelta = timedelta()
) -> list[Batch]:
    """Do what the import machinery does: read, write in batches, journal, commit."""
    found = list(form.read(io.BytesIO(content)))
    assert [each.reason for each in found if isinstance(each, Reject)] == []
    items = [each for each in found if isinstance(each, Item)]
    batches = []
    for start in range(0, len(items), EACH):
        async with transaction(database) as session:
            batch = await form.write(session, owner, items[start : start + EACH], BEGIN + later)
            await changes.append(session, batch.changes)
        batches.append(batch)
    return batches


async def outcomes(*args: Any, **kwargs: Any) -> list[Outcome]:
    return [outcome for batch in await imported(*args, **kwargs) for outcome in batch.outcomes]


async def test_new_changed_and_unchanged_notices_are_told_apart(database: Database, owner: Owner) -> None:
    first = lines({"reference": "1"}, {"reference": "2"}, {"reference": "3"})
    second = lines({"reference": "1"}, {"reference": "2", "cautions": []}, {"reference": "4"})
    assert await outcomes(database, owner, first) == [Outcome.CREATED] * 3
    assert await outcomes(database, owner, first) == [Outcome.UNCHANGED] * 3
    assert await outcomes(database, owner, second) == [Outcome.UNCHANGED, Outcome.UPDATED, Outcome.CREATED]
    rows = await database.pool.fetch("SELECT reference, version FROM notices ORDER BY reference")
    assert [tuple(row) for row in rows] == [("1", 1), ("2", 2), ("3", 1), ("4", 1)]
    journal = await database.pool.fetch(
        "SELECT operation, r.version, reference FROM record_changes r JOIN notices n ON n.id = record_id "
        "ORDER BY position"
    )
    assert [tuple(row) for row in journal] == [
        ("created", 1, "1"),
        ("created", 1, "2"),
        ("created", 1, "3"),
        *sorted([("updated", 2, "2"), ("created", 1, "4")]),
    ]


async def test_a_reference_that_occurs_twice_is_written_in_order(database: Database, owner: Owner) -> None:
    twice = lines({"reference": "1"}, {"reference": "2"}, {"reference": "1", "cautions": []}, {"reference": "2"})
    assert await outcomes(database, owner, twice) == [
        Outcome.CREATED,
        Outcome.CREATED,
        Outcome.UPDATED,
        Outcome.UNCHANGED,
    ]


async def test_owners_do_not_meet(database: Database, owner: Owner) -> None:
    other = await add_organisation(database, "Bureau of Sweden", "SWE")
    assert await outcomes(database, owner, lines({})) == [Outcome.CREATED]
    assert await outcomes(database, other, lines({})) == [Outcome.CREATED]


async def test_an_import_never_brings_a_withdrawn_notice_back(database: Database, owner: Owner) -> None:
    await imported(database, owner, lines({}))
    await database.pool.execute("UPDATE notices SET withdrawn_at = $1", BEGIN)
    (batch,) = await imported(database, owner, lines({}, {"reference": "9"}))
    assert batch.outcomes == [Outcome.REJECTED, Outcome.CREATED]
    assert [reject.reason for reject in batch.rejects] == [WITHDRAWN]
    assert len(batch.changes) == 1


async def test_another_colour_under_the_same_reference_is_refused(database: Database, owner: Owner) -> None:
    await imported(database, owner, lines({}))
    (batch,) = await imported(database, owner, lines({"colour": "blue"}))
    assert [reject.reason for reject in batch.rejects] == [OTHER_COLOUR]


async def test_a_notice_that_is_still_listed_is_renewed_before_it_ends(database: Database, owner: Owner) -> None:
    await imported(database, owner, lines({}))
    assert await outcomes(database, owner, lines({}), later=timedelta(days=1000)) == [Outcome.UNCHANGED]
    assert await outcomes(database, owner, lines({}), later=timedelta(days=1700)) == [Outcome.UPDATED]
    until = await database.pool.fetchval("SELECT valid_until FROM notices")
    assert until == BEGIN + timedelta(days=1700 + 5 * 365 + 1)


async def test_documents_follow_their_notice(database: Database, owner: Owner) -> None:
    subject = EXAMPLE["subject"] | {"documents": [{"number": "ab-12 345<", "type": "P", "issuing_state": "D"}] * 2}
    await imported(database, owner, lines({}))
    await imported(database, owner, lines({"subject": subject}))
    rows = await database.pool.fetch("SELECT place, number, type, family, issuing_state FROM notice_documents")
    assert [tuple(row) for row in rows] == [(0, "AB12345", "P", "passport", "DEU")]


async def test_lines_that_are_no_notice_are_rejects() -> None:
    content = lines({}) + b"\n\n{}\nnonsense\n" + lines({"reference": "2"})
    found = list(LINES.read(io.BytesIO(content)))
    assert [(each.line, isinstance(each, Item)) for each in found] == [(1, True), (3, False), (4, False), (5, True)]


@pytest.mark.skipif(not PUBLISHED.exists(), reason="the published list is not here")
async def test_the_published_list_is_imported_whole_and_once(database: Database, owner: Owner) -> None:
    owner = replace(owner, kind=OrganisationKind.GENERAL_SECRETARIAT)
    form, content = OF_NAME["notices.un.xml"], PUBLISHED.read_bytes()
    assert await outcomes(database, owner, content, form) == [Outcome.CREATED] * 730
    assert await outcomes(database, owner, content, form) == [Outcome.UNCHANGED] * 730
    counts = await database.pool.fetchrow("SELECT count(DISTINCT reference), count(DISTINCT colour) FROM notices")
    assert tuple(counts or ()) == (730, 1)
    changed = content.replace(b"<LISTED_ON>20", b"<LISTED_ON>19", 1)
    again = await outcomes(database, owner, changed, form)
    assert (again.count(Outcome.UPDATED), again.count(Outcome.UNCHANGED)) == (1, 729)


async def test_an_import_gives_no_bureau_what_it_may_not_issue(database: Database, owner: Owner) -> None:
    listed, own = {"reference": "1", "kind": "un_special", "colour": "un"}, {"reference": "2"}
    for kind, expected in (
        (OrganisationKind.BUREAU, [Outcome.REJECTED, Outcome.CREATED]),
        (OrganisationKind.PARTNER, [Outcome.REJECTED, Outcome.REJECTED]),
        (OrganisationKind.GENERAL_SECRETARIAT, [Outcome.CREATED, Outcome.UNCHANGED]),
    ):
        assert await outcomes(database, replace(owner, kind=kind), lines(listed, own)) == expected


async def test_an_import_that_says_nothing_of_it_leaves_a_notice_hidden(database: Database, owner: Owner) -> None:
    await outcomes(database, owner, lines({"reference": "1", "hidden_from": ["SWE"]}))
    assert await outcomes(database, owner, lines({"reference": "1"})) == [Outcome.UNCHANGED]
    changed = {"reference": "1", "cautions": ["Needs medicine"]}
    assert await outcomes(database, owner, lines(changed)) == [Outcome.UPDATED]
    assert await database.pool.fetchval("SELECT hidden_from FROM notices") == ["SWE"]
    assert await outcomes(database, owner, lines(changed | {"hidden_from": []})) == [Outcome.UPDATED]
    assert await database.pool.fetchval("SELECT hidden_from FROM notices") is None


async def test_two_imports_of_the_same_notices_at_once_write_each_once(database: Database, owner: Owner) -> None:
    content = [{"reference": str(number)} for number in range(200)]
    both = await asyncio.gather(
        outcomes(database, owner, lines(*content)), outcomes(database, owner, lines(*reversed(content)))
    )
    assert sorted(both[0] + both[1]) == [Outcome.CREATED] * 200 + [Outcome.UNCHANGED] * 200
    assert await database.pool.fetchval("SELECT count(*) FROM record_changes") == 200
