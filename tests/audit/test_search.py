"""Searching the log over HTTP: filters, subjects, streams, statistics; who sees what."""

import asyncio
import csv
import io
import json
import tracemalloc
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from screening.access.permissions import Role
from screening.audit import keyring, search, search_queries
from screening.audit.readers import Reader
from screening.audit.search_queries import Filter
from screening.db.metadata import new_id
from tests.audit.logs import place
from tests.services import SECRETARIAT, SWEDEN, UTOPIA, Service

ELSA = {"surname": "Lindqvist", "given_names": "Elsa", "date_of_birth": "1991-06-02", "nationality": "SWE"}
PASSPORT = {"type": "P", "number": "UT4471093", "issuing_state": "UTO"}
STOLEN = {"number": "UT4471093", "type": "PAS", "issuing_state": "UTO", "reason": "stolen", "theft_country": "UTO"}
WANTED = {
    "kind": "notice",
    "colour": "blue",
    "reference": "A-1/2026",
    "purpose": "locate",
    "subject": {
        "names": [{"surname": "Kovalenko", "given_names": "Petro"}],
        "dates_of_birth": ["1980-03-04"],
        "nationalities": ["UKR"],
    },
}
PETRO = {"surname": "Kovalenko", "given_names": "Petro", "date_of_birth": "1980-03-04", "nationality": "UKR"}
REASON = "Complaint 2026/114 of the holder"


async def ids_of(service: Service, key: dict[str, str], **asked: Any) -> list[str]:
    answer = await service.client.get("/v1/audit/entries", params={"kind": "screening"} | asked, headers=key)
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json()["items"]]


async def post(service: Service, path: str, body: dict[str, Any], key: dict[str, str]) -> Any:
    answer = await service.client.post(path, json=body, headers=key)
    assert answer.status_code in (200, 201), answer.text
    return answer


async def discreet(service: Service) -> tuple[dict[str, Any], UUID]:
    """Let a Utopian post meet a person of whom Sweden keeps a discreet record."""
    made = await post(service, "/v1/notices", WANTED | {"discreet": True}, await service.as_(Role.BUREAU, SWEDEN))
    await service.current()
    found = await service.screen(await service.as_(Role.FIRST_LINE), traveller=PETRO)
    return found, UUID(made.json()["id"])


async def open_operation(service: Service) -> None:
    now = service.app.state.clock()
    plan = {
        "code": "SUNBIRD-5",
        "kind": "operation",
        "name": "Operation Sunbird",
        "countries": ["SWE", "UTO"],
        "posts": ["SWE-SEA-1"],
        "begins_at": (now - timedelta(hours=1)).isoformat(),
        "ends_at": (now + timedelta(days=1)).isoformat(),
    }
    bureau = await service.as_(Role.BUREAU)
    planned = (await post(service, "/v1/operations", plan, bureau)).json()
    await post(service, f"/v1/operations/{planned['id']}/opening", {}, bureau)


async def test_entries_are_found_by_each_filter_alone(service: Service) -> None:
    document = (await post(service, "/v1/documents", STOLEN, await service.as_(Role.BUREAU))).json()["id"]
    notice = (await post(service, "/v1/notices", WANTED, await service.as_(Role.BUREAU))).json()["id"]
    await service.current()
    gate, other = await service.as_(Role.FIRST_LINE), await service.as_(Role.FIRST_LINE, SWEDEN)
    await open_operation(service)
    stolen = await service.screen(gate, documents=[PASSPORT], officer={"reference": "UTO-4711"})
    wanted = await service.screen(other, traveller=PETRO, operation="SUNBIRD-5")
    clear = await service.screen(gate, traveller=ELSA)
    auditor = await service.as_(Role.AUDITOR, SECRETARIAT)
    pool = service.app.state.database.pool
    sweden = await pool.fetchrow("SELECT id, organisation_id FROM posts WHERE code = $1", SWEDEN.post)
    client = await pool.fetchval("SELECT client_id FROM audit_entries WHERE id = $1", UUID(wanted["id"]))
    of_sweden = [wanted["id"]]
    desk = wanted["desk"]
    expected: list[tuple[dict[str, Any], list[str]]] = [
        ({"organisation": sweden["organisation_id"]}, of_sweden),
        ({"post": sweden["id"]}, of_sweden),
        ({"client": client}, of_sweden),
        ({"country": "SWE"}, of_sweden),
        ({"operation": "SUNBIRD-5"}, of_sweden),
        ({"officer": "UTO-4711"}, [stolen["id"]]),
        ({"decision": "hit"}, [wanted["id"], stolen["id"]]),
        ({"decision": "no_hit"}, [clear["id"]]),
        ({"desk": desk}, [each["id"] for each in (wanted, stolen) if each["desk"] == desk]),
        ({"source": "sltd"}, [stolen["id"]]),
        ({"source": "notices"}, of_sweden),
        ({"record": document}, [stolen["id"]]),
        ({"record": notice}, of_sweden),
        ({"colour": "blue"}, of_sweden),
        ({"took_ms": "0"}, [clear["id"], wanted["id"], stolen["id"]]),
        ({"took_ms": "100000"}, []),
        ({"since": wanted["screened_at"], "until": clear["screened_at"]}, of_sweden),
        ({"decision": "hit", "country": "UTO"}, [stolen["id"]]),
        ({"organisation": str(new_id())}, []),
    ]
    for asked, found in expected:
        assert await ids_of(service, auditor, **asked) == found, asked


