"""Grants: a table of what each lacks, and that for whatever grants and moments nobody searches who may not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.access.grants import Allowed, Grant, Refusal, Refused, Search, judge
from screening.access.vocabulary import Purpose, Source

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
GATE, DESK, CLIENT, OTHER = (UUID(int=number) for number in range(1, 5))

TEMPORARY = Grant(
    id=UUID(int=100),
    country="UTO",
    posts=frozenset({GATE}),
    clients=frozenset(),
    sources=frozenset({Source.SLTD, Source.TDAWN}),
    purposes=frozenset({Purpose.BORDER_CONTROL}),
    operation=None,
    begins_at=NOON,
    ends_at=NOON + HOUR,
    approved=True,
    revoked=False,
    searches_an_hour=None,
)
STANDING = replace(TEMPORARY, id=UUID(int=101), sources=None, purposes=None, ends_at=None)
SEARCH = Search(CLIENT, GATE, frozenset({Source.SLTD, Source.TDAWN}), Purpose.BORDER_CONTROL, None)


@pytest.mark.parametrize(
    ("grant", "search", "at", "reason"),
    [
        (TEMPORARY, replace(SEARCH, post_id=DESK), NOON, Refusal.NO_GRANT),
        (TEMPORARY, replace(SEARCH, post_id=None), NOON, Refusal.NO_GRANT),
        (replace(TEMPORARY, operation="SUNBIRD-3"), SEARCH, NOON, Refusal.OTHER_OPERATION),
        (replace(TEMPORARY, operation="SUNBIRD-3"), replace(SEARCH, operation="X1"), NOON, Refusal.OTHER_OPERATION),
        (replace(TEMPORARY, approved=False), SEARCH, NOON, Refusal.NOT_APPROVED),
        (replace(TEMPORARY, revoked=True), SEARCH, NOON, Refusal.REVOKED),
        (TEMPORARY, SEARCH, NOON - timedelta(microseconds=1), Refusal.NOT_BEGUN),
        (TEMPORARY, SEARCH, NOON, None),
        (TEMPORARY, SEARCH, NOON + HOUR - timedelta(microseconds=1), None),
        (TEMPORARY, SEARCH, NOON + HOUR, Refusal.ENDED),
        (TEMPORARY, SEARCH, NOON + HOUR + timedelta(seconds=1), Refusal.ENDED),
        (TEMPORARY, replace(SEARCH, purpose=Purpose.VISA), NOON, Refusal.PURPOSE),
        (TEMPORARY, replace(SEARCH, sources=frozenset({Source.NOTICES})), NOON, Refusal.SOURCE),
        (TEMPORARY, replace(SEARCH, sources=frozenset(Source)), NOON, None),
        (replace(TEMPORARY, operation="SUNBIRD-3"), replace(SEARCH, operation="SUNBIRD-3"), NOON, None),
        (replace(TEMPORARY, posts=frozenset(), clients=frozenset({CLIENT})), SEARCH, NOON, None),
        (STANDING, replace(SEARCH, purpose=Purpose.VISA, operation="X1"), NOON + 10_000 * HOUR, None),
    ],
)
def test_what_a_grant_allows_and_what_it_lacks(
    grant: Grant, search: Search, at: datetime, reason: Refusal | None
) -> None:
    verdict = judge([grant], search, at)
    opened = frozenset(Source) if grant.sources is None else grant.sources
    assert verdict == (Refused(reason) if reason else Allowed(grant, opened))


def test_who_holds_nothing_is_refused() -> None:
    assert judge([], SEARCH, NOON) == Refused(Refusal.NO_GRANT)


def test_the_reason_is_that_of_the_grant_that_comes_closest() -> None:
    grants = [replace(TEMPORARY, posts=frozenset()), TEMPORARY, replace(TEMPORARY, approved=False)]
    assert judge(grants, SEARCH, NOON + HOUR) == Refused(Refusal.ENDED)


def test_of_several_grants_the_one_counts_that_opens_most() -> None:
    everything = replace(SEARCH, sources=frozenset(Source))
    for grants in ([TEMPORARY, STANDING], [STANDING, TEMPORARY]):
        assert judge(grants, everything, NOON) == Allowed(STANDING, frozenset(Source))


def test_of_equal_grants_the_one_of_the_operation_counts() -> None:
    of_operation = replace(STANDING, id=UUID(int=102), operation="SUNBIRD-3")
    for grants in ([of_operation, STANDING], [STANDING, of_operation]):
        verdict = judge(grants, replace(SEARCH, operation="SUNBIRD-3"), NOON)
        assert isinstance(verdict, Allowed)
        assert verdict.grant == of_operation


ids = st.sampled_from([GATE, DESK, CLIENT, OTHER])
codes = st.sampled_from([None, "SUNBIRD-3", "ADWENPA-4"])
moments = st.integers(-3, 3).map(lambda hours: NOON + hours * HOUR)
some_sources = st.frozensets(st.sampled_from(Source), min_size=1)
some_purposes = st.frozensets(st.sampled_from(Purpose), min_size=1)
grants = st.builds(
    Grant,
    id=st.uuids(),
    country=st.sampled_from(["UTO", "SWE", None]),
    posts=st.frozensets(ids, max_size=2),
    clients=st.frozensets(ids, max_size=2),
    sources=st.none() | some_sources,
    purposes=st.none() | some_purposes,
    operation=codes,
    begins_at=moments,
    ends_at=st.none() | moments,
    approved=st.booleans(),
    revoked=st.booleans(),
    searches_an_hour=st.none(),
)
searches = st.builds(
    Search,
    client_id=ids,
    post_id=st.none() | ids,
    sources=st.frozensets(st.sampled_from(Source)),
    purpose=st.sampled_from(Purpose),
    operation=codes,
)


def opens(grant: Grant, search: Search, at: datetime) -> bool:
    """Say the rules once more, as a sentence of each: the oracle."""
    held = search.client_id in grant.clients or search.post_id in grant.posts
    in_time = grant.begins_at <= at and (grant.ends_at is None or at < grant.ends_at)
    in_force = grant.approved and not grant.revoked
    for_purpose = grant.purposes is None or search.purpose in grant.purposes
    for_operation = grant.operation is None or grant.operation == search.operation
    for_sources = grant.sources is None or not search.sources or bool(grant.sources & search.sources)
    return held and in_time and in_force and for_purpose and for_operation and for_sources


@given(st.lists(grants, max_size=5), searches, moments)
def test_nobody_searches_whom_no_grant_allows(held: list[Grant], search: Search, at: datetime) -> None:
    verdict = judge(held, search, at)
    allowing = [grant for grant in held if opens(grant, search, at)]
    assert isinstance(verdict, Allowed) == bool(allowing)
    if isinstance(verdict, Allowed):
        assert verdict.grant in allowing
        assert verdict.sources == (frozenset(Source) if verdict.grant.sources is None else verdict.grant.sources)


@given(st.lists(grants, max_size=5), searches, moments, st.timedeltas(timedelta(0), timedelta(days=9)))
def test_what_has_ended_opens_nothing_however_long_ago(
    held: list[Grant], search: Search, at: datetime, later: timedelta
) -> None:
    ended = [replace(grant, ends_at=at) for grant in held]
    assert isinstance(judge(ended, search, at + later), Refused)


@given(st.lists(grants, max_size=5), grants, searches, moments)
def test_one_more_grant_never_takes_access_away(held: list[Grant], more: Grant, search: Search, at: datetime) -> None:
    if isinstance(judge(held, search, at), Allowed):
        assert isinstance(judge([*held, more], search, at), Allowed)
