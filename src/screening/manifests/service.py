"""Receiving lists, and telling how far they are."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from screening import problems
from screening.access.actors import Actor
from screening.access.permissions import Role
from screening.access.vocabulary import Purpose
from screening.audit.entries import EntryKind
from screening.audit.trail import Trail
from screening.db.database import Database, transaction
from screening.db.metadata import new_id
from screening.manifests import queries
from screening.manifests.lists import Damaged, Listed, PassengerList
from screening.manifests.models import ManifestPerson, ManifestRow
from screening.manifests.runner import LEASE, Runner
from screening.manifests.vocabulary import WITHDRAWING, Action, PersonStatus
from screening.problems import Kind, Problem
from screening.screenings.schemas import Crossing, Submission
from screening.screenings.vocabulary import BoardingVerdict

POLL_SECONDS = 0.05
STREAM_PAGE = 200


@dataclass(frozen=True, slots=True)
class Received:
    """A list as it was sent, and by whom."""

    actor: Actor
    listed: PassengerList
    body: bytes
    purpose: Purpose = Purpose.BORDER_CONTROL
    operation: str | None = None
    idempotency_key: str | None = None

    @property
    def why(self) -> Purpose:
        """For what its persons are searched: a carrier asks for nothing but boarding."""
        return Purpose.BOARDING if self.actor.role is Role.CARRIER else self.purpose


async def receive(received: Received, database: Database, trail: Trail, runner: Runner) -> UUID:
    """Keep a list and begin to screen it; a list sent again with its idempotency key is the one of the first time.

    Raises Problem: 422 when the key was used for another list.
    """
    earlier = await _find_earlier(received, database)
    if earlier is not None:
        return earlier
    manifest = _row(received, trail)
    try:
        await _keep(manifest, received, database, trail)
    except IntegrityError:
        earlier = await _find_earlier(received, database)
        if earlier is None:
            raise
        return earlier
    runner.start(manifest.id, manifest.client_id)
    return manifest.id


async def _keep(manifest: ManifestRow, received: Received, database: Database, trail: Trail) -> None:
    persons = await asyncio.to_thread(_rows, received)
    async with transaction(database) as session:
        await queries.add(session, manifest, persons)
        await _replace_earlier(session, manifest, received.listed)
        outcome = {
            "action": manifest.action,
            "damaged": sum(isinstance(each, Damaged) for each in received.listed.persons),
            "persons": len(received.listed.persons),
            "remarks": len(manifest.remarks),
        }
        draft = trail.draft(
            EntryKind.REQUEST,
            f"manifest:{manifest.id}",
            outcome,
            purpose=received.why,
            operation=received.operation,
        )
        await trail.append_within(session, draft)


async def _replace_earlier(session: AsyncSession, manifest: ManifestRow, listed: PassengerList) -> None:
    if listed.action not in WITHDRAWING | {Action.CHANGE} or not (manifest.carrier and manifest.journey):
        return
    references = [each.reference for each in listed.persons if isinstance(each, Listed) and each.reference]
    status = PersonStatus.REPLACED if listed.action is Action.CHANGE else PersonStatus.WITHDRAWN
    await queries.withdraw_earlier(session, manifest, references, status)


def _row(received: Received, trail: Trail) -> ManifestRow:
    listed, now, manifest_id = received.listed, trail.clock(), new_id()
    waits = any(isinstance(each, Listed) for each in listed.persons) and listed.action not in WITHDRAWING
    return ManifestRow(
        id=manifest_id,
        organisation_id=received.actor.organisation_id,
        client_id=received.actor.id,
        received_at=now,
        finished_at=None if waits else now,
        leased_until=now + LEASE,
        action=listed.action,
        carrier=listed.voyage.carrier,
        journey=listed.voyage.journey,
        departs_on=listed.voyage.departs_on,
        mode=listed.voyage.mode,
        legs=[
            {name: getattr(leg, name) for name in ("departure", "arrival", "departure_at", "arrival_at")}
            for leg in listed.voyage.legs
        ],
        purpose=received.why,
        operation=received.operation,
        sender=listed.sender,
        transaction=listed.transaction,
        remarks=list(listed.remarks),
        idempotency_key=received.idempotency_key,
        request_digest=_digest(manifest_id, received.body) if received.idempotency_key else None,
    )


def _digest(manifest_id: UUID, body: bytes) -> bytes:
    """Hash a body so that it is told from another one, and cannot be guessed without the row."""
    return hashlib.sha256(manifest_id.bytes + body).digest()


def _rows(received: Received) -> str:
    """Write the persons as rows, in a thread: thousands of them take a moment, and others want to be answered."""
    return json.dumps([_person(place, each, received) for place, each in enumerate(received.listed.persons)])


def _person(place: int, person: Listed | Damaged, received: Received) -> dict[str, Any]:
    row: dict[str, Any] = {
        "place": place,
        "position": person.position,
        "reference": person.reference,
        "booking": person.booking,
        "kind": None,
        "status": PersonStatus.DAMAGED,
        "submission": None,
        "reason": None,
        "verdict": None,
        "finished": 0,
    }
    if isinstance(person, Damaged):
        return row | {"reason": person.reason, "verdict": BoardingVerdict.INSUFFICIENT}
    row["kind"] = person.kind
    if received.listed.action in WITHDRAWING:
        return row | {"status": PersonStatus.WITHDRAWN}
    submission = _submission(person, received)
    return row | {"status": PersonStatus.PENDING, "submission": submission, "finished": None}


def _submission(person: Listed, received: Received) -> dict[str, Any]:
    voyage = received.listed.voyage
    submission = Submission(
        traveller=person.traveller,
        documents=list(person.documents),
        crossing=Crossing(mode=voyage.mode, carrier=voyage.carrier, reference=voyage.journey),
        operation=received.operation,
        purpose=received.why,
    )
    return submission.model_dump(mode="json", exclude_none=True)


async def _find_earlier(received: Received, database: Database) -> UUID | None:
    if received.idempotency_key is None:
        return None
    async with transaction(database) as session:
        found = await queries.find_by_key(session, received.actor.id, received.idempotency_key)
    if found is None:
        return None
    if not hmac.compare_digest(_digest(found.id, received.body), found.request_digest or b""):
        raise Problem(Kind.KEY_REUSED, "This Idempotency-Key came with another list; use a new key for this one.")
    return found.id


async def get(database: Database, actor: Actor, manifest_id: UUID) -> ManifestRow:
    """Give a list of the actor's organisation; answers 404 for any other."""
    async with transaction(database) as session:
        found = await queries.find(session, manifest_id, actor.organisation_id)
    if found is None:
        raise problems.not_found("manifest")
    return found


async def wait(database: Database, actor: Actor, manifest_id: UUID, seconds: float) -> ManifestRow:
    """Give a list once it is done, or as it is when the time is over."""
    found = await get(database, actor, manifest_id)
    deadline = asyncio.get_running_loop().time() + seconds
    while found.finished_at is None and asyncio.get_running_loop().time() < deadline:
        await asyncio.sleep(POLL_SECONDS)
        found = await get(database, actor, manifest_id)
    return found


async def stream(database: Database, actor: Actor, manifest_id: UUID) -> AsyncIterator[ManifestPerson]:
    """Give the persons as they are done, until all are."""
    last = (-1, -1)
    while True:
        manifest = await get(database, actor, manifest_id)  # before the page: what it misses comes with the next
        async with transaction(database) as session:
            page = await queries.list_finished(session, manifest_id, after=last, limit=STREAM_PAGE)
        for person in page:
            yield person
            last = (person.finished or 0, person.place)
        if not page:
            if manifest.finished_at is not None:
                return
            await asyncio.sleep(POLL_SECONDS)
