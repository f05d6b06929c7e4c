"""The answer to a carrier as UN/EDIFACT CUSRES (D.05B): per person board, do not board, refer, or not enough data.

The codes are those of DOMAIN.md 5.2. A person whom the service could not screen is never told to board.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from pydifact.segmentcollection import Interchange, Message
from pydifact.segments import Segment

from screening.manifests.models import ManifestRow
from screening.manifests.queries import Told
from screening.screenings.vocabulary import BoardingVerdict

SYNTAX = ("UNOA", 4)
US = "SCREENING"
LONGEST_PARTY = 35
"""Characters of a party's identification in UNB (0004, 0010)."""

OF_VERDICT = {
    BoardingVerdict.BOARD: ("0Z", "OK TO BOARD"),
    BoardingVerdict.DO_NOT_BOARD: ("1Z", "DO NOT BOARD"),
    BoardingVerdict.REFER: ("2Z", "REFER TO BORDER AUTHORITY"),
    BoardingVerdict.INSUFFICIENT: ("4Z", "INSUFFICIENT DATA OR NOT CHECKED"),
}


def compose(manifest: ManifestRow, persons: Iterable[Told], at: datetime) -> str:
    """Write the answer to a list, with its persons as they are now."""
    interchange = Interchange(
        sender=US,
        recipient=(manifest.sender or "UNKNOWN")[:LONGEST_PARTY],
        control_reference=manifest.id.hex[-14:].upper(),
        syntax_identifier=SYNTAX,
        timestamp=at,
    )
    message = Message("1", ["CUSRES", "D", "05B", "UN", "IATA"])
    message.add_segments(_segments(manifest, list(persons)))
    interchange.add_message(message)
    return str(interchange.serialize())


def _segments(manifest: ManifestRow, persons: Sequence[Told]) -> Iterator[Segment]:
    yield Segment("BGM", "962")
    if manifest.transaction:
        yield Segment("RFF", ["TN", manifest.transaction])
    if manifest.journey:
        yield Segment("TDT", "20", manifest.journey)
    yield Segment("ERP", "1")
    yield Segment("ERC", "1" if manifest.remarks else "0")
    for person in persons:
        yield from _person(person)


def _person(person: Told) -> Iterator[Segment]:
    code, text = OF_VERDICT[BoardingVerdict(person.verdict or BoardingVerdict.INSUFFICIENT)]
    yield Segment("ERP", "2")
    if person.booking:
        yield Segment("RFF", ["AVF", person.booking])
    if person.reference:
        yield Segment("RFF", ["ABO", person.reference])
    yield Segment("ERC", code)
    yield Segment("FTX", "AAP", "", "", text)
