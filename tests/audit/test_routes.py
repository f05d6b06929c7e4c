"""Reading the log over HTTP: by time, post and decision, within the organisations that one audits."""

from typing import Any

import pytest

from screening.access.permissions import Role
from screening.audit import entries
from screening.audit.canonical import canonical
from tests.services import SECRETARIAT, SWEDEN, Service

INNOCENT = {"surname": "Lindqvist", "given_names": "Elsa", "date_of_birth": "1991-06-02", "nationality": "SWE"}


async def listed(service: Service, auditor: dict[str, str], **filters: Any) -> list[dict[str, Any]]:
    answer = await service.client.get("/v1/audit/entries", params=filters, headers=auditor)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_entries_are_found_by_kind_decision_post_and_time(service: Service) -> None:
    gate, other = await service.as_(Role.FIRST_LINE), await service.as_(Role.FIRST_LINE, SWEDEN)
    auditor = await service.as_(Role.AUDITOR, SECRETARIAT)
    first = await service.screen(gate, traveller=INNOCENT)
    second = await service.screen(gate, documents=[{"mrz": "?"}])
    third = await service.screen(other, traveller=INNOCENT)
    ids = [answer["id"] for answer in (first, second, third)]
    post = await service.app.state.database.pool.fetchval("SELECT id FROM posts WHERE code = $1", SWEDEN.post)

    async def found(**filters: Any) -> list[str]:
        return [entry["id"] for entry in await listed(service, auditor, kind="screening", **filters)]

    assert await found() == list(reversed(ids))
    assert await found(decision="incomplete") == [ids[1]]
    assert await found(post=str(post)) == [ids[2]]
    assert await found(since=second["screened_at"], until=third["receipt"]["at"]) == [ids[1]]


async def test_an_auditor_of_a_bureau_sees_the_entries_of_that_bureau_only(service: Service) -> None:
    own = await service.screen(await service.as_(Role.FIRST_LINE), traveller=INNOCENT)
    other = await service.screen(await service.as_(Role.FIRST_LINE, SWEDEN), traveller=INNOCENT)
    auditor = await service.as_(Role.AUDITOR)
    assert [entry["id"] for entry in await listed(service, auditor, kind="screening")] == [own["id"]]
    unseen = await service.client.get(f"/v1/audit/entries/{other['id']}", headers=auditor)
    assert unseen.status_code == 404


async def test_reading_the_log_is_itself_logged_with_what_was_read(service: Service) -> None:
    answer = await service.screen(await service.as_(Role.FIRST_LINE), traveller=INNOCENT)
    auditor = await service.as_(Role.AUDITOR)
    await service.client.get(f"/v1/audit/entries/{answer['id']}", headers=auditor)
    subjects = [entry["subject"] for entry in await listed(service, auditor, kind="request")]
    assert f"entry:{answer['id']}" in subjects
    subjects = [entry["subject"] for entry in await listed(service, auditor, kind="request")]
    assert subjects[0] == "GET /v1/audit/entries"


async def test_pages_follow_each_other_without_gap_or_overlap(service: Service) -> None:
    gate = await service.as_(Role.FIRST_LINE)
    ids = [(await service.screen(gate, traveller=INNOCENT))["id"] for _ in range(5)]
    auditor = await service.as_(Role.AUDITOR)
    seen: list[str] = []
    page: dict[str, Any] = {"next": None}
    while not seen or page["next"]:
        asked = {"kind": "screening", "limit": "2"} | ({"after": page["next"]} if page["next"] else {})
        page = (await service.client.get("/v1/audit/entries", params=asked, headers=auditor)).json()
        seen += [entry["id"] for entry in page["items"]]
    assert seen == list(reversed(ids))


@pytest.mark.parametrize("after", ["nonsense", "2026-11-23T19:00:00Z_nonsense", "_"])
async def test_a_cursor_that_is_none_is_refused(service: Service, after: str) -> None:
    auditor = await service.as_(Role.AUDITOR)
    answer = await service.client.get("/v1/audit/entries", params={"after": after}, headers=auditor)
    assert answer.status_code == 422


async def test_an_envelope_hashes_to_its_leaf_as_it_is_shown(service: Service) -> None:
    await service.screen(await service.as_(Role.FIRST_LINE), traveller=INNOCENT)
    for entry in await listed(service, await service.as_(Role.AUDITOR)):
        assert entries.leaf_hash(canonical(entry["envelope"])).hex() == entry["leaf_hash"]
        assert service.app.state.log.signer.public.key_id == entry["receipt"]["key_id"]
