"""The gate: whoever passes it, with whatever grants, is allowed to, and sees for no State but the right ones."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import cast
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from screening.access import permissions
from screening.access.actors import Actor
from screening.access.gate import Admission, Gate, TakingPart
from screening.access.grants import Allowed, Grant, Search, judge
from screening.access.permissions import Role
from screening.access.permits import Permits
from screening.access.schemas import OrganisationKind
from screening.access.vocabulary import Purpose, Source
from screening.problems import Kind, Problem

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
CODES = ("OPEN-1", "DRILL-1", "CLOSED-1")

ids = st.sampled_from([UUID(int=number) for number in range(1, 4)])
states = st.none() | st.sampled_from(["UTO", "SWE", "NOR"])
moments = st.integers(-2, 2).map(lambda hours: NOON + timedelta(hours=hours))
grants = st.builds(
    Grant,
    id=st.uuids(),
    country=states,
    posts=st.frozensets(ids, max_size=2),
    clients=st.frozensets(ids, max_size=2),
    sources=st.none() | st.frozensets(st.sampled_from(Source), min_size=1),
    purposes=st.none() | st.frozensets(st.sampled_from(Purpose), min_size=1),
    operation=st.none() | st.sampled_from(CODES),
    begins_at=moments,
    ends_at=st.none() | moments,
    approved=st.booleans(),
    revoked=st.booleans(),
    searches_an_hour=st.none(),
)
actors = st.builds(
    Actor,
    id=ids,
    organisation_id=ids,
    organisation_kind=st.sampled_from(OrganisationKind),
    country=states,
    role=st.sampled_from(Role),
    post_id=st.none() | ids,
    expires_at=st.none(),
    grants=st.lists(grants, max_size=4).map(tuple),
)


class Known:
    """Two operations that are open to everybody, one of them an exercise, and one that is closed."""

    async def exists(self, code: str) -> bool:
        return code in CODES

    async def take_part(self, code: str, _actor: Actor, _purpose: Purpose, _at: datetime) -> TakingPart:
        if code == "CLOSED-1":
            raise Problem(Kind.FORBIDDEN, "closed", reason="operation:closed")
        return TakingPart(exercise=code == "DRILL-1")


GATE = Gate(cast("Permits", None), Known())


def admitted(
    actor: Actor, sources: frozenset[Source], purpose: Purpose, operation: str | None, at: datetime
) -> Admission | Problem:
    try:
        return asyncio.run(GATE.admit(actor, sources, purpose, operation, at))
    except Problem as problem:
        return problem


@given(
    actors,
    st.frozensets(st.sampled_from(Source)),
    st.sampled_from(Purpose),
    st.none() | st.sampled_from(CODES),
    moments,
)
def test_whoever_is_admitted_may_and_whoever_may_is_admitted(
    actor: Actor, sources: frozenset[Source], purpose: Purpose, operation: str | None, at: datetime
) -> None:
    outcome = admitted(actor, sources, purpose, operation, at)
    verdict = judge(actor.grants, Search(actor.id, actor.post_id, sources, purpose, operation), at)
    may = permissions.allows_purpose(actor.role, purpose) and operation != "CLOSED-1" and isinstance(verdict, Allowed)
    if isinstance(outcome, Problem):
        assert not may
        assert (outcome.kind, bool(outcome.reason)) == (Kind.FORBIDDEN, True)
        return
    assert may
    assert outcome.grant in actor.grants
    assert outcome.operation == operation
    assert outcome.exercise == (operation == "DRILL-1")
    assert set(outcome.viewers) == {actor.country, outcome.grant.country} - {None}


@given(actors, moments)
def test_roles_that_do_not_search_are_never_admitted(actor: Actor, at: datetime) -> None:
    for purpose in Purpose:
        if not permissions.allows_purpose(actor.role, purpose):
            assert isinstance(admitted(actor, frozenset(Source), purpose, None, at), Problem)


def test_each_role_searches_for_these_purposes() -> None:
    assert {role: set(permissions.PURPOSES_OF_ROLE.get(role, ())) for role in Role} == {
        Role.FIRST_LINE: {Purpose.BORDER_CONTROL},
        Role.SECOND_LINE: {Purpose.BORDER_CONTROL, Purpose.INVESTIGATION, Purpose.VISA},
        Role.DATA_OWNER: set(),
        Role.BUREAU: set(Purpose),
        Role.COORDINATOR: set(),
        Role.AUDITOR: set(),
        Role.CARRIER: {Purpose.BOARDING},
        Role.ADMINISTRATOR: set(),
    }
