"""Roles and what each may do. Pure: tables and look-ups."""

from enum import StrEnum

from screening.access.vocabulary import Purpose


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
    SEND_MANIFESTS = "manifests:send"
    READ_HITS = "hits:read"
    WRITE_HITS = "hits:write"
    READ_RECORDS = "records:read"
    WRITE_RECORDS = "records:write"
    READ_AUDIT = "audit:read"
    ANSWER_SUBJECTS = "audit:subject_access"
    HOLD_PAYLOADS = "audit:hold"
    ASSIGN_AUDITORS = "auditors:assign"
    READ_ACCESS = "access:read"
    WRITE_KEYS = "keys:write"
    WRITE_ORGANISATIONS = "organisations:write"
    WRITE_GRANTS = "grants:write"
    READ_OPERATIONS = "operations:read"
    WRITE_OPERATIONS = "operations:write"
    READ_REPORTS = "reports:read"
    ACCREDIT = "accreditations:write"
    CHECK_BOARDING = "boarding:check"
    READ_SERVICE = "service:read"
    READ_ALERTS = "alerts:read"
    WRITE_WEBHOOKS = "webhooks:write"


_SCREENING = {
    Permission.SCREEN,
    Permission.READ_SCREENINGS,
    Permission.SEND_MANIFESTS,
    Permission.READ_OPERATIONS,
    Permission.READ_SERVICE,
}
_CASES = {Permission.READ_HITS, Permission.WRITE_HITS}
_ALERTED = {Permission.READ_ALERTS, Permission.WRITE_WEBHOOKS}
_OWNING = {Permission.READ_RECORDS, Permission.WRITE_RECORDS, Permission.READ_SERVICE}
_RUNNING = {Permission.READ_OPERATIONS, Permission.WRITE_OPERATIONS, Permission.READ_REPORTS}

OF_ROLE: dict[Role, frozenset[Permission]] = {
    Role.FIRST_LINE: frozenset(_SCREENING),
    Role.SECOND_LINE: frozenset(_SCREENING | _CASES | {Permission.READ_ALERTS}),
    Role.DATA_OWNER: frozenset(_OWNING | {Permission.READ_ALERTS}),
    Role.BUREAU: frozenset(
        _SCREENING
        | _OWNING
        | _CASES
        | _RUNNING
        | _ALERTED
        | {
            Permission.READ_ACCESS,
            Permission.WRITE_KEYS,
            Permission.WRITE_GRANTS,
            Permission.ACCREDIT,
            Permission.CHECK_BOARDING,
            Permission.ANSWER_SUBJECTS,
            Permission.HOLD_PAYLOADS,
        }
    ),
    Role.COORDINATOR: frozenset(_RUNNING | _ALERTED | {Permission.READ_HITS, Permission.READ_SERVICE}),
    Role.AUDITOR: frozenset(
        {
            Permission.READ_AUDIT,
            Permission.ANSWER_SUBJECTS,
            Permission.HOLD_PAYLOADS,
            Permission.READ_REPORTS,
            Permission.READ_SERVICE,
        }
    ),
    Role.CARRIER: frozenset({Permission.CHECK_BOARDING, Permission.SEND_MANIFESTS, Permission.READ_SERVICE}),
    Role.ADMINISTRATOR: frozenset(
        _ALERTED
        | {
            Permission.READ_ACCESS,
            Permission.WRITE_KEYS,
            Permission.WRITE_ORGANISATIONS,
            Permission.ASSIGN_AUDITORS,
            Permission.READ_OPERATIONS,
            Permission.READ_SERVICE,
        }
    ),
}

PURPOSES_OF_ROLE: dict[Role, frozenset[Purpose]] = {
    Role.FIRST_LINE: frozenset({Purpose.BORDER_CONTROL}),
    Role.SECOND_LINE: frozenset({Purpose.BORDER_CONTROL, Purpose.INVESTIGATION, Purpose.VISA}),
    Role.BUREAU: frozenset(Purpose),
    Role.CARRIER: frozenset({Purpose.BOARDING}),
}
"""For what a role may search; the others search for nothing."""

GRANTED_BY_BUREAU = frozenset({Role.FIRST_LINE, Role.SECOND_LINE, Role.DATA_OWNER, Role.BUREAU, Role.CARRIER})
"""The roles that a bureau may give to keys of its own organisation (RPD art. 21: the bureau authorises).

Auditors are made by an administrator: nobody chooses who audits them.
"""


def allows(role: Role, permission: Permission) -> bool:
    """Tell whether a role may do something."""
    return permission in OF_ROLE[role]


def allows_purpose(role: Role, purpose: Purpose) -> bool:
    """Tell whether a role may search for a purpose."""
    return purpose in PURPOSES_OF_ROLE.get(role, frozenset())


def may_grant(granter: Role, role: Role) -> bool:
    """Tell whether a key of one role may make a key of another."""
    return granter is Role.ADMINISTRATOR or (granter is Role.BUREAU and role in GRANTED_BY_BUREAU)
