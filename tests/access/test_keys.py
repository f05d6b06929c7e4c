"""Keys over HTTP: made, shown once, refused, revoked within a second."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from screening.access import secrets
from screening.access.permissions import Role
from tests.services import SECRETARIAT, SWEDEN, UTOPIA, Service, running


async def refusals(service: Service) -> list[str]:
    rows = await service.app.state.database.pool.fetch(
        "SELECT convert_from(envelope, 'UTF8')::json -> 'outcome' ->> 'reason' AS reason FROM audit_entries "
        "WHERE kind = 'refusal' ORDER BY at"
    )
    return [row["reason"] for row in rows]


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        (None, "no_key"),
        ("Basic c2NyOnNjcg==", "no_key"),
        ("Bearer scr_short", "malformed_key"),
        (f"Bearer {secrets.mint().text}", "unknown_key"),
    ],
    ids=["none", "basic", "short", "unknown"],
)
async def test_a_request_without_a_good_key_is_refused_and_logged(
    service: Service, header: str | None, reason: str
) -> None:
    headers = {"Authorization": header} if header else {}
    answer = await service.client.get("/v1/policy", headers=headers)
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert answer.headers["content-type"] == "application/problem+json"
    assert await refusals(service) == [reason]


async def test_a_key_of_the_wrong_role_is_refused_and_logged(service: Service) -> None:
    answer = await service.client.get("/v1/keys", headers=await service.as_(Role.FIRST_LINE))
    assert answer.status_code == 403
    assert "access:read" in answer.json()["detail"]
    assert await refusals(service) == ["role:access:read"]


async def test_a_key_is_shown_once_and_stored_hashed(service: Service) -> None:
    bureau = await service.as_(Role.BUREAU)
    made = (await service.client.post("/v1/keys", json={"name": "desk", "role": "second_line"}, headers=bureau)).json()
    assert secrets.well_formed(made["secret"])
    listed = await service.client.get("/v1/keys", headers=bureau)
    assert made["secret"] not in listed.text
    stored = await service.app.state.database.pool.fetch("SELECT * FROM keys")
    assert made["secret"] not in str([dict(row) for row in stored])


async def test_a_revoked_key_is_refused_within_a_second(service: Service) -> None:
    bureau = await service.as_(Role.BUREAU)
    made = (await service.client.post("/v1/keys", json={"name": "desk", "role": "second_line"}, headers=bureau)).json()
    desk = {"Authorization": f"Bearer {made['secret']}"}
    assert (await service.client.get("/v1/policy", headers=desk)).status_code == 200
    await service.client.post(f"/v1/keys/{made['id']}/revocation", headers=bureau)
    revoked_at = time.monotonic()
    while (await service.client.get("/v1/policy", headers=desk)).status_code == 200:
        assert time.monotonic() - revoked_at < 1
        await asyncio.sleep(0.02)


async def test_an_expired_key_is_refused_although_nothing_ran(database_url: str, tmp_path: Path) -> None:
    instant = datetime(2026, 11, 23, 12, tzinfo=UTC)
    clock = [instant]
    async with running(database_url, tmp_path, now=lambda: clock[0]) as service:
        bureau = await service.as_(Role.BUREAU)
        wanted = {"name": "desk", "role": "second_line", "expires_at": (instant + timedelta(hours=1)).isoformat()}
        made = (await service.client.post("/v1/keys", json=wanted, headers=bureau)).json()
        desk = {"Authorization": f"Bearer {made['secret']}"}
        assert (await service.client.get("/v1/policy", headers=desk)).status_code == 200
        clock[0] = instant + timedelta(hours=1)
        assert (await service.client.get("/v1/policy", headers=desk)).status_code == 401


async def test_a_bureau_makes_keys_for_its_own_organisation_only(service: Service) -> None:
    sweden, bureau = await service.as_(Role.BUREAU, SWEDEN), await service.as_(Role.BUREAU)
    other = (await service.client.get("/v1/organisations", headers=sweden)).json()["items"][0]["id"]
    wanted = {"name": "desk", "role": "second_line", "organisation_id": other}
    assert (await service.client.post("/v1/keys", json=wanted, headers=bureau)).status_code == 404


async def test_a_bureau_makes_no_administrator(service: Service) -> None:
    wanted = {"name": "desk", "role": "administrator"}
    answer = await service.client.post("/v1/keys", json=wanted, headers=await service.as_(Role.BUREAU))
    assert answer.status_code == 403


async def test_a_first_line_key_needs_a_post(service: Service) -> None:
    wanted = {"name": "gate", "role": "first_line"}
    answer = await service.client.post("/v1/keys", json=wanted, headers=await service.as_(Role.BUREAU))
    assert (answer.status_code, answer.json()["errors"][0]["where"]) == (422, "body.post_id")


async def test_a_key_does_not_stand_at_the_post_of_another_organisation(service: Service) -> None:
    await service.as_(Role.FIRST_LINE, SWEDEN)
    post = await service.app.state.database.pool.fetchval("SELECT id FROM posts WHERE code = $1", SWEDEN.post)
    wanted = {"name": "gate", "role": "first_line", "post_id": str(post)}
    answer = await service.client.post("/v1/keys", json=wanted, headers=await service.as_(Role.BUREAU))
    assert answer.status_code == 404


async def test_an_administrator_sees_all_organisations_and_a_bureau_its_own(service: Service) -> None:
    bureau = await service.as_(Role.BUREAU)
    administrator = await service.as_(Role.ADMINISTRATOR, SECRETARIAT)
    own = (await service.client.get("/v1/organisations", headers=bureau)).json()["items"]
    all_of_them = (await service.client.get("/v1/organisations", headers=administrator)).json()["items"]
    assert [item["name"] for item in own] == [UTOPIA.organisation]
    assert [item["name"] for item in all_of_them] == [UTOPIA.organisation, SECRETARIAT.organisation]


async def test_a_bureau_without_a_state_cannot_be_made(service: Service) -> None:
    wanted = {"name": "Bureau of nowhere", "kind": "bureau"}
    administrator = await service.as_(Role.ADMINISTRATOR, SECRETARIAT)
    answer = await service.client.post("/v1/organisations", json=wanted, headers=administrator)
    assert (answer.status_code, answer.json()["errors"][0]["where"]) == (422, "body.country")


async def test_names_and_codes_are_taken_once(service: Service) -> None:
    administrator, bureau = await service.as_(Role.ADMINISTRATOR, SECRETARIAT), await service.as_(Role.BUREAU)
    organisation = {"name": UTOPIA.organisation, "kind": "partner"}
    post = {"code": "UTO-SEA-9", "name": "Pier 9", "country": "UTO", "mode": "sea"}
    taken = await service.client.post("/v1/organisations", json=organisation, headers=administrator)
    first = await service.client.post("/v1/posts", json=post, headers=bureau)
    again = await service.client.post("/v1/posts", json=post, headers=bureau)
    assert (taken.status_code, first.status_code, again.status_code) == (409, 201, 409)


async def test_lists_come_in_pages(service: Service) -> None:
    bureau = await service.as_(Role.BUREAU)
    for number in range(4):
        await service.client.post("/v1/keys", json={"name": f"desk {number}", "role": "data_owner"}, headers=bureau)
    seen: list[str] = []
    after: dict[str, str] = {}
    while True:
        page = (await service.client.get("/v1/keys", params={"limit": "2"} | after, headers=bureau)).json()
        seen += [item["name"] for item in page["items"]]
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    assert seen == ["test bureau", "desk 0", "desk 1", "desk 2", "desk 3"]


async def test_a_key_that_expires_makes_none_that_outlives_it(service: Service) -> None:
    soon = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    wanted = {"name": "records", "role": "bureau", "expires_at": soon}
    made = (await service.client.post("/v1/keys", json=wanted, headers=await service.as_(Role.BUREAU))).json()
    expiring = {"Authorization": f"Bearer {made['secret']}"}
    longer = await service.client.post("/v1/keys", json=wanted | {"expires_at": None}, headers=expiring)
    assert (longer.status_code, longer.json()["errors"][0]["where"]) == (422, "body.expires_at")
    assert (await service.client.post("/v1/keys", json=wanted, headers=expiring)).status_code == 201
