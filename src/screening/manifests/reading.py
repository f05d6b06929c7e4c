"""From the body of a request to a passenger list: JSON, CSV or EDIFACT. Pure."""

import io
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from screening.journal import readers
from screening.journal.formats import Item, Reject, UnreadableError
from screening.journal.readers import reason_of
from screening.manifests import edifact, lists, paxlst
from screening.manifests.lists import Damaged, Leg, Listed, PassengerList, UnreadableListError, Voyage
from screening.manifests.schemas import ManifestIn, PersonIn, VoyageIn
from screening.manifests.vocabulary import Action, PersonKind
from screening.screenings.schemas import Document

JSON = "application/json"
CSV = "text/csv"
EDIFACT = "application/edifact"

LONGEST_REFERENCE = 64
Text = Annotated[str, StringConstraints(max_length=200)]


class Row(BaseModel):
    """A person as a line of CSV; one document each."""

    model_config = ConfigDict(extra="forbid")

    reference: Text | None = None
    booking: Text | None = None
    kind: PersonKind = PersonKind.PASSENGER
    surname: Text | None = None
    given_names: Text | None = None
    full_name: Text | None = None
    date_of_birth: Text | None = None
    sex: Text | None = None
    nationality: Text | None = None
    document_type: Text | None = None
    document_number: Text | None = None
    issuing_state: Text | None = None
    expiry_date: Text | None = None


OF_DOCUMENT = {"document_type": "type", "document_number": "number"} | {
    name: name for name in ("issuing_state", "expiry_date")
}
OF_PERSON = ("reference", "booking", "kind")
OF_TRAVELLER = ("surname", "given_names", "full_name", "date_of_birth", "sex", "nationality")


def of_json(sent: ManifestIn) -> PassengerList:
    """Read a list that came as JSON."""
    persons = tuple(_checked(f"persons.{place}", person) for place, person in enumerate(sent.persons))
    return PassengerList(sent.action, _voyage(sent.voyage), persons)


def of_csv(body: bytes, action: Action, voyage: VoyageIn) -> PassengerList:
    """Read a list that came as CSV, whose first line names the columns.

    Raises UnreadableListError when it does not, or when the list is too long.
    """
    rows = readers.read_csv(io.BytesIO(body), Row)
    try:
        persons = lists.limited(map(_row_person, rows))
    except UnreadableError as error:
        raise UnreadableListError(str(error)) from None
    return PassengerList(action, _voyage(voyage), persons)


def of_edifact(body: bytes, today: date) -> PassengerList:
    """Read a list that came as PAXLST; UnreadableListError when it is none."""
    return paxlst.parse(edifact.decode(body), today=today)


def _row_person(item: Item[Row] | Reject) -> Listed | Damaged:
    if isinstance(item, Reject):
        return Damaged(f"line {item.line}", item.reason)
    row = item.content.model_dump(exclude_none=True)
    document = {name: row[column] for column, name in OF_DOCUMENT.items() if column in row}
    sent: dict[str, Any] = {name: row[name] for name in OF_PERSON if name in row}
    sent["traveller"] = {name: row[name] for name in OF_TRAVELLER if name in row}
    return _checked(f"line {item.line}", sent | {"documents": [document] if document else []})


def _checked(position: str, sent: dict[str, Any]) -> Listed | Damaged:
    reference = sent.get("reference")
    try:
        person = PersonIn.model_validate(sent)
    except ValidationError as error:
        known = reference if isinstance(reference, str) and reference and len(reference) <= LONGEST_REFERENCE else None
        return Damaged(position, reason_of(error), known)
    if not person.documents and not person.traveller.is_named:
        return Damaged(position, "names nobody, and shows no document", person.reference, person.booking)
    return Listed(
        position,
        person.kind,
        person.traveller,
        tuple[Document, ...](person.documents),
        person.reference,
        person.booking,
    )


def _voyage(sent: VoyageIn) -> Voyage:
    legs = tuple(Leg(leg.departure, leg.arrival, leg.departure_at, leg.arrival_at) for leg in sent.legs)
    return Voyage(sent.carrier, sent.journey, sent.mode, legs)