async def test_an_auditor_sees_the_organisations_it_was_assigned_from_the_next_request_on(service: Service) -> None:
    own = await service.screen(await service.as_(Role.FIRST_LINE), traveller=ELSA)
    other = await service.screen(await service.as_(Role.FIRST_LINE, SWEDEN), traveller=ELSA)
    auditor, administrator = await service.as_(Role.AUDITOR), await service.as_(Role.ADMINISTRATOR, SECRETARIAT)
    pool = service.app.state.database.pool
    key = await pool.fetchval("SELECT id FROM keys WHERE role = 'auditor'")
    organisations = {row["name"]: str(row["id"]) for row in await pool.fetch("SELECT id, name FROM organisations")}
    sweden = await pool.fetchval("SELECT id FROM posts WHERE code = $1", SWEDEN.post)
    path = f"/v1/keys/{key}/audited-organisations"
    steps = [
        ([SWEDEN.organisation], [other["id"]]),
        ([SWEDEN.organisation, UTOPIA.organisation], [other["id"], own["id"]]),
        ([], [own["id"]]),
    ]
    for names, seen in steps:
        body = {"organisation_ids": [organisations[name] for name in names]}
        answer = await service.client.put(path, json=body, headers=administrator)
        assert answer.status_code == 200, answer.text
        assert (await service.client.get(path, headers=administrator)).json() == answer.json()
        assert await ids_of(service, auditor) == seen
        assert await ids_of(service, auditor, country="SWE") == [each for each in seen if each == other["id"]]
        assert await ids_of(service, auditor, post=sweden) == [each for each in seen if each == other["id"]]
        assert await ids_of(service, auditor, took_ms="0") == seen
        for entry in (own["id"], other["id"]):
            got = await service.client.get(f"/v1/audit/entries/{entry}", headers=auditor)
            assert got.status_code == (200 if entry in seen else 404)


@pytest.mark.parametrize("role", [Role.BUREAU, Role.AUDITOR, Role.COORDINATOR])
async def test_nobody_but_an_administrator_says_who_audits_whom(service: Service, role: Role) -> None:
    path = f"/v1/keys/{new_id()}/audited-organisations"
    answer = await service.client.put(path, json={"organisation_ids": []}, headers=await service.as_(role))
    assert answer.status_code == 403
    unknown = await service.client.put(
        path, json={"organisation_ids": []}, headers=await service.as_(Role.ADMINISTRATOR, SECRETARIAT)
    )
    assert unknown.status_code == 404


