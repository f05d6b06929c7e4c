"""Webhooks over HTTP: made, tested, rotated, delivered to, replayed; by those who may, for their own organisation."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from screening.access.permissions import Role
from tests.alerts.receiving import LOOPBACK, Receiver
from tests.services import SWEDEN, Service, running

STOLEN = {"number": "UT4471093", "type": "PAS", "issuing_state": "UTO", "reason": "stolen", "theft_country": "UTO"}
PRESENTED = {"number": "UT4471093", "type": "P", "issuing_state": "UTO"}


@pytest.fixture
async def open_service(database_url: str, tmp_path: Path) -> AsyncIterator[Service]:
    """A service that may send webhooks to this machine."""
    async with running(database_url, tmp_path, webhook_networks=LOOPBACK) as started:
        yield started


async def made(service: Service, headers: dict[str, str], url: str, **wanted: Any) -> dict[str, Any]:
    answer = await service.client.post("/v1/webhooks", json={"url": url} | wanted, headers=headers)
    assert answer.status_code == 201, answer.text
    webhook: dict[str, Any] = answer.json()
    return webhook


async def settled(service: Service, headers: dict[str, str], webhook_id: str, status: str) -> list[dict[str, Any]]:
    """Wait until a webhook's newest delivery stands so."""
    async with asyncio.timeout(20):
        while True:
            answer = await service.client.get(f"/v1/webhooks/{webhook_id}/deliveries", headers=headers)
            items: list[dict[str, Any]] = answer.json()["items"]
            if items and items[0]["status"] == status:
                return items
            await asyncio.sleep(0.01)


async def test_a_hit_is_told_to_the_finder_and_to_the_owner_by_signed_webhooks(
    open_service: Service, receiver: Receiver
) -> None:
    owner, finder = await open_service.as_(Role.BUREAU), await open_service.as_(Role.BUREAU, SWEDEN)
    secrets = {(await made(open_service, headers, receiver.url))["secret"] for headers in (owner, finder)}
    assert (await open_service.client.post("/v1/documents", json=STOLEN, headers=owner)).status_code == 201
    answer = await open_service.screen(await open_service.as_(Role.FIRST_LINE, SWEDEN), documents=[PRESENTED])
    first, second = await receiver.wait(2)
    assert first.id == second.id == answer["hits"][0]["id"]
    assert first.body == second.body
    told = json.loads(first.body)
    assert (told["type"], told["version"], told["data"]["label"]) == ("hit.opened", 1, "stolen")
    for secret in secrets:
        assert any(_verifies(received, secret) for received in (first, second))
    assert "UT4471093" not in first.body.decode()


def _verifies(received: Any, secret: str) -> bool:
    try:
        received.verified(secret)
    except Exception:  # noqa: BLE001 - whatever the library says, it is not signed with this one
        return False
    return True


async def test_a_test_goes_to_its_webhook_alone_and_is_listed_as_delivered(
    open_service: Service, receiver: Receiver
) -> None:
    bureau = await open_service.as_(Role.BUREAU)
    webhook, other = [await made(open_service, bureau, receiver.url, types=["hit.opened"]) for _ in range(2)]
    answer = await open_service.client.post(f"/v1/webhooks/{webhook['id']}/test", headers=bureau)
    assert answer.status_code == 202
    [delivery] = await settled(open_service, bureau, webhook["id"], "delivered")
    assert (delivery["alert_id"], delivery["attempts"], delivery["last_status"]) == (answer.json()["alert_id"], 1, 204)
    [received] = receiver.received
    told = received.verified(webhook["secret"])
    assert told == json.loads(received.body)
    deliveries = await open_service.client.get(f"/v1/webhooks/{other['id']}/deliveries", headers=bureau)
    assert deliveries.json() == {"items": [], "next": None}


