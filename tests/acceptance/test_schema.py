"""The contract, tried with whatever it allows and much that it does not: no request may end in an error of ours."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.databases import Server
from tests.processes import install

EXAMPLES = 8
"""Requests generated for each operation, of those that the contract allows, and of those that it does not."""

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
CONTRACT = schemathesis.openapi.from_path(Path(__file__).parents[2] / "openapi.yaml")
ENDLESS = {"GET /v1/alerts/stream"}
"""What answers for as long as it is listened to; its own tests do."""

ALL = [found.ok() for found in CONTRACT.get_all_operations() if isinstance(found, Ok)]
OPERATIONS = [operation for operation in ALL if operation.label not in ENDLESS]
ROLES = ("bureau", "administrator", "auditor")


@dataclass(frozen=True, slots=True)
class Target:
    """A running service, and a client of each role that reaches something."""

    address: str
    session: requests.Session
    keys: dict[str, dict[str, str]]


@pytest.fixture(scope="module")
def target(server: Server, template_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """Run a service as a process, for all operations of this module."""
    with server.made(template_database) as name, requests.Session() as session:
        installed = install(tmp_path_factory.mktemp("service"), database_url=server.url_of(name))
        keys = {role: installed.key(role) for role in ROLES}
        with installed.serving():
            yield Target(installed.address, session, keys)


def role_for(operation: Any) -> str:
    """Name a role that may use an operation, so that its requests get past the door."""
    if operation.path.startswith("/v1/audit"):
        return "auditor"
    return "administrator" if operation.label == "POST /v1/organisations" else "bureau"


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_no_request_ends_in_an_error_of_ours(operation: Any, mode: GenerationMode, target: Target) -> None:
    headers = target.keys[role_for(operation)]

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    def send(case: Case[Any]) -> None:
        answer = case.call(base_url=target.address, session=target.session, headers=headers)
        case.validate_response(answer, checks=CHECKS)

    if mode is GenerationMode.POSITIVE:
        send()
    else:
        with contextlib.suppress(Unsatisfiable):  # nothing that could be sent would break this part of the contract
            send()