async def test_a_silent_hit_is_for_auditors_of_its_owner_alone(service: Service, tmp_path: Path) -> None:
    found, record = await discreet(service)
    finder, everybody = await service.as_(Role.AUDITOR), await service.as_(Role.AUDITOR, SECRETARIAT)
    seen: dict[str, Any] = {}
    for name, key in (("finder", finder), ("everybody", everybody)):
        answer = await service.client.get(f"/v1/audit/entries/{found['id']}", headers=key)
        seen[name] = answer.json()
        # The envelope is what the first line was answered, for all.
        assert (seen[name]["decision"], seen[name]["envelope"]["outcome"]["hits"]) == ("no_hit", [])
    assert str(record) not in json.dumps(seen["finder"])
    assert (seen["finder"]["payload"]["answer"]["decision"], seen["finder"]["salt"]) == ("no_hit", None)
    assert seen["everybody"]["payload"]["answer"]["hits"][0]["record"]["id"] == str(record)
    assert seen["everybody"]["salt"] is not None
    for asked in ({"record": str(record)}, {"colour": "blue"}, {"desk": "silent"}, {"decision": "hit"}):
        assert await ids_of(service, finder, **asked) == []
    for asked in ({"record": str(record)}, {"colour": "blue"}, {"desk": "silent"}):
        assert await ids_of(service, everybody, **asked) == [found["id"]]
    archive = tmp_path / "own.tar"
    archive.write_bytes((await service.client.get("/v1/audit/export", headers=finder)).content)
    assert str(record).encode() not in archive.read_bytes()


async def test_an_auditor_of_both_sees_the_silent_hit(service: Service) -> None:
    found, record = await discreet(service)
    finder = await service.as_(Role.AUDITOR)
    pool = service.app.state.database.pool
    await pool.execute(
        "INSERT INTO audited_organisations (key_id, organisation_id) "
        "SELECT keys.id, organisations.id FROM keys, organisations WHERE keys.role = 'auditor' AND kind = 'bureau'"
    )
    assert await ids_of(service, finder, record=str(record)) == [found["id"]]
    answer = await service.client.get(f"/v1/audit/entries/{found['id']}", headers=finder)
    assert answer.json()["payload"]["answer"]["decision"] == "hit"


@pytest.mark.parametrize(
    "asked",
    [
        {"document": {"number": "UT 447-1093", "issuing_state": "UTO"}},
        {"document": {"number": "ut4471093"}},
        {"person": {"full_name": "LINDQVIST ELSA", "date_of_birth": "1991-06-02"}},
        {"person": {"surname": "Lindqvist", "given_names": "Elsa"}},
    ],
)
async def test_a_document_or_a_person_is_found_and_the_search_is_logged_as_about_them(
    service: Service, asked: dict[str, Any]
) -> None:
    gate, auditor = await service.as_(Role.FIRST_LINE), await service.as_(Role.AUDITOR)
    answer = await service.screen(gate, traveller=ELSA, documents=[PASSPORT])
    await service.screen(gate, traveller=PETRO, documents=[PASSPORT | {"number": "UT4471094"}])
    body = {"reason": REASON} | asked
    first = (await post(service, "/v1/audit/search", body, auditor)).json()["items"]
    assert [item["id"] for item in first] == [answer["id"]]
    second = (await post(service, "/v1/audit/search", body, auditor)).json()["items"]
    assert [item["id"] for item in second[1:]] == [answer["id"]]
    logged = await service.client.get(f"/v1/audit/entries/{second[0]['id']}", headers=auditor)
    assert (logged.json()["subject"], logged.json()["payload"]["reason"]) == ("POST /v1/audit/search", REASON)
    told = json.dumps(logged.json()["envelope"]).upper()
    assert not [secret for secret in ("4471093", "LINDQVIST", "1991-06-02", "COMPLAINT") if secret in told]


@pytest.mark.parametrize(
    "body",
    [
        {"document": {"number": "UT4471093"}},
        {"reason": "short", "document": {"number": "UT4471093"}},
        {"reason": REASON},
        {"reason": REASON, "document": {"number": "U"}, "person": {"surname": "A"}},
        {"reason": REASON, "person": {"date_of_birth": "1991-06-02"}},
    ],
)
async def test_a_search_without_a_reason_or_for_nothing_is_refused(service: Service, body: dict[str, Any]) -> None:
    for path in ("/v1/audit/search", "/v1/audit/subject-access"):
        answer = await service.client.post(path, json=body, headers=await service.as_(Role.AUDITOR))
        assert answer.status_code == 422, path


