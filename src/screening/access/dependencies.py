"""What routes ask for: a client that is allowed to use them."""

from typing import Annotated, cast

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer, SecurityScopes

from screening.access import secrets
from screening.access.actors import Actor, Directory
from screening.access.permissions import Permission
from screening.audit.trail import TrailDep
from screening.clock import Clock
from screening.problems import Kind, Problem

bearer = HTTPBearer(auto_error=False, bearerFormat="scr_…", description="A key made by `screening keys create`.")


async def get_clock(request: Request) -> Clock:
    """Give a route the clock of its application."""
    return cast("Clock", request.app.state.clock)


ClockDep = Annotated[Clock, Depends(get_clock)]


async def get_actor(
    request: Request,
    scopes: SecurityScopes,
    trail: TrailDep,
    clock: ClockDep,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
) -> Actor:
    """Find who asks, and refuse those who may not do what the route's scopes name."""
    if credentials is None:
        raise _unauthorized("no_key", "There is no bearer key in the Authorization header.")
    if not secrets.well_formed(credentials.credentials):
        raise _unauthorized("malformed_key", "The bearer key is not one of ours: those begin with scr_.")
    directory = cast("Directory", request.app.state.directory)
    actor = await directory.find(secrets.digest(credentials.credentials))
    if actor is None:
        raise _unauthorized("unknown_key", "The key is not known, or it was revoked.")
    trail.party = actor.party
    if actor.expires_at is not None and actor.expires_at <= clock():
        raise _unauthorized("expired_key", "The key has expired; ask your bureau for a new one.")
    for scope in scopes.scopes:
        if not actor.may(Permission(scope)):
            raise Problem(Kind.FORBIDDEN, f"The role {actor.role} may not do {scope}.", reason=f"role:{scope}")
    return actor


def _unauthorized(reason: str, detail: str) -> Problem:
    return Problem(Kind.UNAUTHORIZED, detail, reason=reason, headers={"WWW-Authenticate": "Bearer"})


ScreenerDep = Annotated[Actor, Security(get_actor, scopes=[Permission.SCREEN])]
ScreeningReaderDep = Annotated[Actor, Security(get_actor, scopes=[Permission.READ_SCREENINGS])]
ManifestSenderDep = Annotated[Actor, Security(get_actor, scopes=[Permission.SEND_MANIFESTS])]
HitReaderDep = Annotated[Actor, Security(get_actor, scopes=[Permission.READ_HITS])]
HitWriterDep = Annotated[Actor, Security(get_actor, scopes=[Permission.WRITE_HITS])]
RecordReaderDep = Annotated[Actor, Security(get_actor, scopes=[Permission.READ_RECORDS])]
RecordWriterDep = Annotated[Actor, Security(get_actor, scopes=[Permission.WRITE_RECORDS])]
AuditReaderDep = Annotated[Actor, Security(get_actor, scopes=[Permission.READ_AUDIT])]
SubjectAnswererDep = Annotated[Actor, Security(get_actor, scopes=[Permission.ANSWER_SUBJECTS])]
PayloadHolderDep = Annotated[Actor, Security(get_actor, scopes=[Permission.HOLD_PAYLOADS])]
AuditorAssignerDep = Annotated[Actor, Security(get_actor, scopes=[Permission.ASSIGN_AUDITORS])]
AccessReaderDep = Annotated[Actor, Security(get_actor, scopes=[Permission.READ_ACCESS])]
KeyWriterDep = Annotated[Actor, Security(get_actor, scopes=[Permission.WRITE_KEYS])]
OrganisationWriterDep = Annotated[Actor, Security(get_actor, scopes=[Permission.WRITE_ORGANISATIONS])]
AlertReaderDep = Annotated[Actor, Security(get_actor, scopes=[Permission.READ_ALERTS])]
WebhookWriterDep = Annotated[Actor, Security(get_actor, scopes=[Permission.WRITE_WEBHOOKS])]
ServiceReaderDep = Annotated[Actor, Security(get_actor, scopes=[Permission.READ_SERVICE])]
GrantWriterDep = Annotated[Actor, Security(get_actor, scopes=[Permission.WRITE_GRANTS])]
OperationReaderDep = Annotated[Actor, Security(get_actor, scopes=[Permission.READ_OPERATIONS])]
OperationWriterDep = Annotated[Actor, Security(get_actor, scopes=[Permission.WRITE_OPERATIONS])]
ReportReaderDep = Annotated[Actor, Security(get_actor, scopes=[Permission.READ_REPORTS])]
AccreditorDep = Annotated[Actor, Security(get_actor, scopes=[Permission.ACCREDIT])]
BoardingDep = Annotated[Actor, Security(get_actor, scopes=[Permission.CHECK_BOARDING])]
