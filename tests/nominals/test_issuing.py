"""Who writes which record: for whatever organisation, nothing but what is its own."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from screening.access.actors import Owner
from screening.access.schemas import OrganisationKind
from screening.documents import service as documents
from screening.nominals import issuing
from screening.nominals.kinds import Kind

STATES = ("UTO", "SWE", "GBR")
owners = st.builds(
    Owner.of, st.just(UUID(int=1)), st.sampled_from(OrganisationKind), st.none() | st.sampled_from(STATES)
)

ISSUED = {
    (OrganisationKind.BUREAU, Kind.NOTICE),
    (OrganisationKind.BUREAU, Kind.DIFFUSION),
    (OrganisationKind.GENERAL_SECRETARIAT, Kind.NOTICE),
    (OrganisationKind.GENERAL_SECRETARIAT, Kind.UN_SPECIAL),
}


@given(owners, st.sampled_from(Kind))
def test_an_organisation_issues_these_kinds_and_no_others(owner: Owner, kind: Kind) -> None:
    assert issuing.may_issue(owner, kind) == ((owner.kind, kind) in ISSUED)


@given(owners, st.sampled_from([*STATES, "GBD", "RKS"]))
def test_a_document_is_written_by_those_who_speak_for_its_state_alone(owner: Owner, state: str) -> None:
    spoken_for = {"UTO": {"UTO"}, "SWE": {"SWE"}, "GBR": {"GBR", "GBD"}}.get(owner.country or "", set())
    assert documents.owns(owner, state) == (state in spoken_for)
    assert not (owner.kind is OrganisationKind.PARTNER and documents.owns(owner, state))
