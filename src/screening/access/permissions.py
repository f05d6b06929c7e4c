"""Roles and what each may do. Pure: a table and a look-up."""

from enum import StrEnum


class Role(StrEnum):
    """What a key is for."""

    FIRST_LINE = "first_line"
    SECOND_LINE = "second_line"
    DATA_OWNER = "data_owner"
    BUREAU = "bureau"
    COORDINATOR = "coordinator"
    AUDITOR = "auditor"
    CARRIER = "carrier"
    ADMINISTRATOR = "administrator"


class Permission(StrEnum):
    """One thing that a route asks for."""

    SCREEN = "screenings:create"
    READ_SCREENINGS = "screenings:read"
    READ_HITS = "hits:read"
    READ_RECORDS = "records:read"
    WRITE_RECORDS = "records:write"
    READ_AUDIT = "audit:read"
    READ_ACCESS = "access:read"
    WRITE_KEYS = "keys:write"
    WRITE_ORGANISATIONS = "organisations:write"
    READ_SERVICE = "service:read"
    READ_ALERTS = "alerts:read"
    WRITE_WEBHOOKS = "webhooks:write"


_SCREENING = {Permission.SCREEN, Permission.READ_SCREENINGS, Permission.READ_SERVICE}
_ALERTED = {Permission.READ_ALERTS, Permission.WRITE_WEBHOOKS}
_OWNING = {Permission.READ_RECORDS, Permission.WRITE_RECORDS, Permission.READ_SERVICE}

OF_ROLE: dict[Role, frozenset[Permission]] = {
    Role.FIRST_LINE: frozenset(_SCREENING),
    Role.SECOND_LINE: frozenset(_SCREENING | {Permission.READ_HITS, Permission.READ_ALERTS}),
    Role.DATA_OWNER: frozenset(_OWNING | {Permission.READ_ALERTS}),
    Role.BUREAU: frozenset(
        _SCREENING | _OWNING | _ALERTED | {Permission.READ_HITS, Permission.READ_ACCESS, Permission.WRITE_KEYS}
    ),
    Role.COORDINATOR: frozenset(_ALERTED | {Permission.READ_HITS, Permission.READ_SERVICE}),
    Role.AUDITOR: frozenset({Permission.READ_AUDIT, Permission.READ_SERVICE}),
    Role.CARRIER: frozenset({Permission.READ_SERVICE}),
    Role.ADMINISTRATOR: frozenset(
        _ALERTED
        | {Permission.READ_ACCESS, Permission.WRITE_KEYS, Permission.WRITE_ORGANISATIONS, Permission.READ_SERVICE}
    ),
}

GRANTED_BY_BUREAU = frozenset({Role.FIRST_LINE, Role.SECOND_LINE, Role.DATA_OWNER, Role.BUREAU, Role.CARRIER})
"""The roles that a bureau may give to keys of its own organisation (RPD art. 21: the bureau authorises).

Auditors are made by an administrator: nobody chooses who audits them.
"""


def allows(role: Role, permission: Permission) -> bool:
    """Tell whether a role may do something."""
    return permission in OF_ROLE[role]


def may_grant(granter: Role, role: Role) -> bool:
    """Tell whether a key of one role may make a key of another."""
    return granter is Role.ADMINISTRATOR or (granter is Role.BUREAU and role in GRANTED_BY_BUREAU)
