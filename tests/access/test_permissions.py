"""Roles and permissions, and that no route forgot to ask for one."""

from pathlib import Path

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts

from screening.access.permissions import OF_ROLE, Permission, Role, allows, may_grant
from screening.app.build import create_app
from screening.audit.routing import AuditedRoute
from screening.settings import Settings

PUBLIC = {
    "/docs",
    "/redoc",
    "/health/live",
    "/health/ready",
    "/metrics",
    "/problems/{slug}",
    "/v1/audit/key",
    "/v1/audit/keys",
    "/v1/audit/checkpoint",
    "/v1/audit/consistency",
    "/v1/audit/proof",
    "/v1/audit/tile/{level}/{place:path}",
}


def scopes_of(dependant: Dependant) -> set[str]:
    own = set(dependant.own_oauth_scopes or ())
    return own.union(*(scopes_of(child) for child in dependant.dependencies))


def routes() -> list[APIRoute]:
    app = create_app(Settings(data_dir=Path("unused")))
    originals = [context.original_route for context in iter_route_contexts(app.routes)]
    return [route for route in originals if isinstance(route, APIRoute)]


def test_every_route_asks_for_a_permission_unless_it_is_named_public() -> None:
    without = {route.path for route in routes() if not scopes_of(route.dependant)}
    assert without == PUBLIC


def test_every_route_that_asks_for_a_permission_leaves_an_entry_in_the_log() -> None:
    assert all(isinstance(route, AuditedRoute) for route in routes() if route.path not in PUBLIC)


def test_every_permission_is_asked_for_by_some_route() -> None:
    asked = set().union(*(scopes_of(route.dependant) for route in routes()))
    assert asked == set(Permission)


@pytest.mark.parametrize(
    ("role", "permission"),
    [
        (Role.FIRST_LINE, Permission.READ_HITS),
        (Role.FIRST_LINE, Permission.WRITE_RECORDS),
        (Role.FIRST_LINE, Permission.READ_AUDIT),
        (Role.DATA_OWNER, Permission.SCREEN),
        (Role.BUREAU, Permission.READ_AUDIT),
        (Role.BUREAU, Permission.WRITE_ORGANISATIONS),
        (Role.AUDITOR, Permission.SCREEN),
        (Role.AUDITOR, Permission.READ_RECORDS),
        (Role.CARRIER, Permission.SCREEN),
        (Role.ADMINISTRATOR, Permission.SCREEN),
        (Role.ADMINISTRATOR, Permission.WRITE_RECORDS),
        (Role.ADMINISTRATOR, Permission.READ_AUDIT),
    ],
)
def test_a_role_may_not_do_the_work_of_another(role: Role, permission: Permission) -> None:
    assert not allows(role, permission)


def test_every_role_is_described() -> None:
    assert set(OF_ROLE) == set(Role)


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.COORDINATOR, Role.AUDITOR])
def test_a_bureau_makes_no_keys_that_reach_beyond_itself(role: Role) -> None:
    assert not may_grant(Role.BUREAU, role)


@pytest.mark.parametrize("granter", sorted(set(Role) - {Role.ADMINISTRATOR, Role.BUREAU}))
def test_others_make_no_keys_at_all(granter: Role) -> None:
    assert not any(may_grant(granter, role) for role in Role)