async def test_after_a_rotation_both_secrets_verify(open_service: Service, receiver: Receiver) -> None:
    bureau = await open_service.as_(Role.BUREAU)
    webhook = await made(open_service, bureau, receiver.url)
    rotated = (await open_service.client.post(f"/v1/webhooks/{webhook['id']}/secret", headers=bureau)).json()
    assert rotated["secret"] != webhook["secret"]
    await open_service.client.post(f"/v1/webhooks/{webhook['id']}/test", headers=bureau)
    [received] = await receiver.wait(1)
    assert received.verified(webhook["secret"]) == received.verified(rotated["secret"])


async def test_a_dead_letter_is_listed_and_replayed(open_service: Service, receiver: Receiver) -> None:
    bureau = await open_service.as_(Role.BUREAU)
    webhook = await made(open_service, bureau, receiver.url)
    receiver.answers = [410]
    await open_service.client.post(f"/v1/webhooks/{webhook['id']}/test", headers=bureau)
    [dead] = await settled(open_service, bureau, webhook["id"], "dead")
    assert (dead["attempts"], dead["last_status"], dead["last_failure"]) == (1, 410, "rejected")
    answer = await open_service.client.post(f"/v1/webhooks/{webhook['id']}/replay", headers=bureau)
    assert (answer.status_code, answer.json()) == (202, {"deliveries": 1})
    [delivered] = await settled(open_service, bureau, webhook["id"], "delivered")
    assert delivered["alert_id"] == dead["alert_id"]
    assert [received.id for received in receiver.received] == [dead["alert_id"]] * 2


async def test_what_was_delivered_can_be_replayed_and_what_is_under_way_cannot(
    open_service: Service, receiver: Receiver
) -> None:
    bureau = await open_service.as_(Role.BUREAU)
    webhook = await made(open_service, bureau, receiver.url)
    receiver.answers = [204, 500]
    await open_service.client.post(f"/v1/webhooks/{webhook['id']}/test", headers=bureau)
    [delivery] = await settled(open_service, bureau, webhook["id"], "delivered")
    path = f"/v1/webhooks/{webhook['id']}/deliveries/{delivery['alert_id']}/replay"
    again = await open_service.client.post(path, headers=bureau)
    assert (again.status_code, again.json()["status"]) == (202, "pending")
    await receiver.wait(2)
    assert (await open_service.client.post(path, headers=bureau)).status_code == 409
    unknown = f"/v1/webhooks/{webhook['id']}/deliveries/{uuid4()}/replay"
    assert (await open_service.client.post(unknown, headers=bureau)).status_code == 404


async def test_webhooks_are_listed_without_secrets_and_deleted(service: Service) -> None:
    bureau = await service.as_(Role.BUREAU)
    webhook = await made(service, bureau, "https://alerts.bureau.example/a", types=["hit.opened"], operation="SUNBIRD")
    secret = webhook.pop("secret")
    listed = await service.client.get("/v1/webhooks", headers=bureau)
    assert listed.json() == {"items": [webhook], "next": None}
    assert (await service.client.get(f"/v1/webhooks/{webhook['id']}", headers=bureau)).json() == webhook
    stored = await service.app.state.database.pool.fetchval("SELECT secret FROM webhooks")
    assert secret.encode() not in stored
    assert (await service.client.delete(f"/v1/webhooks/{webhook['id']}", headers=bureau)).status_code == 204
    assert (await service.client.get(f"/v1/webhooks/{webhook['id']}", headers=bureau)).status_code == 404


async def test_an_organisation_has_so_many_webhooks_at_most(service: Service) -> None:
    bureau = await service.as_(Role.BUREAU)
    for number in range(20):
        await made(service, bureau, f"https://alerts.bureau.example/{number}")
    answer = await service.client.post("/v1/webhooks", json={"url": "https://a.example/"}, headers=bureau)
    assert answer.status_code == 409


