"""What happens around each request."""

from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from screening.access.permissions import Role
from tests.services import Service

TOO_LARGE = 1 << 20


async def pieces() -> AsyncIterator[bytes]:
    yield b'{"traveller": {"surname": "'
    for _ in range(20):
        yield b"A" * (TOO_LARGE // 16)


@pytest.mark.parametrize("streamed", [True, False])
async def test_a_body_that_is_too_large_is_refused_before_it_is_held(service: Service, *, streamed: bool) -> None:
    gate = await service.as_(Role.FIRST_LINE) | {"Content-Type": "application/json"}
    content = pieces() if streamed else b"[" + b"1," * TOO_LARGE
    answer = await service.client.post("/v1/screenings", content=content, headers=gate)
    assert (answer.status_code, answer.json()["type"]) == (413, "/problems/too-large")


async def test_a_request_keeps_the_id_that_its_caller_gave_it(service: Service) -> None:
    answer = await service.client.get("/health/live", headers={"X-Request-Id": "gate-4.0001"})
    assert answer.headers["X-Request-Id"] == "gate-4.0001"


@pytest.mark.parametrize("given", [b"", b"with blanks", "ÄÖÜ".encode(), b"x" * 65])
async def test_an_id_that_is_not_fit_to_be_logged_is_replaced(service: Service, given: bytes) -> None:
    answer = await service.client.get("/health/live", headers={b"X-Request-Id": given})
    assert UUID(answer.headers["X-Request-Id"]).version == 7


async def test_two_requests_have_two_ids(service: Service) -> None:
    ids = {(await service.client.get("/health/live")).headers["X-Request-Id"] for _ in range(2)}
    assert len(ids) == 2


async def test_a_problem_quotes_the_id_of_its_request(service: Service) -> None:
    answer = await service.client.get("/v1/policy", headers={"X-Request-Id": "gate-4"})
    assert answer.json()["request_id"] == "gate-4"


async def test_figures_are_by_route_and_not_by_path(service: Service) -> None:
    gate = await service.as_(Role.FIRST_LINE)
    await service.client.get("/v1/screenings/00000000-0000-7000-8000-000000000000", headers=gate)
    await service.client.get("/nowhere/at/all")
    metrics = (await service.client.get("/metrics")).text
    counted = 'screening_requests_total{method="GET",route="/v1/screenings/{screening_id}",status="404"} 1.0'
    assert counted in metrics
    assert 'route="unmatched"' in metrics
    assert "nowhere" not in metrics


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/nowhere", 404), ("DELETE", "/v1/policy", 405)])
async def test_what_no_route_serves_is_a_problem_too(service: Service, method: str, path: str, status: int) -> None:
    answer = await service.client.request(method, path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