async def test_all_that_is_held_and_done_about_a_document_is_given_with_payloads(service: Service) -> None:
    bureau, gate = await service.as_(Role.BUREAU), await service.as_(Role.FIRST_LINE)
    made = (await post(service, "/v1/documents", STOLEN, bureau)).json()
    stopped = await service.screen(gate, documents=[PASSPORT])
    await service.screen(await service.as_(Role.FIRST_LINE, SWEDEN), documents=[PASSPORT])
    body = {"reason": REASON, "document": {"number": "UT4471093", "issuing_state": "UTO"}}
    await post(service, "/v1/audit/search", body, await service.as_(Role.AUDITOR))
    answer = await post(service, "/v1/audit/subject-access", body, bureau)
    head, *entries, end = map(json.loads, answer.text.splitlines())
    assert head["subject_access"]["reason"] == REASON
    assert (end, answer.headers["X-Entries"]) == ({"end": {"entries": len(entries)}}, "3")
    subjects = [entry["subject"] for entry in entries]
    assert set(subjects) >= {f"screening:{stopped['id']}", f"document:{made['id']}", "POST /v1/audit/search"}
    assert all(entry["payload"] for entry in entries)
    by_record = {"reason": REASON, "record": made["id"]}
    found = (await post(service, "/v1/audit/subject-access", by_record, bureau)).text.splitlines()[1:-1]
    assert {json.loads(line)["subject"] for line in found} >= {f"screening:{stopped['id']}", f"document:{made['id']}"}


async def test_a_subject_is_found_under_the_keys_of_before(service: Service, tmp_path: Path) -> None:
    gate, auditor = await service.as_(Role.FIRST_LINE), await service.as_(Role.AUDITOR)
    body = {"reason": REASON, "document": {"number": "UT4471093"}}
    before = await service.screen(gate, documents=[PASSPORT])
    log = service.app.state.log
    log.ring = log.ring.rotated(datetime.now(UTC))
    after = await service.screen(gate, documents=[PASSPORT])
    pool = service.app.state.database.pool
    assert await pool.fetchval("SELECT count(DISTINCT digest) FROM audit_subjects") == 4
    found = (await post(service, "/v1/audit/search", body, auditor)).json()["items"]
    assert [item["id"] for item in found] == [after["id"], before["id"]]
    assert keyring.load(tmp_path / "subject.keys").keys == log.ring.keys[1:]


async def test_no_clear_text_of_a_traveller_is_in_any_column_but_the_payload(service: Service) -> None:
    gate = await service.as_(Role.FIRST_LINE) | {"Idempotency-Key": "crossing-0001"}
    await service.screen(gate, traveller=ELSA, documents=[PASSPORT | {"number": "QQ7712345"}])
    pool = service.app.state.database.pool
    tables = await pool.fetch(
        "SELECT quote_ident(table_schema) || '.' || quote_ident(table_name) AS name FROM information_schema.tables "
        "WHERE table_schema IN ('public', 'audit_months') AND table_type = 'BASE TABLE'"
    )
    holding = set()
    for table in tables:
        for row in await pool.fetch(f"SELECT * FROM {table['name']}"):
            for column, value in row.items():
                text = value.decode("utf8", "replace") if isinstance(value, bytes) else str(value)
                if any(secret in text.upper() for secret in ("QQ7712345", "LINDQVIST", "1991-06-02")):
                    holding.add((table["name"].split(".")[1].rsplit("_20")[0], column))
    assert holding == {("audit_payloads", "payload")}


async def test_pages_stay_where_they_are_while_entries_come_in(service: Service) -> None:
    gate, auditor = await service.as_(Role.FIRST_LINE), await service.as_(Role.AUDITOR)
    ids = [(await service.screen(gate, traveller=ELSA))["id"] for _ in range(6)]
    seen: list[str] = []
    after: dict[str, str] = {}
    while True:
        asked = {"kind": "screening", "limit": "2"} | after
        page = (await service.client.get("/v1/audit/entries", params=asked, headers=auditor)).json()
        seen += [item["id"] for item in page["items"]]
        await service.screen(gate, traveller=ELSA)
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    assert seen == ids[::-1]


async def test_every_way_of_reading_the_log_leaves_an_entry(service: Service) -> None:
    auditor = await service.as_(Role.AUDITOR)
    body = {"reason": REASON, "document": {"number": "X1"}}
    for path in ("entries", "entries.ndjson", "entries.csv", "statistics?by=post"):
        assert (await service.client.get(f"/v1/audit/{path}", headers=auditor)).status_code == 200
    for path in ("search", "subject-access"):
        await post(service, f"/v1/audit/{path}", body, auditor)
    rows = await service.app.state.database.pool.fetch("SELECT subject FROM audit_entries WHERE kind = 'request'")
    names = [f"GET /v1/audit/{path}" for path in ("entries", "entries.ndjson", "entries.csv", "statistics")]
    names += [f"POST /v1/audit/{path}" for path in ("search", "subject-access")]
    assert sorted(row["subject"] for row in rows) == sorted(names)


