"""Who may issue which notice: a question of what an organisation is, and the same for a POST and for an import. Pure.

Bureaus ask for notices of every colour and send diffusions themselves; the General Secretariat publishes notices on
behalf of others and alone the Special Notices of the UN Security Council, which sends none itself. Partners issue none
(DOMAIN.md 2.1).
"""

from screening.access.actors import Owner
from screening.access.schemas import OrganisationKind
from screening.nominals.kinds import Kind
from screening.nominals.schemas import NoticeIn

KINDS: dict[OrganisationKind, frozenset[Kind]] = {
    OrganisationKind.BUREAU: frozenset({Kind.NOTICE, Kind.DIFFUSION}),
    OrganisationKind.GENERAL_SECRETARIAT: frozenset({Kind.NOTICE, Kind.UN_SPECIAL}),
    OrganisationKind.PARTNER: frozenset(),
}


HIDDEN_FROM_ITSELF = "hidden_from: does not name the owner's own State"


def may_issue(owner: Owner, kind: Kind) -> bool:
    """Tell whether an organisation issues records of a kind at all."""
    return kind in KINDS[owner.kind]


def not_issued_by(owner: Owner) -> str:
    """Say what an organisation issues instead."""
    kinds = ", ".join(sorted(KINDS[owner.kind])) or "nothing"
    return f"kind: an organisation of the kind {owner.kind} issues {kinds}"


def hides_from_itself(owner: Owner, notice: NoticeIn) -> bool:
    """Tell whether an owner would hide its record from its own posts."""
    return owner.country in notice.hidden_from
