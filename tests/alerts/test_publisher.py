"""One order without gaps, whatever the order of commits; alerts and their causes, together or not at all."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from screening.access.permissions import Role
from screening.alerts import queries
from screening.alerts import service as alerting
from screening.alerts.events import Listener
from screening.alerts.publisher import Publisher
from screening.audit.entries import EntryKind, Party
from screening.audit.log import AlreadyAnsweredError, Idempotency
from screening.audit.trail import Trail
from screening.cli.keys import Place
from screening.db.database import Pool, transaction
from screening.db.metadata import new_id
from tests.alerts.receiving import MovedClock, hit_alert, tell
from tests.hits.test_routes import STOLEN, screened
from tests.services import SWEDEN, UTOPIA, Service

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
OURS = UUID(int=1)
BUREAU = Listener.in_role(OURS, Role.BUREAU)


async def listed(pool: Pool) -> list[tuple[int, UUID]]:
    return [(alert.position, alert.id) for alert in await queries.list_alerts(pool, BUREAU, after=0, limit=500)]


async def test_an_alert_that_commits_late_comes_behind_what_was_published_before(pool: Pool, database_url: str) -> None:
    publisher = Publisher(pool, MovedClock())
    early, late = hit_alert(frozenset({OURS}), at=AT), hit_alert(frozenset({OURS}), at=AT + timedelta(seconds=1))
    slow = await asyncpg.connect(database_url)
    try:
        begun = slow.transaction()
        await begun.start()
        await tell(slow, early)
        await tell(pool, late)
        await publisher.publish()
        assert await listed(pool) == [(1, late.id)]
        await begun.commit()
        await publisher.publish()
    finally:
        await slow.close()
    assert await listed(pool) == [(1, late.id), (2, early.id)]


async def test_who_reads_on_behind_a_position_misses_nothing_while_many_write_and_many_publish(pool: Pool) -> None:
    alerts = [hit_alert(frozenset({OURS}), at=AT) for _ in range(300)]
    seen: list[UUID] = []

    async def publish() -> None:
        publisher = Publisher(pool, MovedClock())
        while len(seen) < len(alerts):
            await publisher.publish()
            await asyncio.sleep(0)

    async def read() -> None:
        after = 0
        while len(seen) < len(alerts):
            for alert in await queries.list_alerts(pool, BUREAU, after=after, limit=7):
                assert alert.position == after + 1
                after = alert.position
                seen.append(alert.id)

    async with asyncio.timeout(60):
        await asyncio.gather(tell(pool, *alerts[::2]), tell(pool, *alerts[1::2]), publish(), publish(), read())
    assert sorted(seen) == sorted(alert.id for alert in alerts)


async def test_an_alert_of_a_transaction_that_fails_was_never_told(service: Service) -> None:
    database = service.app.state.database
    lost, kept = hit_alert(frozenset({OURS}), at=AT), hit_alert(frozenset({OURS}), at=AT)

    async def fail() -> None:
        async with transaction(database) as session:
            await alerting.tell(session, [lost])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    async with transaction(database) as session:
        await alerting.tell(session, [kept])
    [row] = await database.pool.fetch("SELECT id, type, data FROM alerts")
    assert (row["id"], row["type"]) == (kept.id, kept.type)


async def test_an_alert_that_accompanies_an_entry_is_told_with_it_or_not_at_all(service: Service) -> None:
    party = Party(organisation_id=OURS, client_id=new_id(), role=Role.BUREAU)
    trail = Trail(service.app.state.log, service.app.state.clock, party=party)
    kept, lost = hit_alert(frozenset({OURS}), at=AT), hit_alert(frozenset({OURS}), at=AT)
    once = Idempotency("once", b"digest")
    draft = trail.draft(EntryKind.REQUEST, "test", {})
    await trail.append(draft, idempotency=once, companions=[alerting.told(kept)])
    with pytest.raises(AlreadyAnsweredError):
        await trail.append(
            trail.draft(EntryKind.REQUEST, "test", {}), idempotency=once, companions=[alerting.told(lost)]
        )
    rows = await service.app.state.database.pool.fetch("SELECT id FROM alerts")
    assert [row["id"] for row in rows] == [kept.id]


async def test_both_ways_to_tell_write_the_same(service: Service) -> None:
    database = service.app.state.database
    alert = hit_alert(frozenset({OURS}), at=AT, post_id=UUID(int=7), operation="X", exercise=True, silent=True)
    read = "SELECT * FROM alerts WHERE position IS NOT NULL OR position IS NULL"
    await tell(database.pool, alert)
    [by_companion] = await _changeable(database.pool, read)
    await database.pool.execute("DELETE FROM alerts")
    async with transaction(database) as session:
        await alerting.tell(session, [alert])
    assert await _changeable(database.pool, read) == [by_companion]


async def _changeable(pool: Pool, read: str) -> list[dict[str, Any]]:
    """Read rows without the position that the service gives them meanwhile."""
    return [{name: value for name, value in row.items() if name != "position"} for row in await pool.fetch(read)]


async def heard(service: Service, role: Role, place: Place = UTOPIA) -> list[dict[str, Any]]:
    answer = await service.client.get("/v1/alerts", headers=await service.as_(role, place))
    assert answer.status_code == 200
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def published(service: Service, count: int) -> None:
    """Wait until the service has published so many alerts."""
    pool = service.app.state.database.pool
    async with asyncio.timeout(20):
        while await pool.fetchval("SELECT count(position) FROM alerts") < count:
            await asyncio.sleep(0.01)


async def test_a_hit_is_told_to_those_who_found_it_and_to_its_owner_and_to_nobody_else(service: Service) -> None:
    hit = (await screened(service))["hits"][0]
    await published(service, 1)
    [alert] = await heard(service, Role.BUREAU, SWEDEN)
    assert (alert["id"], alert["type"]) == (hit["id"], "hit.opened")
    assert (alert["data"]["source"], alert["data"]["owner"]) == ("sltd", hit["record"]["owner"]["id"])
    assert await heard(service, Role.SECOND_LINE, SWEDEN) == [alert] == await heard(service, Role.BUREAU)
    assert await heard(service, Role.BUREAU, Place("Bureau of Norway", "NOR")) == []
    assert await heard(service, Role.DATA_OWNER) == []


PERSON = {"surname": "Testperson", "given_names": "Vera", "date_of_birth": "1980-02-29", "nationality": "UTO"}
DISCREET = {
    "kind": "notice",
    "colour": "blue",
    "reference": "2026/77",
    "discreet": True,
    "subject": {
        "names": [{"kind": "primary", "surname": "Testperson", "given_names": "Vera"}],
        "dates_of_birth": ["1980-02-29"],
        "nationalities": ["UTO"],
    },
}


async def test_a_silent_hit_is_told_to_the_bureau_of_its_owner_alone(service: Service) -> None:
    owner = await service.as_(Role.BUREAU)
    assert (await service.client.post("/v1/notices", json=DISCREET, headers=owner)).status_code == 201
    await service.current()
    answer = await service.screen(await service.as_(Role.FIRST_LINE, SWEDEN), traveller=PERSON)
    assert answer["decision"] == "no_hit"
    await published(service, 1)
    [alert] = await heard(service, Role.BUREAU)
    assert (alert["data"]["desk"], alert["data"]["label"]) == ("silent", "blue")
    for role in (Role.BUREAU, Role.SECOND_LINE, Role.COORDINATOR):
        assert await heard(service, role, SWEDEN) == []
    for role in (Role.SECOND_LINE, Role.COORDINATOR):
        assert await heard(service, role) == []


KEPT = """
INSERT INTO practice (id, at, organisation_id, owner_id, source, label, desk, status, operation, exercise)
VALUES (gen_random_uuid(), now(), $1, $2, 'sltd', 'stolen', $3, 'new', 'BALTIC-26', $4)
"""


@pytest.mark.parametrize(
    ("desk", "exercise", "heard_by"),
    [
        ("first_line", False, ["finder", "owner"]),
        ("silent", False, ["owner"]),
        ("first_line", True, ["finder"]),
        ("silent", True, []),
    ],
)
async def test_the_owner_of_a_record_hears_of_no_hit_in_an_exercise(
    pool: Pool, desk: str, exercise: bool, heard_by: list[str]
) -> None:
    """On a table like that of hits, with nothing but what alerts are made of."""
    await pool.execute("CREATE TABLE practice AS SELECT * FROM hits WHERE false")
    await pool.execute("ALTER TABLE practice ADD COLUMN IF NOT EXISTS operation text")
    await pool.execute("ALTER TABLE practice ADD COLUMN IF NOT EXISTS exercise boolean")
    await pool.execute(
        "CREATE TRIGGER tell AFTER INSERT ON practice REFERENCING NEW TABLE AS opened "
        "FOR EACH STATEMENT EXECUTE FUNCTION tell_of_hits()"
    )
    names = {UUID(int=1): "finder", UUID(int=2): "owner"}
    await pool.execute(KEPT, *names, desk, exercise)
    [alert] = await pool.fetch("SELECT recipients, operation, exercise, silent FROM alerts")
    assert [names[each] for each in alert["recipients"]] == heard_by
    assert (alert["operation"], alert["exercise"], alert["silent"]) == ("BALTIC-26", exercise, desk == "silent")


async def test_a_withdrawal_is_told_to_whoever_found_the_record_and_once(service: Service) -> None:
    hit = (await screened(service))["hits"][0]
    owner = await service.as_(Role.BUREAU)
    other = await service.client.post("/v1/documents", json=STOLEN | {"number": "UT4471094"}, headers=owner)
    for record in (hit["record"]["id"], other.json()["id"]):
        path, reason = f"/v1/documents/{record}/withdrawal", {"reason": "recovered"}
        assert (await service.client.post(path, json=reason, headers=owner)).status_code == 200
    await published(service, 3)
    told = {each["type"]: each for each in await heard(service, Role.BUREAU, SWEDEN)}
    assert told.keys() == {"hit.opened", "record.withdrawn", "hit.event"}
    withdrawn = told["record.withdrawn"]
    assert withdrawn["data"] == {"record": hit["record"]["id"], "kind": "document", "version": 2}
    publisher = Publisher(service.app.state.database.pool, MovedClock())
    assert not await publisher.publish()
    assert len(await heard(service, Role.BUREAU, SWEDEN)) == 3


async def test_the_list_comes_in_pages_oldest_first(pool: Pool, service: Service) -> None:
    organisation = await service.key(Role.BUREAU)
    [ours] = await pool.fetch("SELECT id FROM organisations")
    alerts = [hit_alert(frozenset({ours["id"]}), at=AT + timedelta(seconds=second)) for second in range(5)]
    await tell(pool, *alerts)
    await published(service, 5)
    headers = {"Authorization": f"Bearer {organisation}"}
    first = (await service.client.get("/v1/alerts", params={"limit": "3"}, headers=headers)).json()
    rest = (await service.client.get("/v1/alerts", params={"after": first["next"]}, headers=headers)).json()
    assert [item["id"] for item in [*first["items"], *rest["items"]]] == [str(alert.id) for alert in alerts]
    assert first["next"] == first["items"][-1]["cursor"]
    assert rest["next"] is None
