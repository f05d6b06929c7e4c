"""Every role by every route, as a table that somebody decided: a route that is not in it fails."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi.routing import APIRoute, iter_route_contexts

from screening.access.permissions import Role
from screening.app.build import create_app
from screening.settings import Settings
from tests.services import SECRETARIAT, UTOPIA, Service

F, S, D, B = Role.FIRST_LINE, Role.SECOND_LINE, Role.DATA_OWNER, Role.BUREAU
C, A, K, X = Role.COORDINATOR, Role.AUDITOR, Role.CARRIER, Role.ADMINISTRATOR

EVERYBODY = set(Role)
SCREENERS, OWNERS = {F, S, B}, {D, B}
SENDERS, ALERTED = {F, S, B, K}, {S, D, B, C, X}
SEEING_ACCESS = {B, X}
SEEING_OPERATIONS, RUNNING = {F, S, B, C, X}, {B, C}

MATRIX: dict[tuple[str, str], set[Role]] = {
    ("POST", "/v1/screenings"): SCREENERS,
    ("GET", "/v1/screenings/{screening_id}"): SCREENERS,
    ("POST", "/v1/boarding-checks"): {B, K},
    ("GET", "/v1/policy"): EVERYBODY,
    ("GET", "/v1/sources"): EVERYBODY,
    ("GET", "/v1/hits"): {S, B, C},
    ("GET", "/v1/hits/{hit_id}"): {S, B, C},
    ("POST", "/v1/manifests"): SENDERS,
    ("GET", "/v1/manifests/{manifest_id}"): SENDERS,
    ("POST", "/v1/hits/{hit_id}/events"): {S, B},
    ("GET", "/v1/alerts"): ALERTED,
    ("GET", "/v1/alerts/stream"): ALERTED,
    ("POST", "/v1/webhooks"): {B, C, X},
    ("GET", "/v1/webhooks"): {B, C, X},
    ("GET", "/v1/webhooks/{webhook_id}"): {B, C, X},
    ("DELETE", "/v1/webhooks/{webhook_id}"): {B, C, X},
    ("POST", "/v1/webhooks/{webhook_id}/secret"): {B, C, X},
    ("POST", "/v1/webhooks/{webhook_id}/test"): {B, C, X},
    ("GET", "/v1/webhooks/{webhook_id}/deliveries"): {B, C, X},
    ("POST", "/v1/webhooks/{webhook_id}/replay"): {B, C, X},
    ("POST", "/v1/webhooks/{webhook_id}/deliveries/{alert_id}/replay"): {B, C, X},
    ("POST", "/v1/vehicles"): OWNERS,
    ("GET", "/v1/vehicles"): OWNERS,
    ("GET", "/v1/vehicles/{record_id}"): OWNERS,
    ("PATCH", "/v1/vehicles/{record_id}"): OWNERS,
    ("POST", "/v1/vehicles/{record_id}/withdrawal"): OWNERS,
    ("POST", "/v1/vessels"): OWNERS,
    ("GET", "/v1/vessels"): OWNERS,
    ("GET", "/v1/vessels/{record_id}"): OWNERS,
    ("PATCH", "/v1/vessels/{record_id}"): OWNERS,
    ("POST", "/v1/vessels/{record_id}/withdrawal"): OWNERS,
    ("POST", "/v1/firearms"): OWNERS,
    ("GET", "/v1/firearms"): OWNERS,
    ("GET", "/v1/firearms/{record_id}"): OWNERS,
    ("PATCH", "/v1/firearms/{record_id}"): OWNERS,
    ("POST", "/v1/firearms/{record_id}/withdrawal"): OWNERS,
    ("POST", "/v1/containers"): OWNERS,
    ("GET", "/v1/containers"): OWNERS,
    ("GET", "/v1/containers/{record_id}"): OWNERS,
    ("PATCH", "/v1/containers/{record_id}"): OWNERS,
    ("POST", "/v1/containers/{record_id}/withdrawal"): OWNERS,
    ("POST", "/v1/aircraft"): OWNERS,
    ("GET", "/v1/aircraft"): OWNERS,
    ("GET", "/v1/aircraft/{record_id}"): OWNERS,
    ("PATCH", "/v1/aircraft/{record_id}"): OWNERS,
    ("POST", "/v1/aircraft/{record_id}/withdrawal"): OWNERS,
    ("GET", "/v1/keys/{key_id}/audited-organisations"): {X},
    ("PUT", "/v1/keys/{key_id}/audited-organisations"): {X},
    ("GET", "/v1/audit/entries.ndjson"): {A},
    ("GET", "/v1/audit/entries.csv"): {A},
    ("GET", "/v1/audit/statistics"): {A},
    ("GET", "/v1/audit/misuse"): {A},
    ("POST", "/v1/audit/search"): {A},
    ("POST", "/v1/audit/subject-access"): {B, A},
    ("POST", "/v1/audit/holds"): {B, A},
    ("GET", "/v1/audit/holds"): {B, A},
    ("POST", "/v1/audit/holds/{hold_id}/lift"): {B, A},
    ("POST", "/v1/documents"): OWNERS,
    ("GET", "/v1/documents"): OWNERS,
    ("GET", "/v1/documents/{document_id}"): OWNERS,
    ("PATCH", "/v1/documents/{document_id}"): OWNERS,
    ("POST", "/v1/documents/{document_id}/withdrawal"): OWNERS,
    ("POST", "/v1/notices"): OWNERS,
    ("GET", "/v1/notices"): OWNERS,
    ("GET", "/v1/notices/{notice_id}"): OWNERS,
    ("PATCH", "/v1/notices/{notice_id}"): OWNERS,
    ("POST", "/v1/notices/{notice_id}/withdrawal"): OWNERS,
    ("POST", "/v1/imports"): OWNERS,
    ("GET", "/v1/imports"): OWNERS,
    ("GET", "/v1/imports/{import_id}"): OWNERS,
    ("GET", "/v1/organisations"): SEEING_ACCESS,
    ("POST", "/v1/organisations"): {X},
    ("GET", "/v1/posts"): SEEING_ACCESS,
    ("POST", "/v1/posts"): SEEING_ACCESS,
    ("GET", "/v1/keys"): SEEING_ACCESS,
    ("POST", "/v1/keys"): SEEING_ACCESS,
    ("POST", "/v1/keys/{key_id}/revocation"): SEEING_ACCESS,
    ("GET", "/v1/grants"): SEEING_ACCESS,
    ("GET", "/v1/grants/{grant_id}"): SEEING_ACCESS,
    ("POST", "/v1/grants"): {B},
    ("POST", "/v1/grants/{grant_id}/approval"): {B},
    ("POST", "/v1/grants/{grant_id}/extension"): {B},
    ("POST", "/v1/grants/{grant_id}/revocation"): {B},
    ("GET", "/v1/operations"): SEEING_OPERATIONS,
    ("GET", "/v1/operations/{operation_id}"): SEEING_OPERATIONS,
    ("POST", "/v1/operations"): RUNNING,
    ("PATCH", "/v1/operations/{operation_id}"): RUNNING,
    ("POST", "/v1/operations/{operation_id}/opening"): RUNNING,
    ("POST", "/v1/operations/{operation_id}/extension"): RUNNING,
    ("POST", "/v1/operations/{operation_id}/crisis"): RUNNING,
    ("POST", "/v1/operations/{operation_id}/closing"): RUNNING,
    ("GET", "/v1/operations/{operation_id}/report"): {B, C, A},
    ("POST", "/v1/operations/{operation_id}/accreditations"): {B},
    ("GET", "/v1/operations/{operation_id}/accreditations"): {B},
    ("POST", "/v1/operations/{operation_id}/accreditation-lists"): {B},
    ("GET", "/v1/operations/{operation_id}/accreditation-lists/{list_id}"): {B},
    ("GET", "/v1/audit/entries"): {A},
    ("GET", "/v1/audit/entries/{entry_id}"): {A},
    ("GET", "/v1/audit/entries/{entry_id}/proof"): {A},
    ("GET", "/v1/audit/export"): {A},
    ("GET", "/v1/audit/tile/entries/{place:path}"): {A},
}

PUBLIC = {
    ("GET", "/docs"),
    ("GET", "/redoc"),
    ("GET", "/health/live"),
    ("GET", "/health/ready"),
    ("GET", "/metrics"),
    ("GET", "/problems/{slug}"),
    ("GET", "/v1/audit/key"),
    ("GET", "/v1/audit/keys"),
    ("GET", "/v1/audit/checkpoint"),
    ("GET", "/v1/audit/consistency"),
    ("GET", "/v1/audit/proof"),
    ("GET", "/v1/audit/tile/{level}/{place:path}"),
}

SOME_ID = "0199d2c4-5a70-7cc1-a1de-3a7f4f8d2f11"


def routes() -> Iterator[tuple[str, str]]:
    app = create_app(Settings(data_dir=Path("unused")))
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if isinstance(route, APIRoute):
            yield from ((method, route.path) for method in route.methods or ())


def test_every_route_stands_in_the_table() -> None:
    assert sorted(routes()) == sorted([*MATRIX, *PUBLIC])


async def send(client: httpx.AsyncClient, method: str, path: str, headers: dict[str, str]) -> httpx.Response:
    """Send a request that says nothing: whoever may not make it is refused before it is looked at."""
    template = path.replace(":path", "")
    names = [part[1:-1] for part in template.split("/") if part.startswith("{")]
    async with client.stream(method, template.format(**dict.fromkeys(names, SOME_ID)), headers=headers) as answer:
        if answer.is_error:  # What is no refusal may have no end, such as the stream of alerts.
            await answer.aread()
        return answer


@pytest.mark.parametrize("role", Role)
async def test_a_role_reaches_the_routes_of_the_table_and_no_others(service: Service, role: Role) -> None:
    headers = await service.as_(role, UTOPIA if role is not Role.ADMINISTRATOR else SECRETARIAT)
    reached = set()
    for method, path in MATRIX:
        answer = await send(service.client, method, path, headers)
        refused = answer.status_code == httpx.codes.FORBIDDEN and "may not do" in answer.json()["detail"]
        assert answer.status_code != httpx.codes.UNAUTHORIZED
        if not refused:
            reached.add((method, path))
    assert reached == {route for route, roles in MATRIX.items() if role in roles}


async def test_nobody_reaches_anything_without_a_key(service: Service) -> None:
    statuses = {(await send(service.client, method, path, {})).status_code for method, path in MATRIX}
    assert statuses == {httpx.codes.UNAUTHORIZED}
