"""The pages for developers, and the document that they show."""

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import yaml

from screening.access.permissions import Role
from screening.app.build import create_app
from screening.settings import Settings
from tests.services import SECRETARIAT, Service

OPENAPI = Path(__file__).parents[2] / "openapi.yaml"


class Loaded(HTMLParser):
    """Collects what a page loads."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.addresses += [value for name, value in attrs if name in {"src", "href"} and value]


@pytest.mark.parametrize("page", ["/docs", "/redoc"])
async def test_a_page_loads_nothing_from_elsewhere(service: Service, page: str) -> None:
    answer = await service.client.get(page)
    loaded = Loaded()
    loaded.feed(answer.text)
    assert answer.status_code == 200
    assert loaded.addresses
    for address in loaded.addresses:
        assert address.startswith("/docs-assets/")
        assert (await service.client.get(address)).status_code == 200
    assert not re.findall(r"https?://(?!json-schema)", answer.text)


@pytest.mark.parametrize("page", ["/docs", "/redoc"])
async def test_a_page_forbids_the_browser_to_ask_elsewhere(service: Service, page: str) -> None:
    """The bundles hold addresses of their makers; the policy keeps a browser from following them."""
    policy = (await service.client.get(page)).headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "http" not in policy


async def test_the_committed_contract_is_what_the_service_serves(service: Service) -> None:
    served = (await service.client.get("/openapi.json")).json()
    assert yaml.safe_load(OPENAPI.read_text()) == served


PUBLIC = {
    "/v1/audit/key",
    "/v1/audit/keys",
    "/v1/audit/checkpoint",
    "/v1/audit/consistency",
    "/v1/audit/proof",
    "/v1/audit/tile/{level}/{place}",
}
"""What needs no key: hashes, signatures and keys of the audit log."""


def test_every_route_of_the_contract_documents_its_problems() -> None:
    document = create_app(Settings(data_dir=Path("unused"))).openapi()
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if path.startswith("/v1/") and path not in PUBLIC:
                assert {"401", "403", "422", "503"} <= set(operation["responses"]), f"{method} {path}"


async def test_every_kind_of_problem_is_explained_at_its_type(service: Service) -> None:
    answer = await service.client.get("/v1/policy")
    kind = await service.client.get(answer.json()["type"])
    assert (kind.status_code, kind.json()["status"]) == (200, 401)


def request_examples(document: dict[str, Any], operation: dict[str, Any]) -> list[Any]:
    """Give the examples of what an operation takes, those behind references too."""
    found: list[Any] = []
    for content in operation.get("requestBody", {}).get("content", {}).values():
        schema = content["schema"]
        if "$ref" in schema:
            schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
            assert schema.get("examples"), f"{schema['title']} has no example"
            found += schema["examples"]
    return found


async def test_every_example_can_be_sent_as_it_stands(service: Service) -> None:
    """A developer presses Execute in /docs: with a key of a fitting role no example is refused."""
    document = (await service.client.get("/openapi.json")).json()
    roles = (Role.ADMINISTRATOR, Role.AUDITOR)
    keys = [await service.as_(Role.BUREAU), *[await service.as_(role, SECRETARIAT) for role in roles]]
    sent = 0
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            for example in request_examples(document, operation) if "{" not in path else ():
                answers = [await service.client.request(method, path, json=example, headers=key) for key in keys]
                assert min(answer.status_code for answer in answers) < 300, f"{method} {path}: {answers[0].text}"
                sent += 1
    assert sent >= 6