@pytest.mark.parametrize("url", ["https://127.0.0.1/a", "https://[::1]/a", "https://10.1.2.3/a", "http://192.0.2.1/a"])
async def test_an_address_that_is_not_public_is_refused(service: Service, url: str) -> None:
    answer = await service.client.post("/v1/webhooks", json={"url": url}, headers=await service.as_(Role.BUREAU))
    assert (answer.status_code, answer.json()["errors"][0]["where"]) == (422, "body.url")


async def test_a_role_subscribes_only_to_what_it_hears_of(service: Service) -> None:
    wanted = {"url": "https://alerts.bureau.example/", "types": ["hit.opened"]}
    answer = await service.client.post("/v1/webhooks", json=wanted, headers=await service.as_(Role.ADMINISTRATOR))
    assert (answer.status_code, answer.json()["errors"][0]["where"]) == (422, "body.types")


ROUTES = [
    ("GET", ""),
    ("DELETE", ""),
    ("POST", "/secret"),
    ("POST", "/test"),
    ("GET", "/deliveries"),
    ("POST", "/replay"),
    ("POST", f"/deliveries/{uuid4()}/replay"),
]


async def test_another_role_of_the_organisation_sees_no_webhook_of_the_bureau_and_the_bureau_sees_all(
    service: Service,
) -> None:
    bureau, coordinator = await service.as_(Role.BUREAU), await service.as_(Role.COORDINATOR)
    ours, theirs = [await made(service, each, "https://alerts.bureau.example/") for each in (bureau, coordinator)]
    for method, path in ROUTES:
        answer = await service.client.request(method, f"/v1/webhooks/{ours['id']}{path}", headers=coordinator)
        assert answer.status_code == 404, (method, path)
    seen = [
        [webhook["id"] for webhook in (await service.client.get("/v1/webhooks", headers=each)).json()["items"]]
        for each in (bureau, coordinator)
    ]
    assert seen == [[ours["id"], theirs["id"]], [theirs["id"]]]


async def test_deliveries_come_in_pages_newest_first(open_service: Service, receiver: Receiver) -> None:
    bureau = await open_service.as_(Role.BUREAU)
    webhook = await made(open_service, bureau, receiver.url)
    path = f"/v1/webhooks/{webhook['id']}"
    ids = []
    for count in (1, 2, 3):
        ids.append((await open_service.client.post(f"{path}/test", headers=bureau)).json()["alert_id"])
        await receiver.wait(count)
    pages = []
    for after in (None, ids[1]):
        params = {"limit": "2"} | ({"after": after} if after else {})
        pages.append((await open_service.client.get(f"{path}/deliveries", params=params, headers=bureau)).json())
    assert [[item["alert_id"] for item in page["items"]] for page in pages] == [[ids[2], ids[1]], [ids[0]]]
    assert [page["next"] for page in pages] == [ids[1], None]


async def test_another_organisations_webhook_is_not_there(service: Service) -> None:
    webhook = await made(service, await service.as_(Role.BUREAU), "https://alerts.bureau.example/")
    stranger = await service.as_(Role.BUREAU, SWEDEN)
    for method, path in ROUTES:
        answer = await service.client.request(method, f"/v1/webhooks/{webhook['id']}{path}", headers=stranger)
        assert answer.status_code == 404, (method, path)
    assert (await service.client.get("/v1/webhooks", headers=stranger)).json()["items"] == []


@pytest.mark.parametrize("role", [Role.FIRST_LINE, Role.SECOND_LINE, Role.DATA_OWNER, Role.AUDITOR, Role.CARRIER])
async def test_other_roles_have_no_webhooks(service: Service, role: Role) -> None:
    headers = await service.as_(role)
    assert (await service.client.get("/v1/webhooks", headers=headers)).status_code == 403
    for method, path in ROUTES:
        answer = await service.client.request(method, f"/v1/webhooks/{uuid4()}{path}", headers=headers)
        assert answer.status_code == 403, (method, path)