@pytest.mark.parametrize("path", ["entries", "statistics"])
@pytest.mark.parametrize("asked", [{"since": "0001-01-01T00:00:00Z"}, {"until": "9999-12-31T23:59:59Z"}])
async def test_the_ends_of_time_may_be_asked_for(service: Service, path: str, asked: dict[str, str]) -> None:
    asked = asked | ({"by": "post"} if path == "statistics" else {})
    for wanted in (asked, asked | {"until": "0001-01-01T00:00:01Z"}):
        answer = await service.client.get(f"/v1/audit/{path}", params=wanted, headers=await service.as_(Role.AUDITOR))
        assert answer.status_code == 200, answer.text


async def test_streams_give_the_same_entries_and_say_how_many(service: Service) -> None:
    gate, auditor = await service.as_(Role.FIRST_LINE), await service.as_(Role.AUDITOR)
    ids = [(await service.screen(gate, traveller=ELSA, officer={"reference": "=1+1"}))["id"] for _ in range(3)]
    asked = {"kind": "screening"}
    lines = await service.client.get("/v1/audit/entries.ndjson", params=asked, headers=auditor)
    *entries, end = map(json.loads, lines.text.splitlines())
    assert ([entry["id"] for entry in entries], end) == (ids[::-1], {"end": {"entries": 3}})
    table = await service.client.get("/v1/audit/entries.csv", params=asked, headers=auditor)
    rows = list(csv.DictReader(io.StringIO(table.text)))
    assert [(row["id"], row["officer"]) for row in rows] == [(each, "'=1+1") for each in ids[::-1]]
    assert (lines.headers["X-Entries"], table.headers["X-Entries"]) == ("3", "3")


async def test_statistics_count_what_was_screened(service: Service) -> None:
    await post(service, "/v1/documents", STOLEN, await service.as_(Role.BUREAU))
    gate, auditor = await service.as_(Role.FIRST_LINE), await service.as_(Role.AUDITOR)
    for submission in ({"documents": [PASSPORT]}, {"traveller": ELSA}, {"traveller": ELSA}):
        await service.screen(gate, **submission)
    await service.screen(await service.as_(Role.FIRST_LINE, SWEDEN), traveller=ELSA)

    async def counted(*by: str) -> list[dict[str, Any]]:
        answer = await service.client.get("/v1/audit/statistics", params={"by": by}, headers=auditor)
        items: list[dict[str, Any]] = answer.json()["items"]
        return [{name: value for name, value in item.items() if value is not None} for item in items]

    assert await counted("decision") == [{"decision": "hit", "entries": 1}, {"decision": "no_hit", "entries": 2}]
    assert await counted("source") == [{"source": "sltd", "entries": 1}]
    [by_post] = await counted("post")
    assert by_post["entries"] == 3
    assert sum(item["entries"] for item in await counted("hour", "post", "decision")) == 3


@pytest.fixture
async def many(database_url: str, tmp_path: Path) -> AsyncIterator[Any]:
    """A log of fifty thousand entries."""
    async with place(database_url, tmp_path) as log:
        await log.write(1)
        await log.opened.pool.execute(
            "INSERT INTO audit_entries "
            "SELECT (left(id::text, 24) || lpad(to_hex(n), 12, '0'))::uuid, at, kind, subject, organisation_id, "
            "post_id, client_id, decision, envelope, leaf_hash, signature, key_id "
            "FROM audit_entries, generate_series(1, 49999) AS n",
            timeout=60,
        )
        yield log.opened


async def test_a_stream_of_fifty_thousand_entries_takes_the_memory_of_a_page(many: Any) -> None:
    tracemalloc.start()
    lines = 0
    async for piece in search.as_ndjson(many, "log", Filter(Reader(None))):
        lines += piece.count("\n")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert lines == 50_001
    assert peak < 16_000_000  # the stream itself is some 55 MB


async def test_a_stream_that_is_given_up_holds_no_connection(many: Any) -> None:
    pieces = search.as_csv(many, Filter(Reader(None)))
    await anext(pieces)
    await anext(pieces)
    await pieces.aclose()  # type: ignore[attr-defined]
    async with asyncio.timeout(10), many.sessions() as session:
        assert await search_queries.count_entries(session, Filter(Reader(None))) == 50_000
