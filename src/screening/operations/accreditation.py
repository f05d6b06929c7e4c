"""Screening in advance those who shall work at a major event: each like a traveller, the result kept per person."""

from uuid import UUID

from screening import problems
from screening.access.actors import Actor
from screening.access.vocabulary import Purpose
from screening.db.database import Database, transaction
from screening.db.metadata import new_id
from screening.operations import service as operations
from screening.operations.models import Accreditation, Operation
from screening.operations.schemas import Person
from screening.operations.vocabulary import Kind
from screening.problems import Problem
from screening.screenings import service as screenings
from screening.screenings.schemas import Submission
from screening.screenings.service import Means, Request


async def screen_all(
    database: Database, means: Means, actor: Actor, operation_id: UUID, persons: list[Person]
) -> list[Accreditation]:
    """Screen persons one after the other, each by its own entry in the log.

    What was screened before a failure stays kept. Raises Problem: 404, 409 for what is no major event, and all that a
    screening raises.
    """
    async with transaction(database) as session:
        operation = await operations.get(session, actor, operation_id)
    if operation.kind != Kind.MAJOR_EVENT:
        raise Problem(problems.Kind.CONFLICT, "Only for a major event are persons screened in advance.", reason="kind")
    return [await _screen(database, means, actor, operation, person) for person in persons]


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
