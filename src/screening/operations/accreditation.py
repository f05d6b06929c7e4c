"""Screening in advance those who shall work at a major event: each like a traveller, the result kept per person."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from screening import problems
from screening.access.actors import Actor
from screening.access.vocabulary import Purpose
from screening.audit.trail import Trail
from screening.db.database import Database, transaction
from screening.db.metadata import instant_of, new_id
from screening.manifests import queries as manifest_queries
from screening.manifests import service as manifests
from screening.manifests.lists import Listed, PassengerList, Voyage
from screening.manifests.models import ManifestPerson, ManifestRow
from screening.manifests.queries import Done
from screening.manifests.runner import Runner
from screening.manifests.service import Received
from screening.manifests.vocabulary import Action, PersonStatus
from screening.operations import queries
from screening.operations import service as operations
from screening.operations.models import Accreditation, Operation
from screening.operations.schemas import AccreditationProgress, LongAccreditationList, Person
from screening.operations.vocabulary import Kind
from screening.problems import Problem
from screening.screenings import service as screenings
from screening.screenings.schemas import Submission, Traveller
from screening.screenings.service import Means, Request


async def screen_all(
    database: Database, means: Means, actor: Actor, operation_id: UUID, persons: list[Person]
) -> list[Accreditation]:
    """Screen persons one after the other, each by its own entry in the log.

    What was screened before a failure stays kept. Raises Problem: 404, 409 for what is no major event, and all that a
    screening raises.
    """
    operation = await _find_event(database, actor, operation_id)
    return [await _screen(database, means, actor, operation, person) for person in persons]


async def receive(  # noqa: PLR0913 - who sends what list for which event, and what runs it
    database: Database,
    trail: Trail,
    runner: Runner,
    actor: Actor,
    operation_id: UUID,
    wanted: LongAccreditationList,
    idempotency_key: str | None,
) -> UUID:
    """Keep a long list and begin to screen it as passengers' lists are; gives its id. Raises Problem: as above."""
    operation = await _find_event(database, actor, operation_id)
    persons = tuple(
        Listed(f"persons.{place}", None, person.traveller or Traveller(), tuple(person.documents), person.reference)
        for place, person in enumerate(wanted.persons)
    )
    received = Received(
        actor,
        PassengerList(Action.LIST, Voyage(None, None), persons),
        wanted.model_dump_json().encode(),
        purpose=Purpose.ACCREDITATION,
        operation=operation.code,
        idempotency_key=idempotency_key,
    )
    return await manifests.receive(received, database, trail, runner)


async def get_list(database: Database, actor: Actor, operation_id: UUID, list_id: UUID) -> AccreditationProgress:
    """Tell how far a long list has come; answers 404 for those of others, and of other events."""
    async with transaction(database) as session:
        operation = await operations.get(session, actor, operation_id)
        found = await manifest_queries.find(session, list_id, actor.organisation_id)
        if found is None or found.operation != operation.code or found.purpose != Purpose.ACCREDITATION:
            raise problems.not_found("list")
        counts = await manifest_queries.counts(session, list_id)
    return AccreditationProgress(
        id=found.id,
        persons=sum(counts.values()),
        screened=counts.get(PersonStatus.SCREENED, 0),
        failed=counts.get(PersonStatus.FAILED, 0),
        received_at=found.received_at,
        finished_at=found.finished_at,
    )


async def keep(
    session: AsyncSession, manifest: ManifestRow, persons: Sequence[ManifestPerson], done: Sequence[Done]
) -> None:
    """Keep what came of persons of a list that is for accreditation, once however often it is told."""
    if manifest.purpose != Purpose.ACCREDITATION or manifest.operation is None:
        return
    operation = await queries.find_by_code(session, manifest.operation)
    references = {person.place: person.reference for person in persons}
    if operation is not None:
        rows = [_row(operation, manifest, each, references[each.place]) for each in done if each.screening_id]
        await queries.add_accreditations(session, rows)


def _row(operation: Operation, manifest: ManifestRow, done: Done, reference: str | None) -> dict[str, Any]:
    assert done.screening_id is not None
    return {
        "id": done.screening_id,
        "operation_id": operation.id,
        "organisation_id": manifest.organisation_id,
        "reference": reference or f"persons.{done.place}",
        "screening_id": done.screening_id,
        "decision": done.decision,
        "desk": done.desk,
        "at": instant_of(done.screening_id),
    }


async def _find_event(database: Database, actor: Actor, operation_id: UUID) -> Operation:
    async with transaction(database) as session:
        operation = await operations.get(session, actor, operation_id)
    if operation.kind != Kind.MAJOR_EVENT:
        raise Problem(problems.Kind.CONFLICT, "Only for a major event are persons screened in advance.", reason="kind")
    return operation


async def _screen(
    database: Database, means: Means, actor: Actor, operation: Operation, person: Person
) -> Accreditation:
    submission = Submission(
        traveller=person.traveller,
        documents=person.documents,
        operation=operation.code,
        purpose=Purpose.ACCREDITATION,
    )
    screened = await screenings.screen(Request(submission, actor, None), means)
    kept = Accreditation(
        id=new_id(),
        operation_id=operation.id,
        organisation_id=actor.organisation_id,
        reference=person.reference,
        screening_id=screened.id,
        decision=screened.decision,
        desk=screened.desk,
        at=screened.screened_at,
    )
    async with transaction(database) as session:
        session.add(kept)
    return kept
